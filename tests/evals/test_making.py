from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from evals.checking import check_set
from evals.making import Made, make_questions
from evals.rewriting import rewriter
from rag import Assistant
from rag.settings import Settings
from tests.papers import CACHE, PAPERS, SPARSE
from tests.replies import Reply
from tests.servers import OllamaServer


@pytest.fixture(scope="module")
def made(seed: Assistant) -> list[Made]:
    return make_questions(seed.papers(), 150)


def test_a_made_set_is_sound_and_holds_every_kind(made: list[Made], seed: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text("".join(json.dumps(one.to_json()) + "\n" for one in made), encoding="utf-8")

    assert check_set(path, seed.papers()) == []
    assert len(made) == 150
    kinds = Counter(one.question.id.rpartition("-")[0] for one in made)
    assert min(kinds[kind] for kind in ("named", "keywords", "figure", "unanswerable")) > 20
    assert kinds["compare"] > 0


def test_every_item_keeps_the_sentence_it_came_from(made: list[Made], seed: Assistant) -> None:
    texts = [paper.text for paper in seed.papers()]

    assert [one.question.id for one in made if not any(one.source in text for text in texts)] == []


def test_a_figure_asked_for_stands_in_the_paper_named_alone(made: list[Made], seed: Assistant) -> None:
    for one in made:
        if one.question.id.startswith("figure-"):
            ((fact,),) = one.question.facts[0]
            assert [(paper.title,) for paper in seed.papers() if fact in paper.text.lower()] == [one.question.gold[0]]
            assert fact not in one.question.turns[0].lower()


def test_a_detail_moved_to_another_paper_is_not_in_it(made: list[Made], seed: Assistant) -> None:
    for one in made:
        if one.question.kind == "unanswerable":
            detail = one.note.removeprefix("unanswerable: ").partition(" is of ")[0]
            holders = [paper for paper in seed.papers() if detail.lower() in paper.text.lower()]
            name = one.question.turns[0].removeprefix("Which results does ").partition(" report on ")[0]
            assert len(holders) == 1
            assert name not in holders[0].text


def test_the_same_papers_give_the_same_set_in_any_order(seed: Assistant, made: list[Made]) -> None:
    assert make_questions(seed.papers()[::-1], 150) == made


def test_a_few_papers_give_a_few_questions() -> None:
    few = make_questions(PAPERS, 1000)

    assert 5 < len(few) < 40
    assert {one.question.gold[0] for one in few if one.question.id == "figure-1"} <= {(p.title,) for p in PAPERS}
    assert len(make_questions(PAPERS, 3)) == 3
    assert make_questions([], 3) == []


def test_a_model_puts_questions_into_other_words_and_bad_ones_are_left_out() -> None:
    replies = [
        Reply(["How much quicker is a cache that keeps passages between questions?"]),
        Reply(["Glasswing reaches which accuracy?"]),  # gives the paper's name away
        Reply(["I cannot do that."]),
    ]
    with OllamaServer(["pen"]) as server:
        server.script("/api/chat", *replies)
        made = make_questions([CACHE, SPARSE], 100, rewriter("ollama/pen", Settings(ollama_host=server.url)))

    described = [one for one in made if one.question.style == "described"]
    assert [one.question.turns[0].endswith("?") for one in described] == [True] * len(described)
    assert not any("Glasswing" in one.question.turns[0] for one in described)
    assert len(described) == 1
