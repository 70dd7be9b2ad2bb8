"""What the workshop learns from: questions and requests of ours, and the abstracts they are about, read in place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.external import scifact
from evals.external.places import file_of, opened
from rag.errors import SourceError
from rag.retrieval.relevance import label_of
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = [
    "HELD_OUT",
    "Asked",
    "Key",
    "Request",
    "Shelf",
    "asked",
    "chatter",
    "kept_out",
    "requests",
    "title_hash",
    "topics",
]

Key = tuple[str, str]
"""Source and title, by which an abstract is found."""

FOLDER = Path(__file__).parent / "data"
HELD_OUT = frozenset(
    {
        "pair13",
        "pair16",
        "pair17",
        "pair18",
        "pair19",
        "ask0",
        "list07",
        "list08",
        "list09",
        "list10",
        "list22",
        "list28",
    }
)
"""Writers' batches that nothing is trained on where probabilities are calibrated and thresholds chosen on them."""
TOPICS = 1200
"""Abstracts whose authors' keywords are asked for, as one types a subject."""
OF_A_LIST = 4
"""Papers of a request that are lines of their own for retrieval, drawn at random."""
SEED = 5


@dataclasses.dataclass(frozen=True)
class Asked:
    """A question and the abstract that it is about."""

    text: str
    style: str
    writer: str
    paper: Key
    evidence: str = ""
    """Words of the abstract that answer it; empty where the whole abstract does."""
    unanswerable: str = ""
    """Another question on the same matter that the abstract does not answer; empty where none was written."""
    answering: str = ""
    """A sentence, made up, that would answer the unanswerable question; empty where none was written."""
    sounding: str = ""
    """A sentence, made up by the same hand, that only sounds as if it did."""
    best: tuple[str, ...] | None = None
    """Beginnings of the sentences that a careful reader would quote as the answer, best first; None: nobody has read
    the others."""
    part: tuple[str, ...] = ()
    """Of those that add a piece to it and would not do alone; no other sentence answers then."""


@dataclasses.dataclass(frozen=True)
class Request:
    """A request for all papers of a kind among those of a batch."""

    text: str
    style: str
    batch: str
    papers: tuple[Key, ...]
    """Of the whole batch."""
    fit: frozenset[Key]
    may_fit: frozenset[Key]
    """Neither right nor wrong."""
    evidence: Mapping[Key, str]
    """Words that show why a paper belongs."""


class Shelf:
    """The sentences of abstracts, the title first."""

    def __init__(self, data: Path, wanted: Iterable[Key]) -> None:
        """Reads those of ``wanted`` from ``abstracts.jsonl.gz`` and ``scifact`` in ``data``.

        Raises:
            SourceError: a file is missing or not in its format, or an abstract is in neither.
        """
        missing = set(wanted)
        self._sentences: dict[Key, tuple[str, ...]] = {}
        self._labels: dict[Key, str] = {}
        for key, paper in _abstracts(data):
            if key in missing:
                self._sentences[key] = tuple(passage.text for passage in passages_of(paper))
                self._labels[key] = label_of(paper)
        missing -= self._sentences.keys()
        if missing:
            raise SourceError(
                f"{len(missing)} abstracts are not in {str(data)!r}, such as {min(missing)!r}: "
                "name the folder that has abstracts.jsonl.gz and scifact with --data DIR"
            )
        self.keys = tuple(sorted(self._sentences))

    def __getitem__(self, key: Key) -> tuple[str, ...]:
        """The sentences of one abstract."""
        return self._sentences[key]

    def label(self, key: Key) -> str:
        """What relevance reads in front of its sentences."""
        return self._labels[key]

    def place(self, key: Key, words: str) -> int | None:
        """Number of the sentence that holds the middle of ``words``, letters and digits alone compared; None: none."""
        sought, seen, owners = _bare(words), "", []
        for number, sentence in enumerate(self[key]):
            bare = _bare(sentence)
            seen += bare
            owners += [number] * len(bare)
        start = seen.find(sought)
        return owners[start + len(sought) // 2] if sought and start >= 0 else None

    def places(self, key: Key, beginnings: Iterable[str]) -> list[int]:
        """Numbers of the sentences that begin so, in that order; those that are none of the abstract are left out."""
        found = (self.place(key, words) for words in beginnings)
        return [number for number in found if number]


def asked() -> list[Asked]:
    """Every question that was written for one abstract."""
    return [
        Asked(
            row["q"],
            row["style"],
            row["writer"],
            (row["source"], row["title"]),
            row["evidence"] or "",
            row.get("unanswerable") or "",
            row.get("answering") or "",
            row.get("sounding") or "",
            None if row.get("best") is None else tuple(row["best"]),
            tuple(row.get("part") or ()),
        )
        for row in _rows("questions.jsonl")
    ]


def chatter() -> list[str]:
    """Messages that ask the papers nothing: greetings, thanks, complaints, orders that are none of its business."""
    return [row["text"] for row in _rows("messages.jsonl") if row["kind"] == "chat"]


def requests() -> list[Request]:
    """Every request for a list, those that nothing fits included."""
    batches = {
        row["batch"]: tuple((source, title) for source, title in row["papers"]) for row in _rows("batches.jsonl")
    }
    found = []
    for row in _rows("lists.jsonl"):
        papers = batches[row["batch"]]
        by_title = {title: (source, title) for source, title in papers}
        found.append(
            Request(
                row["q"],
                row["style"],
                row["batch"],
                papers,
                frozenset(by_title[title] for title in row["fit"]),
                frozenset(by_title[title] for title in row["also"]),
                {by_title[title]: words for title, words in row["evidence"].items()},
            )
        )
    return found


def topics(data: Path) -> list[Asked]:
    """Subjects as questions: a keyword of the authors of :data:`TOPICS` abstracts, and requests with some that fit."""
    dice, barred = random.Random(SEED), kept_out()
    candidates: list[tuple[Key, list[str]]] = []
    with opened(file_of(data, "abstracts", "abstracts.jsonl.gz")) as text:
        for record in map(json.loads, text):
            # Lengths within which an abstract is one, neither a line nor a whole introduction.
            if 400 < len(record["abstract"] or "") < 1900 and title_hash(record["title"]) not in barred:
                words = [word.strip() for word in re.split("[;,]", record.get("keywords") or "")]
                if fitting := [word for word in words if 3 < len(word) < 50]:
                    candidates.append(((record["source"], record["title"]), fitting))
    dice.shuffle(candidates)
    found = [Asked(dice.choice(words), "topic", "authors", key) for key, words in candidates[:TOPICS]]
    for request in requests():
        members = sorted(request.fit)
        drawn = dice.sample(members, min(OF_A_LIST, len(members)))
        found += [Asked(request.text, "topic", request.batch, key) for key in drawn]
    return found


def kept_out() -> frozenset[str]:
    """Hashes of the titles of all papers that the product is measured on, see :func:`title_hash`."""
    return frozenset((FOLDER / "kept_out.txt").read_text(encoding="utf-8").split())


def title_hash(title: str) -> str:
    """First 12 hex digits of the SHA-256 of a title's letters and digits."""
    return hashlib.sha256(_bare(title).encode()).hexdigest()[:12]


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _abstracts(data: Path) -> Iterator[tuple[Key, Paper]]:
    with opened(file_of(data, "abstracts", "abstracts.jsonl.gz")) as text:
        for record in map(json.loads, text):
            if record["abstract"]:
                paper = Paper("x", " ".join(record["title"].split()), " ".join(record["abstract"].split()))
                yield (record["source"], record["title"]), paper
    for paper in scifact.read_papers(data):
        yield ("scifact", paper.title), paper
