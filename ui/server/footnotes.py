"""An answer as one Markdown text with its citations below, and what such a text leads back to."""

from __future__ import annotations

import re
from typing import Final

from rag.assistant import Assistant
from rag.errors import UnknownPaperError
from rag.tables import markdown_text
from rag.types import Answer, Citation, Usage, Verdict

__all__ = ["AFTER_CHECK", "footnotes", "read_back"]

AFTER_CHECK: Final = "\n\nAfter the check:\n\n"
"""Stands between what was streamed and the checked text, where the two differ."""

_NOTE: Final = re.compile(r"- \[(\d+)\] .* \(([^\n]*?)(?:, p\\?\. \d+)?\): “(.*)”")
_ESCAPED: Final = re.compile(r"\\([^\w\s])")
_REFERENCES: Final = "\n\nReferences\n\n"
_NEAREST: Final = "\n\nNearest papers\n\n"


def footnotes(answer: Answer) -> str:
    """What stands below the text: a line for each citation with its sentence, or the nearest papers; may be empty."""
    lines = []
    if answer.citations:
        lines = [
            f"- [{one.marker}] {_linked(one.title, one.url)} ({markdown_text(one.where)}): “{markdown_text(one.quote)}”"
            for one in answer.citations
        ]
        return _REFERENCES + "\n".join(lines)
    lines = [f"- {markdown_text(title)} ({markdown_text(paper_id)})" for paper_id, title in answer.nearest]
    return _NEAREST + "\n".join(lines) if lines else ""


def read_back(question: str, text: str, assistant: Assistant) -> Answer:
    """The answer that ``text`` was, as far as its footnotes tell: what another question may lean on.

    A citation whose paper has gone, or no longer holds the sentence, is left out.
    """
    body, _, notes = text.partition(_REFERENCES)
    citations = [cited for line in notes.splitlines() if (cited := _citation(line, assistant))]
    refused = not notes and _NEAREST in text
    return Answer(
        question=question,
        text=body.rpartition(AFTER_CHECK)[2].partition(_NEAREST)[0],
        refused=refused,
        reason=None,
        citations=tuple(citations),
        claims=(),
        nearest=(),
        model="",
        retriever="",
        settings_hash="",
        usage=Usage(),
        found=tuple(dict.fromkeys(cited.paper_id for cited in citations)),
    )


def _citation(line: str, assistant: Assistant) -> Citation | None:
    note = _NOTE.fullmatch(line.strip())
    if note is None:
        return None
    try:
        paper = assistant.paper(_plain(note[2]))
    except UnknownPaperError:
        return None
    place = re.search(r"\s+".join(map(re.escape, _plain(note[3]).split())), paper.text)
    if place is None or not place[0]:
        return None
    marker, start, end = int(note[1]), *place.span()
    return Citation(
        marker,
        paper.paper_id,
        paper.title,
        paper.url,
        place[0],
        start,
        end,
        Verdict.SUPPORTED,
        0.0,
        paper.page_at(start),
    )


def _plain(text: str) -> str:
    """The inverse of ``markdown_text`` for a text that has one line and no doubled blanks."""
    return _ESCAPED.sub(r"\1", text.replace("&lt;", "<").replace("&amp;", "&"))


def _linked(title: str, url: str | None) -> str:
    return f"[{markdown_text(title)}](<{url}>)" if url else markdown_text(title)
