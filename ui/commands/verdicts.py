"""How the check of a draft looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ui.commands.layout import paragraph

if TYPE_CHECKING:
    from rag.checking import Checked, CheckedDraft

__all__ = ["draft_lines"]

_SIGNS: Final = {
    "supported": "ok",
    "partial": "partly",
    "unsupported": "no",
    "uncited": "uncited",
    "unknown": "unknown",
}
_COUNTED: Final = {
    "supported": "supported",
    "partial": "partly supported",
    "unsupported": "not supported",
    "uncited": "uncited",
    "unknown": "citing what is not here",
    "skipped": "not checked",
}
_MARGIN: Final = 8
_SHOWN_CHARS: Final = 60


def draft_lines(checked: CheckedDraft) -> Iterator[str]:
    """Each sentence with its verdict, reasons and evidence; then what was not checked, and the numbers."""
    width = max((len(_place(one)) for one in checked.sentences), default=1)
    for one in checked.sentences:
        if one.status != "skipped":
            yield from _sentence(one, width)
    skipped = list(_skipped(checked, width))
    if skipped:
        yield "Not checked"
        yield from skipped
        yield ""
    for note in checked.notes:
        yield paragraph(f"Note: {note}", "", "      ")
    yield paragraph(_summary(checked))


def _sentence(one: Checked, width: int) -> Iterator[str]:
    margin = " " * (width + 2 + _MARGIN + 1)
    yield paragraph(one.claim, f"{_place(one):>{width}}  {_SIGNS[one.status]:<{_MARGIN}} ", margin)
    for said in _reasons(one):
        yield paragraph(said, f"{margin}- ", f"{margin}  ")
    if one.paper is not None and (one.status != "uncited" or one.suggestion is None):
        yield paragraph(f"{one.paper.title} ({one.paper.paper_id})", margin)
        yield paragraph(f"“{one.evidence}”", margin)
    if len(one.supporters) > 1:
        papers = ", ".join(f"{supporter.paper.title} ({supporter.paper.paper_id})" for supporter in one.supporters)
        yield paragraph(f"borne out by each of: {papers}", f"{margin}- ", f"{margin}  ")
    if one.suggestion is not None:
        paper = one.suggestion.paper
        yield paragraph(one.suggestion.text, f"{margin}→ ", f"{margin}  ")
        yield paragraph(f"{paper.title} ({paper.paper_id})", f"{margin}  ")
        yield paragraph(f"“{one.suggestion.evidence}”", f"{margin}  ")
    yield ""


def _place(one: Checked) -> str:
    """The line in which a sentence begins, with its file where that is not the draft itself."""
    return f"{one.file}:{one.line}" if one.file else f"{one.line}"


def _reasons(one: Checked) -> Iterator[str]:
    """Why the sentence is not supported, what each layer says where they differ, what it cites that is not here."""
    yield from one.problems if one.status != "uncited" or one.suggestion is None else ()
    yield from (said for said in one.unknown if said not in one.problems)
    judge = next((layer for layer in one.layers if layer.name != "checker"), None)
    own = next((layer for layer in one.layers if layer.name == "checker"), None)
    if judge is not None and judge.error is not None:
        yield f"only the small model checked this: {judge.error}"
    elif judge is not None and own is not None and judge.verdict != own.verdict:
        yield f"{judge.name}: {judge.verdict}; checker: {own.verdict}"


def _skipped(checked: CheckedDraft, width: int) -> Iterator[str]:
    """One line for each piece, or for neighbours that are left out for the same reason."""
    groups: list[list[Checked]] = []
    for one in checked.sentences:
        if one.status != "skipped":
            groups.append([])
        elif groups and groups[-1] and (groups[-1][-1].problems, groups[-1][-1].file) == (one.problems, one.file):
            groups[-1].append(one)
        else:
            groups.append([one])
    for pieces in filter(None, groups):
        first, last = pieces[0].line, pieces[-1].last_line
        lines = f"{_place(pieces[0]):>{width}}" + ("" if first == last else f"-{last}")
        text = pieces[0].claim if len(pieces[0].claim) <= _SHOWN_CHARS else pieces[0].claim[: _SHOWN_CHARS - 2] + " …"
        yield paragraph(text, f"{lines}  {pieces[0].problems[0]}: ", " " * (width + 2))


def _summary(checked: CheckedDraft) -> str:
    counts = checked.counts()
    total = len(checked.sentences)
    parts = [f"{counts[status]} {_COUNTED[status]}" for status in counts if counts[status]]
    who = f"the small model and {checked.judge}" if checked.judge else "the small model alone"
    return f"{total} sentence{'s' * (total != 1)}: {', '.join(parts)} (checked by {who})"
