"""The map of the collection, in a real browser."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.assistant import Assistant
from rag.maps import atlas
from tests.ui.conftest import Visit, answered, ask

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
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) found.add(data.slice(at, at + 3).join());
  return found.size;
}
"""


_LIT = "() => document.querySelector('pt-map').trail"
_ZOOM = "() => document.querySelector('pt-map').view.zoom"
_DRAWN = "() => document.querySelector('pt-map').papers.map((paper) => paper.paper_id)"


def _open(visit: Visit, **options: Any) -> Page:
    page = visit(**options)
    page.get_by_role("tab", name="Map").click()
    expect(page.locator("pt-map canvas")).to_be_visible()
    page.wait_for_function(f"({_COLOURS})() > 1")
    return page


def _unfolded(visit: Visit) -> Page:
    """The same with what is drawn and the way to an answer open to be set."""
    page = _open(visit)
    expect(page.get_by_label("Light up the way")).to_be_hidden()
    page.get_by_role("button", name="What is drawn, and the way to an answer").click()
    return page


def _until(seen: Locator, act: Callable[[], None]) -> None:
    """Acts until it is seen: for a moment after it was unfolded, Gradio drops what a part of the page sends."""
    for _ in range(10):
        act()
        with contextlib.suppress(AssertionError):
            return expect(seen).to_be_visible(timeout=3_000)
    expect(seen).to_be_visible()


def _entity(page: Page, name: str) -> Any:
    return page.locator("pt-map").get_by_role("button", name=re.compile(f"^{name} "))


def test_the_collection_is_drawn_and_its_entities_listed(visit: Visit) -> None:
    page = _open(visit)

    expect(page.get_by_role("application", name=re.compile("^Map of 4 papers and"))).to_be_visible()
    expect(page.get_by_text("All 4 papers.")).to_be_visible()
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
    expect(page.get_by_role("region", name="Evidence")).to_be_hidden()  # moving opens nothing


def test_words_narrow_the_list_of_entities(visit: Visit) -> None:
    page = _open(visit)
    page.get_by_label("Find on the map").fill("TIDE")

    expect(_entity(page, "Tidepool")).to_be_visible()
    page.get_by_label("Find on the map").fill("nowhere")
    expect(_entity(page, "Tidepool")).to_be_hidden()


def test_a_question_lights_up_the_way_to_its_sentences(visit: Visit) -> None:
    page = _unfolded(visit)
    way = page.get_by_role("region", name="The way to the evidence")
    asked = page.get_by_label("Light up the way")
    asked.fill("How fast is Lanternfish on Tidepool?")
    _until(way, lambda: asked.press("Enter"))

    expect(way.get_by_role("listitem").first).to_contain_text(re.compile("Lanternfish.*→"))
    lit = "() => document.querySelector('pt-map').trail.steps.map((step) => step.paper)"
    assert set(page.evaluate(lit)) == {"lantern"}
    way.get_by_role("button", name=re.compile("4.2 times faster")).click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_contain_text("4.2 times faster")
    _entity(page, "Tidepool").click()
    expect(way).to_have_count(0)
    assert page.evaluate("() => document.querySelector('pt-map').trail") is None


def test_a_question_that_is_refused_says_so_and_an_empty_one_asks_for_words(visit: Visit) -> None:
    page = _unfolded(visit)
    page.get_by_label("Light up the way").fill("Does QuillForge run on TPUs?")
    way = page.get_by_role("region", name="The way to the evidence")
    _until(way, page.get_by_role("button", name="Light up").click)
    expect(way).to_contain_text("No paper of the collection is or speaks of QuillForge")

    page.get_by_label("Light up the way").fill(" ")
    _until(
        page.locator("#pt-map-detail").get_by_text("Choose an entity"),
        page.get_by_role("button", name="Light up").click,
    )


def test_what_papers_say_is_shown_and_never_run(visit: Visit) -> None:
    page = _unfolded(visit)
    page.mouse.move(*page.evaluate(_PLACE, ["papers", "Zorbula"]))
    page.get_by_label("Light up the way").fill("How many pebbles does Zorbula sort?")
    _until(
        page.get_by_role("region", name="The way to the evidence"), page.get_by_role("button", name="Light up").click
    )
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


