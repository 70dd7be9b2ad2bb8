from __future__ import annotations

import pytest

from rag.answering.copies import CopyFilter
from rag.answering.prompts import EXAMPLE, RULES, build_prompt
from rag.settings import Settings
from rag.types import Hit
from tests.rag.answering.material import GLACIER, MEADOW, QUESTION

PROMPT = build_prompt(QUESTION, [Hit(GLACIER, 1.0, ()), Hit(MEADOW, 1.0, ())], Settings())


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
        ("You answer questions from numbered sentences of research papers. Glacier is slow.", "Glacier is slow."),
        (f"Question: {QUESTION}\nAnswer: 12.3%.", "Answer: 12.3%."),
        (f"{EXAMPLE[-1][1]}\nGlacier is slow [1].", "Glacier is slow [1]."),
        ("Sure!\nKeep names, figures and units exactly as they are.", "Sure!\n"),
        ("  **Name the paper you speak of**\nYes.", "Yes."),
    ],
)
def test_what_is_only_repeated_of_the_prompt_is_taken_out(said: str, shown: str, size: int) -> None:
    text, found = _filtered(said, size)

    assert found
    assert text.strip(" *-]") == shown.strip(" *-]")


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
