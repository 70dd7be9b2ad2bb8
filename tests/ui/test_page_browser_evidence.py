"""From an answer to the sentence it rests on, and back, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.ui.conftest import Visit, answered, ask, rewrite_kept

COMPARISON = "How do Lanternfish and Mudskipper differ?"


def _cited(page: Page, title: str) -> str:
    """The accessible name of the first citation of a paper."""
    button = page.get_by_role("button", name=re.compile(f"^Source \\d+: {title}")).first
    return button.get_attribute("aria-label") or ""


def test_a_citation_opens_the_paper_with_the_sentence_marked(visit: Visit) -> None:
    page = visit()
    ask(page, COMPARISON)
    answered(page)
    evidence = page.get_by_role("region", name="Evidence")

    page.get_by_role("button", name=_cited(page, "Lanternfish")).first.click()

    expect(evidence.get_by_role("heading")).to_have_text("Lanternfish: Fast Retrieval over Sparse Graphs")
    expect(evidence.locator("mark")).to_have_count(1)
    expect(evidence.locator("mark")).to_contain_text(re.compile(r"\.$"))
    expect(evidence).to_contain_text("Graph retrieval is slow on large collections.")
    expect(evidence).to_contain_text("2024-05-02")
    link = evidence.get_by_role("link", name="https://example.org/lanternfish")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(link).to_have_attribute("target", "_blank")


def test_another_citation_takes_over_the_panel_and_the_mark_of_the_open_source(visit: Visit) -> None:
    page = visit()
    ask(page, COMPARISON)
    answered(page)
    evidence = page.get_by_role("region", name="Evidence")
    first, second = (
        page.get_by_role("log").get_by_role("button", name=_cited(page, title)).first
        for title in ("Lanternfish", "Mudskipper")
    )
    first.click()
    expect(first).to_have_attribute("aria-current", "true")

    second.click()

    expect(evidence.get_by_role("heading")).to_contain_text("Mudskipper")
    expect(second).to_have_attribute("aria-current", "true")
    expect(first).not_to_have_attribute("aria-current", "true")


def test_the_first_source_is_open_when_an_answer_is_finished(visit: Visit) -> None:
    page = visit()

    ask(page, "What does Lanternfish do?")

    answered(page)
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()


def test_it_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.type("What does Lanternfish do?")
    page.keyboard.press("Enter")
    answered(page)
    citation = page.get_by_role("button", name=re.compile("^Source 1")).first
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if citation.evaluate("button => button === document.activeElement"):
            break

    expect(citation).to_be_focused()
    assert citation.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Evidence")).to_be_focused()
    page.keyboard.press("Escape")
    expect(citation).to_be_focused()


def test_a_refusal_looks_different_and_opens_the_nearest_papers(visit: Visit) -> None:
    page = visit()

    ask(page, "How does QuillForge reduce the cost of training?")

    answered(page)
    turn = page.get_by_role("article", name="Question 1")
    expect(turn).to_contain_text("No answer in this collection")
    expect(turn.get_by_role("alert")).to_have_count(0)
    nearest = turn.get_by_role("list").get_by_role("button")
    expect(nearest.first).to_be_visible()
    title = nearest.first.inner_text()
    nearest.first.click()
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence.get_by_role("heading")).to_have_text(title)
    expect(evidence.locator("mark")).to_have_count(0)


def test_a_citation_of_a_paper_that_is_gone_still_shows_its_sentence(visit: Visit) -> None:
    page = visit()
    ask(page, "What does Lanternfish do?")
    answered(page)
    rewrite_kept(page, '"paper_id":"lantern"', '"paper_id":"gone"')
    page.reload()
    answered(page)

    page.get_by_role("button", name=re.compile("^Source 1")).first.click()

    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("No paper has the id 'gone'")
    expect(evidence).to_contain_text("The sentence cited was: “")


def test_on_a_phone_the_evidence_is_a_sheet_that_its_button_closes(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    ask(page, "What does Lanternfish do?")
    answered(page)
    citation = page.get_by_role("button", name=re.compile("^Source 1")).first

    citation.click()

    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_be_in_viewport()
    expect(evidence).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(evidence).to_be_hidden()
    expect(citation).to_be_in_viewport()
    expect(citation).to_be_focused()