def test_a_topic_and_years_choose_what_is_drawn(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "FEW_FOUND", 2)
    page = _unfolded(visit)
    about = page.get_by_label("Draw papers about")
    about.fill("songs of <b>whales</b>")
    drawn = page.get_by_text("2 of 4 papers, the nearest to “songs of <b>whales</b>”.")
    _until(drawn, lambda: about.press("Enter"))
    page.wait_for_function(f"({_DRAWN})()[0] === 'whale'")
    page.wait_for_function(f"({_COLOURS})() > 1")
    about.fill("")
    page.get_by_label("From year").last.click()
    page.get_by_role("option", name="2024").click()
    expect(page.get_by_role("option")).to_have_count(0)  # the list has closed, and does not lie over the next one
    expect(page.get_by_text("2 of 4 papers of 2024–.")).to_be_visible()
    page.wait_for_function(f"({_DRAWN})().join() === 'whale,lantern'")
    page.get_by_label("To year").last.click()
    page.get_by_role("option", name="2022").click()
    expect(page.get_by_text("0 of 4 papers of 2024–2022: nothing to draw.")).to_be_visible()


def test_a_topic_that_is_too_long_is_said_to_be(visit: Visit) -> None:
    page = _unfolded(visit)
    about = page.get_by_label("Draw papers about")
    about.fill("word " * 2_000)

    _until(page.locator("#pt-map").get_by_text("characters"), lambda: about.press("Enter"))


def test_a_group_of_the_legend_lights_up(visit: Visit) -> None:
    page = _open(visit)
    group = page.get_by_role("list", name="Groups").get_by_role("button").first
    group.click()
    expect(group).to_have_attribute("aria-pressed", "true")
    lit = page.evaluate("() => [...document.querySelector('pt-map').lit()].map((paper) => paper.group)")
    assert set(lit) == {0}
    group.click()
    expect(group).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("() => document.querySelector('pt-map').lit()") is None


def test_keys_move_the_map_zoom_it_and_open_what_is_in_the_middle(visit: Visit) -> None:
    page = _open(visit)
    page.keyboard.press("Tab")
    canvas = page.locator("pt-map canvas")
    canvas.focus()
    before = page.evaluate(_PLACE, ["papers", "WhaleTalk"])
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(_PLACE, ["papers", "WhaleTalk"])[0] == pytest.approx(before[0] + 60)
    page.keyboard.press("+")
    assert page.evaluate(_ZOOM) == 1.5
    page.keyboard.press("0")
    assert page.evaluate(_PLACE, ["papers", "WhaleTalk"]) == before
    page.evaluate("() => { const map = document.querySelector('pt-map'); map.frame([map.places.get('whale')]); }")
    page.evaluate("() => { const map = document.querySelector('pt-map'); map.view.x = map.places.get('whale').x; }")
    page.evaluate("() => { const map = document.querySelector('pt-map'); map.view.y = map.places.get('whale').y; }")
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Whale songs are long and noisy")


def test_two_fingers_zoom_about_their_middle_and_move_the_map(visit: Visit) -> None:
    page = _open(visit, viewport={"width": 360, "height": 740}, has_touch=True)
    page.locator("pt-map canvas").scroll_into_view_if_needed()
    box = page.locator("pt-map canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": left, "y": top, "id": number} for number, (left, top) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    scrolled = page.evaluate("() => scrollY")
    fingers("touchStart", (x - 30, y), (x + 30, y))
    fingers("touchMove", (x - 60, y), (x + 60, y))
    fingers("touchEnd")
    page.wait_for_function(f"Math.abs(({_ZOOM})() - 2) < 0.05")
    fingers("touchStart", (x - 30, y), (x + 30, y))
    fingers("touchMove", (x - 30, y + 40), (x + 30, y + 40))
    fingers("touchEnd")
    page.wait_for_function("() => document.querySelector('pt-map').view.y < 0.48")
    assert page.evaluate("() => scrollY") == scrolled
    expect(page.get_by_role("region", name="Entity")).to_have_count(0)  # two fingers open nothing


