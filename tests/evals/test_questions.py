from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.questions import COMPLEXITY, LINKED, QUESTIONS, Question, load_questions
from rag import Assistant
from rag.errors import SourceError

_ITEM: dict[str, Any] = {
    "id": "q-1",
    "kind": "factual",
    "style": "named",
    "turns": ["How much?"],
    "gold": [["A Title"]],
    "facts": [[["3", "three"]]],
    "note": "a remark",
}


def _write(path: Path, *items: object) -> Path:
    path.write_text("\n".join(item if isinstance(item, str) else json.dumps(item) for item in items), encoding="utf-8")
    return path


def test_the_set_over_the_seed_collection_asks_every_kind_of_question() -> None:
    questions = load_questions()

    assert len({question.id for question in questions}) == len(questions) >= 200
    assert {question.kind for question in questions} == set(
        ("factual", "compare", "list", "dialog", "meta", "unanswerable", "injection", "smalltalk")
    )
    factual = [question for question in questions if question.kind == "factual"]
    assert {question.style for question in factual} == {"named", "keywords", "described", "riddle"}
    assert all(question.gold[0] and question.facts[0] for question in factual)
    assert not any(titles for question in questions if question.kind == "unanswerable" for titles in question.gold)


def test_its_titles_are_those_of_the_seed_collection_and_its_facts_are_in_small_letters(seed: Assistant) -> None:
    titles = {paper.title for paper in seed.papers()}
    questions = load_questions()

    assert {title for question in questions for turn in question.gold for title in turn} <= titles
    spellings = [spelling for one in questions for turn in one.facts for fact in turn for spelling in fact]
    assert [spelling for spelling in spellings if spelling != spelling.lower() or not spelling] == []


def test_each_fact_of_a_factual_question_stands_in_a_paper_that_must_be_cited(seed: Assistant) -> None:
    texts = {paper.title: paper.text.lower() for paper in seed.papers()}
    asked = [question for question in load_questions() if question.kind == "factual"]

    missing = [
        (question.id, fact)
        for question in asked
        for fact in question.facts[0]
        if not any(spelling in texts[title] for spelling in fact for title in question.gold[0])
    ]

    assert missing == []


def test_the_linked_set_asks_for_one_two_and_three_facts_over_the_whole_collection(seed: Assistant) -> None:
    questions = load_questions(LINKED)
    counts = Counter(question.group for question in questions)

    assert list(counts) == list(COMPLEXITY.values())
    assert min(counts.values()) >= 30
    assert {title for question in questions for title in question.gold[0]} == {paper.title for paper in seed.papers()}
    assert all(len(question.facts[0]) == question.linked for question in questions)


def test_an_item_is_read_with_its_alternatives(tmp_path: Path) -> None:
    (question,) = load_questions(_write(tmp_path / "set.jsonl", _ITEM))

    assert question == Question("q-1", "factual", ("How much?",), (("A Title",),), ((("3", "three"),),), "named")
    assert question.group == "named"


def test_an_item_that_links_facts_belongs_to_its_complexity(tmp_path: Path) -> None:
    (question,) = load_questions(_write(tmp_path / "set.jsonl", _ITEM | {"linked": 2}))

    assert question.group == "two linked facts"


@pytest.mark.parametrize("style", [None, ""])
def test_an_item_without_style_belongs_to_its_kind(tmp_path: Path, style: str | None) -> None:
    (question,) = load_questions(_write(tmp_path / "set.jsonl", _ITEM | {"kind": "meta", "style": style}))

    assert question.group == "meta"


@pytest.mark.parametrize("facts", [[], None])
def test_facts_may_be_left_out(tmp_path: Path, facts: list[Any] | None) -> None:
    item = {key: value for key, value in _ITEM.items() if key != "facts"} | ({} if facts is None else {"facts": facts})
    item |= {"turns": ["One?", "Two?"], "gold": [[], []]}
    (question,) = load_questions(_write(tmp_path / "set.jsonl", item))

    assert question.facts == ((), ())


def test_empty_lines_are_passed_over_and_line_separators_inside_a_text_are_not_ends(tmp_path: Path) -> None:
    line = json.dumps(_ITEM | {"turns": ["How\u2028much\u0085now?"]}, ensure_ascii=False)

    assert [question.turns for question in load_questions(_write(tmp_path / "set.jsonl", "", line, " ", ""))] == [
        ("How\u2028much\u0085now?",)
    ]


@pytest.mark.parametrize(
    "item",
    [
        "no JSON",
        "[]",
        "3",
        {},
        _ITEM | {"turns": "How much?"},
        _ITEM | {"gold": ["A Title"]},
        _ITEM | {"facts": [["3", "three"]]},
        _ITEM | {"id": 7},
    ],
)
def test_a_line_that_is_no_item_is_named(tmp_path: Path, item: object) -> None:
    with pytest.raises(SourceError, match=r"^set\.jsonl:2 is not an item of a question set .*; see evals/README\.md$"):
        load_questions(_write(tmp_path / "set.jsonl", _ITEM, item))


@pytest.mark.parametrize(
    "change",
    [
        {"turns": ["One?", "Two?"]},
        {"gold": [[], []]},
        {"facts": [[], []]},
        {"turns": [], "gold": [], "facts": []},
    ],
)
def test_every_turn_needs_its_own_entries(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match=r"^set\.jsonl:1: turns, gold and facts must have one entry a turn"):
        load_questions(_write(tmp_path / "set.jsonl", _ITEM | change))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SourceError, match="missing.jsonl cannot be read"):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(SourceError, match="binary.jsonl is not a text in UTF-8"):
        load_questions(binary)


def test_the_set_lies_beside_the_code() -> None:
    assert QUESTIONS.name == "questions.jsonl"
    assert QUESTIONS.is_file()
