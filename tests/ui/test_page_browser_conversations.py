"""The conversations that the browser keeps: found again, opened, named and deleted, whatever has become of them."""

from __future__ import annotations

import json
import re
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.shelving import ingest, remove
from tests.servers import OpenAIServer, Reply, Stall
from tests.ui.conftest import (
    ATTACK,
    PAPERS,
    WAIT_MS,
    Visit,
    answered,
    ask,
    in_store,
    kept,
    rewrite_kept,
    serving,
    write_with_model,
)

LANTERN = "What does Lanternfish do?"
WHALE = "What is WhaleTalk?"
PHONE = {"width": 360, "height": 740}


def _page(visit: Visit, **options: object) -> Page:
    """A page whose browser keeps nothing yet."""
    page = visit(**options)
    in_store(page, "async (heads, texts) => { heads.clear(); texts.clear(); }")
    return page


def _drawer(page: Page) -> Locator:
    page.get_by_role("button", name="Conversations").click()
    drawer = page.get_by_role("dialog", name="Conversations")
    expect(drawer).to_be_visible()
    return drawer


def _rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Kept conversations").get_by_role("listitem")


def _anew(page: Page) -> None:
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("article")).to_have_count(0)


def _two(visit: Visit, **options: object) -> Page:
    """A page that has kept two conversations and shows the second."""
    page = _page(visit, **options)
    ask(page, LANTERN)
    answered(page)
    _anew(page)
    ask(page, WHALE)
    answered(page)
    kept(page, 2)
    return page


def test_a_conversation_is_opened_from_the_list_with_its_citations_and_goes_on(visit: Visit) -> None:
    page = _two(visit)

    _drawer(page)
    expect(_rows(page)).to_have_count(2)
    expect(_rows(page).nth(0)).to_contain_text(WHALE)
    expect(_rows(page).nth(0).get_by_role("button").first).to_have_attribute("aria-current", "true")
    _rows(page).nth(1).get_by_role("button").first.click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("heading", name=LANTERN)).to_be_visible()
    page.get_by_role("button", name="Source 1: Lanternfish").first.click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()
    ask(page, "How much faster is it?")
    answered(page, 2)
    second = page.get_by_role("article", name="Question 2")
    expect(second).to_contain_text("Searched: Lanternfish")
    expect(second).to_contain_text("4.2 times faster")
    _drawer(page)
    expect(_rows(page)).to_have_count(2)
    expect(_rows(page).nth(0)).to_contain_text(LANTERN)


def test_the_numbers_of_each_answer_lead_to_its_sentences_after_a_conversation_is_opened_again(visit: Visit) -> None:
    page = _two(visit)
    _drawer(page)
    _rows(page).nth(1).get_by_role("button").first.click()
    expect(page.get_by_role("heading", name=LANTERN)).to_be_visible()
    ask(page, "What does Lanternfish do on the Tidepool benchmark?")
    answered(page, 2)
    opened = []
    for name in ("Question 1", "Question 2"):
        citation = page.get_by_role("article", name=name).locator(".pt-text .pt-cite").first
        expect(citation).to_have_text("[1]")
        citation.click()
        expect(citation).to_have_attribute("aria-current", "true")
        opened.append(page.get_by_role("region", name="Evidence").locator("mark").inner_text())

    with page.expect_download() as download:
        page.get_by_role("button", name="Download conversation").click()

    saved = download.value.path().read_text(encoding="utf-8")
    lines = [line for line in saved.splitlines() if line.startswith("- \\[1\\]")]
    assert len(lines) == 2
    assert all(sentence in line for sentence, line in zip(opened, lines, strict=True))


