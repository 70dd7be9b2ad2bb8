"""A model server of either kind on loopback, scripted, with a writer that asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.answering.generative import GenerativeWriter
from rag.answering.writer import Writer
from rag.models.offered import model_for
from rag.settings import Settings
from tests.rag.answering.material import drain, request_for
from tests.servers import OllamaServer, OpenAIServer, Reply

__all__ = ["SECRET", "Bench"]

SECRET = "sk-very-secret-0123456789"


@dataclass
class Bench:
    """One kind of server with the settings to reach it."""

    server: OllamaServer | OpenAIServer
    chat: str
    name: str
    busy: str

    def settings(self, **more: Any) -> Settings:
        address = {"ollama_host": self.server.url} if self.chat == "/api/chat" else {"openai_base_url": self.server.url}
        return Settings(**address, openai_api_key=SECRET, **more)

    def writer(self, **more: Any) -> Writer:
        return GenerativeWriter(model_for(self.name, self.settings(**more)))

    def reply(self, *replies: Reply) -> None:
        self.server.script(self.chat, *replies)

    def write(self, **more: Any) -> tuple[list[str], Any]:
        return drain(self.writer(**more).write(request_for()))
