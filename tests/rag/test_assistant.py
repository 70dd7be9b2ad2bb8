"""Asking through the façade, over real collections, without a language model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag import Answer, Assistant, PaperFilter, Settings, Verdict, index, remove
from rag.errors import QuestionError, SettingsError
from rag.types import Paper
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS

_DOCUMENTED = [
    "question",
    "answer",
    "refused",
    "reason",
    "citations",
    "claims",
    "nearest",
    "model",
    "retriever",
    "settings_hash",
    "usage",
    "timings_ms",
]
_DOCUMENTED_OF_A_CITATION = ["marker", "paper_id", "title", "url", "quote", "start", "end", "verdict", "score", "page"]
_DOCUMENTED_OF_A_CLAIM = ["text", "markers", "verdict", "problems"]


def _titles(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.title for citation in answer.citations))


def _assert_sound(answer: Answer, papers: Sequence[Paper]) -> None:
    """Every marker leads to a citation, every citation is a sentence of its paper, every claim is borne out."""
    texts = {paper.paper_id: paper.text for paper in papers}
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
    assert all(f"[{marker}]" in answer.text for marker in markers)
    for citation in answer.citations:
        assert citation.quote
        assert texts[citation.paper_id][citation.start : citation.end] == citation.quote
        assert 0 <= citation.score <= 1
    assert {marker for claim in answer.claims for marker in claim.markers} == set(markers)
    assert {claim.verdict for claim in answer.claims} == {Verdict.SUPPORTED}


def test_a_question_about_a_paper_of_the_seed_collection_is_answered_from_it(seed: Assistant) -> None:
    answer = seed.ask("How does Hyper-RAG reduce hallucinations?")

    assert _titles(answer) == [
        "Hyper-RAG: Combating LLM Hallucinations using Hypergraph-Driven Retrieval-Augmented Generation"
    ]
    assert "Hyper-RAG" in answer.text.split("[1]")[0]
    assert "hallucinations" in answer.text.lower()
    assert (answer.refused, answer.reason, answer.nearest) == (False, None, ())
    _assert_sound(answer, seed.papers())


def test_an_answer_is_written_in_the_documented_format(seed: Assistant) -> None:
    record = seed.ask("How does Hyper-RAG reduce hallucinations?").to_json()

    assert list(record) == [
        *_DOCUMENTED,
        "removed_keys",
        "dropped_citations",
        "cached",
        "cost",
        "notes",
        "not_found",
        "answered",
        "searched",
        "readings",
        "found",
        "comparison",
    ]
    assert [list(citation) for citation in record["citations"]] == [_DOCUMENTED_OF_A_CITATION] * len(
        record["citations"]
    )
    assert [list(claim) for claim in record["claims"]] == [_DOCUMENTED_OF_A_CLAIM] * len(record["claims"])
    assert list(record["usage"]) == ["prompt_tokens", "completion_tokens"]
    assert list(record["timings_ms"]) == ["retrieve", "write", "check", "total"]
    assert record["question"] == "How does Hyper-RAG reduce hallucinations?"
    assert (record["model"], record["retriever"]) == ("extractive", "hybrid")
    assert record["settings_hash"] == seed.settings.hash
    assert record["answered"] in ("yes", "partly", "no")


def test_a_system_that_no_paper_knows_is_refused_with_the_nearest_papers(seed: Assistant) -> None:
    record = seed.ask("How does QuillForge-9 reduce hallucinations?").to_json()

    assert record["refused"]
    assert record["reason"] == record["answer"]
    assert "QuillForge-9" in record["reason"]
    assert record["citations"] == record["claims"] == []
    assert len(record["nearest"]) == 3
    titles = {paper.paper_id: paper.title for paper in seed.papers()}
    assert all(titles[near["paper_id"]] == near["title"] for near in record["nearest"])


@pytest.mark.parametrize(
    ("question", "paper", "said"),
    [
        ("Does Glasswing save memory?", SPARSE, "halves the memory of the Firefly cache"),
        ("Which accuracy is reached on the Meadowlark benchmark?", SPARSE, "81.5% accuracy"),
        ("how fast does the cache of retrieved passages answer?", CACHE, "3.4 times faster"),
        ("Which input is most common for predicting soil moisture?", SOIL, "satellite images"),
        ("How many classes of stars are recognised?", STARS, "19 classes of stars"),
        ("What is said about tidal clocks?", NO_ABSTRACT, NO_ABSTRACT.title),
        ("Firefly", CACHE, "Firefly answers 3.4 times faster"),
        ("soil moisture", SOIL, "moisture of their soil"),
    ],
)
def test_the_paper_that_holds_the_answer_is_cited_first(
    small: Assistant, question: str, paper: Paper, said: str
) -> None:
    answer = small.ask(question)

    assert answer.citations[0].paper_id == paper.paper_id
    assert said in answer.text
    assert answer.citations[0].url == paper.url
    _assert_sound(answer, PAPERS)


def test_numbers_in_brackets_of_a_paper_are_not_taken_for_markers(small: Assistant) -> None:
    answer = small.ask("How does Tidepool score a count of fish?")

    assert {citation.paper_id for citation in answer.citations} == {BRACKETS.paper_id}
    assert "[12 ]" in answer.text
    assert any("[12] and gives every count a score in [0, 1]." in citation.quote for citation in answer.citations)
    _assert_sound(answer, PAPERS)


def test_papers_that_are_compared_are_both_cited(small: Assistant) -> None:
    answer = small.ask("What do Glasswing and Firefly do about passages of documents?")

    assert {citation.paper_id for citation in answer.citations} == {"sparse", "cache"}
    _assert_sound(answer, PAPERS)


def test_the_pieces_of_a_stream_are_the_answer_that_follows_them(small: Assistant) -> None:
    *pieces, answer = small.stream("Does Glasswing save memory?")

    assert isinstance(answer, Answer)
    assert len(pieces) > 1
    assert "".join(map(str, pieces)) == answer.text


@pytest.mark.parametrize("question", ["hello", "How does QuillForge save memory?", "How old is Glasswing?"])
def test_every_stream_ends_with_the_text_that_it_showed(small: Assistant, question: str) -> None:
    *pieces, answer = small.stream(question)

    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text != ""


def test_the_same_question_gets_the_same_answer(small: Assistant) -> None:
    first, second = (small.ask("Does Glasswing save memory?").to_json() for _ in range(2))

    assert first | {"timings_ms": None} == second | {"timings_ms": None}


def test_several_threads_may_ask_at_once(small: Assistant) -> None:
    questions = ["Does Glasswing save memory?", "How fast is Firefly?", "Who is QuillForge?", "soil moisture"]
    alone = [small.ask(question).text for question in questions]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda question: small.ask(question).text, questions * 3)) == alone * 3


@pytest.mark.parametrize("retriever", ["hybrid", "dense", "lexical"])
def test_every_retriever_answers_and_refuses(small: Assistant, retriever: str) -> None:
    answered = small.ask("Does Glasswing save memory?", retriever=retriever)
    refused = small.ask("How does QuillForge reduce memory?", retriever=retriever)

    assert _titles(answered) == [SPARSE.title]
    assert answered.retriever == retriever
    assert refused.refused
    assert refused.citations == ()


@pytest.mark.parametrize("question", ["xyzzy", "xyzzy plugh?", "日本語のモデルは何ですか", "и", "the of"])
def test_nothing_is_cited_for_words_that_no_paper_has(small: Assistant, question: str) -> None:
    answer = small.ask(question)

    assert answer.text
    assert (answer.citations, answer.claims) == ((), ())
    assert answer.reason == (answer.text if answer.refused else None)


@pytest.mark.parametrize("question", ["", "  \n ", "?!…", "🙂", "\u200b\x00"])
def test_a_question_without_a_letter_is_an_error(small: Assistant, question: str) -> None:
    for ask in small.ask, small.search:
        with pytest.raises(QuestionError, match="the question is empty"):
            ask(question)


def test_a_question_that_is_too_long_is_an_error_that_says_the_limit(small: Assistant) -> None:
    with pytest.raises(QuestionError, match="has 4,001 characters and may have 4,000"):
        small.ask("a" * 4001)
    assert small.ask("Glasswing " * 400).citations


def test_control_characters_and_needless_space_do_no_harm(small: Assistant) -> None:
    answer = small.ask(" Does\n\n Glasswing\x00 save \u202ememory?   ")

    assert answer.text == small.ask("Does Glasswing save memory?").text


def test_filters_hold_for_the_answer(small: Assistant) -> None:
    old = PaperFilter.parse(["to=2024"])
    answer = small.ask("Which cache or attention helps with retrieved passages?", filters=old)

    assert _titles(answer) == [CACHE.title]


def test_filters_that_no_paper_meets_are_refused(small: Assistant) -> None:
    answer = small.ask("Does Glasswing save memory?", filters=PaperFilter.parse(["year=1999"]))

    assert answer.refused
    assert answer.reason == answer.text == "No paper of the collection meets these conditions."
    assert answer.nearest == ()


def test_small_talk_claims_nothing(small: Assistant) -> None:
    hello = small.ask("Hello there!")
    thanks = small.ask("Thanks a lot!", history=[hello])

    for answer in hello, thanks:
        assert not answer.refused
        assert (answer.citations, answer.claims, answer.nearest) == ((), (), ())
    assert hello.text != thanks.text


def test_an_answer_that_is_cancelled_holds_what_there_is(small: Assistant) -> None:
    cancel = threading.Event()
    pieces = small.stream("Does Glasswing save memory?", cancel=cancel)
    first = next(pieces)
    cancel.set()
    (answer,) = pieces

    assert isinstance(answer, Answer)
    assert answer.text == first
    assert [citation.marker for citation in answer.citations] == [1]
    _assert_sound(answer, PAPERS)


def test_an_answer_that_is_cancelled_at_once_is_empty(small: Assistant) -> None:
    cancel = threading.Event()
    cancel.set()
    answer = small.ask("Does Glasswing save memory?", cancel=cancel)

    assert (answer.text, answer.citations, answer.claims, answer.refused) == ("", (), (), False)


def test_a_stream_may_be_left_early(small: Assistant) -> None:
    pieces = small.stream("Does Glasswing save memory?")
    next(pieces)
    pieces.close()  # type: ignore[attr-defined] # it is a generator

    assert list(pieces) == []
    assert small.ask("Does Glasswing save memory?").citations


def test_the_retrievers_to_choose_from_can_be_used(small: Assistant) -> None:
    choices = small.retrievers()

    assert [choice.name for choice in choices][:3] == ["hybrid", "dense", "lexical"]
    assert {"hyper", "hyper-lite", "light", "graph"} <= {choice.name for choice in choices}
    assert all(choice.available and choice.note for choice in choices)
    assert all(small.search("Glasswing", retriever=choice.name) for choice in choices)


def test_the_retriever_of_the_settings_is_the_default_and_first_to_choose(small: Assistant) -> None:
    settings = small.settings.model_copy(update={"retriever": "lexical"})
    with Assistant.open(settings=settings) as assistant:
        assert assistant.retrievers()[0].name == "lexical"
        assert assistant.ask("Firefly").retriever == "lexical"


def test_a_retriever_that_does_not_exist_is_named(small: Assistant) -> None:
    for use in small.ask, small.search:
        with pytest.raises(SettingsError, match="no retriever 'psychic'; choose one of hybrid, dense, lexical"):
            use("Firefly", retriever="psychic", filters=PaperFilter(ids=frozenset({"nobody"})))
    with pytest.raises(SettingsError, match="no retriever 'psychic'"):
        small.as_retriever("psychic")


@pytest.mark.parametrize("paper", [SPARSE, NO_ABSTRACT], ids=lambda paper: paper.paper_id)
def test_a_collection_of_one_paper_answers_and_refuses(paper: Paper) -> None:
    index.ingest(Settings(), "one", [paper])
    with Assistant.open("one") as assistant:
        answered = assistant.ask(paper.title)
        refused = assistant.ask("How does QuillForge save memory?")

    _assert_sound(answered, [paper])
    assert answered.citations
    assert refused.refused


def test_a_collection_whose_papers_are_all_gone_refuses() -> None:
    index.ingest(Settings(), "gone", [SPARSE])
    assert remove(["sparse"], collection="gone") == 1
    with Assistant.open("gone") as assistant:
        answer = assistant.ask("Does Glasswing save memory?")

        assert answer.reason == answer.text == "The collection holds no paper to answer from."
        assert assistant.papers() == []


def test_a_very_long_title_is_answered_with() -> None:
    paper = Paper("p", f"On {'ever longer ' * 150}titles", "The words of titles are counted by a machine.")
    index.ingest(Settings(), "long", [paper])
    with Assistant.open("long") as assistant:
        _assert_sound(assistant.ask("How are the words of titles counted?"), [paper])


def test_a_retriever_can_be_chosen_by_its_name(small: Assistant) -> None:
    with Assistant.open(settings=small.settings, retriever="lexical") as assistant:
        assert assistant.ask("What does Firefly keep?").retriever == "lexical"
    with pytest.raises(SettingsError, match="retriever"):
        Assistant.open(settings=small.settings, retriever="nonsense")
