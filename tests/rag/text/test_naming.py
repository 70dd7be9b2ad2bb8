from __future__ import annotations

import pytest

from rag.text.naming import names_paper, own_names, papers_meant, short_name
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS


def _paper(title: str, abstract: str = "") -> Paper:
    return Paper("p", title, abstract)


@pytest.mark.parametrize(
    ("paper", "name"),
    [(SPARSE, "Glasswing"), (CACHE, "Firefly"), (STARS, "Réseau-Étoile")],
    ids=lambda value: str(value)[:9],
)
def test_the_name_before_the_colon_of_a_title_is_the_papers_own(paper: Paper, name: str) -> None:
    assert own_names(paper)[0] == name
    assert short_name(paper) == name


def test_a_name_that_the_abstract_proposes_and_uses_again_is_the_papers_own() -> None:
    paper = _paper(
        "Faster Caches", "Unlike BERT, we propose a cache called QuickCache. QuickCache beats BERT and GPT-4."
    )

    assert own_names(paper) == ("QuickCache",)


def test_names_of_others_are_not_the_papers_own() -> None:
    paper = _paper("Faster Caches", "BERT and GPT-4 are slow. BERT is the slower one, GPT-4 the larger one.")

    assert own_names(paper) == ()


@pytest.mark.parametrize("head", ["A Survey", "The Long Road", "On Scaling", "Towards RAG", "Seven Ways to Cut Costs"])
def test_a_heading_before_the_colon_is_no_name(head: str) -> None:
    assert own_names(_paper(f"{head}: What We Learned")) == ()


def test_a_short_title_without_a_name_is_quoted_whole() -> None:
    assert short_name(NO_ABSTRACT) == "“Notes on Tidal Clocks and Their Escapements”"


def test_a_long_title_without_a_name_is_quoted_up_to_its_colon() -> None:
    paper = _paper("Seven Ways to Cut the Costs of Search: An Exploration in Four Parts, with an Appendix")

    assert short_name(paper) == "“Seven Ways to Cut the Costs of Search”"


def test_a_long_title_with_nothing_before_its_colon_is_quoted_whole() -> None:
    title = f": {'very ' * 20}long"

    assert short_name(_paper(title)) == f"“{title}”"


@pytest.mark.parametrize(
    "text",
    [
        "How does QuickCache save memory?",
        "how does quickcache save memory",
        "QUICKCACHE or not?",
        "What of Quick-Cache?",
        "quick cache memory",
        "Quick Caches, are they any good?",
    ],
)
def test_a_text_names_a_paper_in_any_spelling_of_a_coined_name(text: str) -> None:
    assert names_paper(text, _paper("QuickCache: Remembering Passages"))


@pytest.mark.parametrize("text", ["How does Glasswing save memory?", "Glasswing's memory", "(Glasswing)"])
def test_a_name_that_could_be_a_word_counts_as_it_is_written(text: str) -> None:
    assert names_paper(text, SPARSE)
    assert not names_paper(text.lower(), SPARSE)


@pytest.mark.parametrize("text", ["", "Sparse attention for long documents", "glass", "wings", "What is Firefly?"])
def test_a_text_about_the_same_things_does_not_name_the_paper(text: str) -> None:
    assert not names_paper(text, SPARSE)


def test_accents_do_not_hide_a_name() -> None:
    assert names_paper("What does Reseau-Etoile classify?", STARS)


def test_the_first_five_words_of_its_title_name_a_paper_without_a_name() -> None:
    assert names_paper("In a survey of soil moisture prediction, which input is common?", SOIL)
    assert not names_paper("Is there a survey of soil?", SOIL)


def test_a_paper_whose_name_has_no_latin_letters_is_not_named_by_everything() -> None:
    paper = _paper("Сбер: 模型", "Мы предлагаем Сбер.")

    assert not names_paper("What is Glasswing?", paper)
    assert not names_paper("", paper)


def test_a_name_that_needs_its_symbols_is_no_single_letter() -> None:
    paper = _paper("C++: A Language for Caches")

    assert names_paper("Is C++ fast?", paper)
    assert not names_paper("Is vitamin C in C# or plan C?", paper)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("How do Firefly and Glasswing compare?", [SPARSE, CACHE]),
        ("what does a survey of soil moisture prediction say?", [SOIL]),
        ("the paper on 'sparse attention'", [SPARSE]),
        ("the paper on “soil moisture prediction”", [SOIL]),
        ("the paper on 'attention'", []),
        ("the paper on 'attention for sparse documents'", []),
        ("Is the users' sparse attention the models' problem?", []),
        ("How do models read long documents?", []),
        ("", []),
    ],
)
def test_papers_are_meant_by_name_or_by_what_is_quoted_of_their_titles(text: str, papers: list[Paper]) -> None:
    assert papers_meant(text, PAPERS) == papers


@pytest.mark.parametrize("word", ["or", "versus", "vs", "compared with"])
def test_a_paper_set_beside_one_that_is_named_may_be_meant_by_a_name_that_it_alone_uses(word: str) -> None:
    users = [_paper("Slow Caches", "We test on BlueRiver."), _paper("Old Caches", "We test on RedRiver.")]

    assert papers_meant(f"Glasswing {word} the BlueRiver work?", [SPARSE, *users]) == [SPARSE, users[0]]
    assert papers_meant(f"Glasswing {word} the River work?", [SPARSE, *users]) == [SPARSE]
    assert papers_meant("The BlueRiver work?", [SPARSE, *users]) == []


def test_a_name_that_several_use_means_none_of_them() -> None:
    users = [_paper(title, "We test on BlueRiver.") for title in ("Slow Caches", "Old Caches")]

    assert papers_meant("Glasswing or the BlueRiver work?", [SPARSE, *users]) == [SPARSE]


def test_a_name_that_most_papers_use_means_none_of_them() -> None:
    named = _paper("LLM: A Ledger of Machines", "We propose LLM.")
    users = [_paper(f"Paper {number}", f"We train {number} LLMs.") for number in range(4)]
    others = [_paper(f"Paper {number}", "We measure soil.") for number in range(4)]

    assert papers_meant("How are tables made with an LLM?", [*users, named]) == []
    assert papers_meant("How are tables made with an LLM?", [*others, named]) == [named]


def test_a_name_counts_as_common_only_as_it_is_written() -> None:
    named = _paper("SCALE: Joint Translation", "We propose SCALE.")
    users = [_paper(f"Paper {number}", "Models scale well. We scale them.") for number in range(5)]

    assert papers_meant("How large is SCALE?", [*users, named]) == [named]


@pytest.mark.parametrize("piece", ["ha", "'a ", "“", "A-B-", "LightRAG "])
def test_a_huge_text_is_searched_for_names(piece: str) -> None:
    text = (piece * 4000)[:4000]

    assert papers_meant(f"{text} Firefly", PAPERS) == [CACHE]


def test_a_whole_title_does_not_name_another_that_begins_like_it() -> None:
    larger = Paper("larger", "Scaling Model Training to More Machines", "We go to many machines.")
    slower = Paper("slower", "Scaling Model Training to More Slow Links", "We go to slow links.")

    text = "Scaling Model Training to More Machines: compare that with Firefly"

    assert papers_meant(text, [larger, slower, CACHE]) == [larger, CACHE]
    assert papers_meant("Scaling Model Training to More", [larger, slower]) == [larger, slower]
