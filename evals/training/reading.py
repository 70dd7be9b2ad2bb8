"""Measures how a language model reads messages: ``python -m evals.training.reading FILE|DIR --model openai/NAME``.

``FILE`` holds labelled messages in the form of ``data/messages.jsonl`` (others than those: the small model has learned
from them); ``DIR`` question sets NAME.questions.jsonl, of which the kinds are known. What the model says is kept in
``--out`` as it comes: a run that was stopped goes on where it was. Printed is how many messages are read right by the
small model alone and with the language model in its place, field by field; those where the second is higher, by more
than chance would have it, are worth ``PAPERTRAIL_READ_FIELDS``.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pydantic
import tqdm

from evals.training.labels import Message, confusion, messages, questions, said_of
from rag.errors import ModelError
from rag.models.metering import Meter
from rag.settings import READ_FIELDS, load_settings
from rag.types import Answer
from rag.understanding.judging import HEADS, Judgement, MessageModel, Tag, message_model
from rag.understanding.message_reader import MessageReader
from rag.understanding.query import Kind
from rag.understanding.said import Said

__all__ = ["main"]

MEASURED = [name for name in HEADS if name not in ("flags", "back")]
"""What the language model may say of a message as it stands."""
SEED = 7
_SAID = pydantic.TypeAdapter(Said)


@dataclasses.dataclass(frozen=True)
class Kept:
    """What came of one message."""

    said: Said
    seconds: float
    prompt_tokens: int
    completion_tokens: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Asks the model for what it has not said yet, and prints how it did."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.reading", description=__doc__)
    parser.add_argument("labelled", type=Path, help="a file of labelled messages, or a folder of question sets")
    parser.add_argument("--model", required=True, help="ollama/NAME or openai/NAME")
    parser.add_argument("--limit", type=int, help="so many messages, drawn at random, the same each time")
    parser.add_argument("--out", type=Path, help="where the readings are kept (default: build/reading/MODEL.jsonl)")
    options = parser.parse_args(arguments)
    settings = load_settings(read_fields=",".join(name for name in READ_FIELDS if name not in ("question", "parts")))
    out = options.out or Path("build/reading") / f"{options.model.replace('/', '-').replace(':', '-')}.jsonl"
    learned = _drawn(options.labelled, options.limit)
    kept = _read(learned, MessageReader(options.model, settings), out)
    _printed(learned, kept, message_model(settings.home))


def _drawn(labelled: Path, limit: int | None) -> list[Message]:
    several = questions(labelled) if labelled.is_dir() else [("", messages(labelled))]
    drawn = [one for _, rows in several for one in rows]
    random.Random(SEED).shuffle(drawn)
    return drawn[:limit]


def _read(learned: Sequence[Message], reader: MessageReader, out: Path) -> dict[str, Kept]:
    """The readings by message, those kept in ``out`` and new ones; there is none where the model failed."""
    kept = dict(_kept(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    failed: collections.Counter[str] = collections.Counter()
    with out.open("a", encoding="utf-8") as file:
        for one in tqdm.tqdm(learned, disable=None):
            if _key(one) in kept:
                continue
            meter, started = Meter(), time.perf_counter()
            history = [_answer(one.before)] if one.before else []
            try:
                said = reader.read(one.text, history, meter=meter)
            except ModelError as error:
                failed[str(error)] += 1
                continue
            entry = Kept(said, round(time.perf_counter() - started, 3), *dataclasses.astuple(meter.usage))
            kept[_key(one)] = entry
            line = {"key": _key(one), **dataclasses.asdict(entry), "said": _SAID.dump_python(said, mode="json")}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
    for reason, count in failed.most_common():
        print(f"{count} not read: {reason}")
    return kept


def _kept(out: Path) -> Iterator[tuple[str, Kept]]:
    """What an earlier run has kept; a line that was cut off is passed over."""
    for line in out.read_text("utf-8").splitlines() if out.exists() else ():
        try:
            row: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        key = row.pop("key")
        yield key, Kept(**{**row, "said": _SAID.validate_python(row["said"])})


def _key(one: Message) -> str:
    return f"{one.before or ''}\n{one.text}"


def _answer(question: str) -> Answer:
    """A turn of which nothing but the question is known."""
    return Answer(question, "", False, None, (), (), (), "extractive", "hybrid", "")


def _printed(learned: Sequence[Message], kept: dict[str, Kept], model: MessageModel) -> None:
    read = [(one, kept[_key(one)]) for one in learned if _key(one) in kept]
    if not read:
        return
    small = [model.judge(one.text, one.before or "") for one, _ in read]
    both = [entry.said.over(judged, one.text) for (one, entry), judged in zip(read, small, strict=True)]
    print(f"{'':14}{'messages':>9}{'small':>8}{'model':>8}{'better':>8}{'worse':>7}{'p':>8}")
    for head in MEASURED:
        rows = [
            (said_of(first, head) == set(one.labels[head]), said_of(second, head) == set(one.labels[head]))
            for (one, _), first, second in zip(read, small, both, strict=True)
            if head in one.labels
        ]
        _line(head, rows)
    for tag in list(Tag)[1:]:
        marked = [(one, a, b) for (one, _), a, b in zip(read, small, both, strict=True) if one.marks is not None]
        rows = [
            (_same(one, a, tag), _same(one, b, tag))
            for one, a, b in marked
            if any(m[0] == tag for m in one.marks or ())
        ]
        _line(f"words {tag.name.lower()}", rows)
    confusion([Kind(one.labels["kind"][0]) for one, _ in read], [one.kind for one in both])
    seconds = sorted(entry.seconds for _, entry in read)
    tokens = [sum(entry.prompt_tokens for _, entry in read), sum(entry.completion_tokens for _, entry in read)]
    print(
        f"{len(read)} messages: {seconds[len(seconds) // 2]:.1f} s in the middle, {seconds[-1]:.1f} s at most, "
        f"{tokens[0] / len(read):.0f} tokens read and {tokens[1] / len(read):.0f} written for one"
    )


def _same(one: Message, judged: Judgement, tag: Tag) -> bool:
    """Whether the words of a tag are those that are marked, but for a word of three letters at an end."""
    want = {place for name, start, end in one.marks or () if name == tag for place in range(start, end)}
    have = {place for words in judged.of(tag) for place in range(words.start, words.end)}
    return len(want ^ have) <= 4  # noqa: PLR2004 -- "the " or "on "


def _line(name: str, rows: Sequence[tuple[bool, bool]]) -> None:
    """How many are right, and how likely chance alone would part the two so far (sign test, two-sided)."""
    if not rows:
        return
    better, worse = sum(b and not a for a, b in rows), sum(a and not b for a, b in rows)
    parted = better + worse
    tail = sum(math.comb(parted, k) for k in range(min(better, worse) + 1)) / 2**parted
    shares = [sum(row[place] for row in rows) / len(rows) for place in (0, 1)]
    print(f"{name:14}{len(rows):9}{shares[0]:8.3f}{shares[1]:8.3f}{better:8}{worse:7}{min(1.0, 2 * tail):8.3f}")


if __name__ == "__main__":
    main()
