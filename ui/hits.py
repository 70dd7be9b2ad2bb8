"""A paper found, as every face of the program gives it to other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rag.types import Hit

__all__ = ["hits_json"]


def hits_json(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Papers found, best first, as JSON values: rank from 1, what the score is made of, and their sentences."""
    return [_hit_json(rank, hit) for rank, hit in enumerate(hits, start=1)]


def _hit_json(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "paper_id": hit.paper.paper_id,
        "title": hit.paper.title,
        "score": hit.score,
        "published": hit.paper.published.isoformat() if hit.paper.published else None,
        "url": hit.paper.url,
        "signals": dict(hit.signals),
        "passages": [
            {
                "text": scored.passage.text,
                "start": scored.passage.start,
                "end": scored.passage.end,
                "score": scored.score,
            }
            for scored in hit.passages
        ],
    }
