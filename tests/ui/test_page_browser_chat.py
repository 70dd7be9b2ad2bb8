"""Asking, in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.sync_api import expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.types import Answer
from tests.servers import OpenAIServer, Reply, Request, Stall, offered_keys
from tests.ui.conftest import WAIT_MS, Visit, answered, ask, serving, write_with_model

CHAT = "/v1/chat/completions"
QUESTION = "What does Lanternfish do?"


def _keyed(request: Request) -> str:
    """The key of the first passage that the model was shown."""
    return f"[{next(iter(offered_keys(request).values()))}]"


def _stalled(model_server: OpenAIServer) -> Stall:
    """Makes the model write a few words and then wait."""
    stall = Stall()
    model_server.script(CHAT, Reply(["Lanternfish walks sparse graphs ", "in constant ", stall, "memory."]))
    return stall


def test_enter_sends_and_the_answer_comes_with_citations_and_verdicts(visit: Visit) -> None:
    page = visit()
    box = page.get_by_label("Question", exact=True)
    expect(box).to_be_focused()

    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")

    answered(page)
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.get_by_role("log").get_by_text("index that walks sparse graphs").first).to_be_visible()
    expect(page.get_by_role("button", name="Source 1: Lanternfish").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d supported")).first).to_be_visible()
    expect(page.get_by_text("Written by extractive")).to_be_visible()
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_shift_and_enter_begin_a_new_line(visit: Visit) -> None:
    page = visit()
    box = page.get_by_label("Question", exact=True)

    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")

    expect(box).to_have_value("one\ntwo")
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_answer_of_a_model_appears_while_it_is_written(visit: Visit, model_server: OpenAIServer) -> None:
    page, stall = visit(), Stall()
    model_server.script(
        CHAT,
        lambda request: Reply(
            ["Lanternfish walks sparse graphs ", "in constant ", stall, "memory ", _keyed(request), "."]
        ),
    )
    write_with_model(page)

    ask(page, QUESTION)

    expect(page.get_by_role("article", name="Answer being written")).to_contain_text("walks sparse graphs")
    expect(page.get_by_text("Written by")).to_have_count(0)
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_hidden()
    stall.release()
    answered(page)
    expect(page.get_by_text("Written by openai/quill")).to_be_visible()
    expect(page.get_by_role("button", name="Source 1: Lanternfish").first).to_be_visible()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_stop_ends_the_work_of_the_model_server_too(visit: Visit, model_server: OpenAIServer, how: str) -> None:
    page = visit()
    write_with_model(page)
    stall = _stalled(model_server)
    ask(page, QUESTION)
    expect(page.get_by_text("Lanternfish walks sparse graphs")).to_be_visible()

    if how == "button":
        page.get_by_role("button", name="Stop").click()
    else:
        page.keyboard.press("Escape")

    assert stall.hung_up.wait(WAIT_MS / 1000)
    expect(page.get_by_text(re.compile("stopped", re.IGNORECASE))).to_be_visible()
    expect(page.get_by_text("Lanternfish walks sparse graphs").first).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_while_an_answer_is_written_nothing_is_offered_that_would_start_another(
    visit: Visit, model_server: OpenAIServer
) -> None:
    page = visit()
    ask(page, "What is WhaleTalk?")
    answered(page)
    write_with_model(page)
    stall = _stalled(model_server)

    ask(page, QUESTION)

    expect(page.get_by_text("Lanternfish walks sparse graphs")).to_be_visible()
    for name in ("Answer again", "Download conversation"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    stall.release()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("button", name="Answer again")).to_have_count(1)
    expect(page.get_by_role("button", name="Download conversation")).to_be_visible()


def test_closing_the_tab_ends_the_work_of_the_model_server(visit: Visit, model_server: OpenAIServer) -> None:
    page = visit()
    write_with_model(page)
    stall = _stalled(model_server)
    ask(page, QUESTION)
    expect(page.get_by_text("Lanternfish walks sparse graphs")).to_be_visible()

    page.close()

    assert stall.hung_up.wait(WAIT_MS / 1000)


def test_answer_again_takes_the_place_of_the_last_answer(visit: Visit, model_server: OpenAIServer) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)
    write_with_model(page)
    stall = Stall()
    words = ["Lanternfish walks sparse graphs ", "in constant ", stall, "memory anew "]
    model_server.script(CHAT, lambda request: Reply([*words, _keyed(request), "."]))

    page.get_by_role("button", name="Answer again").click()

    expect(page.get_by_role("article", name="Answer being written")).to_contain_text("walks sparse graphs")
    expect(page.get_by_role("article")).to_have_count(1)
    stall.release()
    expect(page.get_by_text("Written by openai/quill")).to_be_visible()
    expect(page.get_by_text("in constant memory anew").first).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)


def test_an_answer_stays_when_answering_again_fails(visit: Visit, model_server: OpenAIServer) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)
    write_with_model(page)
    model_server.script(CHAT, Reply(status=401, body='{"error": {"message": "bad key"}}'))

    page.get_by_role("button", name="Answer again").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("Written by extractive")).to_be_visible()


def test_a_failure_is_one_sentence_in_the_chat_and_the_chat_goes_on(visit: Visit, model_server: OpenAIServer) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)
    write_with_model(page)
    model_server.script(CHAT, Reply(status=401, body='{"error": {"message": "bad key"}}'))

    ask(page, "And how fast is it?")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"^[A-Z].*\.$"))
    expect(alert).not_to_contain_text("Traceback")
    expect(alert).not_to_contain_text("secret-of-the-page")
    model_server.script(CHAT, lambda request: Reply(["It is 4.2 times faster ", _keyed(request), "."]))
    page.get_by_role("button", name="Try again").click()
    answered(page, 2)
    expect(page.get_by_role("alert")).to_have_count(0)


class _Defective(Assistant):
    """Fails in a way that nobody has thought of."""

    async def astream(self, question: str, **options: Any) -> AsyncIterator[str | Answer]:
        yield "Lanternfish walks "
        raise ZeroDivisionError("a-detail-for-the-log")


def test_a_defect_costs_neither_the_conversation_nor_the_page(
    visit: Visit, page_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with _Defective.open(settings=page_settings) as assistant, serving(assistant) as address:
        page = visit(address)

        ask(page, QUESTION)

        expect(page.get_by_role("alert")).to_contain_text("Something went wrong inside Papertrail")
        expect(page.get_by_text("Lanternfish walks")).to_be_visible()
        expect(page.get_by_text("a-detail-for-the-log")).to_have_count(0)
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.goto("about:blank")
    assert "a-detail-for-the-log" in caplog.text


def test_new_clears_the_conversation(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)

    page.get_by_role("button", name="New", exact=True).click()

    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("Click a number")


def test_new_stops_an_answer_that_is_being_written_and_leaves_it_in_its_conversation(
    visit: Visit, model_server: OpenAIServer
) -> None:
    page = visit()
    write_with_model(page)
    stall = _stalled(model_server)
    ask(page, QUESTION)
    expect(page.get_by_text("Lanternfish walks sparse graphs")).to_be_visible()

    page.get_by_role("button", name="New", exact=True).click()

    assert stall.hung_up.wait(WAIT_MS / 1000)
    expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
    ask(page, "What is Mudskipper?")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("list", name="Kept conversations").locator("li", has_text=QUESTION).get_by_role(
        "button"
    ).first.click()
    expect(page.get_by_role("article")).to_contain_text("Lanternfish walks sparse graphs in constant")
    expect(page.get_by_role("article")).to_contain_text("The answer was stopped before it was finished.")


def test_a_tab_shows_its_conversation_again_after_a_reload_and_a_new_tab_begins_anew(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    answered(page)

    page.reload()

    answered(page)
    page.get_by_role("button", name="Source 1: Lanternfish").first.click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()
    other = visit()
    expect(other.get_by_text("Written by")).to_have_count(0)


def test_an_example_is_asked_with_a_click(visit: Visit) -> None:
    page = visit()

    page.get_by_role("button", name="What is WhaleTalk about?").click()

    answered(page)
    expect(page.get_by_role("heading", name="What is WhaleTalk about?")).to_be_visible()


def test_the_answer_is_copied_with_its_references(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    answered(page)

    page.get_by_role("button", name="Copy with references").click()

    expect(page.get_by_text("Copied")).to_be_attached()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    text, _, references = copied.partition("\nReferences\n")
    assert "[1]" in text
    title = "Lanternfish: Fast Retrieval over Sparse Graphs"
    assert references.startswith(f"[1] {title} (lantern). https://example.org/lanternfish\n    “")


@pytest.mark.parametrize(
    ("question", "said"),
    [("\x07\x1b\u200b", "empty"), ("long " * 4000, "20,000 characters"), ("\ud800", "empty")],
)
def test_a_question_that_cannot_be_asked_gets_a_sentence(visit: Visit, question: str, said: str) -> None:
    page = visit()
    page.get_by_label("Question", exact=True).evaluate(
        "(box, codes) => { box.value = String.fromCharCode(...codes); box.dispatchEvent(new Event('input')); }",
        [ord(char) for char in question],
    )

    page.get_by_label("Question", exact=True).press("Enter")

    expect(page.get_by_role("alert")).to_contain_text(said)
    ask(page, QUESTION)
    answered(page)


def test_a_follow_up_is_read_in_the_light_of_the_answer_before(visit: Visit) -> None:
    page = visit()
    ask(page, "What is WhaleTalk?")
    answered(page)

    ask(page, "How many weights does it have?")

    answered(page, 2)
    expect(page.get_by_role("article", name="Question 2")).to_contain_text("30 million weights")
    searched = page.get_by_text("Searched: ")
    expect(searched).to_have_count(1)
    expect(searched).to_contain_text("WhaleTalk")
