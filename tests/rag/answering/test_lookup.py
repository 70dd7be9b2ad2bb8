from __future__ import annotations

import datetime

import pytest

from rag.answering.asks import Ask, Order
from rag.answering.lookup import SEVERAL, read_lookup
from rag.answering.periods import Period


@pytest.mark.parametrize(
    ("question", "order", "how_many"),
    [
        ("What is the newest paper?", Order.NEWEST, None),
        ("newest paper on soil", Order.NEWEST, None),
        ("show me the most recent survey", Order.NEWEST, None),
        ("Which of the 91 papers is the latest?", Order.NEWEST, None),
        ("the three newest papers on soil", Order.NEWEST, 3),
        ("latest 3 abstracts please", Order.NEWEST, 3),
        ("the newest papers on soil", Order.NEWEST, SEVERAL),
        ("Which paper is the oldest", Order.OLDEST, None),
        ("Among the medical ones, which came first?", Order.OLDEST, None),
        ("Which paper has the most authors?", Order.MOST_AUTHORS, None),
        ("Name the two papers with the longest author lists.", Order.MOST_AUTHORS, 2),
        ("which abstract has the fewest authors", Order.FEWEST_AUTHORS, None),
    ],
)
def test_papers_are_asked_for_in_an_order(question: str, order: Order, how_many: int | None) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert (lookup.order, lookup.how_many) == (order, how_many)
    assert lookup.of_all(0)
    assert lookup.of_all(1)


@pytest.mark.parametrize(
    "question",
    [
        "Which is older, Glasswing or Firefly?",
        "Which of the two papers is newer?",
        "Which of Glasswing and Firefly came first?",
        "Which model is newer, Glasswing or Firefly",
    ],
)
def test_an_order_among_papers_that_are_named_is_not_one_among_all(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.order
    assert not lookup.of_all(2)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When was Glasswing published?", {Ask.DATE}),
        ("And when?", {Ask.DATE}),
        ("how old is Glasswing", {Ask.DATE}),
        ("When is Glasswing from?", {Ask.DATE}),
        ("Was Glasswing published before 2024?", {Ask.DATE}),
        ("How many people wrote Glasswing, and when did it appear?", {Ask.DATE, Ask.AUTHOR_COUNT}),
        ("Does Glasswing have more than five authors?", {Ask.AUTHOR_COUNT}),
        ("Who put it out?", {Ask.ORGANISATION}),
        ("Who published Glasswing?", {Ask.ORGANISATION}),
        ("which company is Glasswing from", {Ask.ORGANISATION}),
        ("Who wrote it?", {Ask.AUTHOR_NAMES}),
        ("By whom was Glasswing written?", {Ask.AUTHOR_NAMES}),
        ("Give me Glasswing's authors", {Ask.AUTHOR_NAMES}),
        ("publication date of Glasswing", {Ask.DATE}),
        ("Who is the first author of Glasswing?", {Ask.AUTHOR_NAMES}),
        ("At which conference was Glasswing shown?", {Ask.VENUE}),
    ],
)
def test_the_record_of_a_paper_that_is_named_is_asked_for(question: str, asks: set[Ask]) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.asks == asks
    assert lookup.subject == ()
    assert not lookup.of_all(0)


