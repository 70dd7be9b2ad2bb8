"""Sizes, colours and the list of papers, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.servers import OpenAIServer, Reply, Stall
from tests.ui.conftest import Visit, answered, ask, write_with_model

BRIGHTNESS = """
() => {
  const [red, green, blue] = getComputedStyle(document.querySelector("gradio-app")).backgroundColor.match(/\\d+/g);
  return (Number(red) + Number(green) + Number(blue)) / 3;
}
"""


def _is_dark(page: Page) -> bool:
    return bool(page.evaluate(BRIGHTNESS) < 100)


@pytest.mark.parametrize(
    ("tab", "label"),
    [
        ("Ask", "Who writes"),
        ("Compare", "Find papers to compare"),
        ("Verify", "Your draft"),
        ("Papers", "Order"),
        ("Map", "Find on the map"),
    ],
)
def test_a_phone_never_scrolls_sideways(visit: Visit, tab: str, label: str) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    ask(page, "How do Lanternfish, Mudskipper and " + "x" * 200 + " differ?")
    answered(page)
    page.get_by_role("button", name="Model, search and filters").click()

    page.get_by_role("tab", name=tab).click()

    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label(label)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_on_a_phone_the_beginning_of_an_answer_taller_than_the_screen_is_in_view(
    visit: Visit, model_server: OpenAIServer
) -> None:
    page, stall = visit(viewport={"width": 360, "height": 740}), Stall()
    long = "Lanternfish walks sparse graphs in constant memory and needs no training at all. " * 30
    model_server.script("/v1/chat/completions", Reply([long[:900], stall, long[900:]]))
    write_with_model(page)

    ask(page, "What does Lanternfish do?")
    expect(page.get_by_role("article", name="Answer being written")).to_contain_text("needs no training")
    stall.release()

    answered(page)
    turn = page.get_by_role("article", name="Question 1")
    assert turn.evaluate("turn => turn.getBoundingClientRect().height") > 740
    expect(turn.get_by_role("heading")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_system_until_it_is_told_otherwise(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    assert _is_dark(page) == (scheme == "dark")

    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    page.wait_for_function(f"({BRIGHTNESS})() < 100 !== {str(scheme == 'dark').lower()}")
    page.get_by_role("button", name="Dark").click()

    page.wait_for_function(f"({BRIGHTNESS})() < 100 === {str(scheme == 'dark').lower()}")
    page.reload()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", str(scheme == "dark").lower())
    assert _is_dark(page) == (scheme == "dark")


def test_the_list_says_what_is_there_and_finds_papers(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_text("4 papers · 2022-01 to 2025-02")).to_be_visible()
    page.get_by_role("tab", name="Papers").click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("WhaleTalk")

    page.get_by_label("Find by title").fill("blue lab 2023")

    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text(re.compile(r"Mudskipper.*2023-11-20.*3.*Blue Lab", re.DOTALL))
    page.get_by_role("button", name=re.compile("^Mudskipper")).click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("compresses vectors to eight bits")
    page.get_by_label("Find by title").fill("nowhere")
    expect(page.get_by_text("No paper matches “nowhere”")).to_be_visible()


def test_the_order_of_the_list_can_be_chosen(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Papers").click()

    page.get_by_label("Order").click()
    page.get_by_role("option", name="Oldest first").click()

    expect(page.get_by_role("row").nth(1)).to_contain_text("Zorbula")


def test_what_can_be_chosen_is_listed_with_the_reason_for_what_cannot(visit: Visit) -> None:
    page = visit()

    page.get_by_role("button", name="Model, search and filters").click()

    expect(page.get_by_role("listitem").filter(has_text="openai/quill")).not_to_contain_text("not available")
    absent = page.get_by_role("listitem").filter(has_text="ollama/absent")
    expect(absent).to_contain_text("not available")
    expect(absent).to_contain_text("127.0.0.1:1")
    page.get_by_text("Who searches: 11 ways").click()
    expect(page.get_by_role("listitem").filter(has_text="lexical")).to_be_visible()


def test_a_filter_limits_the_papers_that_count_and_shows_while_it_is_closed(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Model, search and filters").click()
    page.get_by_label("From year").click()
    page.get_by_role("option", name="2025").click()
    expect(page.get_by_role("button", name="Model, search and filters: extractive, hybrid, 2025–")).to_be_visible()

    ask(page, "What does Mudskipper compress?")

    answered(page)
    expect(page.get_by_role("button", name=re.compile("^Source .*Mudskipper"))).to_have_count(0)


def test_back_and_reload_lead_to_the_tab_that_was_shown(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Papers").click()
    page.wait_for_function("() => location.search === '?tab=papers'")
    page.get_by_role("tab", name="Map").click()
    page.wait_for_function("() => location.search === '?tab=map'")
    page.go_back()
    expect(page.get_by_role("tab", name="Papers")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    page.go_forward()
    expect(page.get_by_role("tab", name="Papers")).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.get_by_role("tab", name="Papers")).to_have_attribute("aria-selected", "true")


def test_a_question_that_was_not_sent_outlives_a_reload_and_one_that_was_does_not(visit: Visit) -> None:
    page = visit()
    box = page.get_by_label("Question", exact=True)
    box.fill("Half a question")
    page.reload()
    expect(box).to_have_value("Half a question")
    ask(page, "What is WhaleTalk about?")
    answered(page)
    expect(box).to_have_value("")
    page.wait_for_function("() => sessionStorage.getItem('papertrail-question') === null")
