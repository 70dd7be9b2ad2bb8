from __future__ import annotations

from evals.metrics.coverage import cited_sentences
from rag import Answer, Claim, Verdict
from tests.evals.answers import answer_citing


def _answer(*claims: tuple[str, tuple[int, ...]]) -> Answer:
    return answer_citing(claims=tuple(Claim(text, markers, Verdict.SUPPORTED) for text, markers in claims))


def test_a_sentence_is_covered_when_it_has_a_marker() -> None:
    assert cited_sentences(_answer(("One.", (1,)), ("Two.", ()), ("Three.", (1, 2)))) == [True, False, True]


def test_sentences_with_numbers_are_looked_at_apart() -> None:
    answer = _answer(("It gains 3.4 points.", (1,)), ("It is fast.", ()), ("It needs 64 GPUs.", ()))

    assert cited_sentences(answer, with_numbers=True) == [True, False]


def test_a_digit_in_a_name_is_no_number() -> None:
    assert cited_sentences(_answer(("It beats GPT-4 and Llama2.", ())), with_numbers=True) == []


def test_an_answer_that_claims_nothing_has_nothing_to_cover() -> None:
    assert cited_sentences(answer_citing()) == []
