"""Having a language model put the best papers in order: within the budget, counted, and never instead of the search."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from rag.errors import ModelError, ModelUnavailableError
from rag.models.metering import Meter
from rag.models.spending import Spending
from rag.retrieval.search import Index, Retriever
from rag.run import Run
from rag.settings import Settings
from rag.trace import Tracer
from rag.types import Hit, Usage

if TYPE_CHECKING:
    from rag.retrieval.model_ranker import ModelRanker

__all__ = ["POOL", "RankingModel", "in_order", "ranking_model"]

POOL = 20
"""Best papers that the model sees. The right paper of a described question is among the first 5 in 0.90, of 82,854."""


class RankingModel:
    """The model that ``settings.rerank`` names; safe for several threads."""

    def __init__(self, ranker: ModelRanker, spending: Spending) -> None:
        self._ranker = ranker
        self._spending = spending

    def ranked(
        self, question: str, hits: Sequence[Hit], trace: Tracer, meter: Meter, cancel: threading.Event | None = None
    ) -> tuple[list[Hit], Usage]:
        """The hits with those first that help, in the model's order, and what that took.

        The best :data:`POOL` are shown to the model in one request; fewer than two are not.

        Args:
            question: stand-alone.
            hits: best first.
            trace: gets the step ``rerank``.
            meter: counts the calls, also those that fail.
            cancel: once set, the request ends.

        Raises:
            ModelError: the model gave no order, or the budget of the day does not allow to ask it.
        """
        pool = hits[:POOL]
        if len(pool) < 2:
            return list(hits), Usage()
        with trace.step("rerank", model=self._ranker.name) as step:
            if not self._spending.allows(self._ranker.name, self._ranker.expected(question, pool)):
                raise ModelUnavailableError(
                    "the budget of the day is used up (PAPERTRAIL_BUDGET_TOKENS, PAPERTRAIL_BUDGET_MONEY)"
                )
            ranking = self._ranker.rank(question, pool, cancel, meter)
            step |= {"shown": ranking.shown, "unknown_numbers": ranking.unknown}
            step["helpful"] = [hits[place].paper.title for place in ranking.best]
            step |= {"prompt_tokens": ranking.usage.prompt_tokens, "completion_tokens": ranking.usage.completion_tokens}
        return [*in_order(pool, ranking.best), *hits[POOL:]], ranking.usage

    def ordered(self, question: str, hits: Sequence[Hit], run: Run, cancel: threading.Event) -> list[Hit]:
        """As :meth:`ranked`, for an answer in the making; where the model fails the order stays, and a note says so."""
        try:
            ranked, usage = self.ranked(question, hits, run.trace, run.meter, cancel)
        except ModelError as error:
            if not cancel.is_set():
                run.notes.append(self.failed(error))
            return list(hits)
        run.usage += usage
        return ranked

    def failed(self, error: ModelError) -> str:
        """What a person is told when the order is the built-in one instead."""
        return f"{self._ranker.name} did not put the papers in order: {error}. Their order is the built-in one."

    def around(self, find: Retriever, failed: Callable[[str], None] | None = None) -> Retriever:
        """``find`` with its best papers put in order; what that takes counts for the budget of the day.

        Args:
            find: any retriever.
            failed: told in a sentence when the model gave no order, and the papers come as ``find`` gives them; None:
                the error is raised.
        """

        def retrieve(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
            hits = find(index, text, max(k, POOL), within)
            meter = Meter()
            try:
                hits, _ = self.ranked(text, hits, Tracer(), meter)
            except ModelError as error:
                if failed is None:
                    raise
                failed(self.failed(error))
            finally:
                self._spending.add(meter.calls)
            return hits[:k]

        return retrieve


def ranking_model(settings: Settings) -> RankingModel | None:
    """The model that is to put papers in order; None where ``settings`` name none. No server is asked."""
    if settings.rerank_model is None:
        return None
    from rag.retrieval.model_ranker import ModelRanker

    return RankingModel(ModelRanker(settings.rerank_model, settings), Spending(settings))


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
