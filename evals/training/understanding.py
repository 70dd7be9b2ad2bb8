"""Makes the heads that read a message: ``python -m evals.training.understanding``; ``--measure DIR`` measures them.

Needs scikit-learn, of the dependency group ``training``. The messages are in ``data/messages.jsonl``; the words that
people ask with are told apart from those that they ask about by abstracts, which come from ``--abstracts``.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import rag
from rag.index.embedding.minilm import MiniLM, trunk_of
from rag.settings import Settings
from rag.text.terms import STOP_WORDS, fold, stem, words
from rag.understanding.dates import read_dates
from rag.understanding.features import EMBEDDING_WEIGHT, features, grams, masked, surface
from rag.understanding.heads import ORDERS, WEIGHTS, Heads
from rag.understanding.query import Flag, Form, Kind, RecordAsk, RecordField
from rag.understanding.wording import leftover

DATA = Path(__file__).with_name("data") / "messages.jsonl"
SEED = 7
RIDGE = 1.0
"""Inverse strength of the regularisation; of 0.3, 1 and 3 the one with the most kinds right, collections left out."""
STEPS = 120
"""Of the fit at most; further ones change no more than 2 kinds of 1,000."""
LEAST_MESSAGES, LEAST_COLLECTIONS = 4, 3
"""A word or pair counts from so many messages and collections on: what is seen less is of the subject."""
FRAME_RATIO = 1.5
"""Natural logarithm of how much more often a stem of the frame stands in messages than in abstracts."""
FRAME_SHARE, FRAME_SURE, FRAME_COLLECTIONS = 0.01, 0.15, 10
"""Share of the messages of some kind that hold a stem of the frame, at least; from the second on whatever abstracts
say; in so many collections."""
ABSTRACT_WORDS = 8
"""How many times the words of a message an abstract has."""
ABSTRACTS = 3000
FOLDS = 6
TOPIC = 4
"""Words of a bare topic at most; each of them with so many letters is a subject by itself."""
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

Matrix = npt.NDArray[np.float32]
Message = Mapping[str, Any]


def main() -> None:
    """Trains and writes the weights, or measures them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--abstracts", type=Path, help="gzipped JSON lines with `abstract`, to train")
    parser.add_argument("--validate", action="store_true", help="measure with collections left out, then stop")
    parser.add_argument("--measure", type=Path, metavar="DIR", help="folder with NAME.questions.jsonl of known kind")
    arguments = parser.parse_args()
    embedder = trunk_of(Settings().home)
    if arguments.measure:
        measure(arguments.measure, embedder)
    else:
        train(arguments.abstracts, embedder, validate=arguments.validate)


def train(abstracts: Path, embedder: MiniLM, *, validate: bool) -> None:
    """Writes the weights made from all messages, or prints how many kinds are right where collections are left out."""
    messages = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    found = [grams(masked(one["text"], one.get("named", ()))) for one in messages]
    vocabulary = _vocabulary(found, [one["collection"] for one in messages])
    vectors = embedder.embed([one["text"] for one in messages])
    rows = [
        features(vector, surface(one["text"], one.get("papers", 0)), said, vocabulary)
        for vector, one, said in zip(vectors, messages, found, strict=True)
    ]
    matrix = np.stack(rows)
    if validate:
        _cross_validate(matrix, messages)
        return
    told, weights, bias = _fitted(matrix, messages)
    frame = _frame(messages, abstracts)
    subject = _subject(messages, frame, embedder)
    text = json.dumps({"vocabulary": list(vocabulary), "places": told, "frame": frame}, ensure_ascii=False)
    path = Path(rag.__file__).parent / "learned" / WEIGHTS
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        weights=weights.astype(np.float16),
        bias=bias.astype(np.float32),
        subject=subject.astype(np.float16),
        words=np.frombuffer(text.encode(), np.uint8),
    )
    size = path.stat().st_size / 1000
    print(f"{path.name}: {size:.0f} kB, {len(vocabulary)} words and pairs, {len(frame)} of the frame")


def _vocabulary(found: Sequence[Sequence[str]], collections_: Sequence[str]) -> dict[str, int]:
    where: dict[str, list[str]] = collections.defaultdict(list)
    for said, collection in zip(found, collections_, strict=True):
        for gram in set(said):
            where[gram].append(collection)
    kept = [
        gram
        for gram, places in where.items()
        if len(places) >= LEAST_MESSAGES and len(set(places)) >= LEAST_COLLECTIONS
    ]
    return {gram: place for place, gram in enumerate(sorted(kept))}


