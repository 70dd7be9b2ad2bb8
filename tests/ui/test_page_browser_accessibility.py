"""Every view of the page under axe-core, at both widths and in both schemes, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.conftest import Visit, answered, ask

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


def _tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def _welcome(page: Page) -> None:
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()


def _settings(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Model, search and filters")).click()
    expect(page.get_by_label("From year")).to_be_visible()
    page.get_by_role("button", name="Find a language model", exact=True).click()
    expect(page.get_by_role("button", name="Use openai/quill")).to_be_visible()


def _answers(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Model, search and filters")).click()
    asked = (
        "How fast is Lanternfish?",
        "Which papers are about retrieval?",
        "Lanternfish vs Mudskipper",
        "Who is Mars?",
        "papers since 2022",
    )
    for number, question in enumerate(asked, start=1):
        ask(page, question)
        answered(page, number)
    for folded in page.locator("#pt-conversation summary").all():
        folded.click()


def _source(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Source 1")).first.click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Source [1]")
    page.get_by_role("button", name="More from this paper").click()
    expect(page.get_by_role("list", name="More from this paper")).to_be_visible()


def _conversations(page: Page) -> None:
    page.keyboard.press("Escape")
    if page.viewport_size == WIDTHS["phone"]:
        page.go_back()  # closes the sheet
    page.get_by_role("button", name="Conversations").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(1)


def _notebook(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("article").last.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Notebook").click()
    page.get_by_role("dialog", name="Notebook").locator("summary").click()


def _papers(page: Page) -> None:
    page.keyboard.press("Escape")
    _tab(page, "Papers")
    page.get_by_role("button", name="Overview").click()
    expect(page.get_by_role("region", name="Overview")).to_be_visible()
    page.get_by_role("checkbox", name="Choose WhaleTalk").check()
    page.get_by_role("checkbox", name="Choose Mudskipper").check()
    expect(page.get_by_text("2 papers chosen")).to_be_visible()


def _compare(page: Page) -> None:
    page.get_by_role("button", name="Compare them").click()
    expect(page.get_by_role("region", name="Comparison", exact=True)).to_be_visible()


def _verify(page: Page) -> None:
    _tab(page, "Verify")
    page.get_by_label("Your draft").fill(
        "Lanternfish answers queries 9 times faster than Mudskipper. WhaleTalk transcribes whale songs. "
        "A cure for colds was found [7]."
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("region", name="Result of the check")).to_be_visible()


def _map(page: Page) -> None:
    _tab(page, "Map")
    expect(page.get_by_label("Find on the map")).to_be_visible()


def _evaluate(page: Page) -> None:
    _tab(page, "Evaluate")
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_visible()


VIEWS: list[Callable[[Page], None]] = [
    _welcome,
    _settings,
    _answers,
    _source,
    _conversations,
    _notebook,
    _papers,
    _compare,
    _verify,
    _map,
    _evaluate,
]
"""In the order of a walk through the page."""

SETTLED = "() => Promise.all(document.getAnimations().map((one) => one.finished))"
"""The colours of a scheme fade in."""


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_any_view(visit: Visit, width: str) -> None:
    axe, found = Axe(), []
    page = visit(viewport=WIDTHS[width], reduced_motion="reduce")
    for view in VIEWS:
        view(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"() => document.documentElement.style.colorScheme === {scheme!r}")
            page.evaluate(SETTLED)

            results = axe.run(page).response

            assert results["passes"], "axe has looked at nothing"
            found += [
                f"{view.__name__[1:]}, {scheme}: {one['id']} ({one['impact']}): {node['html'][:200]}"
                for one in results["violations"]
                for node in one["nodes"][:3]
            ]
    assert found == []
