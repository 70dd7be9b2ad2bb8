from __future__ import annotations

import numpy as np
import pytest

from rag.retrieval.scoring import coverage_scale, inverse_frequency, paper_similarity, rank_sentences
from rag.text.sentences import passages_of
from tests.papers import NO_ABSTRACT, SPARSE


def test_rarer_terms_weigh_more() -> None:
    weights = [inverse_frequency(frequency, 100) for frequency in (0, 1, 10, 50, 100)]

    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


@pytest.mark.parametrize(("frequency", "papers"), [(0, 0), (1, 1), (3, 1), (7, 0)])
def test_no_weight_is_negative_even_where_replaced_papers_are_still_counted(frequency: int, papers: int) -> None:
    assert inverse_frequency(frequency, papers) > 0


def test_the_scale_is_a_bound_of_bm25_for_the_words_of_the_question() -> None:
    weights = {"spars": 2.0, "attent": 1.0, "sparseattent": 9.0}

    assert coverage_scale(["spars", "attent"], weights) == pytest.approx(2.2 * 3.0)


def test_a_question_without_words_has_a_scale_that_can_be_divided_by() -> None:
    assert coverage_scale([], {}) == 1.0


def test_the_similarity_of_a_paper_lies_between_the_mean_and_the_best_of_its_sentences() -> None:
    assert 0.25 < paper_similarity(np.array([0.1, 0.2, 0.9, 0.1, 0.2, 0.2, 0.1, 0.2], np.float32)) < 0.9
    assert paper_similarity(np.full(8, 0.5, np.float32)) == pytest.approx(0.5)


def test_a_sentence_that_is_nearer_makes_the_paper_more_similar() -> None:
    assert paper_similarity(np.array([0.1, 0.8], np.float32)) > paper_similarity(np.array([0.1, 0.5], np.float32))


def test_a_title_alone_does_not_beat_a_whole_abstract_with_the_same_sentence() -> None:
    whole = np.array([0.6, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.2], np.float32)

    assert paper_similarity(np.array([0.6], np.float32)) < paper_similarity(whole)


def test_every_sentence_is_ranked_once_the_nearest_first() -> None:
    cosines = np.linspace(0.1, 0.9, len(passages_of(SPARSE)), dtype=np.float32)
    ranked = rank_sentences(SPARSE, cosines, {})

    assert [one.passage for one in ranked] == list(reversed(passages_of(SPARSE)))
    assert [one.score for one in ranked] == sorted(map(float, cosines), reverse=True)


def test_without_vectors_and_words_the_sentences_stand_in_the_papers_order() -> None:
    assert [one.passage for one in rank_sentences(SPARSE, None, {})] == list(passages_of(SPARSE))
    assert [one.passage.text for one in rank_sentences(NO_ABSTRACT, None, {"clock": 1.0})] == [NO_ABSTRACT.title]


def test_without_vectors_the_sentence_that_holds_the_words_comes_first() -> None:
    ranked = rank_sentences(SPARSE, None, {"memori": 2.0, "half": 1.0, "cach": 1.0})

    assert "halves the memory" in ranked[0].passage.text
    assert 0 < ranked[0].score <= 1
