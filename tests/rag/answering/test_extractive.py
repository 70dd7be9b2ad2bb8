from __future__ import annotations

import dataclasses
import re
import threading

import pytest

from rag.answering.extractive import ExtractiveWriter
from rag.answering.writer import WriteRequest
from rag.text.sentences import passages_of
from rag.types import Draft, Hit, Paper
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, SOIL, SPARSE, hit_of
from tests.rag.answering.material import drain, locate

_LONG = Paper(
    "long", "Endless: Sentences", " ".join(f"Sentence {n} has {'quite a few words ' * 9}in it." for n in range(9))
)


def _write(question: str, *hits: Hit, papers: int = 1) -> Draft:
    pieces, draft = drain(ExtractiveWriter().write(WriteRequest(question, hits, locate, papers=papers)))
    assert "".join(pieces) == draft.text
    return draft


def _markers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]


def test_the_best_sentence_comes_first_and_the_others_in_their_order() -> None:
    draft = _write("How fast is it?", hit_of(CACHE, 3, 2, 4))

    assert draft.text.startswith("Firefly answers 3.4 times faster than a plain index")
    assert [passage.number for passage in draft.cited] == [3, 1, 2, 4]
    assert not draft.refused


def test_the_paper_is_named_first_unless_its_first_sentence_does() -> None:
    named, bare = _write("How fast is it?", hit_of(CACHE, 3)), _write("Why a cache?", hit_of(CACHE, 1))

    assert named.text.startswith("Firefly answers")
    assert bare.text.startswith("Firefly: Retrieval-augmented generation repeats expensive searches [1]. ")


def test_every_sentence_ends_with_the_marker_of_the_sentence_it_is_taken_from() -> None:
    draft = _write("How fast is it?", hit_of(CACHE, 3, 2, 4))

    assert _markers(draft.text) == [1, 2, 3, 4]
    for sentence, passage in zip(re.split(r" \[\d\]\.", draft.text), draft.cited, strict=False):
        assert sentence.strip().rstrip(".") in passage.text
        assert CACHE.text[passage.start : passage.end] == passage.text


def test_the_marker_stands_before_the_full_stop() -> None:
    assert _write(
        "clocks", hit_of(Paper("p", "Clocks", "Do clocks tick? Yes! They tick \u00bbin time\u00ab"))
    ).text == ("“Clocks”: Do clocks tick [1]? Yes [2]! They tick \u00bbin time\u00ab [3].")


def test_an_answer_about_one_paper_stays_within_its_length() -> None:
    draft = _write("What is in it?", hit_of(_LONG))

    assert len(draft.cited) == 2
    assert len(draft.text.split()) <= 112


def test_one_sentence_is_given_however_long_it_is() -> None:
    paper = Paper("p", "P", f"It has {'very ' * 300}many words.")

    assert _write("words", hit_of(paper)).text.endswith("many words [1].")


def test_sentences_that_hardly_answer_or_that_nobody_has_read_are_left_out() -> None:
    hit = hit_of(CACHE, 3, 2, 1)
    sure, likely, hardly = (
        dataclasses.replace(one, relevance=probability)
        for one, probability in zip(hit.passages[:3], (0.9, 0.4, 0.01), strict=True)
    )
    read = dataclasses.replace(hit, passages=(sure, likely, hardly, *hit.passages[3:]))

    assert [passage.number for passage in _write("How fast is it?", read).cited] == [3, 2]


def test_only_the_best_paper_is_written_about_where_one_answers() -> None:
    assert {passage.paper_id for passage in _write("How fast is it?", hit_of(CACHE), hit_of(SPARSE)).cited} == {"cache"}


def test_each_paper_that_answers_gets_a_paragraph() -> None:
    draft = _write("Firefly or Glasswing?", hit_of(SPARSE, 4), hit_of(CACHE, 3), hit_of(SOIL), papers=2)
    first, second = draft.text.split("\n\n")

    assert first.startswith("On the Meadowlark benchmark, Glasswing reaches")
    assert second.startswith("Firefly answers")
    assert _markers(draft.text) == list(range(1, len(draft.cited) + 1))
    assert {passage.paper_id for passage in draft.cited} == {"sparse", "cache"}


def test_a_paper_without_abstract_answers_with_its_title() -> None:
    draft = _write("tidal clocks", hit_of(NO_ABSTRACT))

    assert draft.text == f"{NO_ABSTRACT.title} [1]."
    assert draft.cited == passages_of(NO_ABSTRACT)


def test_a_number_in_brackets_in_the_paper_is_no_marker_of_the_answer() -> None:
    paper = Paper("p", "On [7]: A Reply", "We extend [12] to graphs. It beats [3].")
    draft = _write("graphs", hit_of(paper, 1))

    assert _markers(draft.text) == [1, 2]
    assert "We extend [12 ] to graphs [1]." in draft.text
    assert draft.cited[0].text == "We extend [12] to graphs."
    assert _markers(_write("fish", hit_of(BRACKETS, 2)).text) == [1, 2, 3]


@pytest.mark.parametrize("pieces_before", [0, 1, 3, 4, 5])
def test_a_cancelled_answer_has_every_passage_that_its_text_cites(pieces_before: int) -> None:
    cancel = threading.Event()
    hits = (hit_of(SPARSE), hit_of(CACHE))
    writing = ExtractiveWriter().write(WriteRequest("Glasswing or Firefly?", hits, locate, cancel, papers=2))
    written = [next(writing) for _ in range(pieces_before)]
    cancel.set()
    rest, draft = drain(writing)

    assert rest == []
    assert draft.text == "".join(written)
    assert _markers(draft.text) == list(range(1, len(draft.cited) + 1))


def test_nothing_found_gives_an_empty_draft() -> None:
    assert _write("anything") == Draft("", ())
