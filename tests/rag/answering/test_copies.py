from __future__ import annotations

import re

import pytest

from rag.answering.copies import CopyFilter
from rag.answering.prompts import RULES as TAGGED
from rag.answering.prompts import build_prompt
from rag.types import Hit
from tests.rag.answering.material import GLACIER, GLACIER_KEY, MEADOW, MEADOW_KEY, QUESTION

RULES = re.sub("<[^>]*>", "", TAGGED)
"""As they come out of the stage before."""
PROMPT = build_prompt(QUESTION, [Hit(GLACIER, 1.0, ()), Hit(MEADOW, 1.0, ())], context_tokens=4096, answer_tokens=100)


def _filtered(text: str, size: int) -> tuple[str, bool]:
    copies = CopyFilter(PROMPT)
    pieces = [copies.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return "".join(pieces) + copies.finish(), copies.found


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (RULES, ""),
        (f"{RULES}\n\nGlacier is slow.", "Glacier is slow."),
        ("You answer questions about research papers. Glacier is slow.", "Glacier is slow."),
        (f"Question: {QUESTION}\nAnswer: 12.3%.", "Answer: 12.3%."),
        (f"Title: {GLACIER.title}\nDate: 2025-10-27\nAbstract: {GLACIER.abstract}", ""),
        (f"Keys you may cite: [{GLACIER_KEY}] [{MEADOW_KEY}]\n\n[{GLACIER_KEY}] says so.", f"[{GLACIER_KEY}] says so."),
        ("Sure!\n- Use only what the papers between tags say.", "Sure!\n"),
        ("  **Give names, numbers and units exactly as the papers give them**\nYes.", "Yes."),
    ],
)
def test_what_is_only_repeated_of_the_prompt_is_taken_out(said: str, shown: str, size: int) -> None:
    text, found = _filtered(said, size)

    assert found
    assert text.strip(" *-") == shown.strip(" *-")


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    "said",
    [
        GLACIER.abstract,
        f"“{GLACIER.title}” raises recall.",
        "You answer with a cache.\n\n- Use only one.\nGive names?\nTitle: none",
        "Several papers get several results. Question: why?",
        "",
        "\n\n",
        "You answer questions",
    ],
)
def test_anything_else_goes_through_untouched(said: str, size: int) -> None:
    assert _filtered(said, size) == (said, False)
