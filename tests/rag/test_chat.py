"""Conversations through the façade: each turn in the light of the others, what keeps its number, and going on later."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from rag import Answer, Assistant, PaperFilter
from rag.errors import QuestionError
from tests.papers import SPARSE
from tests.servers import OllamaServer, cite_first_key


def _leads_to(answer: Answer) -> dict[int, tuple[str, str]]:
    """The paper and sentence behind each number of an answer, all of which stand in its text."""
    found = {citation.marker: (citation.paper_id, citation.quote) for citation in answer.citations}
    assert len(found) == len(answer.citations)
    assert all(f"[{marker}]" in answer.text for marker in found)
    assert {marker for claim in answer.claims for marker in claim.markers} == set(found)
    return found


def test_a_conversation_reads_each_turn_in_the_light_of_the_ones_before(small: Assistant) -> None:
    chat = small.chat()
    first = chat.ask("Does Glasswing save memory?")
    second = chat.ask("And which accuracy does it reach?")
    third = chat.ask("in one sentence")

    cited = [{paper_id for paper_id, _ in _leads_to(answer).values()} for answer in chat.answers]
    assert cited == [{SPARSE.paper_id}] * 3
    assert "81.5% accuracy" in second.text
    assert second.question == "And which accuracy does it reach?"
    assert len(third.citations) == 1
    assert chat.answers == [first, second, third]


def test_the_options_of_a_conversation_hold_for_all_its_turns(small: Assistant) -> None:
    chat = small.chat(retriever="lexical", filters=PaperFilter(ids=frozenset({"cache"})))

    assert [chat.ask(question).retriever for question in ("Firefly", "hello")] == ["lexical", "lexical"]
    assert chat.ask("How does Tidepool score a count of fish?").refused


def test_the_papers_are_counted_in_the_middle_of_a_conversation(small: Assistant) -> None:
    chat = small.chat()
    chat.ask("Does Glasswing save memory?")
    answer = chat.ask("How many papers are there?")

    assert answer.text == "The collection holds 6 papers."
    assert (answer.claims, answer.citations, answer.refused) == ((), (), False)


def test_a_failed_turn_is_no_part_of_the_conversation(small: Assistant) -> None:
    chat = small.chat()
    with pytest.raises(QuestionError):
        chat.ask("?")

    assert chat.answers == []


def test_the_titles_before_a_follow_up_do_not_count_for_its_length(small: Assistant) -> None:
    settings = small.settings.model_copy(update={"question_chars": 100})
    with Assistant.open(settings=settings) as assistant:
        first = assistant.ask("Does Glasswing save memory?")
        second = assistant.ask("And how long did its training take on how many machines, all in all?", history=[first])

    assert "nine days" in second.text


def test_a_number_leads_to_the_same_sentence_in_all_turns(small: Assistant) -> None:
    chat = small.chat()
    questions = [
        "What do Glasswing and Firefly do about passages of documents?",
        "How fast is Firefly?",
        "Which neural networks are used most to predict soil moisture?",
        "Does Glasswing save memory?",
    ]

    numbers = [_leads_to(chat.ask(question)) for question in questions]

    sentence = {marker: place for found in numbers for marker, place in found.items()}
    assert all(sentence[marker] == place for found in numbers for marker, place in found.items())
    assert len(set(sentence.values())) == len(sentence)
    assert min(numbers[0]) == 1
    assert set(numbers[1]) & set(numbers[0])
    assert min(numbers[2]) > max([*numbers[0], *numbers[1]])


@pytest.mark.parametrize("question", ["Which papers use neural networks?", "What is the newest paper?"])
def test_lists_and_records_are_numbered_on(small: Assistant, question: str) -> None:
    alone = small.ask(question)
    before = small.ask("How fast is Firefly?")

    answer = small.ask(question, history=[before])

    last = max(citation.marker for citation in before.citations)
    assert [citation.marker for citation in answer.citations] == [last + c.marker for c in alone.citations]
    assert list(_leads_to(answer).values()) == list(_leads_to(alone).values())


def test_the_first_citation_stays_that_of_the_first_sentence(small: Assistant) -> None:
    both = small.ask("What do Glasswing and Firefly do about passages of documents?")
    second = small.ask("How fast is Firefly?", history=[both])

    alone = small.ask("How fast is Firefly?")

    assert [c.quote for c in second.citations] == [c.quote for c in alone.citations]
    places = [second.text.index(f"[{citation.marker}]") for citation in second.citations]
    assert places == sorted(places)


def test_the_pieces_of_a_later_turn_are_numbered_as_its_answer(small: Assistant) -> None:
    chat = small.chat()
    chat.ask("Which input is most common for predicting soil moisture?")

    *pieces, answer = chat.stream("How fast is Firefly?")

    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text
    assert "[1]" not in answer.text


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["llama3.2"]) as server:
        yield server


def test_what_a_model_writes_is_numbered_on(small: Assistant, server: OllamaServer) -> None:
    server.script("/api/chat", cite_first_key("Firefly answers 3.4 times faster than a plain index"))
    settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0})
    with Assistant.open(settings=settings) as assistant:
        before = assistant.ask("Which input is most common for predicting soil moisture?")
        last = max(citation.marker for citation in before.citations)
        first, second = (
            list(assistant.stream("How fast is Firefly?", history=history, model="ollama/llama3.2"))
            for history in ([before], [])
        )

    *pieces, answer = first
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text
    assert answer.text.endswith(f"[{last + 1}].")
    assert [citation.marker for citation in answer.citations] == [last + 1]
    assert isinstance(second[-1], Answer)
    assert second[-1].text.endswith("[1].")


def test_a_conversation_goes_on_where_it_was_left(small: Assistant) -> None:
    earlier = small.chat()
    earlier.ask("Does Glasswing save memory?")

    later = small.chat(history=earlier.answers)
    answer = later.ask("And which accuracy does it reach?")

    assert answer.text == earlier.ask("And which accuracy does it reach?").text
    assert "81.5% accuracy" in answer.text
    assert later.answers == [earlier.answers[0], answer]


def test_answers_asked_apart_from_each_other_can_be_a_history(small: Assistant) -> None:
    one = small.ask("How fast is Firefly?")
    other = small.ask("Which input is most common for predicting soil moisture?")

    answer = small.ask("How fast is Firefly?", history=[one, other])

    assert _leads_to(answer) == _leads_to(one)


def test_a_sentence_that_has_changed_since_gets_a_number_of_its_own(small: Assistant) -> None:
    before = small.ask("How fast is Firefly?")
    changed = tuple(dataclasses.replace(citation, quote="It was slow then.") for citation in before.citations)

    answer = small.ask("How fast is Firefly?", history=[dataclasses.replace(before, citations=changed)])

    assert not set(_leads_to(answer)) & {citation.marker for citation in before.citations}
