"""Measuring from the page, in a real browser."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from rag import Answer
from rag.assistant import Assistant
from tests.browsers import WAIT_MS
from tests.servers import OpenAIServer, cite_first_key
from tests.ui.conftest import Visit


def _measure(page: Page, suite: str | None = None) -> FrameLocator:
    """Opens the tab and starts a run; gives the frame of its report."""
    page.get_by_role("tab", name="Evaluate").click()
    if suite:
        page.get_by_label("Question set").click()
        page.get_by_role("option", name=suite).click()
    page.get_by_role("button", name="Measure", exact=True).click()
    return page.frame_locator("iframe[title=Report]")


def test_a_set_made_from_the_collection_is_run_and_its_report_shown(visit: Visit) -> None:
    page = visit()
    report = _measure(page)

    expect(report.get_by_role("heading", name="By kind of question")).to_be_visible()
    expect(report.locator("figure svg").first).to_be_visible()
    expect(report.locator("#items tbody")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Stop measuring")).to_be_hidden()
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_enabled()


def test_a_turn_of_the_report_opens_and_failures_are_filtered(visit: Visit) -> None:
    report = _measure(visit())
    turn = report.locator("#items .open").first

    turn.click()
    expect(report.locator("tr.more").first).to_be_visible()
    expect(report.locator("tr.more").first).to_contain_text("Wanted")
    report.locator("[name=outcome]").select_option("crashed")
    expect(report.locator("#count")).to_contain_text("0 of")


def test_a_set_about_other_papers_is_refused_in_one_sentence(visit: Visit) -> None:
    page = visit()
    _measure(page, "In the box: about the seed papers")

    expect(page.get_by_text("papers that are not here; choose “Made from this collection”")).to_be_visible()
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_enabled()


def test_a_run_can_be_stopped_and_says_so(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = threading.Event(), threading.Event()
    ask = Assistant.ask

    def held(self: Assistant, question: str, **options: Any) -> Answer:
        asked.set()
        assert go_on.wait(WAIT_MS / 1000)
        return ask(self, question, **options)

    page = visit()
    monkeypatch.setattr(Assistant, "ask", held)
    monkeypatch.setattr("evals.cache.code_hash", lambda: "nothing is kept under this")
    _measure(page)
    assert asked.wait(WAIT_MS / 1000)
    page.get_by_role("button", name="Stop measuring").click()
    go_on.set()

    expect(page.get_by_text("Stopped. What was answered is kept")).to_be_visible()
    expect(page.get_by_role("button", name="Stop measuring")).to_be_hidden()


def test_a_defect_is_one_sentence_and_the_page_goes_on(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    page = visit()
    monkeypatch.setattr(Assistant, "papers", broken)
    _measure(page)

    expect(page.get_by_text("Something went wrong inside Papertrail")).to_be_visible()


def test_the_tab_fits_a_phone(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    report = _measure(page)

    expect(report.get_by_role("heading", name="By kind of question")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=option).last.click()  # the list of the one before may not have gone yet


def test_models_that_answer_may_write_and_judge_and_what_they_take_is_said_before(
    visit: Visit, model_server: OpenAIServer
) -> None:
    page = visit()
    page.get_by_role("tab", name="Evaluate").click()
    told = page.locator("#pt-forecast")
    expect(told).to_contain_text("No language model is asked")
    page.get_by_label("Who writes the answers").click()
    expect(page.get_by_role("option", name="ollama/absent")).to_have_count(0)
    page.get_by_role("option", name="openai/quill").click()
    expect(told).to_contain_text("openai/quill writes up to 60 answers: some ")
    expect(told).to_contain_text("no price is set")
    _choose(page, "Who judges their sentences", "openai/quill")
    expect(told).to_contain_text("openai/quill judges about")
    page.get_by_label("Questions asked at most").first.fill("10")
    expect(told).to_contain_text("up to 10 answers")


def test_a_report_says_which_model_wrote(visit: Visit, model_server: OpenAIServer) -> None:
    model_server.script("/v1/chat/completions", cite_first_key("It is measured"))
    page = visit()
    page.get_by_role("tab", name="Evaluate").click()
    _choose(page, "Who writes the answers", "openai/quill")
    page.get_by_label("Questions asked at most").first.fill("10")
    page.get_by_role("button", name="Measure", exact=True).click()

    report = page.frame_locator("iframe[title=Report]")
    expect(report.locator("header")).to_contain_text("written by openai/quill")


def test_papers_that_give_no_question_are_said_to(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit()
    monkeypatch.setattr("ui.page.evaluate.make_questions", lambda *_: [])
    _measure(page)

    expect(page.get_by_text("The papers here give no question to ask; add more with")).to_be_visible()
