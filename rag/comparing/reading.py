"""One abstract as the rules see it: its sentences, where it turns to its own work, the names of others in it."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Final

from rag.comparing import cues
from rag.comparing.spelling import mention_of, name_key
from rag.text.mentions import find_mentions
from rag.text.naming import own_names
from rag.text.numbers import Quantity, numbers
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = ["Found", "Reader", "result_figures"]

_GENERAL: Final = re.compile(
    r"(?:[A-Z]{0,3}-?L?L[MV]Ms?|L?LMs?|[SM]LLMs?|[SM]LMs?|MoE|GPUs?|CPUs?|NPUs?|NLP|AI|KV|APIs?|RAG|SFT|RL|FLOPS?|FLOPs|MSE|"
    r"SoTA|SOTA|Transformers?|FFNs?|ML|VRAM|F1|MFU|TFLOPS|LLM-based|QA|Our|We|Empirical|English|IDs?|GNNs?|O\d)"
)
"""Names of kinds of things rather than of one."""
_RESULT_UNITS: Final = frozenset({"%", "x", "ratio"})
_NAME_BEFORE: Final = re.compile(r"\b[A-Z][\w-]*\s$")
_SMALL: Final = 1000
"""Scores are below; above are counts."""


@dataclasses.dataclass(frozen=True)
class Found:
    """What one rule makes of one sentence."""

    score: float
    """Higher is better; comparable within one aspect only."""
    start: int
    """First character of the words that tell, in the sentence."""
    end: int
    """One past the last one."""


class Reader:
    """One abstract, and what several rules need to know of it."""

    def __init__(self, paper: Paper) -> None:
        self.sentences = passages_of(paper)[1:]
        self._names = own_names(paper)
        self._own = frozenset(map(name_key, self._names))

    @functools.cached_property
    def turn(self) -> int:
        """Index of the first sentence about what the paper itself does; those before it tell of the field."""
        for index, passage in enumerate(self.sentences):
            if cues.CONTRIBUTION.search(passage.text) or (index and self.names_itself(passage.text)):
                return index
        return 0

    def names_itself(self, text: str) -> bool:
        """Whether one of the paper's own names stands in the text."""
        return any(mention_of(name, text) for name in self._names)

    def foreign_names(self, text: str) -> list[tuple[int, int]]:
        """Places of the names of other systems, models and data sets in the text; kinds such as LLMs do not count."""
        return [
            (mention.start, mention.end)
            for mention in find_mentions(text)
            if not _GENERAL.fullmatch(text[mention.start : mention.end])
            and (mention.written or not mention.opening)
            and not any(own and mention.key.startswith(own) for own in self._own)
        ]


def _is_score(quantity: Quantity, text: str) -> bool:
    """Whether a bare figure may be one: small, and not the version of a name such as Llama 3.1."""
    return quantity.value < _SMALL and not _NAME_BEFORE.search(text[: quantity.start])


def result_figures(text: str) -> list[Quantity]:
    """Figures that tell an outcome: percentages, factors, and bare ones with decimals; sizes and counts are none."""
    return [
        quantity
        for quantity in numbers(text)
        if quantity.unit in _RESULT_UNITS or (quantity.decimals and not quantity.unit and _is_score(quantity, text))
    ]
