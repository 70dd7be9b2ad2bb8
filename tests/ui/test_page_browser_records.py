"""Records of conversations that are damaged, hostile or cannot be kept at all."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import (
    ATTACK,
    Visit,
    answered,
    ask,
    in_store,
    kept,
    rewrite_kept,
)
from tests.ui.conversing import LANTERN, WHALE, drawer_of, empty_page, rows_of, two_kept


@pytest.mark.parametrize(
    ("old", "new"),
    [('"version":1', '"version":0'), ('{"version"', "{version"), ('"verdict":"supported"', '"verdict":"true"')],
)
def test_a_record_that_cannot_be_read_is_dropped_with_a_note(visit: Visit, old: str, new: str) -> None:
    page = empty_page(visit)
    ask(page, LANTERN)
    answered(page)
    rewrite_kept(page, old, new)

    page.reload()

    expect(page.get_by_text("it has been dropped")).to_be_visible()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    kept(page, 0)
    page.reload()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    expect(page.get_by_text("it has been dropped")).to_have_count(0)
    ask(page, WHALE)
    answered(page)


@pytest.mark.parametrize(
    "change", ["version: 9", "changed: 'yesterday'", "name: {}", "questions: [7]", "questions: null"]
)
def test_an_entry_of_the_list_that_is_none_is_dropped_with_a_note(visit: Visit, change: str) -> None:
    page = two_kept(visit)
    work = f"""async (heads, texts, result) => {{
      const all = await result(heads.getAll());
      heads.put({{ ...all.find((head) => head.questions[0] === {json.dumps(LANTERN)}), {change} }});
    }}"""
    in_store(page, work)

    drawer = drawer_of(page)

    expect(rows_of(page)).to_have_count(1)
    expect(drawer.get_by_role("status")).to_have_text("1 of them could not be read and was dropped.")
    kept(page, 1)


def test_nothing_in_a_kept_conversation_is_run(visit: Visit) -> None:
    page = empty_page(visit)
    ask(page, "Lanternfish vs Mudskipper")
    answered(page)
    kept(page, 1)
    work = """async (heads, texts, result, attack) => {
      const [head] = await result(heads.getAll());
      const [kept] = await result(texts.getAll());
      const record = JSON.parse(kept.text);
      const [{ answer }] = record.turns;
      record.turns[0].question = attack;
      answer.text = `${attack} [1]`;
      answer.model = answer.retriever = answer.searched = attack;
      answer.notes = [attack];
      for (const citation of [...answer.citations, ...answer.comparison.citations]) {
        Object.assign(citation, { title: attack, quote: attack, url: "javascript:window.hacked=1", paper_id: attack });
      }
      for (const claim of answer.claims) Object.assign(claim, { text: attack, problems: [attack] });
      for (const row of answer.comparison.rows) {
        row.label = attack;
        row.cells = row.cells.slice(0, 1);
      }
      answer.comparison.papers[0].name = attack;
      answer.nearest = [[attack, attack]];
      heads.put({ ...head, name: attack, questions: [attack] });
      texts.put({ id: kept.id, text: JSON.stringify(record) });
    }"""
    in_store(page, work, ATTACK)

    page.reload()

    answered(page)
    expect(page.get_by_role("article").get_by_role("heading").first).to_have_text(ATTACK)
    page.get_by_role("article").locator(".pt-cite").first.click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("No paper has the id")
    drawer_of(page)
    expect(rows_of(page).locator("bdi")).to_have_text(ATTACK)
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".gradio-container :is(img, script, iframe, [onerror])").count() == 0
    assert set(page.locator(".gradio-container a").evaluate_all("all => all.map(a => a.protocol)")) <= {"https:"}
    page.keyboard.press("Escape")
    ask(page, "and the second one?")
    expect(page.get_by_role("article", name="Question 2")).to_be_visible()


def test_without_a_store_the_page_works_and_says_that_it_keeps_nothing(visit: Visit) -> None:
    page = visit(viewport={"width": 1280, "height": 800})
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('forbidden'); } })")
    page.reload()
    expect(page.get_by_text("what is said here ends with the page")).to_be_visible()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()

    ask(page, LANTERN)

    answered(page)
    drawer = drawer_of(page)
    expect(drawer.get_by_role("status")).to_contain_text("This browser keeps no conversations")
