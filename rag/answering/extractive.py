"""The writer without a language model: the sentences that answer, trimmed, in order, each cited."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence

from rag.answering.quoting import unmarked, with_marker
from rag.answering.trim import trim
from rag.answering.writer import WriteRequest
from rag.text.naming import names_paper, papers_meant, short_name
from rag.text.terms import query_terms, words
from rag.types import Draft, Hit, Passage, ScoredPassage

__all__ = ["ExtractiveWriter"]

SENTENCES = 6
"""Facts found in 120 words of the right paper, over 179 questions: 0.913 with 5 and 0.918 with 6 or 7."""
ANSWER_WORDS = 114
"""Most words about one paper, its name and the markers included. Facts found as above with 110, 112, 114, 116 and 118:
0.918, 0.920, 0.924, 0.917, 0.926; beyond 114 described questions lose what riddles gain."""
SENTENCES_OF_SEVERAL = 4
WORDS_OF_SEVERAL = 100
"""For each paper when the question names several."""
SENTENCES_OF_POINT = 3
WORDS_OF_POINT = 40
"""For each of several things asked for; judgement: three sentences are what a reader wants of a half question."""
CLOSE = 4.0
"""Sentences that score this much less than the best one are left out. Facts found as above with 3 and 4: 0.924, 0.927.
Rewarding sentences with figures for "how many" or with enumerations for "which three", or fining those beyond 55 words,
gave named questions 0.88 to 0.93 and took described ones from 0.975 to 0.942 at worst: not kept."""


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
            chosen = _choose(question, hit, min(sentences, request.sentences or sentences), budget, cited)
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
    for question, hits in [(point.asked, point.hits) for point in request.points] or [(request.question, request.hits)]:
        meant = papers_meant(question, [hit.paper for hit in hits])
        named = [hit for hit in hits if hit.paper in meant]
        several = len(named) > 1
        sentences, budget = (SENTENCES_OF_SEVERAL, WORDS_OF_SEVERAL) if several else (SENTENCES, ANSWER_WORDS)
        if len(request.points) > 1:
            sentences, budget = SENTENCES_OF_POINT, max(WORDS_OF_POINT, budget // len(request.points))
        for hit in named or hits[:1]:
            yield question, hit, sentences, budget


def _choose(
    question: str, hit: Hit, sentences: int, budget: int, said: Collection[Passage]
) -> list[tuple[Passage, str]]:
    """The best sentences that fit, with their trimmed text: the best one first, the others in the paper's order.

    Those that were ``said`` before are left out.
    """
    asked = frozenset(query_terms(question))
    left = [scored for scored in hit.passages if scored.passage not in said]
    ranked = [scored for scored in left if scored.passage.number > 0] or left[: not said]
    if not ranked:
        return []
    chosen: list[tuple[Passage, str]] = []
    room = budget - len(words(short_name(hit.paper)))
    for scored in _close(ranked):
        text = trim(scored.passage.text, asked)
        cost = len(text.split()) + 1
        if len(chosen) == sentences:
            break
        if chosen and cost > room:
            continue
        chosen.append((scored.passage, text))
        room -= cost
    return chosen[:1] + sorted(chosen[1:], key=lambda pair: pair[0].number)


def _close(ranked: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    return [scored for scored in ranked if scored.score >= ranked[0].score - CLOSE]


def _paragraph(hit: Hit, chosen: Sequence[tuple[Passage, str]], marker: int, *, first: bool) -> list[str]:
    """Its sentences as they are shown, with markers counted from ``marker``; the first one says whose they are."""
    pieces = [f" {with_marker(text, marker + place)}" for place, (_, text) in enumerate(chosen)]
    names_itself = names_paper(chosen[0][1], hit.paper)
    lead = "" if names_itself else f"{unmarked(short_name(hit.paper))}: "
    opening = "" if first else "\n\n"
    return [f"{opening}{lead}{pieces[0].lstrip()}", *pieces[1:]]
