"""Query expansion: what a question is searched for beside its own words, for any retriever."""

from rag.retrieval.expansion.choice import EXPANSIONS, expanded

__all__ = ["EXPANSIONS", "expanded"]