def _cross_validate(matrix: Matrix, messages: Sequence[Message]) -> None:
    kinds = np.array([list(Kind).index(Kind(one["kind"])) for one in messages])
    names = sorted({one["collection"] for one in messages})
    fold = np.array([names.index(one["collection"]) % FOLDS for one in messages])
    said = np.empty_like(kinds)
    for left_out in range(FOLDS):
        kept = fold != left_out
        weights, bias = _softmax(matrix[kept], kinds[kept], len(Kind))
        said[~kept] = (matrix[~kept] @ weights + bias).argmax(1)
    print(f"collections left out in turn, {len(messages)} messages:")
    _confusion([list(Kind)[n] for n in kinds], [list(Kind)[n] for n in said])


def _fitted(matrix: Matrix, messages: Sequence[Message]) -> tuple[list[tuple[str, int, int]], Matrix, Matrix]:
    """The heads side by side: places of their outputs, weights (features, outputs) and bias (outputs,)."""
    records = np.array(["asks" in one for one in messages])
    kinds = [list(Kind).index(Kind(one["kind"])) for one in messages]
    forms = [list(Form).index(Form(one["form"])) for one in messages]
    asks = [list(RecordAsk).index(RecordAsk(one["asks"])) for one in messages if "asks" in one]
    orders = [ORDERS.index(one.get("order", "none")) for one in messages if "asks" in one]
    flags = np.array([[flag in one["flags"] for flag in Flag] for one in messages])
    fields = np.array([[field in one["fields"] for field in RecordField] for one in messages if "asks" in one])
    made = {
        "kind": _softmax(matrix, np.array(kinds), len(Kind)),
        "form": _softmax(matrix, np.array(forms), len(Form)),
        "flags": _sigmoids(matrix, flags),
        "asks": _softmax(matrix[records], np.array(asks), len(RecordAsk)),
        "fields": _sigmoids(matrix[records], fields),
        "order": _softmax(matrix[records], np.array(orders), len(ORDERS)),
    }
    ends = list(itertools.accumulate(bias.size for _, bias in made.values()))
    told = [(name, end - bias.size, end) for (name, (_, bias)), end in zip(made.items(), ends, strict=True)]
    return told, np.hstack([weights for weights, _ in made.values()]), np.hstack([bias for _, bias in made.values()])


