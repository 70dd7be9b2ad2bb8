"""What a run will take of language models, said before it begins."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from evals.baselines import BASELINES
from evals.measuring import BUILT_IN
from evals.sampling import spread
from rag import Paper, Settings
from rag.models.budget import estimate_tokens
from rag.models.spending import Spending
from rag.types import Usage

__all__ = ["Forecast", "forecast"]

_SAMPLED = 50
"""Papers whose length is looked at, spread over the collection."""
_SENTENCES = 4
"""Of an answer, each judged by itself. Judgement: most answers have two to six."""
_RULES = 600
"""Tokens of what a writer is told beside the papers. Judgement: the prompts are of that order."""
_WRITTEN = 150
"""Tokens of an answer of four sentences. Judgement."""
_VERDICT = 5
"""Tokens of a judge's yes or no."""


@dataclasses.dataclass(frozen=True)
class Forecast:
    """What a run asks of models at most: answers that an earlier run has kept are not asked for again."""

    answers: int
    """Answers that a model writes; 0: none does."""
    judged: int
    """Sentences that a model judges, about; 0: none does."""
    usage: Usage
    """Tokens, roughly."""
    money: float | None
    """In the currency of the user's prices; None where a model has no price."""


def forecast(
    papers: Sequence[Paper], settings: Settings, turns: int, retrievers: int, *, model: str, judge: str
) -> Forecast:
    """Reckons what a run takes.

    Args:
        papers: of the collection.
        settings: how many passages a prompt holds, and the prices.
        turns: questions to be asked.
        retrievers: to be set side by side, 1 at least.
        model: who writes; ``extractive`` is no model.
        judge: who says whether sentences are borne out; :data:`evals.measuring.BUILT_IN`'s name is no model.
    """
    sample = spread(list(papers), _SAMPLED)
    length = sum(estimate_tokens(paper.text) for paper in sample) // max(1, len(sample))
    answers = 0 if model == "extractive" else turns * retrievers
    judged = 0 if judge == BUILT_IN.name else turns * (retrievers + len(BASELINES)) * _SENTENCES
    prompt = min(settings.context_tokens - settings.answer_tokens, _RULES + settings.passages * length)
    writing = Usage(answers * prompt, answers * min(_WRITTEN, settings.answer_tokens))
    judging = Usage(judged * (length + _RULES // 4), judged * _VERDICT)
    spending = Spending(settings)
    costs = [spending.cost(name, usage) for name, usage in ((model, writing), (judge, judging)) if usage != Usage()]
    usage = Usage(writing.prompt_tokens + judging.prompt_tokens, writing.completion_tokens + judging.completion_tokens)
    known = [cost for cost in costs if cost is not None]
    return Forecast(answers, judged, usage, sum(known) if len(known) == len(costs) else None)
