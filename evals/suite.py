"""Running a question set: every turn is asked, every answer measured, crashes are rows of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evals.metrics import citation_scores, facts_found, first_citation_right, invented_citations, verbatim_quotes
from evals.questions import Question
from rag import Answer, Assistant, Paper, PapertrailError

__all__ = ["Measured", "run_questions"]

SHORT_ANSWER_WORDS = 120
LONG_ANSWER_WORDS = 250
"""How much of an answer counts; the longer one for comparisons and lists."""
_LONG = ("compare", "list")


@dataclasses.dataclass(frozen=True)
class Measured:
    """One turn, asked and measured."""

    id: str
    turn: int
    group: str
    answer: Answer | None
    """None when it crashed."""
    error: str | None = None
    values: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """Measures of this turn, 0 to 1 unless their name says otherwise; missing where they make no sense."""

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "id": self.id,
            "turn": self.turn,
            "group": self.group,
            "error": self.error,
            "values": dict(self.values),
            "answer": self.answer.to_json() if self.answer else None,
        }


def run_questions(
    assistant: Assistant,
    questions: Sequence[Question],
    *,
    model: str = "extractive",
    retriever: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Measured]:
    """Asks every turn of every question and measures the answers as they come.

    Args:
        assistant: whom to ask.
        questions: what to ask.
        model: who writes.
        retriever: who finds; None takes the settings'.
        progress: called with the id of each question done.
    """
    papers = {paper.paper_id: paper for paper in assistant.papers()}
    for question in questions:
        history: list[Answer] = []
        for turn, text in enumerate(question.turns):
            try:
                answer = assistant.ask(text, history=tuple(history), model=model, retriever=retriever)
            except PapertrailError as error:
                yield Measured(question.id, turn, question.group, None, str(error))
                continue
            history.append(answer)
            values = _measure(answer, question, turn, papers)
            yield Measured(question.id, turn, question.group, answer, None, values)
        if progress:
            progress(question.id)


def _measure(answer: Answer, question: Question, turn: int, papers: Mapping[str, Paper]) -> dict[str, float]:
    """All measures that make sense for this turn."""
    gold, facts = question.gold[turn], question.facts[turn]
    quotes = verbatim_quotes(answer, papers)
    precision, recall, f1 = citation_scores(answer, gold)
    values = {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "refused": float(answer.refused),
        "invented": float(invented_citations(answer, papers) + answer.removed_keys),
        "words": float(len(answer.text.split())),
    }
    if quotes:
        values["verbatim"] = sum(quotes) / len(quotes)
    if answer.claims:
        values["supported"] = sum(claim.verdict == "supported" for claim in answer.claims) / len(answer.claims)
    if gold:
        values["first"] = float(first_citation_right(answer, gold))
    found = facts_found(answer.text, facts, LONG_ANSWER_WORDS if question.kind in _LONG else SHORT_ANSWER_WORDS)
    if found:
        values["facts"] = 0.0 if answer.refused else sum(found) / len(found)
    right = recall == 1.0 and all(found) and not answer.refused if gold else not answer.citations
    values["right"] = float(right)
    return values
