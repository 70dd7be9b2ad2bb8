"""Who writes: the model that was asked for, the first configured one that answers, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.extractive import ExtractiveWriter
from rag.answering.generative import GenerativeWriter
from rag.answering.writer import Writer
from rag.errors import ModelError
from rag.models.llamaindex_chat import LlamaIndexChat
from rag.models.offered import check_model, model_for, server_and_name
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["AUTO", "check_model_name", "choose_writer"]

AUTO = "auto"
"""The first configured model that answers, else the extractive writer."""


def check_model_name(model: str) -> None:
    """Refuses a name that no writer can have.

    Raises:
        SettingsError: it is neither ``auto`` nor ``extractive`` and names no server.
    """
    if model not in (AUTO, ExtractiveWriter.name):
        server_and_name(model)


def choose_writer(model: str | None, settings: Settings, llm: LLM | None = None) -> tuple[Writer, list[str]]:
    """The writer for a model name, and what the reader should know about the choice.

    Args:
        model: as ``--model`` takes it; None takes ``settings.model``.
        settings: name the servers and the models that ``auto`` may take.
        llm: a LlamaIndex LLM to use where no model is asked for by name.

    Raises:
        SettingsError: there is no model of that name.
    """
    if llm is not None and model in (None, AUTO):
        return GenerativeWriter(LlamaIndexChat(llm, settings)), []
    model = model or settings.model
    check_model_name(model)
    if model == ExtractiveWriter.name:
        return ExtractiveWriter(), []
    if model == AUTO:
        return _first_that_answers(settings)
    return GenerativeWriter(model_for(model, settings)), []


def _first_that_answers(settings: Settings) -> tuple[Writer, list[str]]:
    models = {"ollama": settings.ollama_model, "openai": settings.openai_model}
    configured = [f"{server}/{name}" for server, name in models.items() if name]
    notes = []
    for name in configured:
        try:
            check_model(name, settings)
        except ModelError as error:
            notes.append(f"{name} cannot be used: {error}.")
        else:
            return GenerativeWriter(model_for(name, settings)), notes
    return ExtractiveWriter(), [*notes, "The extractive writer answered instead."] if notes else []
