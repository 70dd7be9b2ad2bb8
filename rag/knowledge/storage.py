"""A hypergraph in a file, for collections in which putting it together takes longer than reading it."""

from __future__ import annotations

import contextlib
import json
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import numpy as np
import numpy.typing as npt

from rag.knowledge.hypergraph import Hypergraph, Order, Sentences
from rag.knowledge.kinds import Kind
from rag.knowledge.sparse import Rows

__all__ = ["load", "save"]

T = TypeVar("T")

FORMAT: Final = 1
"""Raise it when the file or what :func:`rag.knowledge.assembly.assemble` makes changes; older files are not read."""
_SEPARATOR = "\0"
"""Stands in no text: readers of papers take it out."""
_TEXTS = ("papers", "keys", "names", "terms")
_ROWS = ("spoken", "members", "sources", "words")
_COLUMNS = ("papers", "numbers", "starts", "ends", "first")
_KINDS, _ORDERS = tuple(Kind), tuple(Order)
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What reading a file that is cut, overwritten or no archive at all can raise."""


def save(graph: Hypergraph, path: Path, stamp: str) -> None:
    """Writes the file whole or not at all.

    Args:
        graph: what to keep.
        path: of the file, in a folder that is there; one that is there already is replaced.
        stamp: of the state of the collection that it was made from.

    Raises:
        OSError: it cannot be written.
    """
    with _replacing(path) as file:
        np.savez(file, allow_pickle=False, **_arrays(graph, stamp))


def load(path: Path, stamp: str) -> Hypergraph | None:
    """The hypergraph in the file; None when there is none, when it is of another state or format, or damaged.

    Args:
        path: of the file.
        stamp: of the state of the collection that is wanted.
    """
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if _text(file["stamp"]) != _stamped(stamp):
                return None
            return _graph(file)
    except _UNREADABLE:
        return None


def _stamped(stamp: str) -> str:
    return f"{FORMAT} {stamp}"


def _arrays(graph: Hypergraph, stamp: str) -> dict[str, npt.NDArray[Any]]:
    parts = graph.parts()
    arrays = {name: _blob(_SEPARATOR.join(parts[name])) for name in _TEXTS}
    for name in _ROWS:
        arrays |= {f"{name}.ends": parts[name].ends, f"{name}.values": parts[name].values}
    arrays |= {f"sentences.{name}": getattr(parts["sentences"], name) for name in _COLUMNS}
    arrays["kinds"] = np.array([_KINDS.index(kind) for kind in parts["kinds"]], np.uint8)
    arrays["orders"] = np.array([_ORDERS.index(order) for order in parts["orders"]], np.uint8)
    arrays["aliases"] = _blob(json.dumps(parts["aliases"]))
    arrays["stamp"] = _blob(_stamped(stamp))
    return arrays


def _graph(file: Any) -> Hypergraph:
    papers, keys, names, terms = (_listed(file[name]) for name in _TEXTS)
    spoken, members, sources, words = (Rows(file[f"{name}.ends"], file[f"{name}.values"]) for name in _ROWS)
    return Hypergraph(
        papers=papers,
        sentences=Sentences(**{name: file[f"sentences.{name}"] for name in _COLUMNS}),
        keys=keys,
        names=names,
        kinds=_named(file["kinds"], _KINDS),
        aliases=json.loads(_text(file["aliases"])),
        spoken=spoken,
        orders=_named(file["orders"], _ORDERS),
        members=members,
        sources=sources,
        terms=terms,
        words=words,
    )


def _blob(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(blob: npt.NDArray[np.uint8]) -> str:
    return blob.tobytes().decode()


def _listed(blob: npt.NDArray[np.uint8]) -> list[str]:
    text = _text(blob)
    return text.split(_SEPARATOR) if text else []


def _named(numbers: npt.NDArray[np.uint8], names: Sequence[T]) -> list[T]:
    return [names[number] for number in numbers.tolist()]


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` when it has been written whole."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except BaseException:  # re-raised: only what is half written goes
        with contextlib.suppress(OSError):
            part.unlink()
        raise
