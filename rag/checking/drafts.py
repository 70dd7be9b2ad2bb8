"""A whole draft: the papers that its citations mean, and each sentence held against them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence

from rag.checking.checked import Checked, CheckedDraft, Status, Suggestion
from rag.checking.claims import CANDIDATES, NOTHING, check_against, check_uncited, suggest
from rag.checking.layers import Examiner
from rag.checking.shelf import Shelf
from rag.drafts import Cite, DraftSentence, DraftText, Reference
from rag.drafts.blocks import without
from rag.drafts.library import reference_of
from rag.text.naming import own_names, speaks_of
from rag.text.pronouns import goes_on, spelled_out
from rag.types import Paper, Verdict

__all__ = ["check_draft"]

OWN_WORK = "about the draft's own work"
TOO_GENERAL = "it is too general to be traced to one paper"
TOO_LONG = "too long for a sentence"
_MOST_CHARS = 5_000
"""Longer sentences are none: what is meant is a table or a dump without punctuation. The longest of the 91 abstracts in
the box has 700 characters."""
_OWN_WORK = re.compile(
    r"\b(?:we|our|ours|us|I|my)\b|\b(?:this|the present|the current) (?:paper|work|survey|thesis)\b", re.IGNORECASE
)
_TITLE_CHARS = 100

Progress = Callable[[int, int], None]
"""Told how many sentences are done, and of how many."""


@dataclasses.dataclass(frozen=True)
class _Resolved:
    """What the citations of a sentence lead to."""

    papers: tuple[Paper, ...] = ()
    unknown: tuple[str, ...] = ()
    """What is not in the collection, in words."""
    astray: tuple[Cite, ...] = ()
    """Numbers and names with years where the draft has no list that says what they mean."""
    titles: tuple[str, ...] = ()
    """Titles and ids in the words of the sentence that lead to papers: no part of what it claims."""


class _Citations:
    """Finds the papers that citations of one draft mean."""

    def __init__(self, references: Mapping[str, Reference], shelf: Shelf) -> None:
        self._references = references
        self._shelf = shelf
        self._numbered = any(key.isdigit() for key in references)

    def resolve(self, cites: Sequence[Cite]) -> _Resolved:
        papers: list[Paper] = []
        unknown: list[str] = []
        astray: list[Cite] = []
        titles: list[str] = []
        for cite in cites:
            ident = self._shelf.library().paper_of(cite, self._references)
            paper = self._shelf.get(ident) if ident is not None else None
            if paper is not None:
                papers.append(paper)
                titles += [cite.key] if cite.kind in ("title", "id") else []
            elif self._astray(cite):
                astray.append(cite)
            elif words := self._missing(cite):
                unknown.append(words)
        return _Resolved(tuple(dict.fromkeys(papers)), tuple(dict.fromkeys(unknown)), tuple(astray), tuple(titles))

    def _astray(self, cite: Cite) -> bool:
        if cite.kind == "number":
            return not self._numbered
        return cite.kind == "author" and not self._references

    def _missing(self, cite: Cite) -> str:
        """What is to be said of a citation that leads to no paper; empty: it is none."""
        reference = reference_of(cite, self._references)
        if reference is not None:
            said = reference.title or reference.text
            said = said if len(said) <= _TITLE_CHARS else said[:_TITLE_CHARS].rsplit(" ", 1)[0] + " …"
            return f"it cites “{said}”, which is not in this collection"
        if cite.kind in ("arxiv", "doi"):
            return f"it cites {'arXiv:' if cite.kind == 'arxiv' else 'doi:'}{cite.key}, which is not in this collection"
        if cite.kind == "key" and not self._references:
            return f"it cites {cite.key}, and no bibliography says what that is" if cite.certain else ""
        if cite.kind in ("key", "number", "author"):
            return f"it cites {cite.key}, which is not in the draft's list of references"
        return ""


def check_draft(
    draft: DraftText,
    shelf: Shelf,
    examiner: Examiner,
    progress: Progress = lambda done, of: None,
) -> CheckedDraft:
    """Holds each sentence of a draft against the papers that it cites, else those it names, else the nearest.

    Args:
        draft: as it was read.
        shelf: the collection.
        examiner: who judges.
        progress: called after each sentence.
    """
    citations = _Citations(draft.references, shelf)
    checker = _Checker(shelf, examiner)
    done: list[Checked] = []
    astray: list[Cite] = []
    before: _Before | None = None
    for sentence in draft.sentences:
        resolved = citations.resolve(sentence.cites) if sentence.skipped is None else _Resolved()
        astray += resolved.astray
        asked = _asked(sentence, resolved, before)
        checked = checker.check(sentence, asked)
        before = None if sentence.skipped else _Before(sentence, asked, checked.papers)
        done.append(_placed(checked, sentence))
        progress(len(done), len(draft.sentences))
    return CheckedDraft(draft.format, tuple(done), (*draft.notes, *_notes(astray, done)), examiner.judge_name)


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What is held against what."""

    text: str
    """The sentence without titles, a name in place of its *it*."""
    resolved: _Resolved
    """Where it cites nothing and goes on from the sentence before, what that one leads to."""
    basis: str = "cited"
    name: str | None = None
    """The name that was put in; None: none was."""
    remarks: tuple[str, ...] = ()
    """What a reader of the reasons should know of this."""


@dataclasses.dataclass(frozen=True)
class _Before:
    """The sentence before."""

    sentence: DraftSentence
    asked: _Asked
    papers: tuple[Paper, ...]
    """What it was held against."""