def _softmax(matrix: Matrix, labels: npt.NDArray[Any], classes: int) -> tuple[Matrix, Matrix]:
    """Weights (features, classes) and bias (classes,); a class without an example is next to impossible."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=RIDGE, max_iter=STEPS, tol=1e-3, random_state=SEED).fit(matrix, labels)
    weights, bias = np.zeros((matrix.shape[1], classes), np.float32), np.full(classes, -30.0, np.float32)
    weights[:, fitted.classes_], bias[fitted.classes_] = fitted.coef_.T, fitted.intercept_
    return weights, bias


def _sigmoids(matrix: Matrix, labels: npt.NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    from sklearn.linear_model import LogisticRegression

    weights, bias = (
        np.zeros((matrix.shape[1], labels.shape[1]), np.float32),
        np.full(labels.shape[1], -30.0, np.float32),
    )
    for column in np.flatnonzero(labels.any(axis=0)):
        fitted = LogisticRegression(C=RIDGE, max_iter=STEPS, tol=1e-3, random_state=SEED).fit(matrix, labels[:, column])
        weights[:, column], bias[column] = fitted.coef_[0], fitted.intercept_[0]
    return weights, bias


def _subject(messages: Sequence[Message], frame: Mapping[str, float], embedder: MiniLM) -> Matrix:
    """Weights and bias (385,) of the head that tells whether what is left of a message names a subject."""

    def asks(word: str) -> bool:
        return fold(word) in STOP_WORDS or stem(fold(word)) in frame

    labelled = [one for one in messages if "subject" in one]
    spans = [[*one.get("named", ()), *((d.start, d.end) for d in read_dates(one["text"]))] for one in labelled]
    texts = [leftover(one["text"], span, asks) for one, span in zip(labelled, spans, strict=True)]
    told = {text: one["subject"] for text, one in zip(texts, labelled, strict=True) if text}
    topics = [text for text, one in zip(texts, labelled, strict=True) if one["subject"] and len(text.split()) <= TOPIC]
    told = {word: True for text in topics for word in text.split() if len(word) >= TOPIC} | told
    labels = np.array(list(told.values()))[:, None]
    matrix = embedder.embed(list(told)) * EMBEDDING_WEIGHT
    weights, bias = _sigmoids(matrix, labels)
    right = ((matrix @ weights + bias > 0) == labels).mean()
    print(f"subject or none: {len(told)} texts, {right:.2f} of those trained on right")
    return np.append(weights[:, 0] * EMBEDDING_WEIGHT, bias)


def _frame(messages: Sequence[Message], abstracts: Path) -> dict[str, float]:
    """Stems that people ask with: in messages of some kind far more frequent than in abstracts, or very frequent."""
    english = [one for one in messages if one["flags"] != ["foreign"] and not one["collection"].startswith("q")]
    stems = [{stem(word) for word in words(masked(one["text"], one.get("named", ())))} for one in english]
    spread: dict[str, set[str]] = collections.defaultdict(set)
    shares: dict[str, float] = collections.defaultdict(float)
    for kind in Kind:
        mine = [said for said, one in zip(stems, english, strict=True) if one["kind"] == kind]
        for term, count in collections.Counter(term for said in mine for term in said).items():
            shares[term] = max(shares[term], count / len(mine))
    for said, one in zip(stems, english, strict=True):
        for term in said:
            spread[term].add(one["collection"])
    with gzip.open(abstracts, "rt", encoding="utf-8") as lines:
        taken = list(itertools.islice((json.loads(line)["abstract"] or "" for line in lines), 0, 60 * ABSTRACTS, 60))
    written = collections.Counter(term for text in taken for term in {stem(word) for word in words(text)})
    ratio = {
        term: math.log(share * ABSTRACT_WORDS * len(taken) / (written[term] + 1)) for term, share in shares.items()
    }
    return {
        term: round(ratio[term], 2)
        for term, share in sorted(shares.items())
        if not term.isdigit()
        and len(spread[term]) >= FRAME_COLLECTIONS
        and (share >= FRAME_SURE or (share >= FRAME_SHARE and ratio[term] >= FRAME_RATIO))
    }


def measure(folder: Path, embedder: MiniLM) -> None:
    """Prints how many questions of the sets in ``folder`` are read as what they are; none was trained on."""
    path = Path(rag.__file__).parent / "learned" / WEIGHTS
    with np.load(path) as arrays:
        heads = Heads({name: arrays[name] for name in arrays.files})
    meant: list[Kind] = []
    said: list[Kind] = []
    for file in sorted(folder.glob("*.questions.jsonl")):
        questions = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        asked = [one for one in questions if one["kind"] in WIDE]
        right = _read(file, asked, heads, embedder, meant, said)
        print(f"{file.name.partition('.')[0]:12} {right / len(asked):.2f}")
    _confusion(meant, said)


def _read(
    file: Path, asked: Sequence[Message], heads: Heads, embedder: MiniLM, meant: list[Kind], said: list[Kind]
) -> int:
    from rag.index.collection import Collection
    from rag.understanding.reader import Reader

    before = len(meant)
    with Collection.open(Settings(), file.name.partition(".")[0]) as collection:
        reader = Reader(collection, Settings().home)
        for one in asked:
            meant.append(WIDE[one["kind"]])
            said.append(reader.read(one["turns"][0]).kind)
    return sum(first == second for first, second in zip(meant[before:], said[before:], strict=True))


def _confusion(meant: Sequence[Kind], said: Sequence[Kind]) -> None:
    counts = collections.Counter(zip(meant, said, strict=True))
    print(f"{'':10}" + "".join(f"{kind:>10}" for kind in Kind) + "     right")
    for kind in Kind:
        row = [counts[kind, other] for other in Kind]
        print(
            f"{kind:10}"
            + "".join(f"{count:10}" for count in row)
            + f"{row[list(Kind).index(kind)] / max(sum(row), 1):10.2f}"
        )
    print(f"all right: {sum(counts[kind, kind] for kind in Kind) / len(meant):.3f} of {len(meant)}")


if __name__ == "__main__":
    main()
