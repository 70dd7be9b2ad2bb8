"""A whole draft: the papers that its citations mean, and each sentence held against them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from rag.checking.checked import Checked, CheckedDraft, Status, Suggestion
from rag.checking.claims import CANDIDATES, NOTHING, check_against, check_uncited, suggestions
from rag.checking.layers import Examiner
from rag.checking.shelf import Shelf
from rag.drafts import Cite, DraftSentence, DraftText
from rag.drafts.blocks import without
from rag.drafts.library import reference_of
from rag.drafts.reading import A_REFERENCE
from rag.text.naming import own_names, speaks_of
from rag.text.pronouns import goes_on, spelled_out
from rag.text.terms import words
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
_TITLE_SHARE = 0.3
"""Least part of a footnote that the title is where the footnote is a reference: beside it stand authors and a place."""
_LED_IN = "it cites nothing itself and was held against what the words before the list cite"

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

    def __init__(self, draft: DraftText, shelf: Shelf) -> None:
        self._references = draft.references
        self._remarks = draft.remarks
        self._shelf = shelf
        self._numbered = any(key.isdigit() for key in draft.references)

    def resolve(self, cites: Sequence[Cite]) -> _Resolved:
        papers: list[Paper] = []
        unknown: list[str] = []
        astray: list[Cite] = []
        titles: list[str] = []
        for cite in cites:
            ident = self._shelf.library().paper_of(cite, self._references)
            paper = self._shelf.get(ident) if ident is not None else self.of_footnote(f"^{cite.key}")
            if paper is not None:
                papers.append(paper)
                titles += [cite.key] if cite.kind in ("title", "id") else []
            elif self._astray(cite):
                astray.append(cite)
            elif words := self._missing(cite):
                unknown.append(words)
        return _Resolved(tuple(dict.fromkeys(papers)), tuple(dict.fromkeys(unknown)), tuple(astray), tuple(titles))

    def of_footnote(self, key: str | None) -> Paper | None:
        """The paper that a footnote names which nothing else marks as a reference; None: it names none."""
        remark = self._remarks.get(key or "")
        ident = self._shelf.library().referred(remark) if remark else None
        paper = self._shelf.get(ident) if ident is not None else None
        if remark is None or paper is None:
            return None
        return paper if len(words(paper.title)) >= _TITLE_SHARE * len(words(remark.text)) else None

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
    citations = _Citations(draft, shelf)
    checker = _Checker(shelf, examiner)
    done: list[Checked] = []
    astray: list[Cite] = []
    before: _Before | None = None
    lead = _Resolved()
    for sentence in draft.sentences:
        if sentence.skipped is None and citations.of_footnote(sentence.note) is not None:
            sentence = dataclasses.replace(sentence, skipped=A_REFERENCE)
        resolved = citations.resolve(sentence.cites)
        if not sentence.item:
            lead = resolved if sentence.original.rstrip().endswith(":") else _Resolved()
        astray += resolved.astray if sentence.skipped is None else ()
        asked = _asked(sentence, resolved, before, lead)
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


def _asked(sentence: DraftSentence, resolved: _Resolved, before: _Before | None, lead: _Resolved) -> _Asked:
    """The sentence by itself, or with what it takes from the one before it in its paragraph or before its list."""
    text = without(sentence.text, *resolved.titles)
    if sentence.item and not sentence.cites and (lead.papers or lead.unknown):
        return _Asked(text, dataclasses.replace(lead, titles=()), "continued", remarks=(_LED_IN,))
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
            return self._with_suggestions(_unknown(resolved), text, near, resolved.papers)
        checked = check_uncited(text, near, self._examiner)
        if checked.status is not Status.UNCITED:
            return self._suggested(checked, text, near)
        return self._traced(checked, text, near, own=not resolved.astray and bool(_OWN_WORK.search(text)))

    def _suggested(self, checked: Checked, text: str, near: Sequence[Paper]) -> Checked:
        """The result of a sentence that cites or names papers, with the paper that says it instead of them."""
        if checked.verdict is Verdict.SUPPORTED:
            return checked
        return self._with_suggestions(checked, text, near, checked.papers)

    def _with_suggestions(
        self, checked: Checked, text: str, near: Sequence[Paper], held: Sequence[Paper], *more: Suggestion
    ) -> Checked:
        """The result with the paper that says it instead, and all that say it as it stands."""
        found = list(suggestions(text, near, held, self._shelf, self._examiner))
        supporters = (*checked.supporters, *(one for suggestion, one in found if suggestion.told_of is None))
        offered = [*more, *(suggestion for suggestion, _ in found)]
        return dataclasses.replace(checked, suggestion=next(iter(offered), None), supporters=supporters)

    def _traced(self, checked: Checked, text: str, near: Sequence[Paper], *, own: bool) -> Checked:
        """The result of an uncited sentence: with the paper that supports it, or the nearest if it shares enough."""
        telling = checked.paper is not None and self._shelf.telling(text, checked.paper)
        if checked.paper is not None and telling and checked.verdict is Verdict.SUPPORTED:
            own_paper = Suggestion(checked.paper, checked.evidence)
            return self._with_suggestions(checked, text, near, checked.papers, own_paper)
        traced = self._with_suggestions(dataclasses.replace(checked, supporters=()), text, near, checked.papers)
        if traced.suggestion is not None:
            return traced
        if own:
            return _skipped(OWN_WORK)
        if telling:
            return traced
        why = TOO_GENERAL if checked.verdict is Verdict.SUPPORTED else NOTHING
        return Checked(text, Status.UNCITED, problems=(why,))


def _of_another(checked: Checked, name: str) -> Checked:
    """The result of a sentence about a system of which the papers that it cites do not speak."""
    if checked.verdict is Verdict.UNSUPPORTED:
        return checked
    problems = (f"the cited paper does not speak of {name}", *checked.problems)
    return dataclasses.replace(checked, status=Status.UNSUPPORTED, verdict=Verdict.UNSUPPORTED, problems=problems)


def _unknown(resolved: _Resolved) -> Checked:
    """The result of a sentence that cites papers which are not here: no verdict."""
    return Checked(
        "",
        Status.UNKNOWN,
        problems=resolved.unknown,
        papers=resolved.papers,
        unknown=resolved.unknown,
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
        column=sentence.column,
        last_column=sentence.last_column,
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
