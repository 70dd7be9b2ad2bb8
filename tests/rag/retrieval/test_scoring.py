from __future__ import annotations

import numpy as np
import pytest

from rag.retrieval.question import Question
from rag.retrieval.scoring import coverage_scale, inverse_frequency, paper_similarity, rank_sentences
from rag.text.sentences import passages_of
from rag.text.terms import document_terms
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, SPARSE


def _weights(question: Question, paper: Paper) -> dict[str, float]:
    """The same weight for each term that stands in the paper, as if it were the only one."""
    return {term: 1.0 for term in question.terms if term in document_terms(paper.text)}


def test_rarer_terms_weigh_more() -> None:
    weights = [inverse_frequency(frequency, 100) for frequency in (0, 1, 10, 50, 100)]

    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


@pytest.mark.parametrize(("frequency", "papers"), [(0, 0), (1, 1), (3, 1), (7, 0)])
def test_no_weight_is_negative_even_where_replaced_papers_are_still_counted(frequency: int, papers: int) -> None:
    assert inverse_frequency(frequency, papers) > 0


def test_the_scale_is_a_bound_of_bm25_for_the_words_of_the_question() -> None:
    question = Question("sparse attention")

    assert coverage_scale(question, {"spars": 2.0, "attent": 1.0, "sparseattent": 9.0}) == pytest.approx(2.2 * 3.0)


def test_a_question_without_words_has_a_scale_that_can_be_divided_by() -> None:
    assert coverage_scale(Question("???"), {}) == 1.0


def test_the_similarity_of_a_paper_lies_between_the_mean_and_the_best_of_its_sentences() -> None:
    cosines = np.array([[0.1, 0.2, 0.9, 0.1, 0.2, 0.2, 0.1, 0.2]], np.float32)

    assert 0.25 < paper_similarity(cosines) < 0.9
    assert paper_similarity(np.full((1, 8), 0.5, np.float32)) == pytest.approx(0.5)


def test_a_sentence_that_is_nearer_makes_the_paper_more_similar() -> None:
    assert paper_similarity(np.array([[0.1, 0.8]], np.float32)) > paper_similarity(np.array([[0.1, 0.5]], np.float32))


def test_the_forms_of_a_question_count_alike() -> None:
    one, other = np.array([[0.1, 0.8]], np.float32), np.array([[0.3, 0.2]], np.float32)
    both = paper_similarity(np.concatenate([one, other]))

    assert both == pytest.approx((paper_similarity(one) + paper_similarity(other)) / 2)


def test_a_title_alone_does_not_beat_a_whole_abstract_with_the_same_sentence() -> None:
    title = np.array([[0.6]], np.float32)
    whole = np.array([[0.6, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.2]], np.float32)

    assert paper_similarity(title) < paper_similarity(whole)


def test_every_sentence_is_ranked_once_by_falling_score() -> None:
    question = Question("How much memory does Glasswing save?")
    ranked = rank_sentences(question, SPARSE, None, _weights(question, SPARSE))

    assert {scored.passage for scored in ranked} == set(passages_of(SPARSE))
    assert len(ranked) == len(passages_of(SPARSE))
    scores = [scored.score for scored in ranked]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("How much memory of the cache does it need?", "halves the memory"),
        ("Which accuracy does it reach on Meadowlark?", "81.5% accuracy"),
        ("How many days of training did it take?", "nine days"),
    ],
)
def test_the_sentence_that_holds_the_words_asked_for_comes_first(asked: str, answer: str) -> None:
    question = Question(asked)

    assert answer in rank_sentences(question, SPARSE, None, _weights(question, SPARSE))[0].passage.text


def test_the_words_of_one_clause_are_enough() -> None:
    question = Question("Is it evaluated on real conversations, and what does a farmer irrigate with?")

    assert "conversations" in rank_sentences(question, CACHE, None, _weights(question, CACHE))[0].passage.text


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("It works at that time.", "It works at 9 p.m."),
        ("It works.", "It works in nearly every place that was ever looked at."),
        ("It works.", "It worked."),
    ],
    ids=["figures", "length", "later in the paper"],
)
def test_of_sentences_that_match_alike_the_more_telling_comes_first(worse: str, better: str) -> None:
    ranked = rank_sentences(Question("xyzzy"), Paper("p", "T", f"{worse} {better}"), None, {})

    assert ranked[0].passage.text == better


def test_without_words_in_common_the_nearest_sentence_comes_first() -> None:
    cosines = np.zeros(len(passages_of(SPARSE)), np.float32)
    cosines[1] = 0.9

    assert rank_sentences(Question("xyzzy"), SPARSE, cosines, {})[0].passage.number == 1


def test_a_paper_without_abstract_has_its_title_ranked() -> None:
    question = Question("clocks")
    (only,) = rank_sentences(question, NO_ABSTRACT, None, _weights(question, NO_ABSTRACT))

    assert only.passage.text == NO_ABSTRACT.title


def test_a_question_of_unknown_words_ranks_without_failing() -> None:
    ranked = rank_sentences(Question("xyzzy plugh?"), Paper("p", "Title", "One. Two."), None, {})

    assert len(ranked) == 3
