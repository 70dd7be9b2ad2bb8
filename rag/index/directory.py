"""Looking papers up by what they are called and who wrote them; see :mod:`rag.index.entries`."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rag.index.entries import VERSION, Entry, Role

if TYPE_CHECKING:
    from rag.index.catalogue import Catalogue
    from rag.index.layout import Layout

__all__ = ["Directory"]

_PAPERS = 500
"""Papers listed in one transaction."""


class Directory:
    """Looks papers up in one open collection; safe for several threads.

    What every question needs of all papers (names, venues) is read once for each state of the collection.
    """

    def __init__(self, catalogue: Catalogue, layout: Layout) -> None:
        """Args: the open catalogue, and where it is, as entries of papers that have none yet are written to it."""
        self._catalogue = catalogue
        self._layout = layout
        self._lock = threading.Lock()
        self._generation = -1
        self._keys: dict[Role, Mapping[str, Sequence[str]]] = {}
        self._held: Mapping[str, int] = {}

    def find(self, role: Role, keys: Iterable[str]) -> list[Entry]:
        """The entries under any of ``keys``, in the order of keys and ids."""
        self._renew()
        rows = self._catalogue.entries(role, keys)
        return [Entry(role, *row) for row in rows]

    def keys(self, role: Role) -> Mapping[str, Sequence[str]]:
        """All keys of a role, each with the ways in which it is written."""
        self._renew()
        with self._lock:
            if role not in self._keys:
                grouped: dict[str, list[str]] = defaultdict(list)
                for key, written in self._catalogue.entry_keys(role):
                    grouped[key].append(written)
                self._keys[role] = grouped
            return self._keys[role]

    def held(self) -> Mapping[str, int]:
        """How many papers have a value: ``author``, ``venue``, ``organisation``, ``category``, ``date`` ..."""
        self._renew()
        with self._lock:
            if not self._held:
                self._held = self._catalogue.held()
            return self._held

    def fill(self) -> int:
        """Reads the papers that have no entries yet, which an older version took in: 0.7 ms each; returns how many.

        Raises:
            CollectionError: the catalogue cannot be written to.
        """
        unlisted = self._catalogue.unlisted(VERSION)
        if unlisted:
            from rag.index.ledger import Ledger  # a reader that never has to write does without

            with contextlib.closing(Ledger(self._layout)) as ledger:
                ledger.upgrade()
                for start in range(0, len(unlisted), _PAPERS):
                    ledger.note_directory(list(self._catalogue.papers(unlisted[start : start + _PAPERS]).values()))
        return len(unlisted)

    def _renew(self) -> None:
        generation = self._catalogue.generation()
        with self._lock:
            if generation == self._generation:
                return
            self.fill()
            self._generation, self._keys, self._held = generation, {}, {}
