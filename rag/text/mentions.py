"""Finding names of systems, models and data sets by how they are written, in a spelling that can be compared."""

from __future__ import annotations

import dataclasses
import functools
import re

from rag.text.terms import STOP_WORDS, fold

__all__ = ["FIELD", "Mention", "find_mentions", "mentions", "pieces"]

FIELD = frozenset({"ai", "api", "cpu", "gpu", "llm", "ml", "nlp", "qa", "rag"})
"""Keys of acronyms of the whole field: they say nothing about which paper is meant."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """One name in a text; a run of capitalised words (``Light RAG``) is one name."""

    key: str
    """Folded, without separators or the plural s of capitals: ``lightrag`` for Light RAG, Light-RAG and LightRAG."""
    parts: tuple[str, ...]
    """The folded pieces between separators: ``light`` and ``rag`` for Light-RAG, ``lightrag`` for LightRAG."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""
    written: bool
    """Written as only names are (capitals inside, all capitals, digits), not merely with a capital letter."""
    opening: bool = False
    """The first word opens a sentence and may owe its capital to that: ``Light RAG``, but also ``Unlike BERT``."""


_CHUNK = re.compile(r"(?:(?<=\dx)(?=[A-Z])|(?<!\w)(?!\d+x[A-Z]))[^\W_]+(?:[-_/.+][^\W_]+)*\+*")
_PIECE = re.compile(r"\d+(?:\.\d+)*[a-z]*|[a-z]+\d*(?:\.\d+)*|[^\W_]+")
_SIZE = re.compile(r"\d[\d.,]*(?:[KMBTkmb]|x|[KMGT]i?B)?")
_NAME = re.compile(
    r"(?=.*[A-Z])(?:"
    r".*[a-z0-9][A-Z]|.*[A-Z]{2}|.*[A-Z].*\d|.*\d.*[A-Z]"  # LightRAG, LLM, GPT-4, 3D
    r"|[A-Za-z0-9]*[-_/].*[A-Z]|[A-Z].*[-_].*[A-Z0-9]|[A-Z][A-Za-z]*_[a-z]+"  # k-NN, Mixture-of-Experts, G_stack
    r")"
)
_GAP = re.compile(r" ")
_SENTENCE_END = re.compile(r"(?:^|[.!?:]|[\n])[\s\"'“”‘’(\[]*$")
_ENDING = re.compile(
    r"(?<=[^\W_])(?:-(?:[a-z]+(?:ed|ing)|aware|class|family|free|grade|level|like|only|scale|specific|style|type))+$"
)
"""What is hung on a name to make an adjective of it, as in GPT-based."""
_LOOK_BACK = 8
_ORDERS = frozenset("compare contrast describe explain find give list name show summarise summarize".split())
"""Verbs that begin an order: no part of the name that follows them."""
_RUN = 4
"""Longest run of capitalised words taken as one name; longer runs are headings."""


@functools.lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[str, ...]:
    """The comparable keys of the names in ``text``, in order of first use, without repeats."""
    return tuple(dict.fromkeys(mention.key for mention in find_mentions(text)))


@functools.lru_cache(maxsize=4096)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """The names in ``text`` in order: capitals inside or throughout, letters with digits, or a capital in mid-sentence.

    A plain word with a capital at the beginning of a sentence counts only when a name follows it (``Light RAG``).
    Figures with their units (``7B``, ``3x``) are left to :func:`rag.text.numbers.numbers`.
    """
    found: list[Mention] = []
    run: list[tuple[re.Match[str], bool]] = []
    for chunk in _CHUNK.finditer(text):
        kind = _kind(chunk, text)
        if run and (kind is None or not _GAP.fullmatch(text, run[-1][0].end(), chunk.start()) or len(run) == _RUN):
            found += _close(run, text)
            run = []
        if kind is not None:
            run.append((chunk, kind))
    return tuple(found + _close(run, text))


def pieces(text: str) -> tuple[str, ...]:
    """The folded pieces of a name between its separators: ``llama``, ``3.1`` and ``70b`` for Llama-3.1-70B."""
    return tuple(_PIECE.findall(fold(text)))


def _kind(chunk: re.Match[str], text: str) -> bool | None:
    """``True`` for what only a name looks like, ``False`` for a mere capital, ``None`` for no name."""
    word = chunk[0]
    if _SIZE.fullmatch(word) or word == "I":
        return None
    if _NAME.match(word) or not word.isascii() and word[0].isupper():
        return True
    return False if word[0].isupper() and len(word) > 1 else None


def _is_order(chunk: re.Match[str], text: str) -> bool:
    begins = _SENTENCE_END.search(text, max(0, chunk.start() - _LOOK_BACK), chunk.start())
    return fold(chunk[0]) in _ORDERS and bool(begins)


def _close(run: list[tuple[re.Match[str], bool]], text: str) -> list[Mention]:
    """The mention that a run of capitalised chunks makes; none when it is only the first word of a sentence."""
    while run and not run[0][1] and (fold(run[0][0][0]) in STOP_WORDS or _is_order(run[0][0], text)):
        run = run[1:]
    if not run:
        return []
    start = run[0][0].start()
    opening = not run[0][1] and bool(_SENTENCE_END.search(text, max(0, start - _LOOK_BACK), start))
    if opening and len(run) == 1:
        return []
    bare = [_ENDING.sub("", chunk[0]) for chunk, _ in run]
    singular = [re.sub(r"(?<=[A-Z0-9]{2})s$", "", word) for word in bare]
    parts = tuple(piece for word in singular for piece in pieces(word))
    end = run[-1][0].start() + len(bare[-1])
    return [Mention("".join(parts), parts, start, end, any(written for _, written in run), opening)] if parts else []
