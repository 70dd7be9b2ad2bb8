"""Steps of the tests about kept conversations."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Visit, answered, ask, in_store, kept

LANTERN = "What does Lanternfish do?"
WHALE = "What is WhaleTalk?"
PHONE = {"width": 360, "height": 740}

FORTY_NINE = """
async (heads, texts, result) => {
  const [head] = await result(heads.getAll());
  const [kept] = await result(texts.getAll());
  const record = JSON.parse(kept.text);
  record.turns = Array.from({ length: 49 }, (_, place) => record.turns[place % record.turns.length]);
  heads.put({ ...head, questions: record.turns.map((turn) => turn.question) });
  texts.put({ id: kept.id, text: JSON.stringify(record) });
  return JSON.stringify(record).length;
}
"""
"""Makes a kept conversation one of 49 turns."""


def empty_page(visit: Visit, **options: object) -> Page:
    """A page whose browser keeps nothing yet."""
    page = visit(**options)
    in_store(page, "async (heads, texts) => { heads.clear(); texts.clear(); }")
    return page


def drawer_of(page: Page) -> Locator:
    page.get_by_role("button", name="Conversations").click()
    drawer = page.get_by_role("dialog", name="Conversations")
    expect(drawer).to_be_visible()
    return drawer


def rows_of(page: Page) -> Locator:
    return page.get_by_role("list", name="Kept conversations").get_by_role("listitem")


def begin_anew(page: Page) -> None:
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("article")).to_have_count(0)


def two_kept(visit: Visit, **options: object) -> Page:
    """A page that has kept two conversations and shows the second."""
    page = empty_page(visit, **options)
    ask(page, LANTERN)
    answered(page)
    begin_anew(page)
    ask(page, WHALE)
    answered(page)
    kept(page, 2)
    return page
