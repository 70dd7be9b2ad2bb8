"""Coverage: how many of the sentences that claim something carry a citation."""

from __future__ import annotations

import re

from rag.types import Answer

__all__ = ["cited_sentences"]

_NUMBER = re.compile(r"(?<![A-Za-z-])\d")
"""A digit that begins a number, not one in a name such as GPT-4."""


def cited_sentences(answer: Answer, *, with_numbers: bool = False) -> list[bool]:
    """For each sentence that claims something whether it carries a citation.

    Language models cite sentences with numbers less often than people do (https://arxiv.org/abs/2602.05205), so they
    are looked at apart.

    Args:
        answer: its claims are its sentences without headings, questions and words that lead in.
        with_numbers: only sentences with a number count.
    """
    claims = [claim for claim in answer.claims if not with_numbers or _NUMBER.search(claim.text)]
    return [bool(claim.markers) for claim in claims]
