from __future__ import annotations

import pytest

from rag.checking import speaks_otherwise
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import SPARSE

ENGLISH = passages_of(SPARSE)[1:]


@pytest.mark.parametrize(
    "text",
    [
        "Glasswing halbiert den Speicher des Zwischenspeichers Firefly und erreicht dabei 81,5 % Genauigkeit.",
        "Glasswing réduit de moitié la mémoire du cache Firefly et atteint 81,5 % de précision.",
        "Glasswing将Firefly缓存的内存减半。",
        "Glasswing вдвое сокращает память кэша Firefly.",
    ],
)
def test_another_language_than_that_of_the_papers_is_seen(text: str) -> None:
    assert speaks_otherwise(text, ENGLISH)


@pytest.mark.parametrize(
    "text", [SPARSE.abstract, "Sparse attention: 81.5%.", "", "Glasswing halves the memory of it."]
)
def test_english_and_what_is_too_short_to_tell_is_not(text: str) -> None:
    assert not speaks_otherwise(text, ENGLISH)


def test_papers_in_the_language_of_the_answer_are_no_matter() -> None:
    paper = Paper("de", "Titel", "Glasswing halbiert den Speicher des Zwischenspeichers und liest nur nahe Absätze.")

    assert not speaks_otherwise(paper.abstract, passages_of(paper))


def test_an_answer_that_cites_nothing_is_not_compared() -> None:
    assert not speaks_otherwise("Glasswing halbiert den Speicher des Zwischenspeichers Firefly bei allen Texten.", ())
