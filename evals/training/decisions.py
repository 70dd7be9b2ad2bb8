"""Makes the two calibrated decisions: whether papers answer a question, and which of them belong on a list.

``python -m evals.training.decisions --data DIR --wide DIR``. The weights are fitted to questions of ours over
batches that the relevance was not trained on, and to requests of ours over all batches; each threshold is chosen on the
wide sets, and what is printed for one of them is with the threshold of the others. Needs scikit-learn, of the
dependency group ``training``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import sklearn.linear_model

from evals.external.wide import WideSet, same_title, wide_sets
from evals.training.texts import HELD_OUT, Request, Shelf, asked, requests, title_hash
from rag.deciding.answerable import evidence_of
from rag.deciding.membership import best_cut, standing_of
from rag.index import Collection, ingest
from rag.learned.logistic import FOLDER, Logistic
from rag.retrieval.gathering import CANDIDATES
from rag.retrieval.relevance import PAIRS, relevance_of
from rag.retrieval.retrievers import hybrid
from rag.settings import Settings
from rag.types import Paper

__all__ = ["main"]

PAPERS = 8
"""Papers looked at for one question, as by default."""
WRONGLY_REFUSED = 0.05
"""Most answerable questions that may be refused."""
THRESHOLDS = np.arange(0.05, 0.9, 0.025)
SEED = 3
ABSENT = "absent-topic"
"""Style of the wide questions about a subject that no paper has."""
A_BATCH = 70
"""Questions of one batch, drawn at random; as many again that its papers do not answer."""
ELSEWHERE = 25
"""Questions on papers of other batches, which the batch does not answer either."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One yes or no."""

    collection: str
    request: int
    """Which question or list of the collection it belongs to."""
    inputs: Mapping[str, float]
    label: bool
    counts: bool = True
    """False where yes is neither right nor wrong."""


