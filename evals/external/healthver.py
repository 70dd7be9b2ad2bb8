"""HealthVer: claims about the coronavirus and sentences of papers that support them, refute them or do neither.

https://doi.org/10.18653/v1/2021.findings-emnlp.297
"""

from __future__ import annotations

import csv
from pathlib import Path

from evals.external.places import file_of, opened
from evals.external.support import Label, SupportItem
from rag.errors import SourceError
from rag.types import Paper

__all__ = ["support_items"]

NAME = "healthver"
_LABELS = {"Supports": Label.SUPPORTS, "Refutes": Label.REFUTES, "Neutral": Label.NEUTRAL}


def support_items(data: Path) -> list[SupportItem]:
    """Each pair of a claim and a text once, whose question stands for the title.

    Pairs that stand in the file several times count once; those with more than one label are left out.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    labels: dict[tuple[str, str], set[Label]] = {}
    items: dict[tuple[str, str], SupportItem] = {}
    path = file_of(data, NAME, "healthver_dev.csv")
    with opened(path) as text:
        for row in csv.DictReader(text):
            pair = (row["claim"].strip(), row["evidence"].strip())
            label = _LABELS[row["label"]]
            labels.setdefault(pair, set()).add(label)
            paper = Paper(row["id"], row["question"].strip(), pair[1])
            items.setdefault(pair, SupportItem(row["id"], pair[0], paper, label))
    if not items:
        raise SourceError(f"{str(path)!r} holds no pair of a claim and a text")
    return [item for pair, item in items.items() if len(labels[pair]) == 1]