def test_an_answer_is_shown_on_the_map(visit: Visit) -> None:
    page = visit()
    ask(page, "How fast is Lanternfish on Tidepool?")
    answered(page)
    page.locator("#pt-conversation").get_by_role("button", name="Show on map").click()
    way = page.get_by_role("region", name="The way to the evidence")

    expect(way).to_contain_text("4.2 times faster")
    page.wait_for_function(f"({_LIT})()?.steps.some((step) => step.paper === 'lantern')")
    page.get_by_role("tab", name="Ask").click()
    page.locator("#pt-evidence").get_by_role("button", name="Show on map").click()
    expect(page.get_by_role("tab", name="Map")).to_have_attribute("aria-selected", "true")
    expect(way).to_contain_text("4.2 times faster")


def test_a_paper_of_the_list_is_shown_on_the_map_with_what_it_shares(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Papers").click()
    page.get_by_role("button", name=re.compile("^Mudskipper")).click()
    page.locator("#pt-evidence").get_by_role("button", name="Show on map").click()

    expect(page.get_by_role("region", name="Paper on the map")).to_contain_text(re.compile("Shares.*Tidepool"))
    page.wait_for_function(f"({_LIT})()?.paper === 'mud'")


def test_a_comparison_is_shown_on_the_map(visit: Visit, site: str) -> None:
    page = visit()
    page.goto(f"{site}?tab=compare&papers=lantern,mud")
    page.locator("#pt-comparison").get_by_role("button", name="Show on map").click()

    expect(page.get_by_role("region", name="The way to the evidence")).to_contain_text("Lanternfish and Mudskipper")
    page.wait_for_function(f"new Set(({_LIT})()?.steps.map((step) => step.paper)).size === 2")


def test_what_is_shown_is_drawn_though_the_topic_left_it_out(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "FEW_FOUND", 1)
    page = _unfolded(visit)
    about = page.get_by_label("Draw papers about")
    about.fill("whale songs")
    _until(page.get_by_text("1 of 4 papers"), lambda: about.press("Enter"))
    asked = page.get_by_label("Light up the way")
    asked.fill("How fast is Lanternfish on Tidepool?")
    _until(page.get_by_role("region", name="The way to the evidence"), lambda: asked.press("Enter"))

    page.wait_for_function(f"({_DRAWN})().includes('lantern') && ({_DRAWN})().includes('whale')")
    page.wait_for_function(f"({_LIT})()?.steps.length > 0")


_THOUSAND = """
() => {
  const map = document.querySelector("pt-map");
  const at = (number) => ((number * 0.618033988749895) % 1) * 0.9 + 0.05;
  const papers = [...Array(1000).keys()].map((n) => (
    { paper_id: `p${n}`, title: `Paper ${n}: on something`, year: 2024, x: at(n), y: at(n * 7 + 3), group: n % 12 }));
  const entities = [...Array(300).keys()].map((n) => (
    { key: `e${n}`, name: `entity number ${n}`, papers: [n, n + 1], x: at(n * 3 + 1), y: at(n * 5 + 2) }));
  const groups = [...Array(12).keys()].map((n) => (
    { name: `group ${n} · of papers`, x: at(n * 11), y: at(n * 13), papers: 83 }));
  map.dataset.map = JSON.stringify({ papers, entities, groups, total: 1000 });
}
"""
_DRAWS = """
() => {
  const map = document.querySelector("pt-map");
  const times = [...Array(60).keys()].map((n) => {
    map.pan(n % 2 ? 9 : -8, 3);
    const start = performance.now();
    map.draw();
    return performance.now() - start;
  });
  return times.sort((one, other) => one - other)[30];
}
"""
_COVERED = """
() => document.querySelector("pt-map").boxes.filter((box, place, all) => all.some((other, at) =>
  at > place && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])).length
"""


def test_of_a_thousand_papers_no_label_covers_another(
    visit: Visit, record_testsuite_property: Callable[[str, object], None]
) -> None:
    page = _open(visit)
    page.evaluate(_THOUSAND)
    page.wait_for_function("() => document.querySelector('pt-map').papers.length === 1000")
    median_ms = page.evaluate(_DRAWS)
    record_testsuite_property("ms to draw 1,000 papers and 300 entities, median", round(median_ms, 1))

    assert page.evaluate("() => document.querySelector('pt-map').boxes.length") > 20
    assert page.evaluate(_COVERED) == 0
