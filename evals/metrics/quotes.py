"""Quotes and markers: whether what is cited is there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.types import Answer, Paper

__all__ = ["invented_citations", "verbatim_quotes"]

_MARKER = re.compile(r"\[(\d+)\]")


def verbatim_quotes(answer: Answer, papers: Mapping[str, Paper]) -> list[bool]:
    """For each citation whether its quote stands in the paper's text exactly at its offsets."""
    return [
        citation.paper_id in papers
        and bool(citation.quote)
        and papers[citation.paper_id].text[citation.start : citation.end] == citation.quote
        for citation in answer.citations
    ]


def invented_citations(answer: Answer, papers: Mapping[str, Paper]) -> int:
    """How much is cited that is not there.

    Counted are citations of unknown papers, markers in the text that lead nowhere, and keys that a model made up and
    that were taken out before anybody saw them.
    """
    markers = {citation.marker for citation in answer.citations}
    dangling = sum(int(marker) not in markers for marker in _MARKER.findall(answer.text))
    unknown = sum(citation.paper_id not in papers for citation in answer.citations)
    return dangling + unknown + answer.removed_keys
