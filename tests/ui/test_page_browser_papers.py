"""Papers in and out on the page, found, ticked and asked by themselves, in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from rag.assistant import Assistant
from rag.settings import Settings
from tests.browsers import WAIT_MS
from tests.pdfs import pdf_file
from tests.services import Services
from tests.ui.conftest import answered, ask, serving

BIBTEX = """
@article{tern, title={Tern: Migrating Queries between Stores}, author={Kay, Al and Roe, Bo}, year={2024},
  journal={Journal of Shores}, abstract={Queries move slowly between stores. Tern migrates 300 queries in a second.}}
@article{gull, title={Gull: A Noisy Baseline}, year={2021}}
"""


@pytest.fixture
def own_site(page_home: Path, page_settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The page over collections that a test may change."""
    shutil.copytree(page_home / "collections", tmp_path / "collections")
    settings = page_settings.model_copy(update={"home": tmp_path})
    with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
        yield address


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A bibliography, and a file that holds no papers."""
    bibliography, other = tmp_path / "mine.bib", tmp_path / "notes.md"
    bibliography.write_text(BIBTEX, encoding="utf-8")
    other.write_text("not a paper at all", encoding="utf-8")
    return [bibliography, other]


def _rows(page: Page) -> Locator:
    """The papers of the table; a phone shows no head above them."""
    return page.locator("#pt-papers table").get_by_role("checkbox")


def _listed(page: Page, address: str) -> Page:
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{address}?tab=papers")
    expect(_rows(page)).to_have_count(4)
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_files_are_added_with_a_report_and_can_be_taken_back(
    context: BrowserContext, own_site: str, files: list[Path], width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    _listed(page, own_site)
    rows = _rows(page)

    page.get_by_label("Add papers").set_input_files(files)

    report = page.get_by_role("region", name="What was added")
    expect(report).to_contain_text("2 added, 1 not read")
    expect(report).to_contain_text(re.compile(r"notes\.md: .*format"))
    expect(report).to_contain_text("Missing: abstract of 1")
    expect(rows).to_have_count(6)
    expect(page.get_by_text("papers · 6 papers")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    report.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    expect(rows).to_have_count(4)
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_a_pdf_are_read_and_cited_where_that_is_wanted(
    context: BrowserContext, own_site: str, tmp_path: Path, width: int
) -> None:
    title, said = "Curlew: Probing Deep Mud", "Curlew probes mud to a depth of 17 centimetres in every trial."
    first = [(17.0, title), (12.0, "Abstract"), (10.0, "Curlew probes mud."), (12.0, "1 Introduction")]
    file = tmp_path / "curlew.pdf"
    file.write_bytes(pdf_file([*first, (10.0, "Mud is deep.")], title=title, after=[[(10.0, said)]]))
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    _listed(page, own_site)
    page.get_by_label("Read PDFs whole").check()

    page.get_by_label("Add papers").set_input_files(file)

    expect(page.get_by_role("region", name="What was added")).to_contain_text("1 added")
    page.get_by_role("button", name=title).click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text(re.compile(rf"p\. 2\s*{said}"))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


def test_a_file_that_is_dropped_makes_a_collection_of_its_own(context: BrowserContext, own_site: str) -> None:
    page = _listed(context.new_page(), own_site)
    page.get_by_label("Into the collection").fill("birds")
    dropped = page.evaluate_handle(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "mine.bib"));
          return data;
        }""",
        BIBTEX,
    )

    page.locator(".pt-drop").dispatch_event("drop", {"dataTransfer": dropped})

    expect(page.get_by_text("2 added, in birds.")).to_be_visible()
    expect(_rows(page)).to_have_count(4)
    page.get_by_role("link", name="Open birds").click()
    expect(_rows(page)).to_have_count(2)
    expect(page.get_by_text("birds · 2 papers")).to_be_visible()
    page.get_by_role("tab", name="Ask").click()
    ask(page, "What does Tern migrate?")
    answered(page)
    expect(page.get_by_role("button", name="Source 1: Tern").first).to_be_visible()
    page.get_by_role("tab", name="Papers").click()
    page.get_by_label("Collection", exact=True).select_option("papers")
    expect(_rows(page)).to_have_count(4)
    page.close()


def test_papers_are_fetched_from_where_they_are_published(
    context: BrowserContext, page_home: Path, page_settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(page_home / "collections", tmp_path / "collections")
    with Services({"2504.08758": ("Heron: Waiting Search", "Heron waits for queries.")}) as services:
        places = {name: getattr(services.settings(), name) for name in ("arxiv_url", "doi_url")}
        settings = page_settings.model_copy(update={"home": tmp_path, **places})
        with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
            page = _listed(context.new_page(), address)
            wanted = page.get_by_label("or fetch")
            wanted.fill("https://arxiv.org/abs/2504.08758, doi:10.1000/none")
            wanted.press("Enter")

            report = page.get_by_role("region", name="What was added")
            expect(report).to_contain_text("1 added, 1 not read")
            expect(report).to_contain_text("doi:10.1000/none")
            expect(_rows(page)).to_have_count(5)
            wanted.fill("no such thing")
            page.get_by_role("button", name="Fetch").click()
            expect(page.get_by_text("'no' names no papers")).to_be_visible()
            page.close()


def test_papers_that_are_removed_come_back(context: BrowserContext, own_site: str) -> None:
    page = _listed(context.new_page(), own_site)
    rows = _rows(page)
    page.get_by_role("checkbox", name="Choose WhaleTalk").check()

    page.get_by_role("button", name="Remove from the collection").click()

    expect(page.get_by_text("1 paper removed.")).to_be_visible()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(4)
    page.close()


def test_ticked_papers_are_asked_compared_and_saved(context: BrowserContext, own_site: str) -> None:
    page = _listed(context.new_page(), own_site)
    page.get_by_role("checkbox", name="Choose WhaleTalk").check()
    page.get_by_role("checkbox", name="Choose Mudskipper").check()
    expect(page.get_by_text("2 papers chosen")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save BibTeX").click()
    assert saved.value.suggested_filename == "papers.bib"
    assert saved.value.path().read_text("utf-8").count("title = ") == 2

    page.get_by_role("button", name="Ask them").click()

    asked = page.get_by_role("list", name="Papers that are asked")
    expect(asked.get_by_role("listitem")).to_have_count(2)
    ask(page, "How fast is Lanternfish on the Tidepool benchmark?")
    answered(page)
    expect(page.get_by_role("button", name=re.compile("^Source .*Lanternfish"))).to_have_count(0)
    page.get_by_role("tab", name="Papers").click()
    page.get_by_role("button", name="Compare them").click()
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("table").get_by_role("columnheader", name=re.compile("WhaleTalk"))).to_be_visible()
    page.close()


def test_the_finder_forgives_typos_and_goes_by_the_keyboard(context: BrowserContext, own_site: str) -> None:
    page = _listed(context.new_page(), own_site)
    finder = page.get_by_label("Find by title")

    finder.fill("lanternfsh")

    expect(_rows(page)).to_have_count(1)
    expect(page.get_by_text("1 paper that matches “lanternfish”")).to_be_visible()
    finder.press("ArrowDown")
    expect(page.get_by_role("button", name=re.compile("^Lanternfish"))).to_be_focused()
    page.keyboard.press("Enter")
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("walks sparse graphs")
    page.wait_for_function("() => location.search.includes('paper=lantern')")
    page.go_back()
    expect(evidence).to_contain_text("Click a number")
    page.go_forward()
    expect(evidence).to_contain_text("walks sparse graphs")
    page.close()
