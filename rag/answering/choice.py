"""Who writes: the model that was asked for, the first configured one that answers, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.extractive import ExtractiveWriter
from rag.answering.generative import GenerativeWriter
from rag.answering.writer import Writer
from rag.errors import ModelError, SettingsError
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
    server, _, name = model.partition("/")
    if model not in (AUTO, ExtractiveWriter.name) and not (server in ("ollama", "openai") and name):
        raise SettingsError(f"model {model!r} is not known; name one as ollama/NAME or openai/NAME")


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
        from rag.models.llamaindex_chat import LlamaIndexChat

        return GenerativeWriter(LlamaIndexChat(llm, settings)), []
    model = model or settings.model
    check_model_name(model)
    if model == ExtractiveWriter.name:
        return ExtractiveWriter(), []
    if model == AUTO:
        return _first_that_answers(settings)
    from rag.models.offered import model_for

    return GenerativeWriter(model_for(model, settings)), []


def _first_that_answers(settings: Settings) -> tuple[Writer, list[str]]:
    models = {"ollama": settings.ollama_model, "openai": settings.openai_model}
    configured = [f"{server}/{name}" for server, name in models.items() if name]
    notes = []
    for name in configured:
        from rag.models.offered import check_model, model_for

        try:
            check_model(name, settings)
        except ModelError as error:
            notes.append(f"{name} cannot be used: {error}.")
        else:
            return GenerativeWriter(model_for(name, settings)), notes
    return ExtractiveWriter(), [*notes, "The extractive writer answered instead."] if notes else []
