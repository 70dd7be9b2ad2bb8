"""The writer without a language model: the sentences that answer, the most probable first, each cited."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence

from rag.answering.cited_lines import naming
from rag.answering.quoting import with_marker
from rag.answering.trim import trim
from rag.answering.writer import WriteRequest
from rag.text.terms import query_terms
from rag.types import Draft, Hit, Passage, ScoredPassage

__all__ = ["ExtractiveWriter"]

SENTENCES = 5
ANSWER_WORDS = 110
"""Most sentences and words about one paper, its name and the markers included; what a reader takes in at a glance."""
SENTENCES_OF_SEVERAL = 4
WORDS_OF_ALL = 230
"""Where several papers answer: sentences of each, and words in all, shared out evenly."""
FALL = 0.08
"""A further sentence is taken when it is at least this share as probable an answer as the first one. Judgement."""


class ExtractiveWriter:
    """Answers in the papers' own sentences."""

    name = "extractive"

    def write(self, request: WriteRequest) -> Generator[str, None, Draft]:
        """One paragraph a paper: its name, unless its first sentence says it, and its sentences that answer.

        Of several things asked for, each has its own, and no sentence stands there twice.
        """
        cited: list[Passage] = []
        pieces: list[str] = []
        for question, hit, sentences, budget in _paragraphs(request):
            most = min(sentences, request.sentences or sentences)
            chosen = _choose(question, hit, most, budget, cited, gist=request.gist)
            if not chosen:
                continue
            paragraph = _paragraph(hit, chosen, len(cited) + 1, first=not pieces)
            for piece, (passage, _) in zip(paragraph, chosen, strict=True):
                if request.cancel.is_set():
                    return Draft("".join(pieces), tuple(cited))
                pieces.append(piece)
                cited.append(passage)
                request.cited[:] = cited
                yield piece
        return Draft("".join(pieces), tuple(cited))


def _paragraphs(request: WriteRequest) -> Iterator[tuple[str, Hit, int, int]]:
    """What is asked of which paper, in how many sentences and words at most."""
    asked = [(point.asked, point.hits) for point in request.points] or [(request.question, request.hits)]
    for question, hits in asked:
        leading = hits[: request.papers]
        paragraphs = len(leading) * len(asked)
        sentences = SENTENCES if paragraphs == 1 else SENTENCES_OF_SEVERAL
        for hit in leading:
            yield question, hit, sentences, min(ANSWER_WORDS, WORDS_OF_ALL // paragraphs)


def _choose(
    question: str, hit: Hit, sentences: int, budget: int, said: Collection[Passage], *, gist: bool
) -> list[tuple[Passage, str]]:
    """The sentences that fit, with their trimmed text: the most probable first, the others in the paper's order.

    Those that were ``said`` before are left out.
    """
    asked = frozenset(query_terms(question))
    left = [one for one in hit.passages if one.passage not in said]
    ranked = [one for one in left if one.passage.number > 0] or left[: not said]
    chosen: list[tuple[Passage, str]] = []
    room = budget
    for one in ranked if gist else _probable(ranked):
        text = trim(one.passage.text, asked)
        cost = len(text.split()) + 1
        if len(chosen) == sentences:
            break
        if chosen and cost > room:
            continue
        chosen.append((one.passage, text))
        room -= cost
    return chosen[:1] + sorted(chosen[1:], key=lambda pair: pair[0].number)


def _probable(ranked: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """Those that add to an answer; all of them where nobody has read them."""
    if not ranked or ranked[0].relevance is None:
        return list(ranked)
    least = FALL * ranked[0].relevance
    return [one for one in ranked if one.relevance is not None and one.relevance >= least]


def _paragraph(hit: Hit, chosen: Sequence[tuple[Passage, str]], marker: int, *, first: bool) -> list[str]:
    """Its sentences as they are shown, with markers counted from ``marker``; the first one says whose they are."""
    pieces = [f" {with_marker(text, marker + place)}" for place, (_, text) in enumerate(chosen)]
    opening = "" if first else "\n\n"
    return [f"{opening}{naming(hit.paper, chosen[0][1])}{pieces[0].lstrip()}", *pieces[1:]]
