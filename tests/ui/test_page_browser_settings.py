"""What is set beside a question, the overview of a collection, and the width of the tabs, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Visit


def test_what_is_set_stands_beside_the_question_is_kept_over_a_reload_and_taken_back(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Model, search and filters").click()
    page.get_by_label("From year").click()
    page.get_by_role("option", name="2024").click()
    chips = page.get_by_role("list", name="Set for the next questions")
    expect(chips).to_have_text(re.compile("from 2024"))

    page.reload()

    expect(chips.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button", name="Model, search and filters: extractive, hybrid, 2024–")).to_be_visible()
    chips.get_by_role("button", name="Take back from 2024").click()
    expect(chips).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Model, search and filters")).to_be_visible()
    expect(chips).to_have_count(0)


def test_years_and_topics_lead_to_their_papers(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Papers").click()
    page.get_by_role("button", name="Overview").click()
    overview = page.get_by_role("region", name="Overview")
    expect(overview.get_by_role("button", name=re.compile(r"^\d{4}: 1 paper$"))).to_have_count(4)
    topic = overview.locator(".pt-topics > li").first

    topic.locator("summary").click()
    topic.get_by_role("button").first.click()

    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Paper")
    overview.get_by_role("button", name="2023: 1 paper").click()
    expect(page.locator("#pt-papers table").get_by_role("checkbox")).to_have_count(1)


@pytest.mark.parametrize(("key", "name"), [("ArrowRight", "Compare"), ("ArrowLeft", "Evaluate"), ("End", "Evaluate")])
def test_arrow_keys_lead_from_tab_to_tab(visit: Visit, key: str, name: str) -> None:
    page = visit()
    page.get_by_role("tab", name="Ask").focus()

    page.keyboard.press(key)

    tab = page.get_by_role("tab", name=name)
    expect(tab).to_be_focused()
    expect(tab).to_have_attribute("aria-selected", "true")


def test_a_tab_without_an_open_source_has_the_whole_width(visit: Visit, site: str) -> None:
    page = visit(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}?tab=compare&papers=lantern,mud")
    table = page.get_by_role("region", name="Table of the comparison")
    expect(table).to_be_visible()
    wide = table.evaluate("table => table.clientWidth")

    page.locator(".pt-cell").first.click()

    expect(page.get_by_role("region", name="Evidence")).to_be_visible()
    assert wide > 1100
    assert table.evaluate("table => table.clientWidth") < 800


def test_a_wide_screen_keeps_the_measure_of_text_and_gives_a_table_the_page(visit: Visit, site: str) -> None:
    page = visit(viewport={"width": 1920, "height": 1000})
    page.get_by_role("button", name="What is WhaleTalk about?").click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Source [1]")
    text, source = (page.locator(one).bounding_box() for one in ("#pt-conversation .pt-text", "#pt-evidence"))
    assert text is not None
    assert source is not None
    assert text["width"] < 740
    assert text["x"] + text["width"] < source["x"]
    assert source["width"] > 600

    page.goto(f"{site}?tab=compare&papers=lantern,mud")

    table = page.get_by_role("region", name="Table of the comparison")
    expect(table).to_be_visible()
    assert table.evaluate("table => table.clientWidth") > 1700


SMALL = """
() => [...document.querySelectorAll("button, a, input, select, summary, [role=tab]")].filter((one) => {
  const { width, height } = (one.closest("label") ?? one).getBoundingClientRect(); // a label is clicked as its box is
  const shown = width && height > 1 && one.checkVisibility() && !one.matches(".pt-sr, .pt-skip");
  return shown && (width < 24 || height < 24);
}).map((one) => `${one.outerHTML.slice(0, 120)} ${one.offsetWidth}x${one.offsetHeight}`)
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_clicked_measures_24_pixels_at_least(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 844})
    found = page.evaluate(SMALL)
    page.get_by_role("button", name="What is WhaleTalk about?").click()
    expect(page.get_by_text("Written by")).to_have_count(1)
    found += page.evaluate(SMALL)
    for tab in ("Compare", "Verify", "Papers", "Evaluate"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        found += page.evaluate(SMALL)

    assert found == []
