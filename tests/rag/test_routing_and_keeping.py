"""Small models before large ones, budgets and prices, and answers kept for the same question and evidence."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest

from rag import Answer, Assistant, Settings, index
from rag.errors import ModelError
from rag.index.layout import layout_of
from rag.models.routing import difficulty, route
from rag.models.spending import Spending
from tests.papers import CACHE, PAPERS, SPARSE, hit_of
from tests.servers import CUT, WAIT_S, OllamaServer, OpenAIServer, Reply, Stall, cite_first_key

EASY = "Does Glasswing save memory?"
HARD = "How accurate can it get?"
SAID = "Glasswing halves the memory of the Firefly cache"
OLLAMA, OPENAI = "/api/chat", "/v1/chat/completions"


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with OllamaServer(["little"]) as server:
        server.script(OLLAMA, cite_first_key(SAID))
        yield server


@pytest.fixture
def openai() -> Iterator[OpenAIServer]:
    with OpenAIServer(["large"]) as server:
        server.script(OPENAI, cite_first_key(SAID))
        yield server


@pytest.fixture
def settings(small: Assistant, tmp_path: Path, ollama: OllamaServer, openai: OpenAIServer) -> dict[str, Any]:
    """A collection of its own, which may be changed, and both servers."""
    home = tmp_path / "home"
    shutil.copytree(small.settings.home, home, symlinks=True)
    return {"home": home, "ollama_host": ollama.url, "openai_base_url": openai.url, "retries": 0}


def _ask(settings: dict[str, Any], question: str = EASY, *, how: dict[str, Any] | None = None, **more: Any) -> Answer:
    with Assistant.open(settings=Settings(**settings | more)) as assistant:
        return assistant.ask(question, **how or {})


def test_difficulty_grows_as_the_best_paper_is_less_certain_and_less_apart() -> None:
    sure = {"similarity": 1.0}
    best = [hit_of(SPARSE, score=score) for score in (1.3, 0.9, 0.5)]
    scores = [difficulty([_with(hit, sure), _with(hit_of(CACHE, score=0.2), sure)]) for hit in best]

    assert scores == sorted(scores)
    assert 0 < scores[0] < 0.2 < scores[-1] < 1
    assert difficulty([]) == 1.0
    near = [_with(hit_of(SPARSE, score=1.3), sure), _with(hit_of(CACHE, score=1.3), sure)]
    assert difficulty(near) == 0.5
    assert difficulty([hit_of(SPARSE, score=20.0), hit_of(CACHE, score=5.0)]) == 0.25


def _with(hit: Any, signals: dict[str, float]) -> Any:
    import dataclasses

    return dataclasses.replace(hit, signals=signals)


@pytest.mark.parametrize(
    ("hard", "models"),
    [(0.0, ("a",)), (0.33, ("a",)), (0.34, ("b", "a")), (0.7, ("c", "b", "a")), (1.0, ("c", "b", "a"))],
)
def test_each_model_has_an_equal_part_of_the_scale(hard: float, models: tuple[str, ...]) -> None:
    assert route(["a", "b", "c"], hard, lambda name: True).models == models


def test_models_that_the_budget_does_not_allow_are_passed_over_but_the_smallest() -> None:
    chosen = route(["a", "b", "c"], 1.0, lambda name: name == "b")

    assert (chosen.models, chosen.too_dear) == (("b", "a"), ("c",))
    assert route(["a", "b"], 1.0, lambda name: False).models == ("a",)


ROUTING = "extractive, openai/large"


def test_easy_questions_go_to_the_small_writer_and_hard_ones_to_the_large(
    settings: dict[str, Any], openai: OpenAIServer
) -> None:
    easy, hard = _ask(settings, routing=ROUTING), _ask(settings, HARD, routing=ROUTING)

    assert (easy.model, hard.model) == ("extractive", "openai/large")
    assert easy.notes[0].startswith("Difficulty 0.")
    assert easy.notes[0].endswith(": extractive was chosen.")
    assert openai.paths().count(OPENAI) == 1


def test_a_model_asked_for_by_name_is_not_routed(settings: dict[str, Any]) -> None:
    answer = _ask(settings, how={"model": "openai/large"}, routing=ROUTING)

    assert (answer.model, answer.notes) == ("openai/large", ())


def test_a_chosen_model_that_fails_hands_on_to_the_next_smaller_one(
    settings: dict[str, Any], openai: OpenAIServer
) -> None:
    openai.script(OPENAI, Reply(status=500, body='{"error": {"message": "boom"}}'))

    answer = _ask(settings, HARD, routing="ollama/little,openai/large")

    assert answer.model == "ollama/little"
    assert answer.notes[-1].startswith("openai/large did not answer: ")
    assert answer.notes[-1].endswith(". ollama/little did.")


def test_an_answer_says_what_it_cost_where_there_is_a_price(settings: dict[str, Any]) -> None:
    prices = "ollama/little=0/0, openai/large=2.5/10"

    assert _ask(settings, how={"model": "openai/large"}, prices=prices).cost == pytest.approx((2500 + 200) / 1e6)
    assert _ask(settings, how={"model": "openai/large"}).cost is None
    assert _ask(settings, how={"model": "extractive"}, prices=prices).cost is None


@pytest.mark.parametrize("budget", [{"budget_tokens": 3000}, {"budget_money": 0.03}], ids=["tokens", "money"])
def test_a_budget_holds_over_the_answers_of_a_day(settings: dict[str, Any], budget: dict[str, Any]) -> None:
    more = budget | {"routing": ROUTING, "prices": "openai/large=10/10"}
    settings = settings | more

    answers = [_ask(settings, HARD) for _ in range(3)]

    assert [answer.model for answer in answers] == ["openai/large", "openai/large", "extractive"]
    assert any("not within the budget of the day" in note for note in answers[-1].notes)


FAILING = {
    "breaks off": (Reply(["Glasswing halves ", CUT]), True),
    "sends nothing": (Reply([], usage=None), True),
    "does not count": (Reply(["Glasswing halves it."], usage=None), True),
    "turns the request away": (Reply(status=500, body='{"error": {"message": "boom"}}'), False),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_budget_counts_what_was_read_by_a_model_that_failed(
    settings: dict[str, Any], openai: OpenAIServer, case: str
) -> None:
    """By an estimate, where the server gives no count; a request that was turned away was not read."""
    reply, counts = FAILING[case]
    openai.script(OPENAI, reply)
    settings = settings | {"budget_tokens": 10**6}

    with contextlib.suppress(ModelError):
        _ask(settings, HARD, how={"model": "openai/large"})

    tokens, _ = Spending(Settings(**settings)).today()
    assert (tokens > 300) is counts


def test_a_budget_counts_an_answer_that_was_stopped(settings: dict[str, Any], openai: OpenAIServer) -> None:
    cancel = threading.Event()
    openai.script(OPENAI, Reply(["Glasswing halves the memory of the cache. ", stall := Stall(), "never"]))
    values = Settings(**settings | {"budget_tokens": 10**6})
    with Assistant.open(settings=values) as assistant:
        events = assistant.stream(EASY, model="openai/large", cancel=cancel)
        next(events)
        cancel.set()
        list(events)
        assert stall.hung_up.wait(WAIT_S)

    assert Spending(values).today()[0] > 300


@pytest.mark.parametrize(
    "wrong",
    [
        {"routing": "openai/large"},
        {"routing": "gpt,extractive"},
        {"prices": "openai/large=cheap"},
        {"budget_tokens": -1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(pydantic.ValidationError):
        Settings(**wrong)


KEEP = {"cache_answers": 2, "model": "openai/large"}


def test_the_same_question_over_the_same_evidence_is_answered_from_what_is_kept(
    settings: dict[str, Any], openai: OpenAIServer
) -> None:
    first, second = _ask(settings, **KEEP), _ask(settings, **KEEP)

    assert (first.cached, second.cached) == (False, True)
    assert second.text == first.text == f"{SAID} [1]."
    assert second.citations == first.citations
    assert second.claims == first.claims
    assert (second.usage.prompt_tokens, second.cost) == (0, None)
    assert openai.paths().count(OPENAI) == 1


def test_nothing_is_kept_unless_asked_for(settings: dict[str, Any], openai: OpenAIServer) -> None:
    answers = [_ask(settings, model="openai/large") for _ in range(2)]

    assert [answer.cached for answer in answers] == [False, False]
    assert openai.paths().count(OPENAI) == 2
    assert not (layout_of(Settings(**settings), "papers").root / "answers.sqlite").exists()


def test_fresh_asks_the_model_again_and_keeps_what_it_says(settings: dict[str, Any], openai: OpenAIServer) -> None:
    _ask(settings, **KEEP)
    openai.script(OPENAI, Reply([f"{SAID}, indeed."]))

    fresh, kept = _ask(settings, how={"fresh": True}, **KEEP), _ask(settings, **KEEP)

    assert (fresh.text, fresh.cached) == (f"{SAID}, indeed [1].", False)
    assert (kept.text, kept.cached) == (f"{SAID}, indeed [1].", True)


@pytest.mark.parametrize(
    "other", [{"model": "ollama/little"}, {"answer_tokens": 300}, {"unsupported": "drop"}, {"passages": 3}]
)
def test_other_settings_are_another_answer(settings: dict[str, Any], other: dict[str, Any]) -> None:
    _ask(settings, **KEEP)

    assert not _ask(settings, **KEEP | other).cached


def test_another_question_or_changed_evidence_is_another_answer(settings: dict[str, Any]) -> None:
    import dataclasses

    _ask(settings, **KEEP)
    assert not _ask(settings, "Does Glasswing reduce memory?", **KEEP).cached
    changed = dataclasses.replace(SPARSE, abstract=SPARSE.abstract.replace("nine days", "ten days"))
    index.ingest(Settings(**settings), "papers", [changed if paper is SPARSE else paper for paper in PAPERS])

    assert not _ask(settings, **KEEP).cached


def test_only_the_answers_used_last_are_kept(settings: dict[str, Any]) -> None:
    others = ("Does Glasswing reduce memory?", "What is Glasswing?")
    for question in (EASY, others[0], EASY, others[1]):
        _ask(settings, question, **KEEP)

    assert _ask(settings, EASY, **KEEP).cached
    assert not _ask(settings, others[0], **KEEP).cached


def test_what_is_kept_was_written_anew_where_that_is_wanted(settings: dict[str, Any], openai: OpenAIServer) -> None:
    openai.script(OPENAI, cite_first_key("Glasswing has 900 layers"), cite_first_key(SAID))
    keep = KEEP | {"unsupported": "rewrite"}

    first, second = _ask(settings, **keep), _ask(settings, **keep)

    assert first.text == second.text == f"{SAID} [1]."
    assert second.cached
    assert openai.paths().count(OPENAI) == 2


def test_a_file_that_is_no_cache_costs_no_answer(settings: dict[str, Any]) -> None:
    file = layout_of(Settings(**settings), "papers").root / "answers.sqlite"
    file.write_bytes(b"no database at all, and long enough to be looked at" * 40)

    assert [_ask(settings, **KEEP).cached for _ in range(3)] == [False, False, True]
