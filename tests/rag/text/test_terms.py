from __future__ import annotations

import pytest

from rag.text.terms import STOP_WORDS, document_terms, fold, query_terms, stem, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("LightRAG", "lightrag"),
        ("Réseau-Étoile", "reseau-etoile"),
        ("α-Diversity of β", "alpha-diversity of beta"),
        ("ﬁne", "fine"),
        ("e\u0301", "e"),
        ("", ""),
    ],
)
def test_folding_leaves_small_letters_without_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_folded_and_keep_decimals_whole() -> None:
    assert words("Hyper-RAG's 12.3% of 1,436 — Étude") == ["hyper", "rag", "12.3", "of", "1,436", "etude"]


@pytest.mark.parametrize("text", ["", "—!?", "日本語", "Что"])
def test_a_text_without_latin_words_has_none(text: str) -> None:
    assert words(text) == document_terms(text) == query_terms(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("models", "model"), ("retrieving", "retrieval"), ("llms", "llm"), ("gpus", "gpu"), ("evaluated", "evaluation")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_that_merely_end_in_s_keep_it() -> None:
    assert stem("gas") != stem("ga")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("LightRAG", "Light RAG"),
        ("LightRAG", "light-rag"),
        ("Light-RAG", "lightrag"),
        ("Light RAG", "LightRAG"),
        ("TorchTitan", "torch titan"),
        ("torch titan", "TorchTitan"),
        ("Llama2", "llama"),
        ("κ and λ-calculus", "lambda calculus"),
        ("Étoile", "etoile"),
    ],
)
def test_spellings_of_a_name_meet(written: str, asked: str) -> None:
    assert set(document_terms(written)) & set(query_terms(asked))


def test_every_document_is_found_by_its_own_text() -> None:
    text = "Zebra-Llama and K2-Think use GPUs of A100 type; see MoE/LoRA in Mixture-of-Experts v3.5."

    assert set(document_terms(text)) <= set(query_terms(text))


def test_stop_words_are_no_terms() -> None:
    assert document_terms("What is the use of it?") == [stem("use")]
    assert not STOP_WORDS & set(document_terms(" ".join(sorted(STOP_WORDS))))


def test_document_terms_count_each_use_and_query_terms_do_not() -> None:
    assert document_terms("cache of a cache") == ["cach", "cach"]
    assert query_terms("cache cache")[0] == "cach"
    assert query_terms("cache cache").count("cach") == 1


def test_one_unknown_word_is_a_term_of_its_own() -> None:
    assert query_terms("xyzzy") == ["xyzzi"]
