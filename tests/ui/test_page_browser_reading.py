"""Reading an answer, asking by the keyboard, and addresses, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.ui.conftest import Visit, answered, ask

QUESTION = "What does Lanternfish do?"


def test_the_quote_is_shown_beside_a_number_that_is_pointed_at_or_has_the_focus(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)
    citation = page.get_by_role("button", name=re.compile("^Source 1")).first

    citation.hover()

    expect(page.get_by_role("tooltip")).to_contain_text("Lanternfish answers queries")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_have_count(0)


def test_numbers_begin_at_one_in_each_answer(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)

    ask(page, "What is WhaleTalk about?")

    answered(page, 2)
    expect(page.get_by_role("button", name="Source 1: Lanternfish").first).to_be_visible()
    expect(page.get_by_role("button", name="Source 1: WhaleTalk").first).to_be_visible()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Source [1]")


def test_back_closes_the_sheet_of_a_phone_and_nothing_else(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    ask(page, QUESTION)
    answered(page)
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_be_hidden()

    page.get_by_role("button", name=re.compile("^Source 1")).first.click()

    expect(evidence).to_be_in_viewport()
    page.go_back()
    expect(evidence).to_be_hidden()
    answered(page)


def test_a_slash_leads_to_the_question_and_arrow_up_recalls_the_last(visit: Visit) -> None:
    page = visit()
    box = page.get_by_label("Question", exact=True)
    ask(page, QUESTION)
    answered(page)
    page.get_by_role("tab", name="Papers").click()

    page.keyboard.press("/")

    expect(box).to_be_focused()
    expect(box).to_have_value("")
    box.press("ArrowUp")
    expect(box).to_have_value(QUESTION)
    box.fill("   ")
    box.press("Enter")
    page.get_by_role("button", name="Edit question").click()
    expect(box).to_have_value(QUESTION)
    expect(page.get_by_role("article")).to_have_count(1)


def test_an_address_asks_a_question_once(visit: Visit, site: str) -> None:
    page = visit()
    page.goto(f"{site}?q=What+is+WhaleTalk+about%3F")

    answered(page)
    expect(page.get_by_role("heading", name="What is WhaleTalk about?")).to_be_visible()
    page.reload()
    answered(page)


def test_one_paper_is_asked_alone(visit: Visit, site: str) -> None:
    page = visit()
    page.goto(f"{site}?paper=whale")
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("Whale songs are long and noisy.")

    evidence.get_by_role("button", name="Ask only this paper").click()

    expect(page.get_by_role("list", name="Papers that are asked")).to_contain_text("WhaleTalk")
