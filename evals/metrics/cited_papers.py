"""Cited papers: precision, recall and F1 against the papers that must be cited, and the first citation."""

from __future__ import annotations

from collections.abc import Collection

from rag.types import Answer

__all__ = ["citation_scores", "first_citation_right"]


def citation_scores(answer: Answer, gold: Collection[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the set of cited papers, 0 to 1.

    With C cited and G wanted: P = |C ∩ G| / |C|, R = |C ∩ G| / |G|, F1 = 2PR / (P + R) (van Rijsbergen, Information
    Retrieval, 1979, chapter 7). All three are 1 when nothing is cited and nothing may be; a share of nothing is 0.

    Args:
        answer: its citations count by paper, however often each is cited.
        gold: titles of the papers that must be cited; empty where none may be.
    """
    cited = {citation.title for citation in answer.citations}
    wanted = set(gold)
    if not cited and not wanted:
        return 1.0, 1.0, 1.0
    right = len(cited & wanted)
    precision = right / len(cited) if cited else 0.0
    recall = right / len(wanted) if wanted else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def first_citation_right(answer: Answer, gold: Collection[str]) -> bool:
    """Whether the first citation is of a paper that must be cited: success at 1, for what a reader opens first."""
    return bool(answer.citations) and answer.citations[0].title in gold
