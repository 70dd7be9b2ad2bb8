"""A language model alone, with no papers: what a retriever's facts must be better than."""

from __future__ import annotations

import time
from collections.abc import Sequence

from evals.cache import AnswerCache
from evals.measuring import DIRECT
from evals.suite import Ask
from rag import Answer
from rag.errors import UserError
from rag.models.offered import model_for
from rag.settings import Settings

__all__ = ["asking_directly", "check_direct"]

_RULES = (
    "You answer questions about research papers from what you know. Write a few plain sentences with names, numbers "
    "and units, in the language of the question. If you do not know, say so."
)


def check_direct(model: str) -> None:
    """Refuses models that write nothing of their own.

    Raises:
        UserError: it is ``extractive``, or ``auto``, of which a report could not say what it was.
    """
    if model in ("extractive", "auto"):
        raise UserError("direct asks a language model without papers: name it with --model ollama/NAME or openai/NAME")


def asking_directly(model: str, settings: Settings, cache: AnswerCache) -> Ask:
    """The model as it is asked without papers.

    Args:
        model: ``ollama/NAME`` or ``openai/NAME``.
        settings: name the server.
        cache: where answers are kept between runs.
    """
    writer = model_for(model, settings)

    def ask(turns: Sequence[str], history: Sequence[Answer]) -> Answer:
        kept = (
            cache if len(history) == len(turns) - 1 else None
        )  # after a failed turn the messages alone say too little
        answer = kept.get(turns, DIRECT) if kept else None
        if answer is None:
            started = time.perf_counter()
            said = [f"Question: {one.question}\nAnswer: {one.text}\n" for one in history]
            text = writer.complete(_RULES, "\n".join([*said, f"Question: {turns[-1]}"]))
            timings = {"total": round((time.perf_counter() - started) * 1000, 3)}
            answer = Answer(
                turns[-1], text, False, None, (), (), (), writer.name, DIRECT, settings.hash, timings_ms=timings
            )
            if kept:
                kept.put(turns, DIRECT, answer)
        return answer

    return ask
