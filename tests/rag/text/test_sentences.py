from __future__ import annotations

import pytest

from rag.text.sentences import passages_of, split_sentences
from rag.types import Paper
from tests.papers import NO_ABSTRACT, PAPERS


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One thing. Another one! A third?", ["One thing.", "Another one!", "A third?"]),
        ("  Space around.  \n\n And between. ", ["Space around.", "And between."]),
        ("He said “it works.” Then he left.", ["He said “it works.”", "Then he left."]),
        ("二つの文。これも。", ["二つの文。", "これも。"]),
        ("No full stop", ["No full stop"]),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, sentences: list[str]) -> None:
    assert _sentences(text) == sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith et al. (2024) gain 3.5 points, i.e. a third, see Fig. 2.",
        "It needs approx. 7 GB of memory.",
        "Latency is 1.2 vs. 4.5 seconds with gpt-3.5 and v1.2. 3 runs were made.",
    ],
)
def test_a_point_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert _sentences(sentence) == [sentence]


@pytest.mark.parametrize("text", ["", " ", "\n\t \n"])
def test_nothing_but_space_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "\u3000", "\u2028", "\u0085"])
def test_any_kind_of_space_may_stand_between_a_capital_and_the_full_stop(space: str) -> None:
    text = f"We beat model A{space}. It is{space}new."

    assert _sentences(text) == [f"We beat model A{space}.", f"It is{space}new."]


def test_offsets_are_characters_of_the_text_whatever_their_width() -> None:
    text = "🌟 Réseau ist e\u0301toile. \u00a0Ω follows; 日本 too."

    assert [text[start:end] for start, end in split_sentences(text)] == [
        "🌟 Réseau ist e\u0301toile.",
        "Ω follows; 日本 too.",
    ]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.paper_id)
def test_passages_quote_the_paper_in_order_and_leave_nothing_out(paper: Paper) -> None:
    passages = passages_of(paper)

    assert [passage.number for passage in passages] == list(range(len(passages)))
    assert all(paper.text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(before.end < after.start for before, after in zip(passages, passages[1:], strict=False))
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(paper.text.split())
    assert {passage.paper_id for passage in passages} == {paper.paper_id}


def test_the_title_is_one_passage_whatever_points_it_has() -> None:
    paper = Paper("p", "Is it A? Yes. And B!", "One sentence.")

    assert [passage.text for passage in passages_of(paper)] == ["Is it A? Yes. And B!", "One sentence."]


def test_a_paper_without_abstract_has_its_title_alone() -> None:
    assert [passage.text for passage in passages_of(NO_ABSTRACT)] == [NO_ABSTRACT.title]
