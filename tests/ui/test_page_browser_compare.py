"""Setting papers side by side, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Visit, answered, ask

NAMELESS = {"Tidepool"}
"""Names that papers speak of and none bears: they are offered last."""


def _choose(page: Page, *words: str) -> None:
    """Types words of a title and clicks the first paper offered, one after the other."""
    page.get_by_role("tab", name="Compare").click()
    box = page.get_by_label("Find papers to compare")
    for word in words:
        box.fill(word)
        offered = page.get_by_role("list", name="Papers to choose from").get_by_role("button")
        if word not in NAMELESS:
            expect(offered.first).to_contain_text(word)  # what was offered before it was typed has gone
        offered.filter(has_text=word).first.click()
        expect(page.get_by_role("list", name="Chosen papers")).to_contain_text(word)
        expect(box).to_have_value("")


def _compare(page: Page) -> Locator:
    page.get_by_role("button", name="Compare", exact=True).click()
    comparison = page.get_by_role("region", name="Comparison", exact=True)
    expect(comparison).to_be_visible()
    return comparison


def test_papers_are_columns_and_every_quoted_cell_opens_its_sentence(visit: Visit) -> None:
    page = visit()
    _choose(page, "Lanternfish", "Mudskipper")

    comparison = _compare(page)

    expect(comparison.get_by_role("columnheader")).to_have_text(["Aspect", "Lanternfish", "Mudskipper"])
    results = comparison.get_by_role("row").filter(has=page.get_by_role("rowheader", name="results"))
    cell = results.get_by_role("cell").nth(1).get_by_role("button")
    expect(cell).to_contain_text("1.5%")
    cell.click()
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence.locator("mark")).to_have_text("It loses 1.5% of recall on the Tidepool benchmark.")
    expect(cell).to_have_attribute("aria-current", "true")
    comparison.get_by_role("button", name=re.compile("^Source 1: ")).click()
    expect(evidence.get_by_role("heading")).to_have_text("Lanternfish: Fast Retrieval over Sparse Graphs")


def test_it_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Compare").click()
    box = page.get_by_label("Find papers to compare")
    chosen = page.get_by_role("list", name="Chosen papers").get_by_role("listitem")
    box.focus()
    for count, word in enumerate(["lantern", "mud", "whale"], start=1):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        expect(chosen).to_have_count(count)
        expect(box).to_have_value("")
        expect(box).to_be_focused()
    page.get_by_role("button", name=re.compile("^Take out WhaleTalk")).press("Enter")
    expect(chosen).to_have_count(2)
    expect(box).to_be_focused()

    page.get_by_role("button", name="Compare", exact=True).press("Enter")

    expect(page.get_by_role("region", name="Table of the comparison")).to_be_visible()


def test_fewer_than_two_cannot_be_compared(visit: Visit) -> None:
    page = visit()

    _choose(page, "Lanternfish")

    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()


def test_a_name_without_a_paper_shows_what_the_papers_say_of_it(visit: Visit) -> None:
    page = visit()
    _choose(page, "Lanternfish", "Mudskipper", "Tidepool")

    comparison = _compare(page)

    expect(comparison).to_contain_text("Tidepool has no paper of its own here")
    expect(comparison.get_by_role("columnheader")).to_have_count(3)


def test_the_table_can_be_copied_and_downloaded(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    _choose(page, "Lanternfish", "Mudskipper")
    _compare(page)

    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_text("Copied")).to_be_attached()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()

    assert "| Lanternfish | Mudskipper |" in page.evaluate("() => navigator.clipboard.readText()")
    assert download.value.suggested_filename == "comparison.csv"
    saved = download.value.path().read_text(encoding="utf-8")
    assert saved.startswith("aspect,Lanternfish,Lanternfish: quote,Mudskipper,Mudskipper: quote\n")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download BibTeX").click()
    saved = download.value.path().read_text(encoding="utf-8")
    assert [line.split("{")[1][:-1] for line in saved.splitlines() if line.startswith("@")] == ["lantern", "mud"]


def test_what_a_paper_or_a_name_holds_is_shown_and_not_run(visit: Visit) -> None:
    page = visit()
    name = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
    _choose(page, "Zorbula", "Lanternfish")
    page.get_by_label("Find papers to compare").fill(name)
    page.get_by_role("button", name="Add the name").click()
    expect(page.get_by_role("list", name="Chosen papers")).to_contain_text(name)

    comparison = _compare(page)

    expect(comparison).to_contain_text("Zorbula")
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".gradio-container :is(img, script, iframe, [onerror])").count() == 0


def test_on_a_phone_only_the_table_scrolls_sideways_and_keeps_its_first_column(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    _choose(page, "Lanternfish", "Mudskipper", "WhaleTalk")
    _compare(page)
    box = page.get_by_role("region", name="Table of the comparison")

    box.evaluate("box => { box.scrollLeft = 1000; }")

    assert box.evaluate("box => box.scrollLeft") > 100
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    left = "element => element.getBoundingClientRect().left"
    assert abs(box.get_by_role("rowheader").first.evaluate(left) - box.evaluate(left)) < 2


def test_a_comparison_in_the_chat_brings_the_table_below_the_cited_sentences(visit: Visit) -> None:
    page = visit()

    ask(page, "Lanternfish vs Mudskipper")

    answered(page)
    turn = page.get_by_role("article", name="Question 1")
    expect(turn.get_by_role("columnheader")).to_have_text(["Aspect", "Lanternfish", "Mudskipper"])
    link = turn.get_by_role("button", name="Copy link to this table")
    expect(link).to_have_attribute("data-link", "?tab=compare&papers=lantern,mud")
    turn.get_by_role("cell").get_by_role("button").filter(has_text="1.5%").first.click()
    mark = page.get_by_role("region", name="Evidence").locator("mark")
    expect(mark).to_have_text("It loses 1.5% of recall on the Tidepool benchmark.")
    page.reload()
    expect(turn.get_by_role("columnheader")).to_have_text(["Aspect", "Lanternfish", "Mudskipper"])


def test_a_follow_up_shows_what_was_searched(visit: Visit) -> None:
    page = visit()
    ask(page, "What does Mudskipper do?")
    answered(page)

    ask(page, "and its recall?")

    second = page.get_by_role("article", name="Question 2")
    expect(second).to_contain_text("Searched: Mudskipper: Dense Retrieval on Small Machines: and its recall?")


def test_the_conversation_can_be_downloaded(visit: Visit) -> None:
    page = visit()
    ask(page, "What does Mudskipper do?")
    answered(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download conversation").click()

    assert re.fullmatch(r"[\w-]+-\d{4}-\d{2}-\d{2}\.md", download.value.suggested_filename)
    saved = download.value.path().read_text(encoding="utf-8")
    assert saved.startswith("## What does Mudskipper do?")
    assert "supported: “Mudskipper compresses vectors to eight bits and runs on a laptop.”" in saved


def test_a_link_shows_the_comparison_again(visit: Visit, site: str) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    _choose(page, "Lanternfish", "Mudskipper", "Tidepool")
    _compare(page)

    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_attached()
    link = page.evaluate("() => navigator.clipboard.readText()")

    assert link == f"{site}?tab=compare&papers=lantern,mud,Tidepool"
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    comparison = page.get_by_role("region", name="Comparison", exact=True)
    expect(comparison.get_by_role("columnheader")).to_have_text(["Aspect", "Lanternfish", "Mudskipper"])
    expect(comparison).to_contain_text("Tidepool has no paper of its own here")
    expect(page.get_by_role("list", name="Chosen papers").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name=re.compile("^Take out Tidepool")).click()
    _compare(page)
    page.get_by_role("tab", name="Ask").click()
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("papers=lantern,nobody-1", "Nothing in this collection speaks of “nobody-1”."),
        (
            "papers=nobody-1,nobody-2",
            "No paper here is or mentions “nobody-1” and “nobody-2”; see `papertrail papers`.",
        ),
        ("papers=lantern", "2 to 6"),
        ("papers=a,b,c,d,e,f,g", "2 to 6"),
        ("papers=<img src=x onerror=window.hacked=1>,lantern", "<img src=x onerror=window.hacked=1>"),
    ],
)
def test_a_link_that_cannot_be_followed_says_why_in_a_sentence(visit: Visit, site: str, query: str, said: str) -> None:
    page = visit()

    page.goto(f"{site}?tab=compare&{query}")

    expect(page.get_by_role("tabpanel")).to_contain_text(said)
    assert page.evaluate("() => window.hacked") is None


@pytest.mark.parametrize("tab", ["Ask", "Verify", "Papers", "Map", "Evaluate"])
def test_every_tab_has_its_link(visit: Visit, site: str, tab: str) -> None:
    page = visit()

    page.goto(f"{site}?tab={tab.lower()}")

    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")


def test_a_link_to_a_tab_that_there_is_not_shows_the_first(visit: Visit, site: str) -> None:
    page = visit()

    page.goto(f"{site}?tab=nowhere")

    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
