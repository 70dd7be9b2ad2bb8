from __future__ import annotations

import pytest

from rag.text.quotes import quotes, without_quotes


@pytest.mark.parametrize(
    "text",
    [
        'He wrote "the text" here.',
        "He wrote 'the text' here.",
        "He wrote “the text” here.",
        "He wrote ‘the text’ here.",
        "Er schrieb „the text“ hier.",
        "Il a écrit «the text».",
    ],
)
def test_what_stands_between_marks_of_any_kind_is_a_quotation(text: str) -> None:
    ((start, end),) = quotes(text)

    assert text[start:end] == "the text"


def test_an_apostrophe_inside_a_quotation_does_not_end_it() -> None:
    text = "Does 'the model's memory' matter?"
    ((start, end),) = quotes(text)

    assert text[start:end] == "the model's memory"


@pytest.mark.parametrize(
    "text", ["", "the model's and the user's", "the model’s and the users’", '5" wide', "“open", "'"]
)
def test_apostrophes_and_lone_marks_quote_nothing(text: str) -> None:
    assert quotes(text) == []
    assert without_quotes(text) == text


def test_quotations_can_be_blanked_out_without_moving_the_rest() -> None:
    text = "Say 'one. Two.' now"

    assert without_quotes(text) == "Say             now"
    assert len(without_quotes(text)) == len(text)