def test_conversations_outlive_the_server_and_the_papers_they_cite(visit: Visit, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, model="extractive")
    source = tmp_path / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    ingest([source], settings=settings)
    with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
        page = visit(address)
        ask(page, "Lanternfish vs Mudskipper")
        answered(page)
    remove(["lantern"], settings=settings)
    port = urllib.parse.urlsplit(address).port or 0

    with Assistant.open(settings=settings) as assistant, serving(assistant, port) as address:
        page.goto(address)
        answered(page)
        evidence = page.get_by_role("region", name="Evidence")
        page.get_by_role("button", name=re.compile("^Source .*: Lanternfish")).first.click()
        expect(evidence).to_contain_text("No paper has the id 'lantern'")
        expect(evidence).to_contain_text("The sentence cited was: “")
        page.get_by_role("button", name=re.compile("^Source .*: Mudskipper")).first.click()
        expect(evidence.locator("mark")).to_be_visible()
        page.get_by_role("cell").get_by_role("button").first.click()
        ask(page, "And the recall of the second one?")
        answered(page, 2)
        expect(page.get_by_role("article", name="Question 2")).to_contain_text("1.5% of recall")
        page.goto("about:blank")


def test_a_page_that_is_open_goes_on_after_a_restart_of_the_server(visit: Visit, page_settings: Settings) -> None:
    with Assistant.open(settings=page_settings) as assistant:
        with serving(assistant) as address:
            page = visit(address)
            ask(page, LANTERN)
            answered(page)
        with serving(assistant, urllib.parse.urlsplit(address).port or 0):
            page.get_by_role("button", name=re.compile("^Source .*: Lanternfish")).last.click()
            expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()

            ask(page, "How much faster is it?")

            answered(page, 2)
            expect(page.get_by_role("article", name="Question 2")).to_contain_text("Searched: Lanternfish")
            page.goto("about:blank")


def test_another_is_opened_while_an_answer_is_written(visit: Visit, model_server: OpenAIServer) -> None:
    page = _page(visit)
    ask(page, LANTERN)
    answered(page)
    _anew(page)
    write_with_model(page)
    stall = Stall()
    model_server.script("/v1/chat/completions", Reply(["WhaleTalk transcribes songs ", "of whales ", stall, "."]))
    ask(page, WHALE)
    expect(page.get_by_text("WhaleTalk transcribes songs")).to_be_visible()

    _drawer(page)
    page.keyboard.press("Escape")  # closes the drawer and does not stop the answer
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not stall.hung_up.is_set()
    _drawer(page)
    _rows(page).get_by_role("button").first.click()

    assert stall.hung_up.wait(WAIT_MS / 1000)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("heading", name=LANTERN)).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    kept(page, 2)
    _drawer(page)
    _rows(page).filter(has_text=WHALE).get_by_role("button").first.click()
    expect(page.get_by_role("article")).to_contain_text("WhaleTalk transcribes songs of whales")
    expect(page.get_by_role("article")).to_contain_text("The answer was stopped before it was finished.")


