"""Claims with evidence for ``entailment``: those written for it, edits of real sentences, and three labelled sets."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.external import scifact
from evals.external.places import file_of, opened
from evals.training.texts import Key, Shelf, chatter
from rag.checking.evidence import evidence_text, nearest
from rag.text.sentences import passages_of

__all__ = ["Claim", "claims", "held_out", "strangers"]

DATA = Path(__file__).with_name("data") / "claims.jsonl"
BORNE_OUT, CONTRADICTED, NOT_SAID = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
NOT_BORNE_OUT = (0.0, 1.0, 1.0)
"""Contradicted or not said: the label does not tell which."""
TARGETS = {"supports": BORNE_OUT, "refutes": CONTRADICTED, "neutral": NOT_SAID}
WEIGHTS = {"citint": 0.5, "healthver": 0.7, "other": 0.7, "quoted": 0.7, "negated": 0.7, "stranger": 0.7}
"""Labels that are noisy, and pairs that are easier than what people write, count less; judgement."""
STRANGERS = 700
"""Sentences about anything that are held against a paper. Without them what no paper says and no training pair is like
("I love you.") is borne out by any paper."""
PART = 20
"""Claims are held out by parts of a batch of so many abstracts, one part in eight."""
MOST = {"healthver": 500, "citint": 150}
"""Pairs of the noisier sets; more of them make it worse on what people write about papers of other fields."""
_VERB = re.compile(r"\b(?:is|are|was|were|can|has|have|will|could|should)\b(?! not)")
_CITATION = re.compile(r"\s*[\[(]?\s*<\|[a-z_]*cit\|>[^\]\s)]*\s*[\])]?")


@dataclasses.dataclass(frozen=True)
class Claim:
    """A claim with what it is held against."""

    claim: str
    evidence: str
    """What :func:`rag.checking.evidence.evidence_text` gives for its paper."""
    target: tuple[float, float, float]
    source: str

    @property
    def weight(self) -> float:
        """How much it counts."""
        return WEIGHTS.get(self.source, 1.0)


@dataclasses.dataclass(frozen=True)
class _Written:
    text: str
    true: bool
    kind: str
    key: Key
    held_out: bool


def claims(data: Path, seed: int = 5) -> list[Claim]:
    """Everything that is trained on, the written claims of held-out parts left out.

    Args:
        data: has ``abstracts.jsonl.gz``, ``scifact``, ``citint`` and ``healthver``.
        seed: of the choice of sentences and papers.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    dice = random.Random(seed)
    written = list(_written())
    shelf = Shelf(data, {one.key for one in written})
    found = list(_of_people([one for one in written if not one.held_out], shelf, dice))
    for name, pairs in (("healthver", _healthver(data)), ("citint", _citint(data))):
        chosen = list(pairs)
        dice.shuffle(chosen)
        found += [_claim(*pair, name) for pair in chosen[: MOST[name]]]
    return found + [_claim(*pair, "scifact") for pair in _scifact(data)]


