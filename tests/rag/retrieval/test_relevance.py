"""How probable it is that a sentence answers, and what is read of the papers found."""

from __future__ import annotations

from rag import Assistant
from rag.retrieval.relevance import PAIRS, UNSURE, label_of, pair_of, relevance_of
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, SOIL, hit_of

QUESTION = "how many times faster is Firefly"


def test_the_sentence_that_answers_is_more_probable_than_others_of_its_paper(small: Assistant) -> None:
    sentences = [(label_of(CACHE), passage.text) for passage in passages_of(CACHE)[1:]]

    found = relevance_of(small.settings.home).probabilities(QUESTION, sentences)

    assert found.shape == (len(sentences),)
    assert 0 <= found.min() <= found.max() <= 1
    assert "3.4 times faster" in sentences[found.argmax()][1]
    assert found.max() > 0.5


def test_the_same_pairs_get_the_same_whatever_is_read_with_them(small: Assistant) -> None:
    relevance = relevance_of(small.settings.home)
    pairs = [(label_of(CACHE), passage.text) for passage in passages_of(CACHE)[1:]]

    together = relevance.probabilities(QUESTION, pairs)

    alone = [relevance.probabilities(QUESTION, [pair])[0] for pair in pairs]
    assert abs(together - alone).max() < 1e-3


def test_what_is_read_leads_and_nothing_is_lost(small: Assistant) -> None:
    hits = [hit_of(CACHE, 4, 1), hit_of(SOIL), hit_of(NO_ABSTRACT)]

    read = relevance_of(small.settings.home).read(QUESTION, hits)

    assert [hit.paper for hit in read] == [CACHE, SOIL, NO_ABSTRACT]
    assert read[0].passages[0].passage.number == 3
    for before, after in zip(hits, read, strict=True):
        assert {one.passage for one in after.passages} == {one.passage for one in before.passages}
        known = [one.relevance for one in after.passages if one.relevance is not None]
        assert known == sorted(known, reverse=True) or max(known) < UNSURE
        assert [one.relevance for one in after.passages[: len(known)]] == known
    assert [one.relevance is None for one in read[2].passages] == [False]  # a title, where there is nothing else
    assert all(one.relevance is None for one in read[0].passages if one.passage.number == 0)


def test_no_more_is_read_than_there_is_time_for_and_something_of_each_paper(small: Assistant) -> None:
    papers = [Paper(f"p{n}", f"Title {n}", " ".join(f"Sentence {m} of {n}." for m in range(30))) for n in range(8)]

    read = relevance_of(small.settings.home).read(QUESTION, [hit_of(paper) for paper in papers])

    counts = [sum(one.relevance is not None for one in hit.passages) for hit in read]
    assert sum(counts) <= PAIRS
    assert min(counts) >= 1
    assert counts[0] == max(counts)


def test_nothing_found_is_nothing_read(small: Assistant) -> None:
    assert relevance_of(small.settings.home).read(QUESTION, []) == []


def test_a_paper_is_read_by_its_name_and_a_question_without_its_sign() -> None:
    assert label_of(CACHE) == "Firefly"
    assert pair_of("how fast is it ?", "Firefly", "It is fast.") == ("how fast is it", "Firefly: It is fast.")
