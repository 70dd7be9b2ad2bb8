"""The conversations that the browser keeps are opened again and go on, whatever has become of them."""

from __future__ import annotations

import json
import re
import urllib.parse
from pathlib import Path

from playwright.sync_api import expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.shelving import ingest, remove
from tests.servers import OpenAIServer, Reply, Stall
from tests.ui.conftest import (
    PAPERS,
    WAIT_MS,
    Visit,
    answered,
    ask,
    in_store,
    kept,
    serving,
    write_with_model,
)
from tests.ui.conversing import FORTY_NINE, LANTERN, WHALE, begin_anew, drawer_of, empty_page, rows_of, two_kept


def test_a_conversation_is_opened_from_the_list_with_its_citations_and_goes_on(visit: Visit) -> None:
    page = two_kept(visit)

    drawer_of(page)
    expect(rows_of(page)).to_have_count(2)
    expect(rows_of(page).nth(0)).to_contain_text(WHALE)
    expect(rows_of(page).nth(0).get_by_role("button").first).to_have_attribute("aria-current", "true")
    rows_of(page).nth(1).get_by_role("button").first.click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("heading", name=LANTERN)).to_be_visible()
    page.get_by_role("button", name="Source 1: Lanternfish").first.click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()
    ask(page, "How much faster is it?")
    answered(page, 2)
    second = page.get_by_role("article", name="Question 2")
    expect(second).to_contain_text("Searched: Lanternfish")
    expect(second).to_contain_text("4.2 times faster")
    drawer_of(page)
    expect(rows_of(page)).to_have_count(2)
    expect(rows_of(page).nth(0)).to_contain_text(LANTERN)


def test_the_numbers_of_each_answer_lead_to_its_sentences_after_a_conversation_is_opened_again(visit: Visit) -> None:
    page = two_kept(visit)
    drawer_of(page)
    rows_of(page).nth(1).get_by_role("button").first.click()
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
    lines = [line for line in saved.splitlines() if re.match(r"\[\^[12]-1\]: ", line)]
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
    page = empty_page(visit)
    ask(page, LANTERN)
    answered(page)
    begin_anew(page)
    write_with_model(page)
    stall = Stall()
    model_server.script("/v1/chat/completions", Reply(["WhaleTalk transcribes songs ", "of whales ", stall, "."]))
    ask(page, WHALE)
    expect(page.get_by_text("WhaleTalk transcribes songs")).to_be_visible()

    drawer_of(page)
    page.keyboard.press("Escape")  # closes the drawer and does not stop the answer
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not stall.hung_up.is_set()
    drawer_of(page)
    rows_of(page).get_by_role("button").first.click()

    assert stall.hung_up.wait(WAIT_MS / 1000)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("heading", name=LANTERN)).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    kept(page, 2)
    drawer_of(page)
    rows_of(page).filter(has_text=WHALE).get_by_role("button").first.click()
    expect(page.get_by_role("article")).to_contain_text("WhaleTalk transcribes songs of whales")
    expect(page.get_by_role("article")).to_contain_text("The answer was stopped before it was finished.")


def test_two_tabs_do_not_overwrite_each_other(visit: Visit) -> None:
    first = empty_page(visit)
    ask(first, LANTERN)
    answered(first)
    kept(first, 1)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()  # before, clicks are lost
    drawer_of(second)
    rows_of(second).get_by_role("button").first.click()
    answered(second)

    ask(first, "Is it fast?")
    answered(first, 2)
    ask(second, "Does it need training?")
    answered(second, 2)

    kept(first, 2)
    drawer_of(first)
    expect(rows_of(first)).to_have_count(2)
    expect(rows_of(first).nth(0)).to_contain_text(f"{LANTERN} (copy)")
    second.reload()
    answered(second, 2)
    expect(second.get_by_role("heading", name="Does it need training?")).to_be_visible()
    second.close()


def test_the_fiftieth_question_sends_no_more_than_20_kb_up(visit: Visit) -> None:
    page = empty_page(visit)
    ask(page, LANTERN)
    answered(page)
    kept(page, 1)
    assert in_store(page, FORTY_NINE) > 100_000
    page.reload()
    answered(page, 49)
    sent: list[int] = []
    page.on("request", lambda request: sent.append(len(request.url) + len(request.post_data_buffer or b"")))

    ask(page, "How much faster is it?")

    answered(page, 50)
    assert 0 < sum(sent) <= 20_000
