"""Wide sets and ScholarQABench, read from tiny files of their formats and measured over real collections."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from evals.external.sets import measure_set, opened_set, set_table
from evals.external.wide import WideQuestion, WideSet, wide_sets
from evals.external.wide_models import compare_models, models_table, write_models
from evals.external.wide_scores import NO_ANSWER, Given, groups_of, score_turn
from rag import Assistant
from rag.errors import SourceError
from rag.settings import Settings
from rag.types import Paper
from tests.papers import PAPERS, SOIL, SPARSE, STARS


def lines(path: Path, records: Iterable[object]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def wide(folder: Path) -> Path:
    """One set over the made-up papers."""
    lines(
        folder / "odd.jsonl",
        [{"id": paper.paper_id, "title": paper.title, "abstract": paper.abstract} for paper in PAPERS],
    )
    gold = {"gold": [[SPARSE.title]], "facts": [[["81.5"]]]}
    soil = {"gold": [[SOIL.title]], "facts": [[]]}
    lines(
        folder / "odd.questions.jsonl",
        [
            {"id": "1", "kind": "paper", "style": "named", "turns": ["What does Glasswing reach?"], **gold},
            {"id": "2", "kind": "list", "style": "topic", "turns": ["soil moisture"], **soil},
            {"id": "3", "kind": "smalltalk", "turns": ["hello"], "gold": [[]], "facts": [[]], "note": "any"},
        ],
    )
    claim = "On the Meadowlark benchmark, Glasswing reaches 81.5% accuracy with 7 billion parameters."
    lines(
        folder / "odd.claims.jsonl",
        [
            {"id": "a", "claim": claim, "cites": [SPARSE.title], "label": "supported", "error": "verbatim"},
            {"id": "b", "claim": claim, "cites": [SOIL.title], "label": "unsupported", "error": "other"},
        ],
    )
    return folder


def question(kind: str, *, facts: tuple[tuple[str, ...], ...] = (), **values: object) -> WideQuestion:
    shown = {"gold": ((SPARSE.title, SOIL.title),), "also": ((STARS.title,),), "style": "any"} | values
    return WideQuestion("1", kind, ("?",), facts=(facts,), **shown)  # type: ignore[arg-type] # by name


def test_a_set_is_read_whole(tmp_path: Path) -> None:
    (one,) = wide_sets(wide(tmp_path))

    assert (one.name, len(one.papers), len(one.questions), len(one.claims)) == ("odd", len(PAPERS), 3, 2)
    assert isinstance(one.papers[0], Paper)
    assert groups_of(one.questions[0]) == ("all", "paper", "paper/named")
    assert groups_of(one.questions[2]) == ("all", "smalltalk")


@pytest.mark.parametrize("text", ["no json\n", '{"id": "1", "kind": "paper"}\n'])
def test_a_line_that_is_no_item_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (wide(tmp_path) / "odd.questions.jsonl").write_text(text, encoding="utf-8")

    with pytest.raises(SourceError, match=r"odd\.questions\.jsonl"):
        wide_sets(tmp_path)


def test_a_folder_without_a_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--data DIR"):
        wide_sets(tmp_path)


def test_the_product_and_the_bar_are_measured_on_every_set(tmp_path: Path) -> None:
    result = measure_set("wide", wide(tmp_path), Settings())

    (one,) = result.wide
    assert (one.name, one.papers) == ("odd", len(PAPERS))
    assert one.product["all"]["right"].n == 3
    assert one.product["paper/named"]["first"].value == 1
    assert one.bar["paper/named"]["first"].value == 1
    assert one.bar["list"]["recall"].value == 1
    assert "smalltalk" not in one.bar
    assert one.claims["accuracy"].n == 2
    assert one.claims["true kept"].value == 1
    assert one.claims["false passed"].value == 0
    table = set_table(result)
    assert "bar: paper/named" in table
    assert "claims: accuracy" in table


def test_papers_on_the_border_are_neither_right_nor_wrong() -> None:
    listed = question("list")
    both = Given("", (STARS.title, SPARSE.title, SOIL.title), refused=False)

    assert score_turn(listed, 0, both) == {
        "crashed": 0,
        "recall": 1,
        "precision": 1,
        "f1": 1,
        "first": 1,
        "wrongly refused": 0,
        "right": 1,
    }
    assert score_turn(listed, 0, Given("", ("Another", SPARSE.title), refused=False))["f1"] == 0.5
    assert score_turn(listed, 0, Given("", ("Another", SPARSE.title), refused=False))["first"] == 0
    assert score_turn(listed, 0, NO_ANSWER)["right"] == 0


def test_a_fact_counts_within_the_words_that_are_read() -> None:
    asked = question("paper", facts=(("81.5", "four fifths"),), gold=((SPARSE.title,),))
    cited = (SPARSE.title,)

    late = score_turn(asked, 0, Given("word " * 30 + "Four fifths", cited, refused=False))
    never = score_turn(asked, 0, Given("word " * 120 + "81.5", cited, refused=False))
    assert (late["facts"], late["facts at once"], late["right"]) == (1, 0, 1)
    assert (never["facts"], never["right"]) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "given", "right"),
    [
        ("unanswerable", Given("No.", (), refused=True), 1),
        ("unanswerable", Given("Yes.", (SOIL.title,), refused=False), 0),
        ("injection", Given("Hello.", (), refused=False), 1),
        ("injection", Given("<IMG src=x>", (), refused=False), 0),
        ("smalltalk", Given("Hello.", (SOIL.title,), refused=False), 0),
        ("meta", Given("Three.", (), refused=True), 1),
    ],
)
def test_where_nothing_may_be_cited(kind: str, given: Given, right: int) -> None:
    assert score_turn(question(kind, gold=((),), also=()), 0, given)["right"] == right


def test_the_collection_as_a_whole_wants_half_of_the_facts() -> None:
    asked = question("collection", facts=(("soil",), ("stars",)), gold=((),), also=())

    assert score_turn(asked, 0, Given("Soil.", (SOIL.title,), refused=False))["right"] == 1
    assert score_turn(asked, 0, Given("Rivers.", (), refused=False))["right"] == 0


def test_scholarqabench_measures_the_first_citation_of_three_systems(tmp_path: Path) -> None:
    lines(
        tmp_path / "scifact_test.jsonl",
        [{"input": "Glasswing halves the memory of the cache.", "gold_ctx": [{"title": "", "text": SPARSE.abstract}]}],
    )
    parts = {"contexts": SOIL.abstract.split(". "), "labels": []}
    lines(
        tmp_path / "pubmed_test.jsonl",
        [
            {"input": "Which networks predict soil moisture?", "gold_ctx": [{"title": "", "text": parts}]},
            {"input": "What do the stars do?", "gold_ctx": [{"title": "Stars", "text": STARS.abstract}]},
        ],
    )

    result = measure_set("scholarqabench", tmp_path, Settings())

    assert result.papers == 3
    found = {(one.task, one.system): one.first_right for one in result.first_cited}
    assert found["scifact", "BM25 only"].value == 1
    assert found["pubmedqa", "similarity and BM25"].n == 2
    assert found["scifact", "product"].n == 1
    assert "similarity and BM25" in set_table(result)


def test_models_are_set_side_by_side_and_a_run_goes_on_where_it_was(
    tmp_path: Path,
) -> None:
    sets, report, opened = wide_sets(wide(tmp_path)), tmp_path / "report", []
    settings = Settings(openai_base_url="http://127.0.0.1:9/v1")

    def opening(one: WideSet) -> Assistant:
        opened.append(one.name)
        return opened_set(settings, one)

    models = ["extractive", "openai/absent"]
    first = compare_models(sets, models, settings, report, opening)
    again = compare_models(sets, [*models, "extractive"], settings, report, opening)

    assert again == first
    assert opened == ["odd", "odd"]
    assert [(one.model, one.question) for one in first] == [("extractive", "1"), ("openai/absent", "1")]
    assert (first[0].values["first"], first[0].values["facts"], first[0].values["cited"]) == (1.0, 1.0, 1.0)
    assert (first[1].values["crashed"], first[1].values["cited"]) == (1.0, 0.0)
    assert models_table(first).count("| 1 | ") == 2
    write_models(first, report, "papertrail eval wide")
    assert "`papertrail eval wide`" in (report / "models.md").read_text(encoding="utf-8")
