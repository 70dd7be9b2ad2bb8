"""The collections of one home, of which each page shows the one that its address names."""

from __future__ import annotations

import threading

from gradio.context import LocalContext

from rag.assistant import Assistant
from rag.index import collections_in

__all__ = ["Events", "Library"]


class Library:
    """The collections that pages show; safe for several threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._first = assistant
        self._others: dict[str, Assistant] = {}
        self._lock = threading.Lock()

    @property
    def assistant(self) -> Assistant:
        """The collection of the page whose event is being handled; its address ends in ``?collection=NAME``.

        Raises:
            UserError: no collection can have that name.
            CollectionMissingError: there is no collection of that name.
        """
        request = LocalContext.request.get(None)
        return self.opened(str(request.query_params.get("collection", "")) if request else "")

    def opened(self, name: str) -> Assistant:
        """The collection of that name, opened once; for the empty string, the one the page was started with."""
        if not name or name == self._first.collection_name:
            return self._first
        with self._lock:
            if name not in self._others:
                self._others[name] = Assistant.open(name, self._first.settings)
            return self._others[name]

    def names(self) -> list[str]:
        """The collections there are, in alphabetical order."""
        return collections_in(self._first.settings)

    def close(self) -> None:
        """Closes those that were opened here."""
        with self._lock:
            for assistant in self._others.values():
                assistant.close()
            self._others.clear()


class Events:
    """The events of a part of the page, each about the collection that the page of the visitor shows."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def _assistant(self) -> Assistant:
        return self._library.assistant
