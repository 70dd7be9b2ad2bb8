"""What a reader changes about how a question was read, and takes along of a paper, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.sources import read_papers
from rag.types import Paper
from tests.servers import OpenAIServer, Reply, closed_port_url
from tests.ui.conftest import Visit, answered, ask, serving

WIDTHS = [1280, 390]
CITED = re.compile("^Source 1: ")


def _narrow(page: Page) -> bool:
    return (page.viewport_size or {"width": 0})["width"] < 900


@pytest.mark.parametrize("width", WIDTHS)
def test_a_piece_of_the_reading_and_a_limit_are_taken_back_and_the_question_is_asked_again(
    visit: Visit, width: int
) -> None:
    page = visit(viewport={"width": width, "height": 844})
    page.get_by_role("button", name="Model, search and filters").click()
    page.get_by_label("To year").first.click()
    page.get_by_role("option", name="2024").click()
    page.get_by_role("button", name=re.compile("Model, search and filters: .*–2024")).click()
    ask(page, "papers since 2023-12")
    answered(page)
    turn = page.get_by_role("article", name="Question 1")
    read = turn.get_by_role("list", name="How the question was read").get_by_role("listitem")
    text = turn.locator(".pt-text")
    expect(read).to_have_text([re.compile("to 2024"), re.compile("only papers since 2023-12")])
    expect(text).to_contain_text("Lanternfish")
    expect(text).not_to_contain_text("Mudskipper")

    turn.get_by_role("button", name=re.compile("^Ask again without “only papers since")).click()

    expect(text).to_contain_text("Mudskipper")
    expect(text).not_to_contain_text("WhaleTalk")
    turn.get_by_role("button", name="Ask again without “to 2024”").click()
    expect(text).to_contain_text("WhaleTalk")
    expect(page.get_by_role("list", name="Set for the next questions")).to_have_count(0)
    page.reload()
    expect(read).to_have_count(1)
    turn.get_by_role("button", name=re.compile("^Ask again with “only papers since")).click()
    expect(text).not_to_contain_text("Mudskipper")
    expect(text).to_contain_text("WhaleTalk")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    ask(page, "What is WhaleTalk?")
    answered(page, 2)
    expect(read).to_have_count(1)
    expect(turn.get_by_role("button", name=re.compile("^Ask again with"))).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_source_gives_more_of_its_paper_and_a_record_for_reference_managers(
    visit: Visit, tmp_path: Path, width: int
) -> None:
    page = visit(viewport={"width": width, "height": 844})
    ask(page, "How much faster is Lanternfish than Mudskipper?")
    answered(page)
    page.get_by_role("article").get_by_role("button", name=CITED).first.click()
    evidence = page.get_by_role("region", name="Evidence")
    cited = evidence.locator("mark").inner_text()

    evidence.get_by_role("button", name="More from this paper").click()

    more = evidence.get_by_role("list", name="More from this paper").get_by_role("button")
    said = more.last.inner_text().strip("“”")
    assert cited not in more.all_inner_texts()
    more.last.click()
    expect(evidence.locator("mark")).to_have_text(said)
    expect(evidence.get_by_role("button", name="More from this paper")).to_be_visible()
    with page.expect_download() as download:
        evidence.get_by_role("button", name="Save RIS").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    (paper,) = read_papers(file)
    assert isinstance(paper, Paper)
    assert (file.name, paper.title) == ("papers.ris", "Lanternfish: Fast Retrieval over Sparse Graphs")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_model_server_is_found_tried_and_writes_after_two_clicks(
    visit: Visit, page_settings: Settings, width: int
) -> None:
    with OpenAIServer(models=["feather"]) as server:
        own = {"openai_base_url": None, "openai_model": None, "openai_api_key": None, "ollama_model": None}
        settings = page_settings.model_copy(update=own | {"model_servers": f"{closed_port_url()},{server.url}"})
        with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
            page = visit(address, viewport={"width": width, "height": 844})
            name = f"openai/feather@{server.url}"
            server.script("/v1/chat/completions", Reply(status=500, body='{"error": {"message": "out of memory"}}'))
            page.get_by_role("button", name="Find a language model").first.click()
            page.get_by_role("button", name=f"Use {name}").click()
            expect(page.get_by_role("alert")).to_contain_text("out of memory")
            server.script("/v1/chat/completions", Reply(["ready"]))

            page.get_by_role("button", name=f"Use {name}").click()

            expect(page.get_by_text("writes the next answers")).to_be_visible()
            expect(page.get_by_role("button", name=f"Model, search and filters: {name}")).to_be_visible()
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            page.reload()
            expect(page.get_by_role("button", name=f"Model, search and filters: {name}")).to_be_visible()
            ask(page, "What is WhaleTalk?")
            expect(page.get_by_text(f"Written by {name}")).to_be_visible()
            page.goto("about:blank")
