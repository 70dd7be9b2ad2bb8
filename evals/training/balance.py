"""Weights under which the wording of a question alone does not tell whether a sentence answers it.

What is unanswerable was written with other openings than what is answerable ("how" opens 43 of 100 of the former and 7
of the latter), and a model that reads pairs learns that instead of the pair. So each pair weighs what its label is
worth against what the opening says of it, as https://arxiv.org/abs/1908.05267 does for claims, with a
model of the opening.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from evals.training.pairs import Pair

__all__ = ["balanced"]

OPENING = 4
"""First words of a question that are looked at."""
LEAST, MOST = 0.3, 3.0
"""Bounds of the factor; judgement."""
FOLDS = 5


def balanced(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with weights that make up for what the opening of their question tells; others stay as they are.

    The opening is read by a logistic regression that has not seen the question.

    Args:
        pairs: of several kinds; requests for lists are left as they are.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    places = [place for place, pair in enumerate(pairs) if pair.kind not in ("fits", "does not fit")]
    openings = [" ".join(pairs[place].question.lower().split()[:OPENING]) for place in places]
    answers = np.array([pairs[place].target > 0.5 for place in places])  # noqa: PLR2004 -- more likely than not
    reader = make_pipeline(
        CountVectorizer(ngram_range=(1, 3), binary=True, min_df=5, token_pattern=r"\S+"),
        LogisticRegression(max_iter=1000),
    )
    groups = [pairs[place].question for place in places]
    told = cross_val_predict(reader, openings, answers, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[
        :, 1
    ]
    expected = answers.mean()
    factors = np.where(answers, expected / told, (1 - expected) / (1 - told)).clip(LEAST, MOST)
    weighed = list(pairs)
    for place, factor in zip(places, factors.tolist(), strict=True):
        weighed[place] = dataclasses.replace(pairs[place], weight=pairs[place].weight * factor)
    return weighed
