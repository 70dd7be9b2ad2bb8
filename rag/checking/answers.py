"""Checking a whole answer: its sentences, the markers that end them, and a verdict on each."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

from rag.checking.judge import NO_SOURCE, Checker, Judgement
from rag.checking.reading import read
from rag.text.naming import own_names, speaks_of
from rag.text.pronouns import spelled_out
from rag.text.sentences import split_sentences
from rag.types import Citation, Claim, Paper, Passage, Verdict

__all__ = ["check"]

_MARKER = re.compile(r"[ \t]*\[(\d+)\]")
"""One number: ``[0, 1]`` is an interval of the text."""
_BULLET = re.compile(r"\s*(?:(?:[-*+•]|\d{1,2}[.)])\s+|>\s*)*")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|[*_]{2}[^*_]+[*_]{2}:?\s*$|[|:=\s-]+$)")
_VERBATIM = 0.9
"""Share of its words from which on an unmarked sentence belongs to the quotation that the next marker ends."""
_CLAIMING_WORDS = 2
_FRAMING = frozenset(
    {"abstract", "answer", "articl", "ask", "collect", "evid", "excerpt", "follow", "found", "inform"}
) | {*("mention", "paper", "passag", "provid", "question", "quot", "say", "sentenc", "sourc", "summari", "tell")}
"""Stems of words with which an answer speaks of itself and of its papers rather than of what they found."""
_ORDER = [Verdict.UNSUPPORTED, Verdict.PARTIAL, Verdict.SUPPORTED]


@dataclasses.dataclass(frozen=True)
class _Sentence:
    """One sentence of an answer."""

    text: str
    """As it stands there, but for the markers and the space before them."""
    markers: tuple[int, ...]
    place: tuple[int, int] = (0, 0)
    """The number of its line in the answer, and its own in that line."""


@dataclasses.dataclass(frozen=True)
class _Before:
    """The sentence before, as it was understood."""

    text: str
    place: tuple[int, int]
    names: tuple[str, ...]
    """What the papers that it cites call their own systems."""


def check(
    text: str, cited: Sequence[Passage], papers: Mapping[str, Paper], checker: Checker
) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """Judges each sentence of an answer by what it cites.

    A marker belongs to the sentence it stands in or follows. A sentence without one is unsupported, unless it claims
    nothing (a heading, a question, "Here is what the papers say:") or begins a quotation that the next marker ends.
    A number that leads to no passage is a problem of its sentence, which is then unsupported. A sentence about *it* is
    also read with the name that the sentence before it speaks of, and gets the worse verdict, unless it is quoted.

    Args:
        text: the answer with markers ``[n]``; lists and headings may be Markdown.
        cited: the passage behind each marker: marker n is ``cited[n - 1]``.
        papers: by id at least those of ``cited``; one of the others may be the one that was meant.
        checker: who judges.

    Returns:
        The claims in the order of the text, and one citation for each marker used, by number, with the best verdict
        of the claims that use it; its score is the share of such a claim's wording that the quote has.

    Raises:
        KeyError: the paper of a passage is not among ``papers``.
    """
    claims: list[Claim] = []
    uses: dict[int, list[tuple[Verdict, float]]] = {}
    before: _Before | None = None
    sentences = list(_sentences(text, cited))
    each = [tuple(number for number in one.markers if 0 < number <= len(cited)) for one in sentences]
    asked = [(one.text, _papers(known, cited, papers)) for one, known in zip(sentences, each, strict=True)]
    found = checker.judge_each(asked, tuple(papers.values()))
    for sentence, known, plain in zip(sentences, each, found, strict=True):
        judgement = _with_astray(plain, sentence, known)
        meant = _meant(sentence, before)
        if meant is not None:
            judgement = _worse(judgement, meant, sentence, known, cited, papers, checker)
        own = tuple(name for number in known for name in own_names(papers[cited[number - 1].paper_id]))
        before = _Before(meant[0] if meant else sentence.text, sentence.place, own)
        claims.append(Claim(sentence.text, known, judgement.verdict, judgement.problems))
        for number in known:
            passage = cited[number - 1]
            share = _share(sentence.text, passage)
            uses.setdefault(number, []).append((judgement.verdict, share))
    return tuple(claims), tuple(_citation(number, uses[number], cited, papers) for number in sorted(uses))


def _papers(known: Sequence[int], cited: Sequence[Passage], papers: Mapping[str, Paper]) -> list[Paper]:
    return [papers[paper_id] for paper_id in dict.fromkeys(cited[number - 1].paper_id for number in known)]


def _with_astray(judgement: Judgement, sentence: _Sentence, known: Sequence[int]) -> Judgement:
    """The same, unsupported where a number leads to nothing."""
    astray = [number for number in sentence.markers if number not in known]
    if not astray:
        return judgement
    problems = tuple(f"[{number}] leads to no source" for number in astray)
    kept = tuple(problem for problem in judgement.problems if problem != NO_SOURCE)
    return Judgement(Verdict.UNSUPPORTED, 0.0, problems + kept, judgement.evidence)


def _meant(sentence: _Sentence, before: _Before | None) -> tuple[str, str, str] | None:
    """The sentence with a name for its *it*, that word and the name; None where there is none."""
    if before is None or sentence.place != (before.place[0], before.place[1] + 1):
        return None
    return spelled_out(sentence.text, before.text, before.names)


def _worse(
    judgement: Judgement,
    meant: tuple[str, str, str],
    sentence: _Sentence,
    known: Sequence[int],
    cited: Sequence[Passage],
    papers: Mapping[str, Paper],
    checker: Checker,
) -> Judgement:
    """The verdict on the sentence as it is meant, where that is worse and it does not merely quote what it cites."""
    text, word, name = meant
    said = read(sentence.text).words
    if any(_stands_in(said, cited[number - 1]) for number in known):
        return judgement
    other = _with_astray(checker.judge(text, _papers(known, cited, papers), tuple(papers.values())), sentence, known)
    if known and not any(speaks_of(papers[cited[number - 1].paper_id], name) for number in known):
        problem = f"the cited paper does not speak of {name}"
        other = dataclasses.replace(other, verdict=Verdict.UNSUPPORTED, problems=(problem, *other.problems))
    if _ORDER.index(other.verdict) >= _ORDER.index(judgement.verdict):
        return judgement
    remark = f"“{word}” was read as {name}, of which the sentence before it speaks"
    return dataclasses.replace(other, problems=(*other.problems, remark))


def _share(text: str, passage: Passage) -> float:
    """How much of the wording of ``text`` the passage has, 0 to 1."""
    said = read(text).stems
    return round(len(said & read(passage.text).stems) / max(1, len(said)), 3)


def _citation(
    number: int, uses: Sequence[tuple[Verdict, float]], cited: Sequence[Passage], papers: Mapping[str, Paper]
) -> Citation:
    verdict, score = max(uses, key=lambda use: (_ORDER.index(use[0]), use[1]))
    passage = cited[number - 1]
    paper = papers[passage.paper_id]
    return Citation(
        number,
        paper.paper_id,
        paper.title,
        paper.url,
        passage.text,
        passage.start,
        passage.end,
        verdict,
        score,
        passage.page,
    )


def _sentences(text: str, cited: Sequence[Passage]) -> Iterator[_Sentence]:
    """The sentences that claim something."""
    for number, line in enumerate(text.splitlines()):
        plain, markers = _without_markers(line)
        found: list[_Sentence] = []
        spans = split_sentences(plain)
        for place, (start, end) in enumerate(spans):
            after = spans[place + 1][0] if place + 1 < len(spans) else len(plain) + 1
            before = start if place else 0
            own = [marker for position, marker in markers if before < position <= max(end, after - 1)]
            own += [marker for position, marker in markers if place == 0 and position == 0]
            found.append(_Sentence(plain[start:end], tuple(dict.fromkeys(own)), (number, place)))
        for sentence in _quoted(found, cited):
            if sentence.markers or not _HEADING.match(line) and _claims(sentence.text):
                yield sentence


def _without_markers(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The line without bullet and markers, and for each marker where it stood in what is left."""
    start = _BULLET.match(line).end()  # type: ignore[union-attr] # the pattern matches the empty string
    plain = ""
    markers: list[tuple[int, int]] = []
    for match in _MARKER.finditer(line, start):
        plain += line[start : match.start()]
        markers.append((len(plain), int(match[1])))
        start = match.end()
    return plain + line[start:], markers


def _quoted(sentences: Sequence[_Sentence], cited: Sequence[Passage]) -> Iterator[_Sentence]:
    """Gives a sentence without markers those of the next one that has some, when it stands in what that one cites."""
    for place, sentence in enumerate(sentences):
        following = next((other.markers for other in sentences[place + 1 :] if other.markers), ())
        said = read(sentence.text).words
        quotes = [number for number in following if 0 < number <= len(cited)]
        if not sentence.markers and any(_stands_in(said, cited[number - 1]) for number in quotes):
            yield dataclasses.replace(sentence, markers=following)
        else:
            yield sentence


def _stands_in(said: Sequence[str], passage: Passage) -> bool:
    texts = set(read(passage.text).words)
    return bool(said) and sum(word in texts for word in said) >= _VERBATIM * len(said)


def _claims(text: str) -> bool:
    """Whether a sentence says something of the world rather than of the answer it stands in."""
    if text.rstrip().endswith((":", "?")):
        return False
    reading = read(text)
    return len(reading.stems - _FRAMING) >= _CLAIMING_WORDS or bool(reading.quantities)
