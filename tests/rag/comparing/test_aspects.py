"""Which sentence stands under which aspect, by the real models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.comparing.aspects import ASPECTS, built_in, findings
from rag.index.embedding.minilm import MiniLM
from rag.learned.adapter import RETRIEVAL
from rag.learned.sessions import adapter_name
from rag.retrieval.relevance import relevance_of
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import NO_ABSTRACT, PAPERS

_GLASS = (
    "Long documents are common in law. However, existing attention is prohibitively slow on them. "
    "In this paper, we propose Glasswing, a sparse attention for long documents. "
    "Glasswing first builds an index of paragraphs and then skips those that the index does not name. "
    "We evaluate Glasswing on the Meadow benchmark and nine court datasets. "
    "Experiments show that Glasswing reaches 81.5% accuracy. "
    "Our code is available at https://github.com/example/glasswing."
)

_Chosen = Callable[[Paper], dict[str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("aspects")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    return home


@pytest.fixture(scope="module")
def chosen(home: Path) -> _Chosen:
    def choose(paper: Paper) -> dict[str, str]:
        found = findings([paper], MiniLM(home), relevance_of(home))
        return {aspect: passage.text for aspect, passage in found[paper.paper_id].items()}

    return choose


@pytest.mark.parametrize(
    ("aspect", "words"),
    [
        ("problem", "prohibitively slow"),
        ("idea", "we propose Glasswing"),
        ("data", "nine court datasets"),
        ("results", "81.5%"),
        ("code", "Our code"),
    ],
)
def test_each_aspect_has_its_sentence(chosen: _Chosen, aspect: str, words: str) -> None:
    paper = Paper("p", "Glasswing", _GLASS, code_urls=("https://github.com/example/glasswing",))

    assert words in chosen(paper)[aspect]


def test_what_an_abstract_does_not_say_is_left_out(chosen: _Chosen) -> None:
    found = chosen(Paper("p", "Glasswing", "We propose Glasswing, a sparse attention for long documents."))

    assert "idea" in found
    assert {"hardware", "compared", "cost", "code"}.isdisjoint(found)
    assert chosen(NO_ABSTRACT) == {}


def test_the_address_of_the_code_is_found_wherever_it_stands(chosen: _Chosen) -> None:
    url = "https://example.org/moth"
    paper = Paper("p", "Moth", f"Moths fly at night. See {url} for more. We propose Moth, a lamp.", project_urls=(url,))

    assert chosen(paper)["code"] == f"See {url} for more."


def test_several_papers_are_read_as_each_alone(home: Path, chosen: _Chosen) -> None:
    together = findings(PAPERS, MiniLM(home), relevance_of(home))

    for paper in PAPERS:
        found = together[paper.paper_id]
        assert {aspect: passage.text for aspect, passage in found.items()} == chosen(paper)
        assert set(found) <= set(ASPECTS)
        assert all(passage in passages_of(paper)[1:] for passage in found.values())


def test_another_embedding_model_of_the_collection_is_not_read(home: Path) -> None:
    class Other(MiniLM):
        name = "other"

    own = MiniLM(home)

    assert built_in(own, home) is own
    assert built_in(Other(home), home).name == "minilm"


def test_the_model_is_of_the_embedding_that_is_shipped() -> None:
    card = RETRIEVAL.with_name("aspects.md").read_text(encoding="utf-8")

    assert adapter_name(RETRIEVAL) in card, "make it anew: python -m evals.training.aspects --data DIR"
