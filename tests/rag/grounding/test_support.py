from __future__ import annotations

import pytest

from rag.grounding import best_support
from rag.text.sentences import passages_of
from tests.rag.grounding.material import BEACON, HARBOR


@pytest.mark.parametrize(
    ("claim", "number"),
    [
        ("waiting times are lower by 18.5 % on Pier Bench", 3),
        ("Storms do not trouble it: stable in stormy weather", 4),
        ("routing container ships", 0),
        ("the little Harbor Net Lite", 8),
    ],
)
def test_the_sentence_with_most_of_the_wording_is_found(claim: str, number: int) -> None:
    support = best_support(claim, HARBOR)
    assert support.passage.number == number
    assert 0 < support.score <= 1


def test_a_sentence_supports_itself_wholly() -> None:
    for passage in passages_of(HARBOR):
        support = best_support(passage.text, HARBOR)
        assert support.passage == passage
        assert support.score == pytest.approx(1.0)


def test_a_near_synonym_counts_for_less_than_the_word() -> None:
    same = best_support("Beacon finds rust", BEACON).score
    assert same < best_support("Beacon detects rust", BEACON).score


@pytest.mark.parametrize("claim", ["", "of the and", "zzz"])
def test_text_that_matches_nothing_gives_the_title_and_no_score(claim: str) -> None:
    support = best_support(claim, HARBOR)
    assert (support.passage.number, support.score) == (0, 0.0)
