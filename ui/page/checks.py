"""What the check of a draft found, as HTML and as text to take along."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checking import Checked, CheckedDraft, Layer, Status
from rag.checking.exports import EXPORTS, STATUS_WORDS, exported
from ui.page.render import VERDICT_WORDS, html

__all__ = ["attached", "checked_draft", "note", "plain_text", "reasons"]

COMPARED = (
    "Each sentence is held against the abstracts of the papers that it cites or names, else against the nearest ones: "
    "a small model reads it beside their nearest sentences, and figures, years and names must be there. A language "
    "model may be asked too. That finds slips; it is no proof that a sentence is true or false, and says nothing about "
    "what only the body of a paper holds. Of sentences in other words it judges about three in ten wrongly."
)
"""What the check can and cannot tell."""

_SUFFIXES = {"latex": "tex", "markdown": "md", "text": "txt"}
"""By which a draft of no name is called in what is downloaded."""

_OPEN = frozenset({Status.PARTIAL, Status.UNSUPPORTED, Status.UNCITED, Status.UNKNOWN})
"""Results that are shown with their reasons at once; the others when they are opened."""


def note() -> str:
    """What the check compares, and that it proves nothing."""
    return html("note.html", text=COMPARED)


def attached(bibliographies: Sequence[str], problem: str = "") -> str:
    """The button that opens files, the bibliographies that were opened, and why a file could not be."""
    return html("attached.html", bibliographies=bibliographies, problem=problem)


def checked_draft(checked: CheckedDraft) -> str:
    """Each sentence with its verdict; with the reasons, the evidence and who says it instead, to be opened."""
    counts = checked.counts()
    left_out = [one for one in checked.sentences if one.status is Status.SKIPPED]
    return html(
        "checked.html",
        sentences=[(one, one.status in _OPEN, reasons(one)) for one in checked.sentences if one not in left_out],
        left_out=left_out,
        total=len(checked.sentences),
        counts=[(status, counts[status]) for status in counts if counts[status]],
        said=STATUS_WORDS,
        notes=checked.notes,
        judge=checked.judge,
        copied=plain_text(checked),
        exports={form: exported(checked, form, f"draft.{_SUFFIXES[checked.format]}") for form in EXPORTS},
    )


def reasons(one: Checked) -> list[str]:
    """Why a sentence is not supported, what it cites that is not here, and what each layer says where they differ."""
    found = [] if one.status is Status.UNCITED and one.suggestion else list(one.problems)
    found += [said for said in one.unknown if said not in found]
    own, judge = _layers(one)
    if judge is not None and judge.error is not None:
        found.append(f"only the small model checked this: {judge.error}")
    elif judge is not None and own is not None and judge.verdict is not None and judge.verdict != own.verdict:
        said = [f"{layer.name}: {VERDICT_WORDS[layer.verdict]}" for layer in (judge, own) if layer.verdict]
        found.append("; ".join(said))
    return found


def plain_text(checked: CheckedDraft) -> str:
    """The result as text, in the order of the draft, without what was not checked."""
    return "\n\n".join(_plain(one) for one in checked.sentences if one.status is not Status.SKIPPED)


def _layers(one: Checked) -> tuple[Layer | None, Layer | None]:
    """The checker and the judge."""
    own = [layer for layer in one.layers if layer.name == "checker"]
    judges = [layer for layer in one.layers if layer.name != "checker"]
    return next(iter(own), None), next(iter(judges), None)


def _plain(one: Checked) -> str:
    lines = [f"{STATUS_WORDS[one.status].capitalize()}: {one.claim}"]
    lines += [f"    – {reason}" for reason in reasons(one)]
    if one.paper is not None and not (one.status is Status.UNCITED and one.suggestion):
        lines.append(f"    {one.paper.title}" + (f": “{one.evidence}”" if one.evidence else ""))
    if one.suggestion is not None:
        lines.append(f"    → {one.suggestion.text}: {one.suggestion.paper.title}: “{one.suggestion.evidence}”")
    return "\n".join(lines)