def _asked(sentence: DraftSentence, resolved: _Resolved, before: _Before | None) -> _Asked:
    """The sentence by itself, or with what it takes from the one before it in its paragraph."""
    text = without(sentence.text, *resolved.titles)
    if before is None or not goes_on(text):
        return _Asked(text, resolved)
    if (before.sentence.file, before.sentence.paragraph) != (sentence.file, sentence.paragraph):
        return _Asked(text, resolved)
    basis, name, remarks = "cited", None, []
    if not sentence.cites and (before.asked.resolved.papers or before.asked.resolved.unknown):
        resolved, basis = dataclasses.replace(before.asked.resolved, titles=()), "continued"
        remarks.append("it cites nothing itself and was held against what the sentence before it cites")
    names = [name for paper in (*before.papers, *before.asked.resolved.papers) for name in own_names(paper)]
    if found := spelled_out(text, before.asked.text, names):
        text, word, name = found
        remarks.append(f"“{word}” was read as {name}, of which the sentence before it speaks")
    return _Asked(text, resolved, basis, name, tuple(remarks))


class _Checker:
    """Holds single sentences against the collection."""

    def __init__(self, shelf: Shelf, examiner: Examiner) -> None:
        self._shelf = shelf
        self._examiner = examiner

    def check(self, sentence: DraftSentence, asked: _Asked) -> Checked:
        """One sentence with what its citations lead to."""
        if sentence.skipped is not None:
            return _skipped(sentence.skipped)
        if len(asked.text) > _MOST_CHARS:
            return _skipped(TOO_LONG)
        checked = self._held(asked)
        bad = checked.verdict in (Verdict.PARTIAL, Verdict.UNSUPPORTED) and checked.status is not Status.UNCITED
        return dataclasses.replace(checked, problems=(*checked.problems, *asked.remarks)) if bad else checked

    def _held(self, asked: _Asked) -> Checked:
        text, resolved = asked.text, asked.resolved
        near = self._shelf.near(text, CANDIDATES)
        if resolved.papers:
            checked = check_against(text, resolved.papers, near, self._examiner, basis=asked.basis)
            if asked.name and not any(speaks_of(paper, asked.name) for paper in resolved.papers):
                checked = _of_another(checked, asked.name)
            if checked.verdict is Verdict.SUPPORTED or not resolved.unknown:
                return self._suggested(dataclasses.replace(checked, unknown=resolved.unknown), text, near)
        if resolved.unknown:
            suggestion = suggest(text, near, resolved.papers, self._shelf, self._examiner)
            return _unknown(resolved, suggestion)
        checked = check_uncited(text, near, self._examiner)
        if checked.status is not Status.UNCITED:
            return self._suggested(checked, text, near)
        return self._traced(checked, text, near, own=not resolved.astray and bool(_OWN_WORK.search(text)))

    def _suggested(self, checked: Checked, text: str, near: Sequence[Paper]) -> Checked:
        """The result of a sentence that cites or names papers, with the paper that says it instead of them."""
        if checked.verdict is Verdict.SUPPORTED:
            return checked
        suggestion = suggest(text, near, checked.papers, self._shelf, self._examiner)
        return dataclasses.replace(checked, suggestion=suggestion)

    def _traced(self, checked: Checked, text: str, near: Sequence[Paper], *, own: bool) -> Checked:
        """The result of an uncited sentence: with the paper that supports it, or the nearest if it shares enough."""
        telling = checked.paper is not None and self._shelf.telling(text, checked.paper)
        if checked.paper is not None and telling and checked.verdict is Verdict.SUPPORTED:
            return dataclasses.replace(checked, suggestion=Suggestion(checked.paper, checked.evidence))
        suggestion = suggest(text, near, checked.papers, self._shelf, self._examiner)
        if suggestion is not None:
            return dataclasses.replace(checked, suggestion=suggestion)
        if own:
            return _skipped(OWN_WORK)
        if telling:
            return checked
        why = TOO_GENERAL if checked.verdict is Verdict.SUPPORTED else NOTHING
        return Checked(text, Status.UNCITED, problems=(why,))


def _of_another(checked: Checked, name: str) -> Checked:
    """The result of a sentence about a system of which the papers that it cites do not speak."""
    if checked.verdict is Verdict.UNSUPPORTED:
        return checked
    problems = (f"the cited paper does not speak of {name}", *checked.problems)
    return dataclasses.replace(checked, status=Status.UNSUPPORTED, verdict=Verdict.UNSUPPORTED, problems=problems)


def _unknown(resolved: _Resolved, suggestion: Suggestion | None) -> Checked:
    """The result of a sentence that cites papers which are not here: no verdict, but a paper here that supports it."""
    return Checked(
        "",
        Status.UNKNOWN,
        problems=resolved.unknown,
        papers=resolved.papers,
        unknown=resolved.unknown,
        suggestion=suggestion,
    )


def _skipped(why: str) -> Checked:
    return Checked("", Status.SKIPPED, problems=(why,))


def _placed(checked: Checked, sentence: DraftSentence) -> Checked:
    """The result with the sentence as the draft has it, and its lines."""
    return dataclasses.replace(
        checked,
        claim=" ".join(sentence.original.split()),
        line=sentence.line,
        last_line=sentence.last_line,
        file=sentence.file,
    )


def _notes(astray: Sequence[Cite], done: Sequence[Checked]) -> list[str]:
    notes = []
    for kind, shown in (("number", "[{}]"), ("author", "{}")):
        found = list(dict.fromkeys(cite.key for cite in astray if cite.kind == kind))
        if found:
            notes.append(
                f"citations such as {shown.format(found[0])} lead nowhere, as the draft has no list of references: "
                "such sentences were checked as if they cited nothing"
            )
    failed = [one.judge_error for one in done if one.judge_error]
    if failed:
        notes.append(
            f"the judge failed on {len(failed)} sentence{'s' * (len(failed) != 1)}, where the verdict is that of the "
            f"checker alone: {failed[0]}"
        )
    return notes
