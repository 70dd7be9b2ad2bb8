from __future__ import annotations

import pytest

from rag.text.mentions import find_mentions, mentions, pieces


@pytest.mark.parametrize(
    "text",
    ["They use LightRAG.", "They use Light-RAG.", "They use Light RAG.", "Light RAG wins.", "Light-RAG wins."],
)
def test_spellings_of_one_name_have_one_key(text: str) -> None:
    assert mentions(text) == ("lightrag",)


def test_greek_letters_are_spelled_out() -> None:
    assert mentions("with PanGu-π") == mentions("with PanGu-pi") == ("pangupi",)


def test_the_plural_of_capitals_is_the_singular() -> None:
    assert mentions("many LLMs and H100s") == mentions("the LLM and the H100")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("compared to BERT and k-NN", ("bert", "knn")),
        ("on the Talk2Car data", ("talk2car",)),
        ("with Triton", ("triton",)),
        ("a GPT-based agent", ("gpt",)),
        ("A100-class and LoRA-like", ("a100", "lora")),
        ("Mixture-of-Experts layers", ("mixtureofexperts",)),
        ("on 8xH100 nodes", ("h100",)),
        ("by the Open Reef Survey", ("openreefsurvey",)),
        ("LightRAG, then LightRAG again", ("lightrag",)),
    ],
)
def test_names_are_found_by_how_they_are_written(text: str, keys: tuple[str, ...]) -> None:
    assert mentions(text) == keys


@pytest.mark.parametrize(
    "text",
    ["", "nothing named", "Sentences begin with capitals.", "The boats. Two of them.", "7B and 3x", "I think so"],
)
def test_plain_words_and_figures_are_no_names(text: str) -> None:
    assert mentions(text) == ()


def test_a_mention_knows_its_place_parts_and_kind() -> None:
    text = "Unlike Light-RAG, the Harbour model is small."
    first, second = find_mentions(text)
    assert (text[first.start : first.end], first.parts) == ("Unlike Light-RAG", ("unlike", "light", "rag"))
    assert (first.written, first.opening) == (True, True)
    assert (text[second.start : second.end], second.written, second.opening) == ("Harbour", False, False)


def test_pieces_are_the_words_of_a_name() -> None:
    assert pieces("Llama-3.1-70B") == ("llama", "3.1", "70b")
