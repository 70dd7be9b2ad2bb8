from __future__ import annotations

import pytest

from evals.baselines import BASELINES
from evals.forecast import forecast
from evals.measuring import BUILT_IN
from rag import Settings
from rag.types import Usage
from tests.papers import PAPERS


def test_without_models_nothing_is_taken() -> None:
    found = forecast(PAPERS, Settings(), 60, 3, model="extractive", judge=BUILT_IN.name)

    assert (found.answers, found.judged, found.usage, found.money) == (0, 0, Usage(), 0.0)


def test_a_writer_is_asked_once_a_question_and_retriever_and_a_judge_about_each_sentence() -> None:
    settings = Settings(prices="openai/quill=2/10", passages=2)
    found = forecast(PAPERS, settings, 60, 2, model="openai/quill", judge="openai/quill")
    only_writer = forecast(PAPERS, settings, 60, 2, model="openai/quill", judge=BUILT_IN.name)

    assert found.answers == 120
    assert found.judged == 60 * (2 + len(BASELINES)) * 4
    assert 120 * 600 < only_writer.usage.prompt_tokens < 120 * 2000
    usage = found.usage
    assert found.money == pytest.approx((2 * usage.prompt_tokens + 10 * usage.completion_tokens) / 1_000_000)


def test_without_a_price_there_is_no_sum() -> None:
    settings = Settings(prices="openai/quill=2/10")

    assert forecast(PAPERS, settings, 1, 1, model="openai/quill", judge="ollama/other").money is None
    assert forecast((), settings, 1, 1, model="ollama/other", judge=BUILT_IN.name).money is None


def test_more_than_a_prompt_may_hold_is_not_reckoned() -> None:
    settings = Settings(context_tokens=1024, answer_tokens=32, passages=50)

    assert forecast(PAPERS, settings, 1, 1, model="ollama/other", judge=BUILT_IN.name).usage == Usage(992, 32)
