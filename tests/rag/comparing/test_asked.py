"""Which messages set things side by side, and what goes with their answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Assistant, PaperFilter, Settings, index
from rag.comparing.asked import names_compared
from tests.papers import PAPERS


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Glasswing vs Firefly", ("Glasswing", "Firefly")),
        ("Glasswing vs. Firefly versus Tidepool: which is faster?", ("Glasswing", "Firefly", "Tidepool")),
        ("Please compare Glasswing, Firefly and Tidepool on memory.", ("Glasswing", "Firefly", "Tidepool")),
        ("What is the difference between Glasswing and the Firefly cache?", ("Glasswing", "Firefly cache")),
        ("How do Glasswing and Firefly differ?", ("Glasswing", "Firefly")),
        ("How does Glasswing differ from Firefly in speed?", ("Glasswing", "Firefly")),
        ("Glasswing against Firefly: accuracy?", ("Glasswing", "Firefly")),
        ("compare that with Firefly", ("A Title, and More", "Firefly")),
        ("Compare Firefly", ()),
        ("How fast is Glasswing compared with a plain index?", ()),
        ("compare " + "and so on and on " * 400, ()),
    ],
)
def test_names_are_read_from_the_message(message: str, names: tuple[str, ...]) -> None:
    assert names_compared(message, ("A Title, and More",)) == names


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("asked")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    settings = Settings(home=home, model="extractive")
    index.ingest(settings, "papers", PAPERS)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def test_the_answer_brings_the_table_of_compare(small: Assistant) -> None:
    answer = small.ask("Tidepool vs Firefly")

    assert answer.citations
    assert answer.comparison == small.compare(["Tidepool", "Firefly"])


def test_a_name_without_a_paper_is_said_to_have_none(small: Assistant) -> None:
    answer = small.ask("How do Glasswing and Meadowlark differ?")

    assert answer.comparison is not None
    assert [paper.name for paper in answer.comparison.papers] == ["Glasswing"]
    assert "Meadowlark has no paper of its own in this collection; other papers speak of it." in answer.notes


def test_a_pronoun_stands_for_the_paper_spoken_of(small: Assistant) -> None:
    chat = small.chat()
    chat.ask("How fast is Firefly?")

    answer = chat.ask("compare that with Glasswing")

    assert answer.comparison is not None
    assert {paper.paper_id for paper in answer.comparison.papers} == {"cache", "sparse"}
    assert {citation.paper_id for citation in answer.citations} == {"cache", "sparse"}


def test_other_questions_refusals_and_filtered_ones_bring_no_table(small: Assistant) -> None:
    assert small.ask("How fast is Firefly?").comparison is None
    assert small.ask("Quillforge vs Zandermark").comparison is None
    assert small.ask("What is the difference between reefs and divers?").comparison is None
    assert small.ask("Glasswing vs Firefly", filters=PaperFilter(ids=frozenset({"cache"}))).comparison is None
