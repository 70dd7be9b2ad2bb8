"""Questions of several parts: each with evidence of its own, and what the papers do not answer is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag import Answer, Assistant, Verdict
from tests.rag.test_misbehaviour import saying
from tests.servers import OllamaServer, Reply

UNKNOWN = "How much memory does Glasswing save, and what does QuillForge do?"
LINE = "Not found: “what does QuillForge do”."


def _cited(answer: Answer) -> set[str]:
    return {citation.paper_id for citation in answer.citations}


def test_the_part_that_the_papers_answer_is_answered_and_the_other_said_to_be_missing(small: Assistant) -> None:
    *pieces, answer = small.stream(UNKNOWN, trace=True)

    assert isinstance(answer, Answer)
    assert not answer.refused
    assert _cited(answer) == {"sparse"}
    assert answer.not_found == ("what does QuillForge do",)
    assert LINE in answer.text.rpartition("\n\n")[2]
    assert "".join(map(str, pieces)) == answer.text
    assert all(claim.verdict is Verdict.SUPPORTED for claim in answer.claims)
    plan = answer.trace[0].details
    assert plan["parts"] == ["How much memory does Glasswing save", "what does QuillForge do?"]
    assert [step.name for step in answer.trace].count("retrieve") == 3


def test_a_name_of_a_list_that_no_paper_has_is_said_to_be_missing(small: Assistant) -> None:
    answer = small.ask("What do Glasswing and QuillForge do?")

    assert (_cited(answer), answer.not_found) == ({"sparse"}, ("QuillForge",))


def test_records_answer_one_part_and_the_text_of_the_paper_the_other(small: Assistant) -> None:
    answer = small.ask("When did Firefly appear, and how fast is it?")

    assert "November 2, 2024" in answer.text
    assert "3.4 times faster" in answer.text
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.not_found == ()


def test_parts_about_papers_that_are_not_named_get_a_paper_each(small: Assistant) -> None:
    answer = small.ask(
        "Which networks predict the moisture of soil for farmers, and what classifies variable stars by light curves?"
    )

    assert _cited(answer) == {"soil", "stars"}
    assert answer.found[:2] == ("soil", "stars")


def test_no_sentence_stands_there_twice(small: Assistant) -> None:
    answer = small.ask("When did Glasswing appear, how fast is it, and how much memory does it halve?")

    quotes = [citation.quote for citation in answer.citations]
    assert len(quotes) == len(set(quotes))


@pytest.mark.parametrize(
    "question",
    ["What does QuillForge do, and what does MoonWeaver cost?", "Does QuillForge differ from Glasswing?"],
)
def test_where_no_part_can_be_answered_the_question_is_refused(small: Assistant, question: str) -> None:
    answer = small.ask(question)

    assert answer.refused
    assert (answer.citations, answer.not_found) == ((), ())


def test_without_the_step_a_question_is_taken_as_a_whole(small: Assistant) -> None:
    settings = small.settings.model_copy(update={"planning_steps": "follow-ups"})
    with Assistant.open(settings=settings) as assistant:
        answer = assistant.ask(UNKNOWN)

    assert answer.not_found == ()
    assert "Not found" not in answer.text


def test_a_follow_up_of_two_parts_is_about_what_was_spoken_of(small: Assistant) -> None:
    first = small.ask("What is Firefly?")
    answer = small.ask("When did it appear, and how fast is it?", history=(first,))

    assert "November 2, 2024" in answer.text
    assert "3.4 times faster" in answer.text


@pytest.fixture
def model(small: Assistant) -> Iterator[Callable[..., Any]]:
    """Asks with a model that replies so; gives the answer and the last message that the model was sent."""
    with OllamaServer(["small"]) as server:
        settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0})
        with Assistant.open(settings=settings) as assistant:

            def ask(question: str, *replies: Any) -> tuple[Answer, str]:
                server.script("/api/chat", *replies)
                answer = assistant.ask(question, model="ollama/small")
                sent = [request for request in server.requests if request.path == "/api/chat"]
                return answer, sent[-1].json["messages"][-1]["content"] if sent else ""

            yield ask


TWO = "How much memory does Glasswing halve, and which paragraphs does Glasswing attend to?"
TRUE = "Glasswing halves the memory of the Firefly cache"


def test_a_model_is_told_the_parts_and_says_which_it_does_not_find(model: Callable[..., Any]) -> None:
    answer, sent = model(TWO, saying(f"{TRUE} [KEY].\n\nNot found: which paragraphs does Glasswing attend to?"))

    assert sent.endswith("- How much memory does Glasswing halve\n- which paragraphs does Glasswing attend to")
    assert answer.not_found == ("which paragraphs does Glasswing attend to",)
    assert answer.text == f"{TRUE} [1].\n\nNot found: “which paragraphs does Glasswing attend to”."
    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED]


def test_a_claim_that_hides_behind_such_a_line_is_checked(model: Callable[..., Any]) -> None:
    answer, _ = model(
        TWO, saying(f"{TRUE} [KEY].\nNot found: which paragraphs does Glasswing attend to, it took 900 GPUs.")
    )

    assert answer.not_found == ()
    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]


def test_a_model_that_finds_none_of_the_parts_refuses(model: Callable[..., Any]) -> None:
    lines = "Not found: How much memory does Glasswing halve\nNot found: which paragraphs does Glasswing attend to"

    answer, _ = model(TWO, Reply([lines]))

    assert answer.refused
    assert answer.not_found == ()


def test_what_records_answer_stays_when_the_model_refuses_the_rest(model: Callable[..., Any]) -> None:
    from rag.answering.prompts import REFUSAL

    answer, _ = model("When did Firefly appear, and how fast is it?", Reply([REFUSAL]))

    assert not answer.refused
    assert "November 2, 2024" in answer.text
    assert answer.not_found == ("how fast is it",)
