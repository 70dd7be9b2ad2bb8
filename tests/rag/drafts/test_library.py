"""Which paper a citation means."""

from __future__ import annotations

import dataclasses

import pytest

from rag.drafts import Cite, Library, Reference
from tests.papers import CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE

_ARXIV = dataclasses.replace(SPARSE, paper_id="2501.01234", doi="10.1145/123.456")
_LIBRARY = Library([_ARXIV, *(paper for paper in PAPERS if paper != SPARSE)])


@pytest.mark.parametrize(
    ("kind", "key", "found"),
    [
        ("arxiv", "2501.01234", _ARXIV),
        ("doi", "10.1145/123.456", _ARXIV),
        ("url", "http://www.example.org/glasswing/", _ARXIV),
        ("url", "http://[", None),
        ("id", "cache", CACHE),
        ("key", "cache", CACHE),
        ("title", "firefly – a cache for Retrieval Augmented Generation", CACHE),
        ("title", "A Cache for Retrieval-Augmented Generation", CACHE),
        ("title", "A Cache", None),
        ("author", "Marin 2024", CACHE),
        ("author", "Marin 2023", None),
        ("number", "1", None),
        ("key", "marin2024", None),
    ],
)
def test_a_citation_without_a_list_of_references(kind: str, key: str, found: object) -> None:
    ident = _LIBRARY.paper_of(Cite(kind, key, True), {})

    assert ident == (found.paper_id if found is not None else None)  # type: ignore[attr-defined] # a paper


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (Reference("x", title="{Firefly}: A cache for retrieval-augmented generation"), CACHE),
        (Reference("A. Marin. Firefly: a cache for retrieval-augmented\ngeneration. 2024."), CACHE),
        (Reference("Marin, A. arXiv preprint arXiv:2501.01234v3, 2025."), _ARXIV),
        (Reference("Somebody. https://doi.org/10.1145/123.456."), _ARXIV),
        (Reference("Field. A survey of soil moisture prediction with neural networks, vol. 3"), SOIL),
        (Reference("Notes on tidal clocks and their escapements"), NO_ABSTRACT),
        (Reference("A. Marin. A Cache. 2024."), None),
        (Reference("", title=""), None),
    ],
)
def test_a_reference_means_a_paper(reference: Reference, found: object) -> None:
    ident = _LIBRARY.paper_of(Cite("key", "k", True), {"k": reference})

    assert ident == (found.paper_id if found is not None else None)  # type: ignore[attr-defined] # a paper


def test_author_and_year_are_looked_up_in_the_list_of_references() -> None:
    references = {
        "#1": Reference("Reef, B. Firefly: A Cache for Retrieval-Augmented Generation. 2024", names="Reef, B."),
        "#2": Reference("Shell, C. Other. 2024", names="Shell, C."),
    }

    assert _LIBRARY.paper_of(Cite("author", "Reef 2024", False), references) == CACHE.paper_id
    assert _LIBRARY.paper_of(Cite("author", "Shell 2024", False), references) is None


def test_a_part_of_a_title_that_two_papers_have_means_neither() -> None:
    twins = [
        dataclasses.replace(CACHE, paper_id=name, title=f"{name}: The Same Long Second Part") for name in ("Ab", "Cd")
    ]

    assert Library(twins).paper_of(Cite("title", "The Same Long Second Part", False), {}) is None
