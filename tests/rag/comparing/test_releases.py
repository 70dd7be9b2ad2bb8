"""Lists of papers that give code, models or data away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Answer, Assistant, PaperFilter, Settings, index
from rag.comparing.releases import read_released
from rag.types import Paper

_PAPERS = (
    Paper("promise", "Alder: A Tree", "We propose Alder, a tree. The code will be released upon acceptance."),
    Paper("code", "Birch: A Tree", "We propose Birch, a tree. The code is available at https://example.org/birch."),
    Paper("model", "Cedar: A Tree", "We propose Cedar, a tree. We release the models of all sizes."),
    Paper("user", "Date Palm: A Tree", "We propose Date Palm, a tree. It reads source code of open models."),
)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("trees")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    settings = Settings(home=home, model="extractive")
    index.ingest(settings, "papers", _PAPERS)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def _ids(answer: Answer) -> list[str]:
    return [citation.paper_id for citation in answer.citations]


@pytest.mark.parametrize("question", ["Which papers release code?", "How many papers make their code available?"])
def test_what_is_released_comes_first_and_what_is_promised_stands_apart(trees: Assistant, question: str) -> None:
    answer = trees.ask(question)

    assert _ids(answer) == ["code", "promise"]
    assert answer.text.startswith("1 paper of the collection says that its code can be had:")
    assert "Borderline, as they only promise it (1):" in answer.text


def test_the_thing_counts(trees: Assistant) -> None:
    assert _ids(trees.ask("Which papers release their models?")) == ["model"]
    refused = trees.ask("Which papers release their data?")
    assert refused.reason == "No paper of the collection says that its data can be had."


def test_what_is_only_promised_can_be_asked_for(trees: Assistant) -> None:
    answer = trees.ask("Which papers only promise to release their code later?")

    assert _ids(answer) == ["promise"]
    assert answer.text.startswith("1 paper of the collection says that it will give its code away:")
    refused = trees.ask("Which papers promise to release their data?")
    assert refused.reason == "No paper of the collection promises its data."


def test_filters_hold(trees: Assistant) -> None:
    answer = trees.ask("Which papers release code?", filters=PaperFilter(ids=frozenset({"promise", "user"})))

    assert _ids(answer) == ["promise"]
    assert answer.text.startswith("No papers of the collection say that their code can be had.")


@pytest.mark.parametrize(
    "question",
    [
        "Which papers use open-source models?",
        "Which pruning papers release code?",
        "Which papers write code?",
        "code",
        "",
    ],
)
def test_other_questions_are_not_for_what_is_released(question: str) -> None:
    assert read_released(question) is None
