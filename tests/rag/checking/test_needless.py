from __future__ import annotations

import pytest

from rag.checking import without_needless
from rag.text.sentences import passages_of
from rag.types import Passage
from tests.checkers import built_in
from tests.papers import CACHE, PAPERS, SOIL, SPARSE, STARS

BY_ID = {paper.paper_id: paper for paper in PAPERS}
MEMORY, SPEED, SOILS, STAR = (
    passages_of(SPARSE)[3],
    passages_of(CACHE)[3],
    passages_of(SOIL)[2],
    passages_of(STARS)[3],
)
TRUE = "Glasswing halves the memory of the Firefly cache"


def _pruned(text: str, *cited: Passage) -> tuple[str, int]:
    return without_needless(text, cited, BY_ID, built_in())


@pytest.mark.parametrize("markers", ["[1][2][3]", "[1] [2] [3]"])
def test_papers_that_bear_nothing_out_are_dropped_and_counted(markers: str) -> None:
    assert _pruned(f"{TRUE} {markers}.", SOILS, MEMORY, STAR) == (f"{TRUE} [2].", 2)


def test_each_sentence_keeps_what_it_needs() -> None:
    text = f"{TRUE} [1][2]. Firefly answers 3.4 times faster than a plain index [3][1]."

    assert _pruned(text, SOILS, MEMORY, SPEED) == (
        f"{TRUE} [2]. Firefly answers 3.4 times faster than a plain index [3].",
        2,
    )


def test_papers_that_each_bear_a_part_out_stay() -> None:
    text = f"{TRUE}, and Firefly answers 3.4 times faster than a plain index [1][2]."

    assert _pruned(text, MEMORY, SPEED) == (text, 0)


def test_a_sentence_that_nothing_bears_out_keeps_its_citations() -> None:
    text = "Penguins swim to the moon every 93 days [1][2]."

    assert _pruned(text, SOILS, STAR) == (text, 0)


def test_two_sentences_of_one_paper_stay() -> None:
    text = f"{TRUE} [1][2]."
    other = passages_of(SPARSE)[2]

    assert _pruned(text, MEMORY, other) == (text, 0)


def test_a_text_without_citations_is_left_alone() -> None:
    assert _pruned("Nothing [7][8].") == ("Nothing [7][8].", 0)


def test_a_paper_cited_in_mid_sentence_that_bears_nothing_out_is_dropped_too() -> None:
    text = "Glasswing [1] halves the memory of the Firefly cache [2]."
    assert _pruned(text, SOILS, MEMORY) == (text.replace(" [1]", ""), 1)
    assert _pruned(text, MEMORY, SPEED) == (text.replace(" [2]", ""), 1)


def test_markers_that_stand_apart_for_their_own_words_stay() -> None:
    text = f"{TRUE} [1], and Firefly answers 3.4 times faster than a plain index [2]."

    assert _pruned(text, MEMORY, SPEED) == (text, 0)


def test_where_the_others_do_not_bear_the_whole_sentence_out_all_stay() -> None:
    text = f"On Mars [1], {TRUE} for 93 million euros [2]."

    assert _pruned(text, STAR, MEMORY) == (text, 0)


def test_markers_of_another_sentence_do_not_count() -> None:
    text = f"{TRUE} [1]. Penguins swim to the moon [2]."

    assert _pruned(text, MEMORY, SOILS) == (text, 0)
