"""The turns of one conversation, and what a visitor takes along of them."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Sequence

from rag.tables import markdown_text
from rag.types import Answer, Citation, Paper

__all__ = ["Turn", "answers", "file_name", "markdown", "note", "note_of", "plain_text", "renumbered"]

_MARKER = re.compile(r"\[(\d+)\]")
_ESCAPED_MARKER = re.compile(r"\\\[(\d+)\\\]")


@dataclasses.dataclass(frozen=True)
class Turn:
    """One question and what came of it: an answer, a failure, or what was written before it was stopped."""

    question: str
    answer: Answer | None = None
    """``None`` when it failed or was stopped."""
    failure: str | None = None
    """Why there is no answer, in one sentence; ``None`` when nothing went wrong."""
    partial: str = ""
    """What had been written when it was stopped; unchecked."""
    without: tuple[str, ...] = ()
    """How it was not to be read, see :attr:`rag.types.Answer.readings`."""
    limits: tuple[tuple[str, str], ...] = ()
    """What was set beside it to limit the papers: the name of each setting, and what it says."""

    @functools.cached_property
    def shown(self) -> Answer | None:
        """The answer with its citations numbered from 1 in the order of its text, as the page shows it.

        The answer itself goes on with the numbers of those before, so that a follow-up may speak of them.
        """
        return renumbered(self.answer) if self.answer else None


def answers(turns: tuple[Turn, ...]) -> list[Answer]:
    """The answers given so far, oldest first, as the history of a follow-up question."""
    return [turn.answer for turn in turns if turn.answer is not None]


def renumbered(answer: Answer) -> Answer:
    """The same with its citations numbered from 1: those of the text in its order, then the others."""
    known = sorted(citation.marker for citation in answer.citations)
    said = [number for match in _MARKER.finditer(answer.text) if (number := int(match[1])) in known]
    new = {old: number for number, old in enumerate(dict.fromkeys([*said, *known]), start=1)}

    def text(old: str) -> str:
        return _MARKER.sub(lambda match: f"[{new[int(match[1])]}]" if int(match[1]) in new else match[0], old)

    claims = (
        dataclasses.replace(claim, text=text(claim.text), markers=tuple(new.get(old, old) for old in claim.markers))
        for claim in answer.claims
    )
    citations = (dataclasses.replace(citation, marker=new[citation.marker]) for citation in answer.citations)
    return dataclasses.replace(answer, text=text(answer.text), claims=tuple(claims), citations=tuple(citations))


def plain_text(turn: Turn) -> str:
    """The answer followed by its numbered references with the sentences quoted, for pasting into a text."""
    answer = turn.shown
    if answer is None:
        return turn.failure or turn.partial
    lines = [answer.text]
    if answer.citations:
        lines += ["", "References"]
    for citation in _by_number(answer):
        place = f" {citation.url}" if citation.url else ""
        lines.append(f"[{citation.marker}] {citation.title} ({citation.where}).{place}\n    “{citation.quote}”")
    return "\n".join(lines)


def file_name(turns: Sequence[Turn]) -> str:
    """The words of its first question, 60 characters at most, as the name of a file; ``conversation`` without any."""
    words = re.findall(r"\w+", turns[0].question.casefold()) if turns else []
    name = "-".join(words)
    return (name[:60].rpartition("-")[0] or name[:60]) if len(name) > 60 else name or "conversation"


def _by_number(answer: Answer) -> list[Citation]:
    """Its citations in the order of their numbers, which in a later turn is not that of its sentences."""
    return sorted(answer.citations, key=lambda citation: citation.marker)


def markdown(turns: Sequence[Turn]) -> str:
    """The conversation as Markdown: each question a heading, the citations of each answer its footnotes.

    The footnotes of the second turn are ``[^2-1]``, ``[^2-2]`` ... Nothing that a paper or a model wrote is markup in
    it; the empty string for no turns.
    """
    return "\n".join(block for number, turn in enumerate(turns, start=1) for block in _blocks(turn, number))


def note(turn: Turn) -> str:
    """An answer as the notebook of the browser keeps it: JSON with Markdown, papers, and what a rating needs."""
    answer = turn.shown
    if answer is None:
        return ""
    titles = dict((citation.paper_id, citation.title) for citation in _by_number(answer))
    kept = {
        "head": turn.question,
        "markdown": markdown([turn]),
        "papers": list(titles),
        "titles": list(dict.fromkeys(titles.values())),
        "question": answer.searched or turn.question,
        "kind": "unanswerable" if answer.refused else "compare" if answer.comparison else "factual",
    }
    return json.dumps(kept, ensure_ascii=False)


def note_of(paper: Paper, quote: str) -> str:
    """A sentence of a paper, or for the empty string the paper itself, as the notebook keeps it; see :func:`note`."""
    place = f"{paper.paper_id}, {paper.url}" if paper.url else paper.paper_id
    said = f"> {markdown_text(' '.join(quote.split()))}\n\n" if quote else ""
    text = f"## {markdown_text(paper.title)}\n\n{said}- {markdown_text(paper.title)} ({markdown_text(place)})\n"
    return json.dumps({"head": quote or paper.title, "markdown": text, "papers": [paper.paper_id]}, ensure_ascii=False)


def _place(citation: Citation) -> str:
    return f"{citation.where}, {citation.url}" if citation.url else citation.where


def _blocks(turn: Turn, number: int) -> list[str]:
    answer = turn.shown
    blocks = [f"## {markdown_text(turn.question)}\n"]
    if answer is None:
        told = [turn.partial, turn.failure or "Stopped; what was written has not been checked."]
        return blocks + [f"{markdown_text(text)}\n" for text in told if text]
    known = {citation.marker for citation in answer.citations}

    def footnote(match: re.Match[str]) -> str:
        return f"[^{number}-{match[1]}]" if int(match[1]) in known else match[0]

    lines = [markdown_text(line) for line in answer.text.splitlines() if line.strip()]
    blocks += [f"{_ESCAPED_MARKER.sub(footnote, line)}\n" for line in lines]
    if answer.comparison is not None:
        blocks.append(answer.comparison.to_table())
    blocks += [f"Note: {markdown_text(note)}\n" for note in answer.remarks]
    blocks += [
        f"[^{number}-{c.marker}]: {markdown_text(c.title)} ({markdown_text(_place(c))}), "
        f"{c.verdict}: “{markdown_text(c.quote)}”\n"
        for c in _by_number(answer)
    ]
    return blocks
