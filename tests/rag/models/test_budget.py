from __future__ import annotations

from rag.models.budget import context_window, estimate_tokens, fit


def test_an_empty_text_has_no_tokens() -> None:
    assert estimate_tokens("") == 0


def test_the_estimate_for_english_is_above_the_count_of_a_real_tokenizer() -> None:
    text = "Large language models have transformed various sectors, including education, finance, and medicine."

    assert estimate_tokens(text) >= 17  # cl100k_base counts 17


def test_chinese_counts_by_the_character() -> None:
    assert estimate_tokens("超图检索增强生成") >= 8


def test_what_fits_is_taken_from_the_front() -> None:
    assert fit([10, 20, 30], 60) == 3
    assert fit([10, 20, 30], 59) == 2
    assert fit([10, 20, 30], 9) == 0
    assert fit([], 5) == 0


def test_the_window_covers_prompt_and_answer_in_few_steps() -> None:
    assert context_window(100, 512, 8192) == 4096
    assert context_window(3584, 512, 8192) == 4096
    assert context_window(3585, 512, 8192) == 8192


def test_the_window_is_never_larger_than_allowed() -> None:
    assert context_window(700, 512, 2000) == 2000
