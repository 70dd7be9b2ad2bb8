from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pytest

from rag.grounding import missing_evidence
from rag.text.terms import document_terms
from rag.types import Hit, Paper
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS, hit_of

_FOUND = Counter(term for paper in PAPERS for term in set(document_terms(paper.text)))


def _frequency(terms: Sequence[str]) -> Mapping[str, int]:
    return {term: _FOUND[term] for term in terms}


def _missing(question: str, *papers: Paper) -> str | None:
    return missing_evidence(question, [hit_of(paper) for paper in papers], _frequency, len(PAPERS))


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("How does Glasswing save memory?", SPARSE),
        ("how does glasswing save memory", SPARSE),
        ("Which accuracy does Glasswing reach on Meadowlark?", SPARSE),
        ("What is Firefly?", CACHE),
        ("Tell me about Réseau-Étoile", STARS),
        ("And Reseau Etoile, which classes of stars?", STARS),
        ("Which input do studies of soil moisture use?", SOIL),
        ("How do models attend to paragraphs of long documents?", SPARSE),
        ("fish", BRACKETS),
        ("Tidal clocks?", NO_ABSTRACT),
        ("???", SPARSE),
        ("日本語のモデル", SPARSE),
    ],
)
def test_a_question_that_its_paper_may_answer_is_tried(question: str, paper: Paper) -> None:
    assert _missing(question, paper) is None


def test_nothing_found_is_said() -> None:
    assert missing_evidence("What is Firefly?", [], _frequency, 0) == (
        "The collection holds no paper that matches the question."
    )


@pytest.mark.parametrize("retriever", ["hybrid", "light"])
@pytest.mark.parametrize(
    ("score", "reason"), [(0.15, "Nothing in the collection is close to this question."), (0.25, None)]
)
def test_a_best_paper_that_is_far_off_is_no_evidence(retriever: str, score: float, reason: str | None) -> None:
    hit = Hit(SPARSE, score if retriever == "hybrid" else 1.0, hit_of(SPARSE).passages, closeness=score)

    assert missing_evidence("Who won the match?", [hit], _frequency, len(PAPERS)) == reason


def test_scores_of_other_retrievers_say_nothing_about_distance() -> None:
    hit = Hit(SPARSE, 0.01, hit_of(SPARSE).passages, {"bm25": 0.01})

    assert missing_evidence("How do models read documents?", [hit], _frequency, len(PAPERS)) is None


def test_a_name_that_stands_in_no_paper_is_said() -> None:
    assert _missing("How does QuillNet save memory?", SPARSE, CACHE) == "No paper of the collection mentions QuillNet."
    assert _missing("Is QuillNet better than InkBERT?", SPARSE) == (
        "No paper of the collection mentions QuillNet or InkBERT."
    )


def test_a_name_that_only_another_paper_has_is_said() -> None:
    reason = _missing("Which oceans did the Meadowlark expedition cross?", CACHE)

    assert reason == "The nearest paper, Firefly, does not mention Meadowlark."


def test_what_the_paper_meant_does_not_speak_of_is_said() -> None:
    reason = _missing("How many dollars of electricity did Glasswing burn in Oslo?", SPARSE)

    assert reason is not None
    assert "Glasswing" in reason or "Oslo" in reason


def test_a_paper_meant_by_name_must_share_something_with_what_is_asked_of_it() -> None:
    reason = _missing("What licence and price does Glasswing have?", SPARSE)

    assert reason is not None
    assert reason.startswith("The abstract of Glasswing (“Sparse Attention for Long Documents”) says nothing about “")


def test_papers_compared_are_looked_at_together() -> None:
    assert _missing("Is Glasswing or Firefly faster than a plain index?", SPARSE, CACHE) is None


