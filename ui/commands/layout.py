"""How papers, hits and answers look in a terminal: wrapped when there is one, whole lines when there is none."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ui.answered_text import ANSWERED_WORDS
from ui.commands.streams import plain

if TYPE_CHECKING:
    from rag.types import Answer, Hit, Paper

__all__ = ["answer_notes", "hit_lines", "paper_lines", "paragraph", "trace_lines", "wrapped_stream"]

_WIDEST: Final = 100
"""Longer lines are hard to read, however wide the terminal is, in characters."""

_SENTENCES_PER_HIT: Final = 2


def _width() -> int | None:
    """Characters in a line of the terminal; None when stdout is a file or a pipe."""
    if not sys.stdout.isatty():
        return None
    return max(20, min(_WIDEST, shutil.get_terminal_size().columns))


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> str:
    """The text as one paragraph, wrapped when there is a terminal; its line breaks become spaces.

    Args:
        text: any text; what would steer the terminal is taken out.
        indent: what the first line begins with.
        hanging: what the other lines begin with; None: ``indent``.
    """
    width = _width()
    text = " ".join(plain(text).split())
    if width is None:
        return indent + text
    further = indent if hanging is None else hanging
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)


def wrapped_stream(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text as they come, with line breaks put in where the terminal ends.

    A word is given out when it is known to be whole.
    """
    width = _width()
    column = 0
    rest = ""
    for piece in pieces:
        if width is None:
            yield plain(piece)
            continue
        *whole, rest = re.split(r"(\s)", rest + plain(piece))
        for part in whole:
            text, column = _placed(part, column, width)
            yield text
    if rest and width is not None:
        yield _placed(rest, column, width)[0]


def _placed(part: str, column: int, width: int) -> tuple[str, int]:
    """A word or a white space, broken to the next line where it must be, and the column after it."""
    if part == "\n":
        return part, 0
    if column + len(part) > width and column:
        return ("\n", 0) if part.isspace() else ("\n" + part, len(part))
    return part, column + len(part)


def paper_lines(papers: Iterable[Paper]) -> Iterator[str]:
    """One line a paper: id, date and title, in columns on a terminal and separated by tabs elsewhere."""
    rows = [(plain(p.paper_id), p.published.isoformat() if p.published else "", plain(p.title)) for p in papers]
    width = _width()
    if width is None:
        yield from ("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
        return
    id_width = max((len(paper_id) for paper_id, _, _ in rows), default=0)
    for paper_id, date, title in rows:
        line = f"{paper_id:<{id_width}}  {date:<10}  {title}"
        yield line if len(line) <= width else line[: width - 1] + "…"


def hit_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """Papers found, best first, each with its best sentences."""
    for rank, hit in enumerate(hits, start=1):
        number = f"{rank}. "
        margin = " " * len(number)
        when = f", {hit.paper.published}" if hit.paper.published else ""
        yield paragraph(f"{hit.paper.title} ({hit.paper.paper_id}{when}; score {hit.score:.3f})", number, margin)
        for scored in hit.passages[:_SENTENCES_PER_HIT]:
            if scored.passage.number > 0:  # sentence 0 is the title, which is there already
                yield paragraph(f"“{scored.passage.text}”", margin + "  ")


def answer_notes(answer: Answer) -> Iterator[str]:
    """What follows the text of an answer: doubts, numbered references or, when it was refused, the nearest papers."""
    if answer.refused:
        yield from _refusal(answer)
    doubted = [claim for claim in answer.claims if claim.verdict != "supported"]
    if doubted:
        yield "\nNot fully supported by what is cited:"
        for claim in doubted:
            why = f" ({'; '.join(claim.problems)})" if claim.problems else ""
            yield paragraph(f"{claim.verdict}: “{claim.text}”{why}", "  ! ", "    ")
    if answer.citations:
        yield "\nReferences"
        for citation in answer.citations:
            number = f"[{citation.marker}] "
            margin = " " * len(number)
            yield paragraph(f"{citation.title} ({citation.where})", number, margin)
            yield paragraph(f"“{citation.quote}”", margin)
            if citation.url:
                yield margin + plain(citation.url)
    if answer.comparison and (table := answer.comparison.to_table()):
        yield "\nSide by side (`papertrail compare` gives the sentence behind each cell)\n"
        yield plain(table)
    if answer.searched and answer.searched != " ".join(answer.question.split()):
        yield paragraph(f"Searched for: {answer.searched}")
    for note in (*_remarks(answer), *answer.remarks):
        yield paragraph(f"Note: {note}")


def trace_lines(answer: Answer) -> str:
    """How the answer came about: each step, indented below it what it was given and found."""
    from ui.trace_text import rows

    lines = []
    for step in answer.trace:
        lines.append(f"{step.name} ({step.ms:.1f} ms)")
        for label, text in rows(step):
            first, *others = text.splitlines()
            lines += (
                [f"  {label}:", *(f"    {line}" for line in (first, *others))] if others else [f"  {label}: {first}"]
            )
    return "\n".join(lines)


def _remarks(answer: Answer) -> Iterator[str]:
    """Whether the question is answered; how many citations were taken out, and why."""
    if answer.answered is not None and not answer.refused:
        yield ANSWERED_WORDS[answer.answered]
    if answer.removed_keys:
        yield f"Citations of passages the model had not been shown, removed: {answer.removed_keys}."
    if answer.dropped_citations:
        yield f"Citations of papers that bear nothing of their sentence out, removed: {answer.dropped_citations}."


def _refusal(answer: Answer) -> Iterator[str]:
    if answer.reason and answer.reason not in answer.text:
        yield paragraph(answer.reason)
    if answer.nearest:
        yield "\nNearest papers"
        for paper_id, title in answer.nearest:
            yield paragraph(f"{title} ({paper_id})", "  - ", "    ")
