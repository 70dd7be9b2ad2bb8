"""What a collection was made with: whoever opens it with anything else is told so, and how to mend it."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Final

from rag.errors import CollectionMismatchError
from rag.index.embedding import adapter_of
from rag.settings import Settings

__all__ = [
    "CHUNKING",
    "DISTANCE",
    "ROWS",
    "SCHEMA",
    "TERMS",
    "Identity",
    "check_adapter",
    "check_dimension",
    "check_identity",
    "check_store",
    "identity_now",
    "new_store",
    "other_store",
]

SCHEMA = "1"
"""Tables of the catalogue and layout of both indexes; raise it when either changes."""
CHUNKING = "sentences-1"
"""How ``rag.text.sentences`` cuts a paper; raise it when the same paper gives other passages."""
TERMS = "terms-2"
"""How ``rag.text.terms`` makes search terms; raise it when the same text gives other terms."""
ROWS = "rows-2"
"""What a row of the vector store says of its passage, for other programs; raise it when it says something else.

On 15,610 sentences the text and the metadata take 1.6 kB a sentence (60 MB rather than 34) and 0.4 ms of computing,
a tenth of what the embedding takes; searches are as quick."""
DISTANCE: Final = "cosine"


@dataclasses.dataclass(frozen=True)
class Identity:
    """Kept in the catalogue from the first paper on; the last four can change without a new collection."""

    embedding: str
    """The ``embedding`` setting it was made with."""
    dimension: int
    schema: str = SCHEMA
    chunking: str = CHUNKING
    distance: str = DISTANCE
    terms: str = TERMS
    adapter: str = ""
    """What training had changed in the built-in model; empty: nothing, as before there was one, or another model."""
    rows: str = ROWS
    """Empty: rows have neither sentence nor title, as before other programs were to read them."""
    store: str = ""
    """Name of the Chroma collection that its rows are in, on a server; empty: they are in the collection's folder."""


def identity_now(settings: Settings, dimension: int, name: str) -> Identity:
    """What the collection ``name``, made now, of vectors of ``dimension`` numbers, is made with."""
    store = new_store(name) if settings.chroma else ""
    return Identity(settings.embedding, dimension, adapter=adapter_of(settings), store=store)


def new_store(name: str) -> str:
    """What a Chroma server is to call the rows of the collection ``name``, as no other home folder calls any there."""
    return f"papertrail-{name}-{uuid.uuid4().hex[:12]}-a"


def other_store(store: str) -> str:
    """Where rows are written anew while those of ``store`` are read: there are two names for each collection, in turn.

    So whoever writes next knows, and deletes, what was left behind by one that was stopped in between.
    """
    return store[:-1] + ("b" if store.endswith("a") else "a")


def check_identity(stored: Identity, settings: Settings, name: str) -> None:
    """Compares what collection ``name`` was made with to what would be used now.

    Raises:
        CollectionMismatchError: they differ; the message has both values and the command that mends it.
    """
    if stored.embedding != settings.embedding:
        raise CollectionMismatchError(
            f"the collection {name!r} was made with the embedding {stored.embedding!r} but the setting is "
            f"{settings.embedding!r}: set `PAPERTRAIL_EMBEDDING={stored.embedding}`, or make a new collection with "
            "`papertrail ingest PATH --collection NEW`"
        )
    for what, was, now in (
        ("schema", stored.schema, SCHEMA),
        ("chunking", stored.chunking, CHUNKING),
        ("distance", stored.distance, DISTANCE),
    ):
        if was != now:
            raise CollectionMismatchError(
                f"the collection {name!r} has {what} {was!r} but this version of Papertrail uses {now!r}: make a new "
                "one with `papertrail ingest PATH --collection NEW`, or go back to the version that made it"
            )


def check_adapter(stored: Identity, settings: Settings, name: str) -> None:
    """Compares what had been changed by training in the model of collection ``name`` to what is changed now.

    Raises:
        CollectionMismatchError: they differ, so that questions and sentences would not lie in one space.
    """
    now = adapter_of(settings)
    if stored.adapter != now:
        raise CollectionMismatchError(
            f"the collection {name!r} was made with the built-in model as {stored.adapter or 'published'!r} and this "
            f"version of Papertrail uses {now!r}: run `papertrail doctor --repair --collection {name}`, which makes "
            "its vectors anew and can be interrupted"
        )


def check_store(stored: Identity, settings: Settings, name: str) -> None:
    """Compares where the rows of collection ``name`` are to where they would be looked for now.

    Raises:
        CollectionMismatchError: they are on a server and none is set, or the other way round.
    """
    if stored.store and settings.chroma is None:
        raise CollectionMismatchError(
            f"the vectors of the collection {name!r} are on a Chroma server: set PAPERTRAIL_CHROMA to its address, or "
            f"run `papertrail doctor --repair --collection {name}`, which writes them into the home folder"
        )
    if settings.chroma is not None and not stored.store:
        raise CollectionMismatchError(
            f"the vectors of the collection {name!r} are in the home folder and PAPERTRAIL_CHROMA names a server: run "
            f"`papertrail doctor --repair --collection {name}`, which writes them there, or unset PAPERTRAIL_CHROMA"
        )


def check_dimension(stored: Identity, dimension: int, name: str) -> None:
    """Compares the vectors of collection ``name`` to one that its embedding gives now, which a server may have changed.

    Raises:
        CollectionMismatchError: they have different numbers of dimensions.
    """
    if dimension != stored.dimension:
        raise CollectionMismatchError(
            f"the collection {name!r} has vectors of {stored.dimension} numbers, its embedding {stored.embedding!r} "
            f"now gives {dimension}: make a new collection with `papertrail ingest PATH --collection NEW`"
        )