def strangers(data: Path, general: Sequence[str], *, kept_back: bool, seed: int = 5) -> list[Claim]:
    """What says nothing of a paper, held against one: messages to the assistant that are no questions, and sentences.

    Args:
        data: as for :func:`claims`.
        general: sentences about anything; at most :data:`STRANGERS` are taken.
        kept_back: the eighth that is not trained on, rather than the others.
        seed: of the choice of papers and sentences.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    dice = random.Random(seed)
    shelf = Shelf(data, {one.key for one in _written() if not one.held_out})
    said = [*chatter(), *dice.sample(list(general), min(STRANGERS, len(general)))]
    told = [_told(text, shelf[dice.choice(shelf.keys)], NOT_SAID, "stranger") for text in said]
    return [one for one in told if _eighth(one.claim) is kept_back]


def held_out(data: Path) -> list[Claim]:
    """The written claims that are not trained on; as :func:`claims`."""
    written = [one for one in _written() if one.held_out]
    shelf = Shelf(data, {one.key for one in written})
    return [_told(one.text, shelf[one.key], _target(one), "written") for one in written]


def _of_people(written: Sequence[_Written], shelf: Shelf, dice: random.Random) -> Iterator[Claim]:
    """The claims; and for each true one, in turn, itself told of another paper or an edit of a real sentence."""
    keys = sorted({one.key for one in written})
    for number, one in enumerate(written):
        sentences = shelf[one.key]
        yield _told(one.text, sentences, _target(one), "written")
        if not one.true or len(sentences) < 2:
            continue
        other, quoted = shelf[dice.choice(keys)], dice.choice(sentences[1:])
        turn = number // 2 % 6  # true and false ones alternate
        if turn < 2:
            yield _told(one.text, other, NOT_SAID, "other")
        elif turn < 4:
            yield _told(_part_of(quoted, dice), sentences, BORNE_OUT, "quoted")
        elif turn == 4:
            yield _told(dice.choice(other), sentences, NOT_SAID, "quoted")
        elif verb := _VERB.search(quoted):
            negated = f"{quoted[: verb.end()]} not{quoted[verb.end() :]}"
            yield _told(negated, sentences, CONTRADICTED, "negated")


def _part_of(sentence: str, dice: random.Random) -> str:
    """A sentence, at times without what stands before its first or after its last comma."""
    parts = sentence.rstrip(".").split(", ")
    if len(parts) > 1 and dice.random() < 0.6:
        return f"{', '.join(parts[:-1])}."
    return sentence


def _told(claim: str, sentences: Sequence[str], target: tuple[float, float, float], source: str) -> Claim:
    return _claim(claim, sentences[0], sentences[1:], target, source)


def _claim(claim: str, title: str, sentences: Sequence[str], target: tuple[float, float, float], source: str) -> Claim:
    chosen = [sentences[number] for number in nearest(claim, sentences)]
    return Claim(claim, evidence_text(title, chosen), target, source)


def _target(one: _Written) -> tuple[float, float, float]:
    if one.true:
        return BORNE_OUT
    return CONTRADICTED if one.kind == "direction" else NOT_BORNE_OUT


def _written() -> Iterator[_Written]:
    with DATA.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            part = f"{row['batch']}{row['number'] // PART}"
            key = (row["source"], row["title"])
            yield _Written(row["claim"], row["true"], row["kind"], key, _eighth(part))


def _eighth(key: str) -> bool:
    """True for one key in eight, always the same ones."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % 8 == 0


_Pair = tuple[str, str, Sequence[str], tuple[float, float, float]]


def _scifact(data: Path) -> Iterator[_Pair]:
    for item in scifact.support_items(data, "claims_train.jsonl"):
        sentences = [passage.text for passage in passages_of(item.paper)[1:]]
        yield item.claim, item.paper.title, sentences, TARGETS[item.label]


def _healthver(data: Path) -> Iterator[_Pair]:
    seen: dict[tuple[str, str], _Pair] = {}
    with opened(file_of(data, "healthver", "healthver_dev.csv")) as text:
        for row in csv.DictReader(text):
            claim, evidence = row["claim"].strip(), row["evidence"].strip()
            target = TARGETS[row["label"].lower()]
            seen.setdefault((claim, evidence), (claim, row["question"].strip(), (evidence,), target))
    yield from seen.values()


def _citint(data: Path) -> Iterator[_Pair]:
    labels = {"SUPPORT": BORNE_OUT, "CONTRADICT": CONTRADICTED, "REFUTE": CONTRADICTED}
    with opened(file_of(data, "citint", "corpus.jsonl")) as text:
        papers = {row["doc_id"]: row for row in map(json.loads, text)}
    with opened(file_of(data, "citint", "claims_train.jsonl")) as text:
        for row in map(json.loads, text):
            claim = _CITATION.sub("", row["claim"]).strip()
            for paper_id in row["cited_doc_ids"]:
                evidence = row["evidence"].get(str(paper_id))
                target = labels[evidence[0]["label"]] if evidence else NOT_SAID
                paper = papers[paper_id]
                yield claim, paper.get("title") or "", paper["abstract"], target
