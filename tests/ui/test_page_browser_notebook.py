"""What is kept of answers, what they lead to, and records that are mended, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from evals.questions import load_questions
from rag.assistant import Assistant
from rag.settings import Settings
from tests.browsers import WAIT_MS
from tests.ui.conftest import ATTACK, Visit, answered, ask, serving

LANTERN = "What does Lanternfish do?"


def _asked(visit: Visit) -> Page:
    page = visit(viewport={"width": 1280, "height": 800})
    ask(page, LANTERN)
    answered(page)
    return page


def test_answers_and_quotes_are_kept_over_a_reload_and_exported(visit: Visit) -> None:
    page = _asked(visit)
    keep = page.get_by_role("article").get_by_role("button", name="Keep")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    page.get_by_role("region", name="Evidence").get_by_role("button", name="Keep quote").click()

    page.reload()

    answered(page)
    expect(keep).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Notebook (2)").click()
    book = page.get_by_role("dialog", name="Notebook")
    with page.expect_download() as saved:
        book.get_by_role("button", name="Export as Markdown").click()
    text = saved.value.path().read_text("utf-8")
    assert text.startswith(f"## {LANTERN}\n")
    assert text.count("\n## ") == 1
    assert "https://example.org/lanternfish" in text
    with page.expect_download() as saved:
        book.get_by_role("button", name="Export BibTeX").click()
    assert saved.value.path().read_text("utf-8").count("title = ") == 1
    book.get_by_role("button", name=f"Take out {LANTERN}").click()
    expect(book.get_by_role("list", name="Notes").get_by_role("listitem")).to_have_count(1)
    book.get_by_role("button", name="Close").click()
    expect(keep).to_have_attribute("aria-pressed", "false")


def test_ratings_are_exported_as_a_question_set(visit: Visit, tmp_path: Path) -> None:
    page = _asked(visit)
    article = page.get_by_role("article")
    article.get_by_role("button", name="Poor answer").click()
    article.get_by_role("button", name="Good answer").click()
    expect(article.get_by_role("button", name="Poor answer")).to_have_attribute("aria-pressed", "false")

    page.get_by_role("button", name="Notebook").click()
    with page.expect_download() as saved:
        page.get_by_role("dialog").get_by_role("button", name="Export ratings").click()

    path = tmp_path / "rated.jsonl"
    shutil.copy(saved.value.path(), path)
    (question,) = load_questions(path)
    assert question.turns == (LANTERN,)
    assert [title.split(":")[0] for title in question.gold[0]][:1] == ["Lanternfish"]


def test_nothing_that_is_kept_is_run(visit: Visit) -> None:
    page = visit(viewport={"width": 1280, "height": 800})
    note = {"head": ATTACK, "markdown": ATTACK, "papers": [ATTACK], "at": ATTACK}
    page.evaluate(
        "(notes) => localStorage.setItem('papertrail:notes:papers', notes)", json.dumps([note, {"head": 7}, 3])
    )

    page.get_by_role("button", name="Notebook").click()

    expect(page.get_by_role("dialog").get_by_role("listitem").locator("bdi")).to_have_text(ATTACK)
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("dialog :is(img, script, a, iframe)").count() == 0


def test_an_answer_leads_to_further_questions_and_a_source_to_similar_papers(visit: Visit) -> None:
    page = _asked(visit)
    evidence = page.get_by_role("region", name="Evidence")

    evidence.get_by_role("button", name="Similar papers").click()

    similar = evidence.get_by_role("list", name="Similar papers").get_by_role("button")
    expect(similar.first).to_contain_text("Mudskipper")
    expect(evidence).to_contain_text("Source [1]")
    similar.first.click()
    expect(evidence).to_contain_text("compresses vectors to eight bits")
    page.get_by_role("list", name="Ask next").get_by_role("button").first.click()
    answered(page, 2)


@pytest.fixture
def own_site(page_home: Path, page_settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The page over collections that a test may change."""
    shutil.copytree(page_home / "collections", tmp_path / "collections")
    settings = page_settings.model_copy(update={"home": tmp_path})
    with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
        yield address


def test_a_record_is_mended_and_can_be_taken_back(context: BrowserContext, own_site: str) -> None:
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{own_site}?tab=papers&paper=lantern")
    evidence = page.get_by_role("region", name="Evidence")
    evidence.get_by_role("button", name="Edit record").click()
    evidence.get_by_label("Title").fill("Lanternfish: A Better Title")
    evidence.get_by_label("Authors").fill("Cy Kelp; Di Wrack; Ed Shoal")
    evidence.get_by_label("Date").fill("2021-07")

    evidence.get_by_role("button", name="Save record").click()

    expect(evidence).to_contain_text("The record is changed")
    expect(evidence).to_contain_text("Cy Kelp, Di Wrack, Ed Shoal")
    row = page.get_by_role("row").filter(has_text="Lanternfish")
    expect(row).to_contain_text(re.compile(r"A Better Title.*2021-07-01.*3", re.DOTALL))
    expect(page.locator("#pt-papers").get_by_role("checkbox")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text(re.compile(r"Fast Retrieval over Sparse Graphs.*2024-05-02.*2", re.DOTALL))
    expect(page.locator("#pt-papers").get_by_role("checkbox")).to_have_count(4)
    page.close()
