"""A conversation: questions one after the other, each read in the light of the answers before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.types import Answer

if TYPE_CHECKING:
    from rag.assistant import Assistant

__all__ = ["Chat"]


class Chat:
    """A conversation: each turn is read in the light of the answers before it.

    ``[n]`` leads to the same sentence in all of them.
    """

    def __init__(self, assistant: Assistant, options: dict[str, Any], history: Sequence[Answer] = ()) -> None:
        self._assistant = assistant
        self._options = options
        self.answers: list[Answer] = list(history)
        """Oldest first."""

    def ask(self, question: str) -> Answer:
        """The next turn; errors as for :meth:`Assistant.stream`."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)  # noqa: S101 -- stream() promises it; tells the type checker
        return answer

    def stream(self, question: str, cancel: threading.Event | None = None) -> Iterator[str | Answer]:
        """The next turn in pieces; see :meth:`Assistant.stream`."""
        pieces = self._assistant.stream(question, history=tuple(self.answers), cancel=cancel, **self._options)
        for piece in pieces:
            if isinstance(piece, Answer):
                self.answers.append(piece)
            yield piece
