"""Checking a question set or a claim set against its collection before its numbers are believed."""

from __future__ import annotations

import collections
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.claims import holds_claims, read_claim
from evals.questions import COMPLEXITY, Question, read_question
from rag.errors import SourceError
from rag.types import Paper

__all__ = ["KINDS", "check_set"]

KINDS = ("factual", "compare", "list", "dialog", "meta", "unanswerable", "injection", "smalltalk")
STYLES = ("named", "keywords", "described", "riddle")
_WITHOUT_GOLD = ("unanswerable", "smalltalk")
"""Kinds whose right answer cites nothing."""


def check_set(path: Path, papers: Sequence[Paper]) -> list[str]:
    """What is wrong with a set, each in a sentence with its line; empty when it can be measured with.

    Reported are lines that are no items, ids and questions that come twice, kinds and styles that the report does not
    know, titles that no paper has, facts that can never be found or stand in no paper that must be cited, and evidence
    of claims that stands in none of the papers they cite.

    Args:
        path: the set, JSON lines; of claims when its first line has a claim.
        papers: the collection that it is over.

    Raises:
        SourceError: the file cannot be read or is empty.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{str(path)!r} cannot be read ({error.strerror}); name a question set") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{str(path)!r} is not a text in UTF-8; name a question set") from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise SourceError(f"{str(path)!r} is empty; see evals/README.md for what a set holds")
    by_title = {paper.title: paper for paper in papers}
    check = _claims if holds_claims(path) else _questions
    found = sorted(check(lines, by_title))
    return [f"line {number}: {sentence}" for number, sentence in found]


def _questions(lines: Iterable[tuple[int, str]], papers: Mapping[str, Paper]) -> Iterator[tuple[int, str]]:
    places: dict[str, list[int]] = collections.defaultdict(list)
    for number, line in lines:
        try:
            item = read_question(line, "it")
        except SourceError as error:
            yield number, str(error)
            continue
        places[f"the id {item.id!r}"].append(number)
        places[f"the question {' / '.join(item.turns)!r}"].append(number)
        yield from ((number, sentence) for sentence in _wrong_with(item, papers))
    yield from _repeated(places)


def _wrong_with(item: Question, papers: Mapping[str, Paper]) -> Iterator[str]:
    if item.kind not in KINDS:
        yield f"the kind {item.kind!r} is none of {', '.join(KINDS)}"
    if item.style and item.style not in STYLES:
        yield f"the style {item.style!r} is none of {', '.join(STYLES)}"
    if item.linked is not None and item.linked not in COMPLEXITY:
        yield f"linked is {item.linked}; a question links {', '.join(map(str, COMPLEXITY))} facts"
    if item.kind in _WITHOUT_GOLD and any(item.gold):
        yield f"a question of the kind {item.kind!r} must name no paper"
    if item.kind not in (*_WITHOUT_GOLD, "injection", "dialog") and not all(item.gold):
        yield f"a question of the kind {item.kind!r} must name the papers to cite"
    for gold, facts in zip(item.gold, item.facts, strict=True):
        yield from _unknown(gold, papers)
        texts = [_haystack(papers[title]) for title in gold if title in papers]
        for fact in facts:
            yield from _wrong_fact(fact, texts if item.kind != "meta" else [])


def _wrong_fact(fact: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    if any(spelling != spelling.lower() for spelling in fact):
        yield f"the fact {' / '.join(fact)!r} has capitals and is never found; write it in small letters"
    elif not any(spelling.strip() for spelling in fact):
        yield "a fact is empty; leave it out"
    elif texts and not any(spelling in text for spelling in fact for text in texts):
        yield f"the fact {' / '.join(fact)!r} stands in no paper that must be cited"


def _unknown(titles: Iterable[str], papers: Mapping[str, Paper]) -> Iterator[str]:
    for title in titles:
        if title not in papers:
            near = difflib.get_close_matches(title, papers, n=1)
            yield f"no paper has the title {title!r}" + (f"; is {near[0]!r} meant?" if near else "")


def _haystack(paper: Paper) -> str:
    """Everything of a paper in which a fact may stand, in small letters."""
    record = [paper.organisation, paper.venue, paper.published and paper.published.isoformat(), paper.author_count]
    return " ".join([paper.text, *map(str, filter(None, record)), *paper.authors, *paper.code_urls]).lower()


def _claims(lines: Iterable[tuple[int, str]], papers: Mapping[str, Paper]) -> Iterator[tuple[int, str]]:
    places: dict[str, list[int]] = collections.defaultdict(list)
    for number, line in lines:
        try:
            claim = read_claim(line, "it")
        except SourceError as error:
            yield number, str(error)
            continue
        places[f"the id {claim.id!r}"].append(number)
        places[f"the claim {claim.claim!r}"].append(number)
        yield from ((number, sentence) for sentence in _unknown(claim.cites, papers))
        if not claim.cites:
            yield number, "the claim cites nothing"
        cited = [papers[title] for title in claim.cites if title in papers]
        texts = [" ".join(text.split()) for paper in cited for text in (paper.text, paper.original)]
        if claim.evidence and texts and not any(" ".join(claim.evidence.split()) in text for text in texts):
            yield number, f"the evidence {claim.evidence!r} stands in no paper that the claim cites"
    yield from _repeated(places)


def _repeated(places: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, str]]:
    for what, numbers in places.items():
        for number in numbers[1:]:
            yield number, f"{what} stands in line {numbers[0]} too"