def test_it_is_renamed_and_deleted_by_keyboard_alone(visit: Visit) -> None:
    page = _two(visit)
    opener = page.get_by_role("button", name="Conversations")
    opener.focus()
    page.keyboard.press("Enter")
    expect(_rows(page)).to_have_count(2)

    page.get_by_role("button", name=f"Rename {LANTERN}").press("Enter")
    page.keyboard.type("Fish and graphs")
    page.keyboard.press("Enter")

    named = page.get_by_role("button", name=re.compile("^Fish and graphs"))
    expect(named).to_be_focused()
    page.get_by_role("button", name=f"Rename {WHALE}").press("Enter")
    page.keyboard.type("never saved")
    page.keyboard.press("Escape")
    expect(_rows(page).nth(0)).to_contain_text(WHALE)
    page.get_by_role("button", name="Delete Fish and graphs").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Delete “Fish and graphs”?")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(named).to_be_focused()
    page.get_by_role("button", name="Delete Fish and graphs").press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(_rows(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    answered(page)  # the conversation shown is still there


def test_a_name_stays_when_the_conversation_goes_on_and_an_empty_one_gives_the_question_back(visit: Visit) -> None:
    page = _two(visit)
    _drawer(page)
    page.get_by_role("button", name=f"Rename {WHALE}").click()
    page.get_by_label("Name of the conversation").fill("  Songs  ")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("button", name=re.compile("^Songs"))).to_be_focused()
    page.keyboard.press("Escape")

    ask(page, "How many weights does it have?")
    answered(page, 2)

    _drawer(page)
    expect(_rows(page).nth(0).locator("bdi")).to_have_text("Songs")
    page.get_by_role("button", name="Rename Songs").click()
    page.get_by_label("Name of the conversation").fill(" ")
    page.keyboard.press("Enter")
    expect(_rows(page).nth(0).locator("bdi")).to_have_text(WHALE)


def test_deleting_the_conversation_shown_begins_a_new_one(visit: Visit) -> None:
    page = _two(visit)
    _drawer(page)

    page.get_by_role("button", name=f"Delete {WHALE}").click()
    page.get_by_role("button", name="Delete it").click()

    expect(_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    kept(page, 1)


def test_conversations_are_found_by_their_names_and_questions(visit: Visit) -> None:
    page = _two(visit)
    ask(page, "How many weights does it have?")
    answered(page, 2)
    _drawer(page)
    box = page.get_by_label("Find a conversation")

    box.fill("WEIGHTS many")
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text(WHALE)
    box.fill("nowhere")
    expect(_rows(page)).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("No conversation matches.")


def test_the_newest_fifty_are_kept(visit: Visit) -> None:
    page = _page(visit)
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
    _anew(page)

    ask(page, WHALE)
    answered(page)
    kept(page, 50)

    _drawer(page)
    expect(_rows(page)).to_have_count(50)
    expect(_rows(page).nth(0)).to_contain_text(WHALE)
    expect(_rows(page).nth(49).locator("bdi")).to_have_text("number 2")


def test_two_tabs_do_not_overwrite_each_other(visit: Visit) -> None:
    first = _page(visit)
    ask(first, LANTERN)
    answered(first)
    kept(first, 1)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()  # before, clicks are lost
    _drawer(second)
    _rows(second).get_by_role("button").first.click()
    answered(second)

    ask(first, "Is it fast?")
    answered(first, 2)
    ask(second, "Does it need training?")
    answered(second, 2)

    kept(first, 2)
    _drawer(first)
    expect(_rows(first)).to_have_count(2)
    expect(_rows(first).nth(0)).to_contain_text(f"{LANTERN} (copy)")
    second.reload()
    answered(second, 2)
    expect(second.get_by_role("heading", name="Does it need training?")).to_be_visible()
    second.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [('"version":1', '"version":0'), ('{"version"', "{version"), ('"verdict":"supported"', '"verdict":"true"')],
)
def test_a_record_that_cannot_be_read_is_dropped_with_a_note(visit: Visit, old: str, new: str) -> None:
    page = _page(visit)
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
    page = _two(visit)
    work = f"""async (heads, texts, result) => {{
      const all = await result(heads.getAll());
      heads.put({{ ...all.find((head) => head.questions[0] === {json.dumps(LANTERN)}), {change} }});
    }}"""
    in_store(page, work)

    drawer = _drawer(page)

    expect(_rows(page)).to_have_count(1)
    expect(drawer.get_by_role("status")).to_have_text("1 of them could not be read and was dropped.")
    kept(page, 1)


def test_nothing_in_a_kept_conversation_is_run(visit: Visit) -> None:
    page = _page(visit)
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
    _drawer(page)
    expect(_rows(page).locator("bdi")).to_have_text(ATTACK)
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
    drawer = _drawer(page)
    expect(drawer.get_by_role("status")).to_contain_text("This browser keeps no conversations")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_list_covers_the_page_and_nothing_scrolls_sideways(visit: Visit, scheme: str) -> None:
    page = _two(visit, viewport=PHONE, color_scheme=scheme)
    _anew(page)
    ask(page, "x" * 300)
    expect(page.get_by_role("article")).to_have_count(1)
    kept(page, 3)

    drawer = _drawer(page)

    expect(_rows(page)).to_have_count(3)
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
