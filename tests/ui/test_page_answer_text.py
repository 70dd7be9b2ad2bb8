from __future__ import annotations

from rag.types import Answer, Citation, Claim, Verdict
from ui.page.answer_text import Span, groups, pieces, spans


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


def test_a_list_is_grouped_under_its_leads_and_prose_is_not() -> None:
    lines = ["5 papers:", "A: says so [1].", "B [2].", "Borderline (2):", "C [3].", "D [4]. And more."]

    found = groups(spans(_answer("\n\n".join(lines), {1, 2, 3, 4}, (_claim("B."),))))
    prose = groups(spans(_answer("A [1]. B [2]. C [3].\n\nD [4].", {1, 2, 3, 4})))

    def text(said: tuple[Span, ...]) -> str:
        return "".join(f"[{part}]" if isinstance(part, int) else part for span in said for part in span.parts)

    assert [(text(group.lead), [text(row) for row in group.rows]) for group in found] == [
        (lines[0], lines[1:3]),
        (lines[3], lines[4:]),
    ]
    assert prose == []
