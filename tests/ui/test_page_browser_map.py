"""The map of the collection, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rag.assistant import Assistant
from tests.ui.conftest import Visit

_PLACE = """
([kind, name]) => {
  const map = document.querySelector("pt-map");
  const item = map[kind].find((one) => (one.title ?? one.name).startsWith(name));
  const box = map.canvas.getBoundingClientRect();
  const [x, y] = map.at(item);
  return [box.left + x, box.top + y];
}
"""
_COLOURS = """
() => {
  const canvas = document.querySelector("pt-map canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 250) found.add(data.slice(at, at + 3).join());
  return found.size;
}
"""


def _open(visit: Visit, **options: Any) -> Page:
    page = visit(**options)
    page.get_by_role("tab", name="Map").click()
    expect(page.locator("pt-map canvas")).to_be_visible()
    page.wait_for_function(f"({_COLOURS})() > 1")
    return page


def _entity(page: Page, name: str) -> Any:
    return page.locator("pt-map").get_by_role("button", name=re.compile(f"^{name} "))


def test_the_collection_is_drawn_and_its_entities_listed(visit: Visit) -> None:
    page = _open(visit)

    expect(page.get_by_role("img", name=re.compile("^Map of 4 papers and"))).to_be_visible()
    expect(page.get_by_text("4 papers as dots")).to_be_visible()
    expect(_entity(page, "Tidepool")).to_contain_text("2")


def test_an_entity_opens_its_papers_and_sentences_and_a_paper_its_card(visit: Visit) -> None:
    page = _open(visit)
    _entity(page, "Tidepool").click()
    found = page.get_by_role("region", name="Entity")

    expect(found.get_by_role("button", name=re.compile("^Lanternfish"))).to_be_visible()
    expect(found.get_by_role("button", name=re.compile("^Mudskipper"))).to_be_visible()
    expect(_entity(page, "Tidepool")).to_have_attribute("aria-pressed", "true")
    found.get_by_role("button", name=re.compile("4.2 times faster")).click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_contain_text("4.2 times faster")


def test_the_list_of_entities_is_worked_with_the_keyboard_alone(visit: Visit) -> None:
    page = _open(visit)
    _entity(page, "Tidepool").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name="Entity")).to_contain_text("named by 2 papers")


def test_a_dot_opens_its_paper_and_a_square_its_entity(visit: Visit) -> None:
    page = _open(visit)
    page.mouse.click(*page.evaluate(_PLACE, ["papers", "WhaleTalk"]))
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Whale songs are long and noisy")

    page.mouse.click(*page.evaluate(_PLACE, ["entities", "Tidepool"]))
    expect(page.get_by_role("region", name="Entity")).to_contain_text("Tidepool")


def test_the_map_is_moved_and_zoomed_and_comes_back_whole(visit: Visit) -> None:
    page = _open(visit)
    before = page.evaluate(_PLACE, ["papers", "WhaleTalk"])
    page.mouse.move(*before)
    page.mouse.down()
    page.mouse.move(before[0] + 30, before[1] + 20, steps=3)
    page.mouse.up()
    moved = page.evaluate(_PLACE, ["papers", "WhaleTalk"])
    assert abs(moved[0] - before[0]) > 10
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate("() => document.querySelector('pt-map').view.zoom") == 1.5
    page.get_by_role("button", name="Whole map").click()

    assert page.evaluate(_PLACE, ["papers", "WhaleTalk"]) == before
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Click a number")  # moving opens nothing


def test_words_narrow_the_list_of_entities(visit: Visit) -> None:
    page = _open(visit)
    page.get_by_label("Find on the map").fill("TIDE")

    expect(_entity(page, "Tidepool")).to_be_visible()
    page.get_by_label("Find on the map").fill("nowhere")
    expect(_entity(page, "Tidepool")).to_be_hidden()


def test_a_question_lights_up_the_way_to_its_sentences(visit: Visit) -> None:
    page = _open(visit)
    page.get_by_label("Light up the way").fill("How fast is Lanternfish on Tidepool?")
    page.get_by_label("Light up the way").press("Enter")
    way = page.get_by_role("region", name="The way to the evidence")

    expect(way.get_by_role("listitem").first).to_contain_text(re.compile("Lanternfish.*→"))
    lit = "() => document.querySelector('pt-map').trail.steps.map((step) => step.paper)"
    assert set(page.evaluate(lit)) == {"lantern"}
    way.get_by_role("button", name=re.compile("4.2 times faster")).click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_contain_text("4.2 times faster")
    _entity(page, "Tidepool").click()
    expect(way).to_have_count(0)
    assert page.evaluate("() => document.querySelector('pt-map').trail") is None


def test_a_question_that_is_refused_says_so_and_an_empty_one_asks_for_words(visit: Visit) -> None:
    page = _open(visit)
    page.get_by_label("Light up the way").fill("Does QuillForge run on TPUs?")
    page.get_by_role("button", name="Light up").click()
    expect(page.get_by_role("region", name="The way to the evidence")).to_contain_text("Nothing in the collection")

    page.get_by_label("Light up the way").fill(" ")
    page.get_by_role("button", name="Light up").click()
    expect(page.locator("#pt-map-detail")).to_contain_text("Choose an entity")


def test_what_papers_say_is_shown_and_never_run(visit: Visit) -> None:
    page = _open(visit)
    page.mouse.move(*page.evaluate(_PLACE, ["papers", "Zorbula"]))
    page.get_by_label("Light up the way").fill("How many pebbles does Zorbula sort?")
    page.get_by_role("button", name="Light up").click()
    expect(page.get_by_role("region", name="The way to the evidence")).to_contain_text("512 pebbles")

    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".gradio-container :is(img, script, iframe, [onerror])").count() == 0


def test_a_collection_that_cannot_be_read_is_one_sentence(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    page = visit()
    monkeypatch.setattr(Assistant, "map", broken)
    page.get_by_role("tab", name="Map").click()

    expect(page.get_by_text("Something went wrong inside Papertrail")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_map_whole_in_both_colours(visit: Visit, scheme: str) -> None:
    page = _open(visit, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    for tab in page.get_by_role("tab").all():
        expect(tab).to_be_visible()
    _entity(page, "Tidepool").click()
    expect(page.get_by_role("region", name="Entity")).to_be_visible()

    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    ink = page.evaluate("() => document.querySelector('pt-map').dark")
    assert ink == (scheme == "dark")


def test_an_address_opens_the_map(visit: Visit, site: str) -> None:
    page = visit()
    page.goto(f"{site}?tab=map")

    expect(page.locator("pt-map canvas")).to_be_visible()
