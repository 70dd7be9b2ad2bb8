"""Any LlamaIndex LLM that the caller brings along."""

from __future__ import annotations

import functools
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING

from rag.errors import ModelReplyError
from rag.models.door import ChatModel, Request
from rag.models.stream import Delta, from_sync
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["LlamaIndexChat"]


class LlamaIndexChat(ChatModel):
    """``llm``, used as it is: its own time limits, retries and length limits hold, and it is given no schema.

    A cancel ends the reply at once; the connection of an ``llm`` that waits for its server is closed when the next
    piece of text arrives.
    """

    def __init__(self, llm: LLM, settings: Settings) -> None:
        super().__init__(settings)
        self._llm = llm

    @property
    def name(self) -> str:
        """``llama-index/`` and the name of the model, or of the class of one that does not say."""
        model = getattr(self._llm, "model", None)
        return f"llama-index/{model if isinstance(model, str) and model else type(self._llm).__name__}"

    def _asked(self, request: Request, cancel: threading.Event) -> Generator[Delta, None, None]:
        return from_sync(functools.partial(self._chat, request), cancel)

    def _chat(self, request: Request) -> Generator[Delta, None, None]:
        from llama_index.core.llms import ChatMessage, MessageRole

        messages = [ChatMessage(role=MessageRole(role), content=text) for role, text in request.messages]
        try:
            for response in self._llm.stream_chat(messages):
                yield Delta(response.delta or "")
        except Exception as error:  # each of the many LLM classes has errors of its own
            raise ModelReplyError(
                f"{self.name} failed with {type(error).__name__}; see the error that caused this one"
            ) from error
        yield Delta(finish="stop")
