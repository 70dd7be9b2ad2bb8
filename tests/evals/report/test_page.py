"""The report's page in a real browser, opened as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evals.report.files import write_report
from tests.evals.report.runs import DEFAULT, HOSTILE, measured, run


@pytest.fixture
def report(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of a run that is compared with an earlier one; it may ask for nothing and its scripts may not fail."""
    before = run(measured("a", 0.0), measured("b", 1.0, group="riddle"), measured("d", 0.0))
    write_report(run(*DEFAULT, lexical=DEFAULT), tmp_path, "papertrail eval", before)
    problems: list[str] = []
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or problems.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    page.close()
    assert problems == []


def _shown(page: Page) -> list[str]:
    rows = page.locator("#items tbody:not([hidden]) > tr:first-child")
    return [row.locator("td").first.inner_text() for row in rows.all()]


def test_all_turns_are_there_and_only_failures_when_filtered(report: Page) -> None:
    assert _shown(report) == ["a:0", "b:0", "c:0", "d:0"]
    report.locator("[name=outcome]").select_option("wrong")

    assert _shown(report) == ["b:0", "d:0"]
    expect(report.locator("#count")).to_have_text("2 of 4 turns")


@pytest.mark.parametrize(
    ("name", "choice", "shown"),
    [
        ("group", "riddle", ["b:0"]),
        ("stage", "another paper cited instead", ["b:0", "d:0"]),
        ("outcome", "crashed", ["c:0"]),
        ("change", "better", ["a:0"]),
        ("change", "worse", ["b:0"]),
    ],
)
def test_turns_are_filtered_by_what_became_of_them(report: Page, name: str, choice: str, shown: list[str]) -> None:
    report.locator(f"[name={name}]").select_option(choice)

    assert _shown(report) == shown


def test_turns_are_found_by_their_words(report: Page) -> None:
    report.get_by_label("Words").fill("FIREFLY?")

    assert _shown(report) == ["d:0"]


def test_turns_are_sorted_up_and_down(report: Page) -> None:
    kind = report.locator("[data-column='1']")
    kind.click()
    assert _shown(report) == ["c:0", "a:0", "d:0", "b:0"]
    kind.click()
    assert _shown(report)[0] == "b:0"
    expect(report.locator("th[aria-sort=descending]")).to_have_text("kind")


def test_a_failing_turn_opens_with_what_was_wanted_and_what_came(report: Page) -> None:
    report.locator("[name=outcome]").select_option("wrong")
    report.get_by_role("button", name="What is Firefly?").click()
    opened = report.locator("tr.more:visible")

    expect(opened).to_contain_text("Glasswing: Sparse Attention for Long Documents")
    expect(opened).to_contain_text("A Survey of Soil Moisture Prediction with Neural Networks")
    expect(opened).to_contain_text("partial: Said")
    expect(opened).to_contain_text("Other retrievers: lexical wrong")


def test_text_from_papers_and_models_is_text(report: Page) -> None:
    expect(report.locator("#items")).to_contain_text(HOSTILE)
    assert report.evaluate("() => window.hacked") is None
    assert report.locator("#items img").count() == 0


def test_a_phone_scrolls_tables_and_not_the_page(report: Page) -> None:
    assert report.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_plots_are_drawn_in_the_page(report: Page) -> None:
    headings = report.locator("figcaption").all_inner_texts()

    assert headings[0] == "Right answers by kind of question"
    assert "Calibration of the verdicts" in headings
    assert report.locator("figure svg").count() == len(headings)
    expect(report.locator("figure svg").first).to_contain_text("riddle (n=1)")