@pytest.mark.parametrize(
    ("question", "score", "refused"),
    [
        ("How are earthquakes forecast by satellite?", 0.3, True),
        ("How are earthquakes forecast by satellite?", 0.4, False),
        ("How is moisture found by satellite?", 0.3, False),
        ("earthquakes, landslides, avalanches, floods, storms, droughts, satellite images", 0.3, False),
    ],
)
def test_an_unknown_word_in_a_short_question_needs_a_near_paper(question: str, score: float, refused: bool) -> None:
    hit = dataclasses.replace(hit_of(SOIL), score=score + 0.1, closeness=score)

    reason = missing_evidence(question, [hit], _frequency, 100)

    assert (reason is not None) == refused
    assert missing_evidence(question, [hit], _frequency, len(PAPERS)) is None  # in so few papers most words are missing
    assert reason is None or reason.startswith("No paper of the collection mentions earthquakes")


def test_a_rare_name_with_common_pieces_is_rare() -> None:
    known = Counter({"timebeetl": 1, "beetl": 9, "time": 40})
    question = "Which results does Glasswing report on TimeBeetle?"

    reason = missing_evidence(question, [hit_of(SPARSE)], lambda terms: {term: known[term] for term in terms}, 100)

    assert reason == "The nearest paper, Glasswing, does not mention TimeBeetle."


@pytest.mark.parametrize(
    "question",
    ["Which accuracy does the method of this American group reach on Meadowlark?", "Which figure does Glasswing give?"],
)
def test_nationalities_and_the_word_figure_are_nothing_to_look_for(question: str) -> None:
    assert _missing(question, SPARSE) is None


def test_a_name_in_capitals_is_not_counted_as_the_word_of_its_stem() -> None:
    def frequency(terms: Sequence[str]) -> Mapping[str, int]:
        return _frequency(terms) | {term: 5 for term in terms if term == "aim"}

    reason = missing_evidence("What does Glasswing score on AIME 2024?", [hit_of(SPARSE)], frequency, len(PAPERS))

    assert reason == "The nearest paper, Glasswing, does not mention AIME."


def test_a_tool_is_not_named_by_a_verb_of_its_stem() -> None:
    uses = Paper("uses", "Gannet: Fast Training", "We propose Gannet, which optimises and schedules training by hand.")
    names = Paper("names", "Gannet: Fast Training", "We propose Gannet, whose optimiser is made by hand.")

    assert _missing("Which optimizer does Gannet use?", uses) == (
        "The abstract of Gannet (“Fast Training”) does not name any optimizer."
    )
    assert _missing("Which optimizer does Gannet use?", names) is None


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("Under which licence is Glasswing published?", "a licence"),
        ("Which programming language is Glasswing written in?", "a programming language"),
        ("Which graphics cards was Firefly measured on?", "the make of the hardware"),
        ("Does Firefly run on phones?", "phones or other small devices"),
    ],
)
def test_a_kind_of_detail_that_the_paper_has_no_word_of_is_said(question: str, left_out: str) -> None:
    reason = _missing(question, SPARSE if "Glasswing" in question else CACHE)

    assert reason is not None
    assert reason.endswith(f" says nothing about {left_out}.") or "says nothing about “" in reason


def test_a_term_that_only_another_paper_has_is_said_with_that_paper() -> None:
    training = Paper("g", "Gannet: Fast Training", "We propose Gannet, which overlaps the pipeline stages of training.")
    parallel = Paper("h", "Heron: Long Inputs", "Heron brings in hybrid parallelism for the stages of training.")
    hits = [hit_of(paper) for paper in (training, parallel, *PAPERS)]

    reason = missing_evidence("How do the training stages of Gannet use hybrid parallelism?", hits, _counted(hits), 8)

    assert reason == ("The abstract of Gannet (“Fast Training”) says nothing about “hybrid parallelism”; Heron does.")


def test_a_comparison_is_no_thing_asked_for() -> None:
    quick = Paper("q", "Gannet: Fast Training", "We propose Gannet, which speeds training up by 2.4x on 8 GPUs.")

    assert _missing("How much faster is Gannet?", quick) is None


def test_an_order_before_a_name_is_no_part_of_it() -> None:
    assert _missing("Compare Glasswing and Firefly", SPARSE, CACHE) is None


def _counted(hits: Sequence[Hit]) -> Callable[[Sequence[str]], Mapping[str, int]]:
    found = Counter(term for hit in hits for term in set(document_terms(hit.paper.text)))
    return lambda terms: {term: found[term] for term in terms}
