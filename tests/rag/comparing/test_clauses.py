from __future__ import annotations

import pytest

from rag.comparing.clauses import CELL_WORDS, piece_around

_LONG = (
    "Experiments on the Meadow dataset with six models demonstrated that Glasswing improves accuracy by 12.3% over "
    "plain search and outperforms Firefly by 6.3%, while a second study on the Moor dataset with nine other models of "
    "the same family gave no difference at all."
)


def _piece(sentence: str, around: str, filled: float = 1.0) -> str:
    start = sentence.index(around)
    return piece_around(sentence, start, start + len(around), filled=filled)


def test_a_short_sentence_loses_its_opening_and_its_full_stop() -> None:
    assert _piece("In this paper, we propose Glasswing, a sparse attention.", "propose") == (
        "We propose Glasswing, a sparse attention"
    )


def test_a_long_sentence_is_cut_to_the_clause_with_the_cue() -> None:
    assert _piece(_LONG, "12.3%") == (
        "Experiments on the Meadow dataset with six models demonstrated that Glasswing improves accuracy by 12.3% over "
        "plain search and outperforms Firefly by 6.3% …"
    )


def test_the_clause_after_that_stands_alone() -> None:
    sentence = _LONG.replace("with six models", "with six of the large models that are most used in the courts of law")

    assert _piece(sentence, "12.3%") == (
        "Glasswing improves accuracy by 12.3% over plain search and outperforms Firefly by 6.3% …"
    )


def test_the_shortest_piece_is_taken_where_that_is_wanted() -> None:
    assert _piece(_LONG, "Meadow dataset", filled=-0.6) == "Experiments on the Meadow dataset with six models …"


def test_a_piece_that_does_not_begin_a_clause_says_so() -> None:
    assert _piece(_LONG, "nine other models", filled=-1.0).startswith("… ")


def test_what_is_not_shown_is_not_told_as_shown() -> None:
    sentence = (
        "The many experiments that were run on twelve collections of documents in nine languages do not show that "
        "Glasswing improves the accuracy of answers, which its makers had hoped for at the outset."
    )

    assert not _piece(sentence, "improves", filled=-1.0).startswith("Glasswing")


def test_a_bracket_is_not_torn_apart() -> None:
    sentence = (
        "Glasswing is tried on tasks such as paper review (58% of which succeed, a third more than before), safety "
        "assessments that were written by nine experts, and summaries of long reports in twelve languages of Europe."
    )

    piece = _piece(sentence, "58%")

    assert piece.count("(") == piece.count(")") == 1


@pytest.mark.parametrize("around", ["Experiments", "12.3%", "6.3%", "Moor", "difference"])
@pytest.mark.parametrize("filled", [1.0, -0.3, -1.0])
def test_every_piece_is_verbatim_and_fits(around: str, filled: float) -> None:
    piece = _piece(_LONG, around, filled)

    inner = piece.removeprefix("… ").removesuffix(" …")
    assert inner[1:] in _LONG
    assert around.lower() in piece.lower()
    assert len(inner.split()) <= CELL_WORDS


def test_a_sentence_without_joints_is_cut_after_so_many_words() -> None:
    sentence = " ".join(f"word{number}" for number in range(60)) + "."

    piece = piece_around(sentence, 0, 5)

    assert piece == " ".join(f"word{number}" for number in range(CELL_WORDS)).capitalize() + " …"
