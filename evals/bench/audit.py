"""Whether everything that is kept of a collection is equal to its catalogue, row by row: what no count can show."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from rag.index import Collection
from rag.index.catalogue import Catalogue, Stored, open_catalogue
from rag.index.entries import VERSION, Entry, Role, entries_of
from rag.index.layout import Layout, layout_of
from rag.index.lexical import LexicalIndex
from rag.index.repair import check
from rag.index.sameness import names_of
from rag.index.vectors import VectorStore
from rag.settings import Settings
from rag.text.sentences import passages_of

__all__ = ["audit", "found_by_itself"]

SAME = 0.999
"""Cosine of a vector to itself, after the catalogue has kept it with half precision."""
NEAREST = 10
"""A sentence must be among so many that are nearest to its own vector: others may say almost the same."""
_NAMED = 3
"""Examples given of what differs."""


def audit(settings: Settings, name: str, asked: int = 200, seed: int = 0) -> list[str]:
    """What in the collection ``name`` is not as its catalogue says, each in a sentence; empty when all of it is.

    The rows of Chroma with their text and vectors, the documents of the word index, entities, entries of the
    directory and names are compared one by one; the collection must not be written to meanwhile.

    Args:
        settings: name the home folder.
        name: of the collection.
        asked: for so many sentences, chosen by ``seed``, Chroma is asked whether a search finds them.
        seed: of that choice.

    Raises:
        CollectionError: the collection cannot be opened.
    """
    layout = layout_of(settings, name)
    wrong = check(settings, name)
    catalogue, _ = open_catalogue(layout)
    with contextlib.closing(catalogue):
        stored = list(catalogue.stored())
        wrong += _rows(layout, stored)
        wrong += _words(layout, stored)
        wrong += _records(catalogue, stored)
    with Collection.open(settings, name) as opened:
        wrong += _differ("entities", opened.knowledge().papers, [entry.key.paper_id for entry in stored])
        ids = [entry.key.paper_id for entry in stored]
        chosen = random.Random(seed).sample(ids, min(asked, len(ids)))  # noqa: S311 -- no secret
        wrong += found_by_itself(opened, chosen)
    return wrong


def found_by_itself(opened: Collection, ids: Iterable[str]) -> list[str]:
    """Those of the papers of which a search for the vector of a sentence does not find that sentence."""
    lost = [
        paper_id
        for paper_id, matrix in opened.vectors(ids).items()
        if (paper_id, len(matrix) - 1) not in [row[:2] for row in opened.dense(matrix[-1], NEAREST)]
    ]
    return [f"A search does not find {len(lost)} papers by their own vectors: {_examples(lost)}."] if lost else []


def _rows(layout: Layout, stored: Sequence[Stored]) -> list[str]:
    expected = {
        row: (passage.text, vector)
        for entry in stored
        for row, passage, vector in zip(entry.key.rows(), passages_of(entry.paper), entry.vectors, strict=True)
    }
    with contextlib.closing(VectorStore(layout)) as store:
        found = {row: (text, vector) for row, text, vector in store.rows()}
    wrong = _differ("rows of Chroma", found, expected)
    both = [row for row in expected if row in found]
    texts = [row for row in both if found[row][0] != expected[row][0]]
    vectors = [row for row in both if float(np.dot(found[row][1], expected[row][1])) < SAME]
    wrong += [f"The text of {len(texts)} rows of Chroma is another one: {_examples(texts)}."] if texts else []
    return wrong + ([f"The vector of {len(vectors)} rows is another one: {_examples(vectors)}."] if vectors else [])


def _words(layout: Layout, stored: Sequence[Stored]) -> list[str]:
    keys = LexicalIndex(layout).keys()
    doubled = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    wrong = _differ("documents of the word index", keys, [str(entry.key) for entry in stored])
    return wrong + ([f"{len(doubled)} papers stand twice in the word index: {_examples(doubled)}."] if doubled else [])


def _records(catalogue: Catalogue, stored: Sequence[Stored]) -> list[str]:
    """The tables of the catalogue that follow from its papers."""
    papers = {entry.key.paper_id: entry.paper for entry in stored}
    wrong = _differ("papers read for entities", [paper_id for paper_id, _ in catalogue.extracts()], papers)
    wrong += _differ("papers without entries in the directory", catalogue.unlisted(VERSION), ())
    expected: Mapping[Role, set[Entry]] = {role: set() for role in Role}
    for paper in papers.values():
        for entry in entries_of(paper):
            expected[entry.role].add(entry)
    for role, entries in expected.items():
        keys = {key for key, _ in catalogue.entry_keys(role)}
        found = {Entry(role, *row) for row in catalogue.entries(role, keys)}
        wrong += _differ(f"entries ({role})", map(repr, found), map(repr, entries))
    names = {name for paper in papers.values() for name in names_of(paper)}
    return wrong + _differ("papers known by their names", catalogue.named(names), papers)


def _differ(what: str, found: Iterable[str], expected: Iterable[str]) -> list[str]:
    there, wanted = set(found), set(expected)
    missing, needless = sorted(wanted - there), sorted(there - wanted)
    wrong = [f"{len(missing)} {what} are missing: {_examples(missing)}."] if missing else []
    return wrong + ([f"{len(needless)} {what} are too many: {_examples(needless)}."] if needless else [])


def _examples(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (" ..." if len(ids) > _NAMED else "")
