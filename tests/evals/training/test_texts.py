"""What the workshop learns from: whose papers it is about, and that it can be found."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evals.questions import load_questions
from evals.training.texts import HELD_OUT, Key, Shelf, asked, kept_out, requests, title_hash, topics
from rag.errors import SourceError
from rag.sources import read_papers
from rag.types import Paper

SEED = Path(__file__).parents[3] / "data"
QUESTIONS, REQUESTS = asked(), requests()


def keys() -> set[Key]:
    return {one.paper for one in QUESTIONS} | {key for one in REQUESTS for key in one.papers}


def test_no_paper_that_the_product_is_measured_on_is_learned_from() -> None:
    seed = {title_hash(paper.title) for paper in read_papers(SEED) if isinstance(paper, Paper)}

    assert len(seed) > 80
    assert seed < kept_out()
    assert {title_hash(title) for _, title in keys()} & kept_out() == set()


def test_no_question_of_a_question_set_is_learned_from() -> None:
    measured = {turn.lower() for one in load_questions() for turn in one.turns}

    assert {one.text.lower() for one in QUESTIONS} & measured == set()
    assert {one.text.lower() for one in REQUESTS} & measured == set()


def test_every_line_has_what_training_needs() -> None:
    assert all(one.text and one.style and one.paper[1] for one in QUESTIONS)
    assert {one.writer for one in QUESTIONS} & HELD_OUT
    for one in REQUESTS:
        assert one.fit <= set(one.papers)
        assert not one.fit & one.may_fit
        assert bool(one.fit) == (one.style != "none")


def folder(place: Path, records: list[dict[str, str]]) -> Path:
    """A folder of abstracts and an empty corpus of SciFact."""
    (place / "scifact").mkdir(parents=True)
    with gzip.open(place / "abstracts.jsonl.gz", "wt", encoding="utf-8") as text:
        text.writelines(json.dumps(record) + "\n" for record in records)
    with gzip.open(place / "scifact" / "corpus.csv.gz", "wt", encoding="utf-8") as text:
        text.write("doc_id,title,abstract,structured\n7,Leptin,\"['Bones grow.'\n 'Cells divide.']\",False\n")
    return place


RECORDS = [
    {"source": "a", "id": "1", "title": "Lakes", "abstract": "We measure lakes. They are deep.", "keywords": "water"},
    {"source": "b", "id": "2", "title": "Rivers", "abstract": "Water flows. " * 40, "keywords": "deltas; mud"},
]


def test_abstracts_are_read_as_sentences_and_evidence_is_placed(tmp_path: Path) -> None:
    shelf = Shelf(folder(tmp_path, RECORDS), [("a", "Lakes"), ("scifact", "Leptin")])

    assert shelf["a", "Lakes"] == ("Lakes", "We measure lakes.", "They are deep.")
    assert shelf["scifact", "Leptin"] == ("Leptin", "Bones grow.", "Cells divide.")
    assert shelf.place(("a", "Lakes"), "they ARE deep") == 2
    assert shelf.place(("a", "Lakes"), "shallow") is None
    assert shelf.place(("a", "Lakes"), "") is None


def test_an_abstract_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="'Oceans'"):
        Shelf(folder(tmp_path, RECORDS), [("c", "Oceans")])


def test_subjects_are_keywords_of_abstracts_of_ordinary_length(tmp_path: Path) -> None:
    found = [one for one in topics(folder(tmp_path, RECORDS)) if one.writer == "authors"]

    assert [one.paper for one in found] == [("b", "Rivers")]
    assert found[0].text == "deltas"
