"""Systems that a trustworthy measure must rank below the product: each spoils or replaces its answers in one way."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Callable, Mapping, Sequence

from evals.fusion import Fusion
from evals.suite import Ask
from rag import Answer, Assistant
from rag.index.embedding.minilm import trunk_of
from rag.text.sentences import passages_of
from rag.types import Citation, Claim, Paper, Passage, Verdict

__all__ = ["BASELINES", "baseline"]

_MARKER = re.compile(r"\s*\[\d+\]")
SENTENCES = 3
"""That a search alone answers with: about as many as an answer has on one paper."""


def baseline(name: str, assistant: Assistant, product: Ask) -> Ask:
    """The baseline of that name over the same collection.

    Args:
        name: one of :data:`BASELINES`.
        assistant: whose collection is searched and cited from.
        product: whose answers are spoiled.
    """
    papers = {paper.paper_id: paper for paper in assistant.papers()}
    make = BASELINES[name](assistant, papers)

    def ask(turns: Sequence[str], history: Sequence[Answer]) -> Answer:
        answer = product(turns, history)
        return make(answer)

    return ask


Papers = Mapping[str, Paper]
"""By id."""
Make = Callable[[Answer], Answer]
"""What a baseline answers in place of an answer of the product."""


def _words_only(assistant: Assistant, papers: Papers) -> Make:
    """The best sentences of the paper that BM25 finds first for the message alone; never a refusal."""

    def make(answer: Answer) -> Answer:
        hits = assistant.search(answer.question, 1, retriever="lexical")
        passages = [scored.passage for hit in hits for scored in hit.passages if scored.passage.number][:SENTENCES]
        return _made(answer, [(passage.text, [passage]) for passage in passages], papers)

    return make


def _similarity_and_words(assistant: Assistant, papers: Papers) -> Make:
    """The sentences nearest to the message of the paper that :mod:`evals.fusion` puts first; never a refusal."""
    fusion: list[Fusion] = []

    def make(answer: Answer) -> Answer:
        if not fusion:  # all sentences are embedded at the first question
            fusion.append(Fusion(list(papers.values()), trunk_of(assistant.settings.home).embed))
        best = int(fusion[0].scores(answer.question).argmax())
        passages = fusion[0].best_sentences(answer.question, best, SENTENCES)
        return _made(answer, [(passage.text, [passage]) for passage in passages], papers)

    return make


def _everything(assistant: Assistant, papers: Papers) -> Make:
    """Every sentence cites every paper that was found, besides what it cites."""

    def make(answer: Answer) -> Answer:
        quotes = {citation.marker: citation for citation in answer.citations}
        found = [passages_of(papers[paper_id])[0] for paper_id in answer.found if paper_id in papers]
        cited = [(c.text, [*(_passage(quotes[m]) for m in c.markers if m in quotes), *found]) for c in answer.claims]
        return _made(answer, cited or [(answer.text, found)], papers)

    return make


def _nothing(assistant: Assistant, papers: Papers) -> Make:
    """The same text without a citation."""

    def make(answer: Answer) -> Answer:
        claims = tuple(dataclasses.replace(claim, markers=()) for claim in answer.claims)
        return dataclasses.replace(answer, text=_MARKER.sub("", answer.text), citations=(), claims=claims)

    return make


def _random(assistant: Assistant, papers: Papers) -> Make:
    """The same text, each citation replaced by one of a paper drawn at random: the same for the same question."""
    ids = sorted(papers)

    def make(answer: Answer) -> Answer:
        draw = random.Random(answer.question)
        citations = tuple(
            _citation(citation.marker, passages_of(papers[draw.choice(ids)])[0], papers)
            for citation in answer.citations
        )
        return dataclasses.replace(answer, citations=citations)

    return make


BASELINES: Mapping[str, Callable[[Assistant, Papers], Make]] = {
    "BM25 only": _words_only,
    "similarity and BM25": _similarity_and_words,
    "cite everything": _everything,
    "cite nothing": _nothing,
    "cite at random": _random,
}
"""By the name that the report shows."""


def _made(answer: Answer, cited: Sequence[tuple[str, Sequence[Passage]]], papers: Mapping[str, Paper]) -> Answer:
    """An answer of these sentences with the passages that each cites, numbered by first use."""
    numbers: dict[Passage, int] = {}
    claims = []
    for text, passages in cited:
        markers = tuple(dict.fromkeys(numbers.setdefault(passage, len(numbers) + 1) for passage in passages))
        claims.append(Claim(_MARKER.sub("", text), markers, Verdict.SUPPORTED))
    said = " ".join(claim.text + "".join(f" [{marker}]" for marker in claim.markers) for claim in claims)
    citations = tuple(_citation(number, passage, papers) for passage, number in numbers.items())
    kept = dataclasses.replace(answer, refused=not claims, reason=None, nearest=())
    return dataclasses.replace(kept, text=said, claims=tuple(claims), citations=citations)


def _passage(citation: Citation) -> Passage:
    return Passage(citation.paper_id, -1, citation.start, citation.end, citation.quote)


def _citation(marker: int, passage: Passage, papers: Mapping[str, Paper]) -> Citation:
    paper = papers[passage.paper_id]
    place = (passage.text, passage.start, passage.end)
    return Citation(marker, paper.paper_id, paper.title, paper.url, *place, Verdict.SUPPORTED, 1.0)
