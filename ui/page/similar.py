"""What else is worth a look: more of a paper, papers that say alike, and questions that an answer leads to."""

from __future__ import annotations

from rag.assistant import Assistant
from rag.errors import PapertrailError
from rag.filters import PaperFilter
from rag.types import Answer, Paper
from ui.page.examples import name_of

__all__ = ["MOST", "further_questions", "more_of", "similar"]

MOST = 5
"""Papers named as similar and sentences named as more of a paper: a screenful of the panel."""


def similar(assistant: Assistant, paper: Paper) -> list[tuple[str, str]]:
    """Id and title of up to ``MOST`` papers that a search for this one finds, itself left out.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    asked = paper.text[: assistant.settings.question_chars]
    hits = assistant.search(asked, MOST + 1, retriever="dense")
    others = [(hit.paper.paper_id, hit.paper.title) for hit in hits if hit.paper.paper_id != paper.paper_id]
    return others[:MOST]


def more_of(assistant: Assistant, paper: Paper, question: str, quote: str) -> list[tuple[str, int | None]]:
    """Up to ``MOST`` other sentences of a paper than ``quote``, those nearest to a question first, and their pages.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    asked = question[: assistant.settings.question_chars]
    hits = assistant.search(asked, 1, filters=PaperFilter(ids=frozenset({paper.paper_id})))
    passages = [one.passage for hit in hits for one in hit.passages]
    others = [(one.text, one.page) for one in passages if one.text not in (quote, paper.title)]
    return others[:MOST]


def further_questions(assistant: Assistant, answer: Answer) -> list[str]:
    """Up to three questions about the papers that an answer cites and the next one found; none after a refusal."""
    if answer.refused or not answer.citations:
        return []
    first, *others = dict.fromkeys([_called(one.title) for one in answer.citations] + _found(assistant, answer))
    asked = [f"What results does {first} report?"]
    if others:
        asked += [f"How does {first} differ from {others[0]}?", f"What is {others[0]} about?"]
    return [question for question in asked if question.casefold() != answer.question.strip().casefold()]


def _found(assistant: Assistant, answer: Answer) -> list[str]:
    """The first papers found that are not cited, as they are called."""
    cited = {one.paper_id for one in answer.citations}
    named: list[str] = []
    for paper_id in [one for one in answer.found if one not in cited][:1]:
        try:
            named.append(_called(assistant.paper(paper_id).title))
        except PapertrailError:  # removed since
            continue
    return named


def _called(title: str) -> str:
    return name_of(title) or f"“{title}”"
