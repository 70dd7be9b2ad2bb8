"""Checking a draft, in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from rag.assistant import Assistant
from rag.checking import CheckedDraft
from rag.settings import Settings
from tests.replies import WAIT_S, Reply, Stall
from tests.servers import OpenAIServer
from tests.ui.conftest import ATTACK, Visit, serving

TRUE = "On the Tidepool benchmark, Lanternfish answers queries 4.2 times faster than Mudskipper."
CHANGED = "On the Tidepool benchmark, Lanternfish answers queries 8.2 times faster than Mudskipper."


def _check(page: Page, text: str) -> Locator:
    """Pastes and checks a text; gives the sentences of the result."""
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Your draft").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    return page.get_by_role("region", name="Result of the check").locator("ol > li")


def test_each_sentence_gets_its_verdict_the_reason_and_the_sentence_it_was_held_against(visit: Visit) -> None:
    page = visit()

    sentences = _check(page, f"{TRUE} {CHANGED}")

    expect(sentences).to_have_count(2)
    expect(sentences.nth(0).locator(".pt-badge")).to_have_text("supported")
    expect(sentences.nth(1).locator(".pt-badge")).to_have_text("not supported")
    expect(sentences.nth(1).get_by_role("list")).to_contain_text("8.2")
    expect(sentences.nth(1).get_by_role("button")).to_contain_text(TRUE)
    expect(page.get_by_text("it is no proof")).to_be_visible()
    colours = sentences.evaluate_all("items => items.map(item => getComputedStyle(item).borderLeftColor)")
    assert len(set(colours)) == 2
    expect(sentences.nth(0).get_by_role("button")).to_be_hidden()
    sentences.nth(0).locator("summary").press("Enter")
    expect(sentences.nth(0).get_by_role("button")).to_contain_text(TRUE)


def test_the_quoted_sentence_opens_its_paper_with_it_marked(visit: Visit) -> None:
    page = visit()
    source = _check(page, CHANGED).get_by_role("button")

    source.focus()
    page.keyboard.press("Enter")

    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence.locator("mark")).to_have_text(TRUE)
    expect(evidence.get_by_role("heading")).to_have_text("Lanternfish: Fast Retrieval over Sparse Graphs")
    expect(evidence).to_be_focused()
    expect(source).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(source).to_be_focused()


def test_the_example_has_a_true_sentence_and_one_with_a_changed_figure(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Verify").click()

    page.get_by_role("button", name="Fill in an example").click()
    expect(page.get_by_label("Your draft")).not_to_have_value("")
    page.get_by_role("button", name="Check", exact=True).click()

    badges = page.get_by_role("region", name="Result of the check").locator("li .pt-badge")
    expect(badges).to_have_text(["supported", "not supported"])


@pytest.mark.parametrize(
    ("text", "said"), [("", "no text to check"), (" .\n", "no text to check"), ("long " * 50_000, "250,000 characters")]
)
def test_a_text_that_cannot_be_checked_gets_a_sentence(visit: Visit, text: str, said: str) -> None:
    page = visit()

    _check(page, text)

    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()


def test_a_draft_is_shown_as_it_is_and_not_run(visit: Visit) -> None:
    page = visit()

    sentences = _check(page, f"Zorbula sorts 512 pebbles in one minute. {ATTACK}")

    expect(sentences.last).to_contain_text("${window.hacked=1}")
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(".gradio-container :is(img, script, iframe, [onerror])").count() == 0


BIB = "@article{lantern, title={{Lanternfish}: Fast Retrieval over Sparse Graphs}}\n@article{away, title={Away}}"
LATEX = (
    "\\section{Related work}\n\nSparse graphs are walked in constant memory~\\cite{lantern}.\n"
    "It runs on a laptop and loses 1.5\\% of recall \\cite{lantern}. Whales sing \\cite{away}.\n"
)


def test_files_are_opened_in_the_browser_and_their_citations_followed(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Open a file").set_input_files(
        [
            {"name": "draft.tex", "mimeType": "text/x-tex", "buffer": LATEX.encode()},
            {"name": "refs.bib", "mimeType": "text/x-bibtex", "buffer": BIB.encode()},
        ]
    )
    expect(page.get_by_label("Your draft")).to_have_value(LATEX)
    expect(page.get_by_role("list", name="Bibliographies")).to_contain_text("refs.bib")

    page.get_by_role("button", name="Check", exact=True).click()
    result = page.get_by_role("region", name="Result of the check")
    badges = result.locator("ol > li .pt-badge")
    expect(badges).to_have_text(["supported", "not supported", "cites what is not here"])
    expect(result.locator("ol > li").nth(1)).to_contain_text("Mudskipper: Dense Retrieval on Small Machines")
    expect(result.locator("ol > li").nth(2)).to_contain_text("it cites “Away”, which is not in this collection")
    result.get_by_text("Not checked: 1").click()
    expect(result.get_by_text("line 1, a heading")).to_be_visible()

    page.get_by_role("button", name="Take out refs.bib").click()
    expect(page.get_by_role("list", name="Bibliographies")).to_have_count(0)


def test_a_file_that_is_no_text_is_refused_in_a_sentence(visit: Visit) -> None:
    page = visit()
    page.get_by_role("tab", name="Verify").click()

    page.get_by_label("Open a file").set_input_files(
        {"name": "picture.txt", "mimeType": "text/plain", "buffer": b"\x89PNG\xff\x00"}
    )

    expect(page.get_by_role("alert")).to_contain_text("picture.txt is empty, too long")
    expect(page.get_by_label("Your draft")).to_have_value("")


def test_a_model_can_be_asked_too_and_both_verdicts_are_shown(visit: Visit, model_server: OpenAIServer) -> None:
    model_server.script("/v1/chat/completions", Reply(["No."]))
    page = visit()
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Who checks").click()
    page.get_by_role("option", name="the small model and openai/quill").click()

    sentence = _check(page, TRUE).first

    expect(sentence.locator(".pt-badge")).to_have_text("not supported")
    expect(sentence).to_contain_text("openai/quill: not supported; checker: supported")
    expect(page.get_by_text("Checked by the small model and openai/quill.")).to_be_visible()


def test_a_long_check_can_be_stopped(visit: Visit, model_server: OpenAIServer) -> None:
    stall = Stall()
    model_server.script("/v1/chat/completions", Reply([stall, "yes"]))
    page = visit()
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Who checks").click()
    page.get_by_role("option", name="the small model and openai/quill").click()
    page.get_by_label("Your draft").fill(f"{TRUE} {CHANGED}")
    page.get_by_role("button", name="Check", exact=True).click()
    assert stall.reached.wait(WAIT_S)

    page.get_by_role("button", name="Stop checking").click()
    stall.release()

    expect(page.get_by_role("alert")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()


class _Defective(Assistant):
    """Fails in a way that nobody has thought of."""

    def verify_draft(self, *_: object, **__: object) -> CheckedDraft:
        raise ZeroDivisionError("a-detail-for-the-log")


def test_a_defect_is_one_sentence_and_the_button_comes_back(
    visit: Visit, page_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with _Defective.open(settings=page_settings) as assistant, serving(assistant) as address:
        page = visit(address)

        _check(page, TRUE)

        expect(page.get_by_role("alert")).to_contain_text("Something went wrong inside Papertrail")
        expect(page.get_by_text("a-detail-for-the-log")).to_have_count(0)
        expect(page.get_by_role("button", name="Check", exact=True)).to_be_enabled()
    assert "a-detail-for-the-log" in caplog.text


def test_the_result_can_be_downloaded_for_other_programs(visit: Visit) -> None:
    page = visit()
    expect(_check(page, f"{TRUE} {CHANGED}")).to_have_count(2)

    saved = {}
    for name in ("Markdown", "CSV", "SARIF", "list for editors"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {name}").click()
        saved[download.value.suggested_filename] = download.value.path().read_text(encoding="utf-8")

    assert set(saved) == {"check.md", "check.csv", "check.sarif", "check.txt"}
    assert json.loads(saved["check.sarif"])["runs"][0]["results"][0]["ruleId"] == "unsupported"
    assert saved["check.txt"].startswith("draft.txt:1:")
    assert CHANGED in saved["check.md"]
    assert len(saved["check.csv"].splitlines()) == 3


def test_a_draft_has_an_address_that_checks_it_again(visit: Visit, site: str) -> None:
    page = visit(permissions=["clipboard-read"])
    _check(page, f"{TRUE} 100% + 1 & more?")
    page.get_by_role("region", name="Result of the check").get_by_role("button", name="Copy link").click()
    expect(page.locator(".pt-done")).to_be_visible()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(f"{site}?tab=verify#draft=")

    page.goto("about:blank")
    page.goto(link)

    expect(page.get_by_role("region", name="Result of the check")).to_be_visible()
    expect(page.get_by_label("Your draft")).to_have_value(f"{TRUE} 100% + 1 & more?")
