"""What papers, questions and models write is shown and never run; the page asks nothing of other hosts."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from rag.settings import Settings
from tests.servers import OpenAIServer, Reply
from tests.ui.conftest import ATTACK, Visit, answered, ask, write_with_model


def _unharmed(page: Page) -> None:
    """Nothing has run, and nothing on the page would load or run anything."""
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".gradio-container :is(img, script, iframe, [onerror])").count() == 0
    addresses = page.locator(".gradio-container a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(addresses) <= {"http:", "https:"}


def test_a_paper_is_shown_as_it_is_and_not_run(visit: Visit) -> None:
    page = visit()
    ask(page, "What is Zorbula?")
    answered(page)

    page.get_by_role("button", name=re.compile("Source 1: Zorbula")).first.click()

    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("{{7*7}} ${window.hacked=1}")
    expect(evidence).to_contain_text("![x](http://evil.test/b.png) [click](javascript:window.hacked=1)")
    _unharmed(page)
    page.get_by_role("tab", name="Papers").click()
    expect(page.get_by_role("button", name=re.compile("^Zorbula"))).to_be_visible()
    _unharmed(page)


def test_a_question_is_shown_as_it_is_and_not_run(visit: Visit) -> None:
    page = visit()

    ask(page, f"What is Zorbula? {ATTACK}")

    answered(page)
    expect(page.get_by_role("article", name="Question 1").get_by_role("heading")).to_have_text(
        f"What is Zorbula? {ATTACK}"
    )
    page.reload()
    answered(page)
    _unharmed(page)


def test_what_a_model_writes_is_shown_as_it_is_and_not_run(visit: Visit, model_server: OpenAIServer) -> None:
    page = visit()
    write_with_model(page)
    model_server.script("/v1/chat/completions", Reply(["Zorbula sorts pebbles. ", ATTACK, " <b>bold</b>"]))

    ask(page, "What is Zorbula?")

    answered(page)
    expect(page.get_by_role("article", name="Question 1")).to_contain_text("{{7*7}} ${window.hacked=1}")
    _unharmed(page)


@pytest.mark.parametrize("path", ["gradio_api/info", "config"])
def test_no_event_of_the_page_is_offered_as_an_api(site: str, path: str) -> None:
    with urllib.request.urlopen(f"{site}{path}", timeout=20) as response:
        text = response.read().decode()

    assert '"named_endpoints":{}' in text.replace(" ", "") or path == "config"
    assert '"api_visibility":"public"' not in text.replace(" ", "")


def test_files_of_the_home_are_not_served(site: str, page_settings: Settings) -> None:
    file = next(path for path in page_settings.home.rglob("*") if path.is_file())

    with pytest.raises(urllib.error.HTTPError) as raised, urllib.request.urlopen(f"{site}gradio_api/file={file}"):
        pass

    assert raised.value.code in (403, 404)
    raised.value.close()
