"""What is stored was made by code that other rooms own: these tests notice when it gives something else."""

from __future__ import annotations

import hashlib
import json

from rag.index.identity import CHUNKING, TERMS
from rag.text.sentences import passages_of
from rag.text.terms import document_terms
from tests.papers import PAPERS


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def test_other_search_terms_have_another_version() -> None:
    """When this fails, raise ``TERMS`` in rag/index/identity.py and write down the new pair."""
    assert (TERMS, _hash([document_terms(paper.text) for paper in PAPERS])) == ("terms-2", "a9dbb925b59d")


def test_other_passages_have_another_version() -> None:
    """When this fails, raise ``CHUNKING`` in rag/index/identity.py and write down the new pair."""
    spans = [[(passage.start, passage.end) for passage in passages_of(paper)] for paper in PAPERS]
    assert (CHUNKING, _hash(spans)) == ("sentences-1", "2e0033246f42")
