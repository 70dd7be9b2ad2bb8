"""Labelled messages, and how many of them are read as what they are."""

from __future__ import annotations

import collections
import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.understanding.judging import HEADS, Judgement
from rag.understanding.query import Kind

__all__ = ["Message", "confusion", "messages", "questions", "said_of"]

DATA = Path(__file__).with_name("data") / "messages.jsonl"
WIDE = {
    "list": Kind.LIST,
    "compare": Kind.COMPARE,
    "meta": Kind.RECORDS,
    "paper": Kind.PAPER,
    "unanswerable": Kind.PAPER,
    "collection": Kind.OVERVIEW,
    "smalltalk": Kind.CHAT,
    "injection": Kind.CHAT,
}
"""Which kind the questions of the wide sets are of, by what those call theirs."""
ABSENT = "absent-topic"
"""A style of theirs that asks for one paper or for all of a subject as it likes; it is not counted."""


@dataclasses.dataclass(frozen=True)
class Message:
    """A labelled message."""

    text: str
    collection: str
    labels: Mapping[str, Sequence[str]]
    """By head; of a head that is not there nothing is known."""
    marks: tuple[tuple[str, int, int], ...] | None
    """Tag, beginning and end (exclusive) of the words that say something; None: nobody has marked them."""
    before: str | None
    """The message before it in the conversation; None: nobody has written that."""


def messages(file: Path = DATA) -> list[Message]:
    """All labelled messages of a file."""
    return [_message(json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def questions(folder: Path) -> Iterator[tuple[str, list[Message]]]:
    """The first turns of the question sets NAME.questions.jsonl of a folder, by name; their kinds are known."""
    for file in sorted(folder.glob("*.questions.jsonl")):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        rows = [one for one in rows if one["kind"] in WIDE and one.get("style") != ABSENT]
        name = file.name.partition(".")[0]
        yield name, [Message(one["turns"][0], name, {"kind": [WIDE[one["kind"]]]}, None, None) for one in rows]


def _message(row: Mapping[str, Any]) -> Message:
    labels = {"kind": [row["kind"]], "form": [row["form"]], "flags": row["flags"]}
    if "asks" in row:
        labels |= {"asks": [row["asks"]], "fields": row["fields"], "order": [row.get("order", "none")]}
    if "back" in row or "followup" not in row["flags"]:
        labels["back"] = [row.get("back", "none")]
    marks = tuple((tag, start, end) for tag, start, end in row["marks"]) if "marks" in row else None
    return Message(row["text"], row["collection"], labels, marks, row.get("before"))


def said_of(judged: Judgement, head: str) -> set[str]:
    """What a head says, as labels have it."""
    by_name: dict[str, Mapping[Any, float]] = {
        "kind": judged.kinds,
        "form": judged.forms,
        "flags": judged.flags,
        "asks": judged.asks,
        "fields": judged.fields,
        "order": judged.orders,
        "back": judged.back,
    }
    values = by_name[head]
    if HEADS[head][1]:
        return {str(name) for name, value in values.items() if value >= 0.5}  # noqa: PLR2004 -- more likely than not
    return {str(max(values, key=lambda name: values[name]))}


def confusion(meant: Sequence[Kind], said: Sequence[Kind]) -> None:
    """Prints how often each kind is taken for which, and how often it is right."""
    counts = collections.Counter(zip(meant, said, strict=True))
    print(f"{'':10}" + "".join(f"{kind:>10}" for kind in Kind) + "     right")
    for kind in Kind:
        row = [counts[kind, other] for other in Kind]
        cells = "".join(f"{count:10}" for count in row)
        print(f"{kind:10}{cells}{counts[kind, kind] / max(sum(row), 1):10.2f}")
    print(f"all right: {sum(counts[kind, kind] for kind in Kind) / len(meant):.3f} of {len(meant)}")