Rated = Sequence[tuple[Row, float]]
"""Rows with their probabilities."""
Worth = Callable[[Rated, float], tuple[float, str]]
"""How good a threshold is, more is better; and what a person is told of it."""
Collected = Iterable[str]
"""Titles."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fits, prints, and writes ``answerable.json`` and ``membership.json`` into ``rag/learned``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of abstracts.jsonl.gz and scifact/")
    parser.add_argument("--wide", type=Path, required=True, help="folder of the wide sets")
    parser.add_argument("--rows", type=Path, metavar="DIR", help="also write what was read, a line of JSON a row")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        settings, wide = Settings(home=Path(home)), wide_sets(options.wide)
        parts = (
            ("answerable", _our_questions(settings, options.data), _wide_questions(settings, wide), _refused),
            ("membership", _our_lists(settings, options.data), _wide_lists(settings, wide), _f1),
        )
        for name, ours, theirs, worth in parts:
            rows = list(ours), list(theirs)
            if options.rows:
                told = zip((False, True), rows, strict=True)
                lines = [json.dumps(dataclasses.asdict(row) | {"wide": wide}) for wide, some in told for row in some]
                (options.rows / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
            _write(name, *rows, worth)
    return 0


def _our_questions(settings: Settings, data: Path) -> Iterator[Row]:
    """Of each batch held out: questions that a paper answers, ones that it does not, ones on papers elsewhere."""
    dice, everything = random.Random(SEED), asked()
    shelf = Shelf(data, {one.paper for one in everything if one.writer in HELD_OUT})
    strangers = [one.text for one in everything if one.writer not in HELD_OUT | {"given"}]
    for name in sorted({one.writer for one in everything} & HELD_OUT):
        mine = [one for one in everything if one.writer == name]
        drawn = dice.sample(mine, min(A_BATCH, len(mine)))
        texts = [(one.text, True) for one in drawn] + [(one.unanswerable, False) for one in drawn if one.unanswerable]
        texts += [(text, False) for text in dice.sample(strangers, ELSEWHERE)]
        with _opened(settings, name, [_paper(shelf[one.paper]) for one in mine]) as collection:
            yield from (_answer(settings, collection, number, *text) for number, text in enumerate(texts))


def _wide_questions(settings: Settings, wide: Sequence[WideSet]) -> Iterator[Row]:
    for one in wide:
        with _opened(settings, one.name, one.papers) as collection:
            for number, question in enumerate(one.questions):
                if question.kind in ("paper", "unanswerable"):
                    yield _answer(settings, collection, number, question.turns[0], question.kind == "paper")


def _our_lists(settings: Settings, data: Path) -> Iterator[Row]:
    lists: dict[str, list[Request]] = {}
    for one in requests():
        lists.setdefault(one.batch, []).append(one)
    shelf = Shelf(data, {key for some in lists.values() for key in some[0].papers})
    for name, some in sorted(lists.items()):
        titles = {key: " ".join(key[1].split()) for key in some[0].papers}
        with _opened(settings, name, [_paper(shelf[key]) for key in some[0].papers]) as collection:
            for number, one in enumerate(some):
                fit, may = {titles[key] for key in one.fit}, {titles[key] for key in one.may_fit}
                yield from _listed(settings, collection, number, one.text, fit, may)


def _wide_lists(settings: Settings, wide: Sequence[WideSet]) -> Iterator[Row]:
    for one in wide:
        with _opened(settings, one.name, one.papers) as collection:
            for number, question in enumerate(one.questions):
                if question.kind == "list" or question.style == ABSENT:
                    also = question.also[0] if question.also else ()
                    gold = question.gold[0] if question.gold else ()
                    yield from _listed(settings, collection, number, question.turns[0], gold, also)


def _paper(sentences: Sequence[str]) -> Paper:
    title, *others = sentences
    return Paper(title_hash(title), title, " ".join(others))


def _opened(settings: Settings, name: str, papers: Sequence[Paper]) -> Collection:
    ingest(settings, name, papers)
    return Collection.open(settings, name)


def _answer(settings: Settings, collection: Collection, request: int, text: str, label: bool) -> Row:
    hits = relevance_of(settings.home).read(text, hybrid(collection, text, PAPERS, None))
    return Row(collection.name, request, evidence_of(hits), label)


def _listed(
    settings: Settings, collection: Collection, request: int, text: str, fit: Collected, may: Collected
) -> Iterator[Row]:
    hits = hybrid(collection, text, CANDIDATES, None)[:PAIRS]
    hits = relevance_of(settings.home).read(text, hits, of_first=1, titles=True)
    fitting, perhaps = set(map(same_title, fit)), set(map(same_title, may))
    for hit, inputs in zip(hits, standing_of(hits), strict=True):
        title = same_title(hit.paper.title)
        yield Row(collection.name, request, inputs, title in fitting, title in fitting or title not in perhaps)


def _write(name: str, ours: Sequence[Row], wide: Sequence[Row], worth: Worth) -> None:
    """Fits to ours, chooses the threshold on the wide sets, prints what each gives with that of the others."""
    model = _fitted(ours)
    rated = [(row, model.probability(row.inputs)) for row in wide]
    for left_out in sorted({row.collection for row in wide}):
        others = [pair for pair in rated if pair[0].collection != left_out]
        own = [pair for pair in rated if pair[0].collection == left_out]
        threshold = max(THRESHOLDS, key=lambda value: worth(others, value)[0])
        print(f"{name:12} {left_out:12} threshold {threshold:.3f} of the others  {worth(own, threshold)[1]}")
    threshold = float(max(THRESHOLDS, key=lambda value: worth(rated, value)[0]))
    print(f"{name:12} {'all':12} threshold {threshold:.3f}  {worth(rated, threshold)[1]}")
    content = {"weights": model.weights, "intercept": model.intercept, "threshold": round(threshold, 4)}
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _fitted(rows: Sequence[Row]) -> Logistic:
    """Logistic regression on standardised inputs, its weights given for the inputs as they are."""
    names = sorted(rows[0].inputs)
    matrix = np.array([[row.inputs[name] for name in names] for row in rows if row.counts])
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    model = sklearn.linear_model.LogisticRegression(max_iter=2000)
    model.fit((matrix - mean) / spread, [row.label for row in rows if row.counts])
    weights = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - weights @ mean)
    return Logistic(dict(zip(names, map(float, weights), strict=True)), intercept, 0.5)


def _refused(rated: Rated, threshold: float) -> tuple[float, str]:
    """Share of unanswerable questions refused, nothing worth where too many answerable ones are; and both in words."""
    wrongly = float(np.mean([probability < threshold for row, probability in rated if row.label]))
    rightly = float(np.mean([probability < threshold for row, probability in rated if not row.label]))
    return (rightly if wrongly <= WRONGLY_REFUSED else -wrongly), f"refused {rightly:.2f}, wrongly {wrongly:.2f}"


def _f1(rated: Rated, threshold: float) -> tuple[float, str]:
    """Mean F1 of the lists, of which an empty one is right where nothing fits; and in words.

    The threshold is what the best paper of a list must have for there to be a list.
    """
    lists: dict[tuple[str, int], list[tuple[Row, float]]] = {}
    for row, probability in rated:
        lists.setdefault((row.collection, row.request), []).append((row, probability))
    found, empty = list[float](), list[float]()
    for some in lists.values():
        cut = best_cut([probability for _, probability in some])
        listed = max(probability for _, probability in some) >= threshold
        chosen = [row.label for row, probability in some if listed and probability >= cut and row.counts]
        wanted = sum(row.label for row, _ in some)
        if wanted:
            found.append(2 * sum(chosen) / (len(chosen) + wanted))
        else:
            empty.append(not listed)
    mean = float(np.mean(found + empty))
    return mean, f"F1 {np.mean(found):.2f}, of nothing {np.mean(empty) if empty else 1:.2f} empty"


if __name__ == "__main__":
    raise SystemExit(main())
