"""Reading the best papers of any retriever once more, with what takes too long to work out for all candidates."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Sequence

from rag.errors import SettingsError
from rag.retrieval.question import Question
from rag.retrieval.scoring import held_share, inverse_frequency
from rag.retrieval.search import Index, Retriever
from rag.settings import Settings
from rag.types import Hit

__all__ = ["POOL", "Reranker", "by_features", "in_order", "reranked", "reranker_for"]

POOL = 20
"""Best papers that are read again. The right paper of a described question is among the first 5 in 0.90, of 82,854."""
HELD_WEIGHT = 0.3
"""Of the squared share of the question's weight that a paper holds. Right paper first without it and with it:
described questions among 82,763 other abstracts 0.73 and 0.82 (development), 0.67 and 0.79 (blind), 0.76 and 0.81
(fresh), 0.76 and 0.86 (fresh, held out); alone, riddles 0.53, 0.56, 0.47, 0.58 and 0.53, 0.56, 0.53, 0.55, the others
0.97 and 0.98; nDCG@10 on SciFact 0.732 and 0.734 (300 claims of train), 0.735 and 0.733 (dev).
A regression on development, fresh and SciFact's train gives 0.4; the share itself instead of its square takes riddles
from 0.53 to 0.49, because they share little and then by chance. 8 to 14 further features (title, best sentences, pairs
of words, rarest words, length) do not help on questions they were not fitted to.

Tried once more on 126 described questions and 152 riddles among 82,854 papers, where this gives 0.810 and 0.066: 50 or
100 papers read 0.817 and 0.066; weights 0.2 to 0.7 0.786 to 0.825 and 0.072 to 0.059; the mean vector of a paper's
sentences added 0.754 to 0.802; the title's 0.730 to 0.770; the best sentence's 0.762 to 0.802; coverage weighed 0.3 to
1.2 0.794 to 0.810; long papers' similarity lowered less for their length 0.810 to 0.817. All within two questions or
worse: what comes first instead is mostly a paper on the same thing."""

Reranker = Callable[[Index, str, Sequence[Hit]], Sequence[float]]
"""Index, question and hits; for each hit what is added to its score, at least 0 and in the order of 1."""


def by_features(index: Index, text: str, hits: Sequence[Hit]) -> list[float]:
    """Built in: how much of the question, its rare words above all, stands anywhere in the paper, squared."""
    question = Question(text)
    counts = index.document_frequency(question.content)
    papers = len(index)  # asks the catalogue
    weights = {term: inverse_frequency(counts.get(term, 0), papers) for term in question.content}
    return [HELD_WEIGHT * held_share(hit.paper, weights) ** 2 for hit in hits]


def reranked(find: Retriever, rerank: Reranker | None) -> Retriever:
    """``find`` with its best papers read again; each says what that added under the signal ``rerank``.

    Scores that are not absolute (``bm25``) are added to in proportion to the best of them. Papers beyond the first
    :data:`POOL` keep their scores and never overtake.

    Args:
        find: any retriever.
        rerank: None leaves ``find`` as it is.
    """
    if rerank is None:
        return find

    def retrieve(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
        hits = find(index, text, max(k, POOL), within)
        again = hits[:POOL]
        if not again:
            return []
        scale = 1.0 if "similarity" in again[0].signals else max(again[0].score, 0.0)
        pairs = zip(again, rerank(index, text, again), strict=True)
        best = sorted((_raised(hit, scale * more) for hit, more in pairs), key=lambda hit: -hit.score)
        return [*best, *hits[POOL:]][:k]

    return retrieve


def in_order(hits: Sequence[Hit], best: Sequence[int]) -> list[Hit]:
    """The hits at the places ``best`` in that order, then the others in theirs.

    Each place keeps its score, so that papers that were not put in order stay comparable; what that gives or takes from
    a paper goes into its signal ``rerank``.

    Args:
        hits: best first.
        best: places from 0, each once.
    """
    others = [place for place in range(len(hits)) if place not in best]
    pairs = zip(hits, itertools.chain(best, others), strict=True)
    return [_raised(hits[place], score_of.score - hits[place].score) for score_of, place in pairs]


def _raised(hit: Hit, more: float) -> Hit:
    signals = {**hit.signals, "rerank": hit.signals.get("rerank", 0.0) + more}
    return dataclasses.replace(hit, score=hit.score + more, signals=signals)


def reranker_for(settings: Settings) -> Reranker | None:
    """The reranker that ``settings`` name, None for none; a model is loaded at its first question.

    A language model gets what ``features`` have put in order; see ``rag.ranking``.

    Raises:
        SettingsError: there is none of that name.
    """
    kind, _, model = settings.rerank.partition(":")
    if kind == "none":
        return None
    if kind == "features" or settings.rerank_model:
        return by_features
    if kind == "fastembed" and model:
        from rag.retrieval.cross_encoder import cross_encoder

        return cross_encoder(settings, model)
    raise SettingsError(
        f"there is no reranker {settings.rerank!r}; choose none, features, fastembed:NAME, ollama/NAME or openai/NAME"
    )
