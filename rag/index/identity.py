"""What a collection was made with: whoever opens it with anything else is told so, and how to mend it."""

from __future__ import annotations

import dataclasses

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
    "identity_now",
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
DISTANCE = "cosine"


@dataclasses.dataclass(frozen=True)
class Identity:
    """Kept in the catalogue from the first paper on; the last three can change without a new collection."""

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


def identity_now(settings: Settings, dimension: int) -> Identity:
    """What a collection that is made now, of vectors of ``dimension`` numbers, is made with."""
    return Identity(settings.embedding, dimension, adapter=adapter_of(settings))


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
