"""The comparison that goes with an answer to a question that sets papers side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.comparing.aspects import Embeds
from rag.comparing.compare import compare
from rag.comparing.names import MOST_NAMES, Library
from rag.errors import UserError
from rag.retrieval.relevance import Relevance
from rag.types import Hit
from rag.types.comparison import Comparison
from rag.understanding.query import Query

__all__ = ["compared", "remarks"]


def compared(
    query: Query, library: Library, find: Callable[[str], Sequence[Hit]], embedder: Embeds, relevance: Relevance
) -> Comparison | None:
    """The papers of a query side by side; None where it means fewer than two things, or the collection none of them.

    Args:
        query: of the kind ``compare``.
        library: the collection.
        find: the best papers for a text, best first.
        embedder: what :func:`rag.comparing.built_in` gives.
        relevance: reads sentences.
    """
    names = [*query.paper_ids, *query.unknown_names][:MOST_NAMES]
    if len(names) < 2:
        return None
    try:
        return compare(names, library, find, embedder, relevance)
    except UserError:  # the collection knows none of them: the answer itself says so
        return None


def remarks(comparison: Comparison) -> Iterator[str]:
    """What the reader should know about its names, each in one sentence."""
    for name in comparison.mentioned:
        yield f"{name.name} has no paper of its own in this collection; other papers speak of it."
    for unknown in comparison.unknown:
        yield f"No paper of the collection speaks of {unknown}."
    yield from comparison.notes
