"""A newcomer's first hour on the page, without having read anything, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from rag.assistant import Assistant
from rag.settings import Settings
from tests.browsers import WAIT_MS
from tests.pdfs import pdf_file
from tests.ui.conftest import answered, ask, serving

BIBTEX = """
@article{heron, title={Heron: Patient Search in Shallow Graphs}, author={Kay, Al and Roe, Bo}, year={2024},
  journal={Journal of Shores}, doi={10.1000/heron},
  abstract={Search in graphs is hasty. Heron waits for the best neighbour and finds 91% of the targets on Lagoon.}}
@article{ibis, title={Ibis: Eager Search in Deep Graphs}, author={Sol, Ny}, year={2023}, journal={Journal of Shores},
  abstract={Deep graphs are hard to search. Ibis expands every neighbour and finds 84% of the targets on Lagoon.}}
"""
PDFS = {
    "osprey": ("Osprey: Diving for Rare Entities", "Osprey dives into long documents for rare entities within 20 ms."),
    "plover": ("Plover: Counting Steps of Agents", "Plover counts the steps of agents and stops them after 300 steps."),
    "avocet": ("Avocet: Sweeping Noisy Labels", "Avocet sweeps noisy labels out of data sets of 2 million images."),
}
QUESTIONS = (
    "What is Heron about?",
    "How many targets does Ibis find on Lagoon?",
    "What does Osprey dive into?",
    "After how many steps does Plover stop agents?",
    "What does Avocet sweep out of data sets?",
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A bibliography and three PDFs, as a reference manager leaves them in a folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.bib").write_text(BIBTEX, encoding="utf-8")
    for name, (title, sentence) in PDFS.items():
        lines = [
            (17.0, title),
            (12.0, "Abstract"),
            (10.0, sentence),
            (12.0, "1 Introduction"),
            (10.0, "Birds are many."),
        ]
        (folder / f"{name}.pdf").write_bytes(pdf_file(lines, title=title))
    return sorted(folder.iterdir())


@pytest.fixture
def own_site(page_settings: Settings, page_home: Path, tmp_path: Path) -> Iterator[str]:
    """The page over a copy of the collection."""
    shutil.copytree(page_home / "collections", tmp_path / "home" / "collections")
    settings = page_settings.model_copy(update={"home": tmp_path / "home"})
    with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
        yield address


def _add(page: Page, files: list[Path]) -> None:
    page.get_by_role("button", name="Add papers of your own").click()
    page.get_by_label("Into the collection").fill("birds")
    page.get_by_label("Add papers").set_input_files(files)
    expect(page.get_by_role("region", name="What was added")).to_contain_text("5 added, in birds.")
    page.get_by_role("link", name="Open birds").click()
    expect(page.get_by_text("birds · 5 papers")).to_be_visible()
    expect(page.get_by_role("tab", name="Papers")).to_have_attribute("aria-selected", "true")  # as the link says


def test_a_newcomer_adds_papers_asks_compares_verifies_and_exports_a_note(
    context: BrowserContext, own_site: str, files: list[Path]
) -> None:
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(own_site)
    _add(page, files)

    page.get_by_role("tab", name="Ask").click()
    for number, question in enumerate(QUESTIONS, start=1):
        ask(page, question)
        answered(page, number)
        system = next(name for name in ("Heron", "Ibis", "Osprey", "Plover", "Avocet") if name in question)
        article = page.get_by_role("article", name=f"Question {number}")
        expect(article.get_by_role("button", name=f"Source 1: {system}").first).to_be_visible()
    article.get_by_role("button", name="Keep").click()

    page.get_by_role("tab", name="Papers").click()
    page.get_by_role("checkbox", name="Choose Heron").check()
    page.get_by_role("checkbox", name="Choose Ibis").check()
    page.get_by_role("button", name="Compare them").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader", name="Heron")).to_be_visible()
    expect(table.get_by_role("columnheader", name="Ibis")).to_be_visible()

    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Your draft").fill(
        "Ibis finds 97% of the targets on Lagoon. Heron finds 91% of the targets on Lagoon."
    )
    page.get_by_role("button", name="Check", exact=True).click()
    verdicts = page.get_by_role("region", name="Result of the check").locator(".pt-checked > li")
    expect(verdicts.nth(0)).to_contain_text("not supported")
    expect(verdicts.nth(1)).not_to_contain_text("not supported")

    page.get_by_role("button", name="Notebook (1)").click()
    with page.expect_download() as saved:
        page.get_by_role("dialog").get_by_role("button", name="Export as Markdown").click()
    text = saved.value.path().read_text("utf-8")
    assert text.startswith(f"## {QUESTIONS[-1]}\n")
    assert "Avocet: Sweeping Noisy Labels" in text
    assert "noisy labels" in text
    page.close()
