"""Running a question set: every turn is asked, every answer measured, crashes are rows of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from evals.cache import AnswerCache
from evals.measuring import Ruler
from evals.questions import Question
from evals.stages import Stage
from rag import Answer, Assistant, PapertrailError

__all__ = ["Ask", "Measured", "asking", "run_questions"]


class Ask(Protocol):
    """Answers the last of the messages of a conversation."""

    def __call__(self, turns: Sequence[str], history: Sequence[Answer]) -> Answer:
        """The answer to ``turns[-1]``; ``history`` holds the answers before it.

        Raises:
            PapertrailError: there is none.
        """


@dataclasses.dataclass(frozen=True)
class Measured:
    """One turn, asked and measured."""

    id: str
    turn: int
    group: str
    question: str
    gold: tuple[str, ...]
    """Titles of the papers that must be cited."""
    answer: Answer | None
    """None when it crashed."""
    error: str | None = None
    values: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """Measures of this turn, 0 to 1 unless their name says otherwise; missing where they make no sense."""
    stage: Stage | None = None
    """The step that failed; None when it crashed or is right."""
    judge_failures: int = 0
    """Sentences that the judge could not judge."""

    @property
    def key(self) -> str:
        """The same for the same turn in every run."""
        return f"{self.id}:{self.turn}"

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        record = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return record | {"values": dict(self.values), "answer": self.answer.to_json() if self.answer else None}


def asking(
    assistant: Assistant, *, model: str = "extractive", retriever: str | None = None, cache: AnswerCache | None = None
) -> Ask:
    """The product as it is asked by a run.

    Args:
        assistant: whom to ask.
        model: who writes.
        retriever: who finds; None takes the settings'.
        cache: where answers are kept between runs; None asks everything anew.
    """
    finder = retriever or assistant.settings.retriever

    def ask(turns: Sequence[str], history: Sequence[Answer]) -> Answer:
        kept = (
            cache if len(history) == len(turns) - 1 else None
        )  # after a failed turn the messages alone say too little
        answer = kept.get(turns, finder) if kept else None
        if answer is None:
            answer = assistant.ask(turns[-1], history=tuple(history), model=model, retriever=finder)
            if kept:
                kept.put(turns, finder, answer)
        return answer

    return ask


def run_questions(
    ask: Ask, questions: Sequence[Question], ruler: Ruler, progress: Callable[[str], None] | None = None
) -> Iterator[Measured]:
    """Asks every turn of every question and measures the answers as they come.

    Args:
        ask: whom to ask.
        questions: what to ask; each is a conversation of its own.
        ruler: measures the answers.
        progress: called with the id of each question done.
    """
    for question in questions:
        history: list[Answer] = []
        for turn in range(len(question.turns)):
            turns = question.turns[: turn + 1]
            what = (question.id, turn, question.group, turns[-1], question.gold[turn])
            try:
                answer = ask(turns, history)
            except PapertrailError as error:
                yield Measured(*what, None, str(error))
                continue
            except Exception as error:  # a defect is a row of its own too, and must not cost the rest of the run
                yield Measured(*what, None, f"{type(error).__name__}: {error}")
                continue
            history.append(answer)
            measured = ruler.measure(answer, question, turn)
            yield Measured(*what, answer, None, measured.values, measured.stage, measured.judge_failures)
        if progress:
            progress(question.id)