@pytest.mark.parametrize(
    "question",
    [
        "When were the annotations of Glasswing written?",
        "How old are the patients of Glasswing?",
        "How many people wrote the prompts of Glasswing?",
        "Which company is the data of Glasswing from?",
        "Who wrote the code of Glasswing?",
    ],
)
def test_something_in_a_paper_is_told_from_the_paper(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.subject


@pytest.mark.parametrize(
    "question",
    [
        "Which papers appeared in March 2024?",
        "What do you have from March 2024",
        "What was published in March 2024?",
        "Two papers appeared in March 2024. Which ones?",
        "list the papers of March 2024",
        "papers from march 2024",
        "Could you list the papers of March 2024, please?",
        "Do you have anything published in March 2024?",
        "Are there any papers from March 2024?",
        "Anything from march 2024",
    ],
)
def test_papers_of_a_period_are_asked_for(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.period == Period(datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
    assert lookup.limited
    assert lookup.topics == ()
    assert lookup.of_all(1)


def test_papers_of_a_number_of_authors_are_asked_for() -> None:
    lookup = read_lookup("Which papers by more than 10 authors appeared in 2024?")

    assert lookup
    assert (lookup.min_authors, lookup.max_authors) == (11, None)
    assert lookup.period.first == datetime.date(2024, 1, 1)
    assert lookup.order is None


@pytest.mark.parametrize(
    "question",
    [
        "Which papers have 'soil moisture' in the title?",
        "papers with “Soil Moisture” in their titles",
        'Which titles have the words "soil moisture" in them?',
    ],
)
def test_papers_of_a_title_are_asked_for(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.title_words == ("soil", "moisture")
    assert lookup.topics == ()
    assert lookup.of_all(1)


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("Which papers from 2024 mention LoRA or QLoRA?", (("lora",), ("qlora",))),
        ("papers of 2024 on soil moisture", (("soil", "moistur"),)),
        ("Which papers from 2024 use Llama 3?", (("llama", "3"),)),
        ("Which papers from 2024 are there?", ()),
    ],
)
def test_a_subject_beside_the_limits_is_read(question: str, topics: tuple[tuple[str, ...], ...]) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.topics == topics


@pytest.mark.parametrize(
    "question", ["How many papers are in the collection?", "how many papers do you have", "Number of papers?"]
)
def test_the_number_of_all_papers_is_asked_for(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.count
    assert lookup.of_all(0)


@pytest.mark.parametrize("question", ["Which papers do you have?", "list all papers", "Show me the papers, please!"])
def test_all_papers_are_asked_for(question: str) -> None:
    lookup = read_lookup(question)

    assert lookup
    assert lookup.everything
    assert lookup.of_all(0)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest approach to speculative decoding?",
        "latest results on MMLU",
        "What is the most recent benchmark used to evaluate the agent?",
        "Which is the last layer that gets quantized?",
        "Which was the first model to reach 90%?",
        "Which stage came first?",
        "How are the most recent tokens kept?",
        "Is the newest token always kept in the cache?",
        "How does it find the earliest exit layer?",
        "When is pruning better than distillation?",
        "When was the model trained?",
        "When did the loss diverge",
        "When is a token dropped?",
        "What accuracy on AIME 2025 does the paper report?",
        "How does the method score on AIME 2024?",
        "What data published before 2020 was used for pre-training?",
        "Does the model know events after 2021?",
        "How is accuracy on questions from 2024?",
        "How does the attention published in 2017 differ?",
        "Which papers use 2048 GPUs?",
        "Which papers are not from 2024?",
        "Which author's method works since 2023?",
        "How did the two authors resolve conflicts?",
        "What year-long study was made of chatbots?",
        "What title do generated stories get?",
        "How many papers does the survey review?",
        "How many people took part in the study?",
        "What are the main findings of the survey?",
        "What day-night cycle is simulated?",
        "Which model is best?",
        "wie alt ist das Modell?",
        "2024",
        "authors",
        "",
        "量化有哪些论文",
    ],
)
def test_a_question_about_what_papers_say_is_no_question_about_records(question: str) -> None:
    assert read_lookup(question) is None


def test_a_question_with_a_long_subject_is_about_what_papers_say() -> None:
    assert (
        read_lookup("Which papers from 2023 make training of large recommendation models cheaper on clusters?") is None
    )


@pytest.mark.parametrize(
    "piece", ["which papers ", "title 'a ", "between 2023 and ", "A-B-", "“", "....", "10 authors "]
)
def test_a_huge_message_is_read(piece: str) -> None:
    lookup = read_lookup(f"{(piece * 4000)[:4000]} newest paper?")

    assert lookup
    assert lookup.order is Order.NEWEST
