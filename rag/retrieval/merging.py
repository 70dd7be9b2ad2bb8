"""Papers found for several queries as one list."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag.types import Hit

__all__ = ["merged"]


def merged(found: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """The ``k`` best papers of several searches, each with the best score that it reached in one of them.

    Scores of the built-in retrievers are absolute. Others are brought to the scale of the first search: the best paper
    of each counts as much as its best.

    Args:
        found: hits of each query, best first; the first query is the question itself.
        k: papers wanted.
    """
    first = next((hits for hits in found if hits), None)
    if first is None:
        return []
    best: dict[str, Hit] = {}
    for hits in found:
        absolute = bool(hits) and "similarity" in hits[0].signals
        scale = 1.0 if absolute or not hits or hits[0].score <= 0 else first[0].score / hits[0].score
        for hit in hits:
            hit = hit if scale == 1.0 else dataclasses.replace(hit, score=hit.score * scale)
            if hit.paper.paper_id not in best or hit.score > best[hit.paper.paper_id].score:
                best[hit.paper.paper_id] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)[:k]
