"""The list of the conversations that the browser keeps: found, named and deleted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import (
    Visit,
    answered,
    ask,
    in_store,
    kept,
)
from tests.ui.conversing import LANTERN, PHONE, WHALE, begin_anew, drawer_of, empty_page, rows_of, two_kept


def test_it_is_renamed_and_deleted_by_keyboard_alone(visit: Visit) -> None:
    page = two_kept(visit)
    opener = page.get_by_role("button", name="Conversations")
    opener.focus()
    page.keyboard.press("Enter")
    expect(rows_of(page)).to_have_count(2)

    page.get_by_role("button", name=f"Rename {LANTERN}").press("Enter")
    page.keyboard.type("Fish and graphs")
    page.keyboard.press("Enter")

    named = page.get_by_role("button", name=re.compile("^Fish and graphs"))
    expect(named).to_be_focused()
    page.get_by_role("button", name=f"Rename {WHALE}").press("Enter")
    page.keyboard.type("never saved")
    page.keyboard.press("Escape")
    expect(rows_of(page).nth(0)).to_contain_text(WHALE)
    page.get_by_role("button", name="Delete Fish and graphs").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Delete “Fish and graphs”?")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(named).to_be_focused()
    page.get_by_role("button", name="Delete Fish and graphs").press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(rows_of(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    answered(page)  # the conversation shown is still there


def test_a_name_stays_when_the_conversation_goes_on_and_an_empty_one_gives_the_question_back(visit: Visit) -> None:
    page = two_kept(visit)
    drawer_of(page)
    page.get_by_role("button", name=f"Rename {WHALE}").click()
    page.get_by_label("Name of the conversation").fill("  Songs  ")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("button", name=re.compile("^Songs"))).to_be_focused()
    page.keyboard.press("Escape")

    ask(page, "How many weights does it have?")
    answered(page, 2)

    drawer_of(page)
    expect(rows_of(page).nth(0).locator("bdi")).to_have_text("Songs")
    page.get_by_role("button", name="Rename Songs").click()
    page.get_by_label("Name of the conversation").fill(" ")
    page.keyboard.press("Enter")
    expect(rows_of(page).nth(0).locator("bdi")).to_have_text(WHALE)


def test_deleting_the_conversation_shown_begins_a_new_one(visit: Visit) -> None:
    page = two_kept(visit)
    drawer_of(page)

    page.get_by_role("button", name=f"Delete {WHALE}").click()
    page.get_by_role("button", name="Delete it").click()

    expect(rows_of(page)).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    kept(page, 1)


def test_conversations_are_found_by_their_names_and_questions(visit: Visit) -> None:
    page = two_kept(visit)
    ask(page, "How many weights does it have?")
    answered(page, 2)
    drawer_of(page)
    box = page.get_by_label("Find a conversation")

    box.fill("WEIGHTS many")
    expect(rows_of(page)).to_have_count(1)
    expect(rows_of(page)).to_contain_text(WHALE)
    box.fill("nowhere")
    expect(rows_of(page)).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("No conversation matches.")


def test_the_newest_fifty_are_kept(visit: Visit) -> None:
    page = empty_page(visit)
    ask(page, LANTERN)
    answered(page)
    kept(page, 1)
    work = """async (heads, texts, result) => {
      const [head] = await result(heads.getAll());
      for (let place = 1; place <= 49; place++) {
        const id = place.toString(16).padStart(32, "0");
        heads.put({ ...head, id, name: `number ${place}`, changed: place });
        texts.put({ id, text: "" });
      }
    }"""
    in_store(page, work)
    begin_anew(page)

    ask(page, WHALE)
    answered(page)
    kept(page, 50)

    drawer_of(page)
    expect(rows_of(page)).to_have_count(50)
    expect(rows_of(page).nth(0)).to_contain_text(WHALE)
    expect(rows_of(page).nth(49).locator("bdi")).to_have_text("number 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_list_covers_the_page_and_nothing_scrolls_sideways(visit: Visit, scheme: str) -> None:
    page = two_kept(visit, viewport=PHONE, color_scheme=scheme)
    begin_anew(page)
    ask(page, "x" * 300)
    expect(page.get_by_role("article")).to_have_count(1)
    kept(page, 3)

    drawer = drawer_of(page)

    expect(rows_of(page)).to_have_count(3)
    box = drawer.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 360)
    assert drawer.evaluate("box => box.scrollWidth") <= 360
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    brightness = drawer.evaluate("box => Number(getComputedStyle(box).backgroundColor.match(/\\d+/)[0])")
    assert (brightness < 100) == (scheme == "dark")
    page.get_by_role("button", name=re.compile("^Delete x")).click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("article")).to_have_count(0)
