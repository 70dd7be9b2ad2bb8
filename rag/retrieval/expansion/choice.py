"""The expansions by name, and a retriever made to use one."""

from __future__ import annotations

from collections.abc import Collection

from rag.retrieval.expansion.associations import associations
from rag.retrieval.expansion.entities import entities
from rag.retrieval.expansion.feedback import feedback
from rag.retrieval.expansion.variants import variants
from rag.retrieval.expansion.widening import Expansion, WiderIndex
from rag.retrieval.merging import merged
from rag.retrieval.search import Index, Retriever
from rag.types import Hit

__all__ = ["EXPANSIONS", "expanded"]

EXPANSIONS: dict[str, Expansion | None] = {
    "none": None,
    "feedback": feedback,
    "variants": variants,
    "entities": entities,
    "associations": associations,
}
"""The expansions by name; the first is the default."""


def expanded(find: Retriever, expand: Expansion | None) -> Retriever:
    """``find`` with a wider question.

    A retriever that is led to papers by entities alone looks neither words nor vectors up, so that only other forms of
    the question change which papers it finds.

    Args:
        find: any retriever.
        expand: None leaves ``find`` as it is.
    """
    if expand is None:
        return find

    def retrieve(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
        wider = expand(index, text, within, find)
        found = [find(WiderIndex(index, wider), text, k, within)]
        found += [find(index, form, k, within) for form in wider.texts]
        return found[0] if len(found) == 1 else merged(found, k)

    return retrieve
