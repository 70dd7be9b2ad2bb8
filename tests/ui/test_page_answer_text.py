from __future__ import annotations

from rag.types import Answer, Citation, Claim, Verdict
from ui.page.answer_text import pieces, spans


def _answer(text: str, markers: set[int], claims: tuple[Claim, ...] = ()) -> Answer:
    citations = tuple(Citation(marker, "p", "T", None, "T", 0, 1, Verdict.SUPPORTED, 1.0) for marker in sorted(markers))
    return Answer("q", text, False, None, citations, claims, (), "extractive", "hybrid", "0")


def _claim(text: str, verdict: Verdict = Verdict.SUPPORTED) -> Claim:
    return Claim(text, (1,), verdict)


def _text(answer: Answer) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else part for span in spans(answer) for part in span.parts)


def test_markers_of_citations_become_numbers_and_other_brackets_stay_text() -> None:
    assert pieces("A [1], B [7] and [x] [2].", {1, 2}) == ("A ", 1, ", B [7] and [x] ", 2, ".")


def test_text_without_markers_is_one_piece() -> None:
    assert pieces("plain", {1}) == ("plain",)
    assert pieces("", {1}) == ()


def test_each_sentence_is_found_where_it_stands() -> None:
    text = "First claim [1].  Second one [1][2].\n\nBye."
    answer = _answer(text, {1, 2}, (_claim("First claim."), _claim("Second one."), _claim("Bye.")))

    found = [(span.parts, span.claim.text if span.claim else None) for span in spans(answer)]

    assert found == [
        (("First claim ", 1, "."), "First claim."),
        (("  ",), None),
        (("Second one ", 1, 2, "."), "Second one."),
        (("\n\n",), None),
        (("Bye.",), "Bye."),
    ]


def test_nothing_of_the_text_is_lost() -> None:
    text = " [1] It says “a  b” [2][1] — and more [9]. "
    answer = _answer(text, {1, 2}, (_claim("It says “a b” — and more [9]."),))

    assert _text(answer) == text


def test_a_claim_that_is_not_in_the_text_is_left_out_and_the_rest_still_found() -> None:
    answer = _answer("One. Two.", set(), (_claim("Zero."), _claim("Two.", Verdict.PARTIAL), _claim("")))

    assert [(span.parts, span.claim and span.claim.verdict) for span in spans(answer)] == [
        (("One. ",), None),
        (("Two.",), Verdict.PARTIAL),
    ]


def test_the_same_sentence_twice_is_found_twice() -> None:
    twice = (_claim("Yes."), _claim("Yes.", Verdict.UNSUPPORTED))

    verdicts = [span.claim.verdict for span in spans(_answer("Yes. Yes.", set(), twice)) if span.claim]

    assert verdicts == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
