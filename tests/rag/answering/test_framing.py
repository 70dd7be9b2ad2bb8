from __future__ import annotations

import pytest

from rag.answering.framing import Framing


def _framed(text: str, size: int) -> str:
    framing = Framing()
    return "".join(framing.feed(text[start : start + size]) for start in range(0, len(text), size)) + framing.finish()


SIZES = pytest.mark.parametrize("size", [1, 6, 10_000])


@SIZES
@pytest.mark.parametrize("label", ["Answer: ", "**Answer:** ", "Assistant:\n", "## Answer:\n\n", "Final answer: "])
def test_a_label_before_the_answer_is_taken_off(label: str, size: int) -> None:
    assert _framed(f"{label}Recall rises [p4821].", size) == "Recall rises [p4821]."


@SIZES
@pytest.mark.parametrize(
    "behind",
    [
        "References:\n- [p4821] Glacier: Slow Caches\n- [p3000] Meadow",
        "## References\n[p4821] Glacier",
        "Sources: [1], [3]",
        "**Sources:** 1 and 3",
        "Question: What is next?\nAnswer: Nothing.",
        "User: and then?",
    ],
)
def test_references_and_dialogue_behind_the_answer_are_left_out(behind: str, size: int) -> None:
    assert _framed(f"Recall rises [p4821].\n\n{behind}", size) == "Recall rises [p4821].\n\n"


@SIZES
@pytest.mark.parametrize(
    "text",
    [
        "Sources disagree on recall.\nReferences to memory are few.",
        "Recall rises.\nSources: the papers say so [p4821], and Meadow too.",
        "Question answering is faster.\n\nUsers like it.",
        "References [p4821]",
        "Answers differ: see below.",
        "",
        "- Recall rises.\n\n\n- Memory falls.",
    ],
)
def test_anything_else_goes_through_untouched(text: str, size: int) -> None:
    assert _framed(text, size) == text


def test_a_line_is_shown_as_soon_as_it_can_be_no_label() -> None:
    framing = Framing()

    assert [framing.feed(piece) for piece in ("Re", "call ", "rises", ".\n", "Ref", "ractive")] == [
        "",
        "Recall ",
        "rises",
        ".\n",
        "",
        "Refractive",
    ]
