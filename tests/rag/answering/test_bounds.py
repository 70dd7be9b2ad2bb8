"""Lists of papers by the number of something."""

from __future__ import annotations

import pytest

from rag.answering.bounds import read_bound
from rag.answering.listed import answer_with_list, evidence_for
from rag.answering.listing import read_listing
from rag.types import Paper

_TEXTS = (
    "It runs on 64 GPUs.",
    "It was trained on 1,024 NVIDIA H800 GPUs.",
    "A cluster with more than 12,000 GPUs trained it.",
    "We spent 5,000 GPU hours on 8 GPUs.",
    "We scale to a 2,048-GPU cluster.",
    "It needs fewer than 4,000 GPUs.",
    "It costs 9,000 dollars; GPUs are dear.",
    "It reads 1,000 languages.",
)


def _numbers(question: str) -> list[int]:
    listing = read_listing(question)
    assert listing
    return [place for place, text in enumerate(_TEXTS) if evidence_for(listing, Paper("p", "A Title", text))]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers trained on more than 1,000 GPUs?", [1, 2, 4]),
        ("Who trained on more than 1,000 GPUs?", [1, 2, 4]),
        ("Which papers use over two thousand GPUs?", [2, 4]),
        ("How many papers use at least 1,024 GPUs?", [1, 2, 4]),
        ("Which papers use more than 1024 GPUs?", [2, 4]),
        ("Which papers use fewer than 100 GPUs?", [0, 3]),
        ("Which papers cover at least 1,000 languages?", [7]),
        ("Which papers cover more than 1,000 languages?", []),
    ],
)
def test_figures_are_compared_as_figures(question: str, expected: list[int]) -> None:
    assert _numbers(question) == expected


def test_the_answer_repeats_the_bound_and_cites_the_sentence_that_keeps_it() -> None:
    listing = read_listing("Which papers trained on more than 1,000 GPUs?")
    assert listing
    papers = [Paper(str(place), f"Paper {place}", text) for place, text in enumerate(_TEXTS)]

    draft = answer_with_list(listing, papers)

    assert draft.text.startswith("3 papers of the collection give more than 1,000 GPUs:")
    assert [passage.text for passage in draft.cited] == [_TEXTS[1], _TEXTS[2], _TEXTS[4]]


def test_a_bound_that_nothing_keeps_is_refused() -> None:
    listing = read_listing("Which papers use more than a million GPUs?")
    assert listing

    draft = answer_with_list(listing, [Paper("p", "A Title", _TEXTS[1])])

    assert draft.refused
    assert draft.text == "No paper of the collection gives more than a million GPUs."


@pytest.mark.parametrize(
    "question", ["Which papers use 8 GPUs?", "Which papers use GPUs?", "more than 1,000", "over 9", ""]
)
def test_a_figure_without_a_bound_or_a_thing_sets_none(question: str) -> None:
    assert read_bound(question) is None


def test_who_with_a_bound_of_no_count_is_no_list() -> None:
    assert read_listing("Who trained faster than a baseline?") is None


_MEASURES = (
    "It is 3 times faster than before.",
    "A speedup of 1.5x is reached.",
    "It reaches 91% accuracy.",
    "The accuracy is 85%, and 95% of users like it.",
    "Memory falls by 4x.",
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers report a speedup of more than 2x?", [0]),
        ("Which papers are at least 1.5x faster?", [0, 1]),
        ("Which papers reach an accuracy above 90%?", [2, 3]),
        ("Which papers reach an accuracy below 80%?", []),
    ],
)
def test_a_measure_is_held_against_figures_of_its_sentence(question: str, expected: list[int]) -> None:
    listing = read_listing(question)
    assert listing

    found = [n for n, text in enumerate(_MEASURES) if evidence_for(listing, Paper("p", "A Title", text))]

    assert found == expected


def test_a_name_beside_the_bound_must_stand_in_the_paper_too() -> None:
    listing = read_listing("Which papers train Firefly on more than 8 GPUs?")
    assert listing
    with_it = Paper("a", "A Title", "We train Firefly. It takes 64 GPUs.")
    without = Paper("b", "B Title", "We train Glowworm. It takes 64 GPUs.")

    draft = answer_with_list(listing, [with_it, without])

    assert draft.text.startswith("1 paper of the collection gives more than 8 GPUs and Firefly:")
    assert [passage.paper_id for passage in draft.cited] == ["a"]
