"""What single papers speak of."""

from __future__ import annotations

import pytest

from rag.knowledge.extraction import Extract, entity_key, extract, keywords
from rag.knowledge.kinds import Kind
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, PAPERS, SPARSE


def kinds(abstract: str, title: str = "Notes on a Matter") -> dict[str, Kind]:
    return {entity.name: entity.kind for entity in extract(Paper("p", title, abstract)).entities}


def keys(abstract: str, title: str = "Notes on a Matter") -> list[str]:
    return [entity.key for entity in extract(Paper("p", title, abstract)).entities]


def test_a_paper_speaks_of_its_system_of_data_sets_metrics_tasks_and_methods() -> None:
    found = kinds(
        "In this paper, we propose Glasswing. We evaluate on Meadowlark and the Redwing dataset. Glasswing outperforms "
        "Firefly in accuracy at question answering by sparse attention.",
        "Glasswing: Reading Long Documents",
    )

    assert found["Glasswing"] == Kind.SYSTEM
    assert found["Meadowlark"] == found["Redwing"] == Kind.DATA_SET
    assert found["Firefly"] == Kind.BASELINE
    assert found["accuracy"] == Kind.METRIC
    assert found["question answering"] == Kind.TASK
    assert found["sparse attention"] == Kind.METHOD


def test_names_of_one_list_are_of_one_kind() -> None:
    found = kinds("It is tested with MMLU, GSM8K and the HumanEval benchmarks.")

    assert found["MMLU"] == found["GSM8K"] == Kind.NAME
    assert kinds("It reads MMLU, GSM8K, and HumanEval benchmarks.")["MMLU"] == Kind.DATA_SET


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("It is tested on NLP benchmarks.", "NLP", Kind.NAME),
        ("It is tested on the Redwing benchmark.", "Redwing", Kind.DATA_SET),
        ("It reads Redwing-based benchmarks.", "Redwing", Kind.NAME),
        ("These are Bayesian models.", "Bayesian", Kind.NAME),
        ("It is faster than NVIDIA's library.", "NVIDIA", Kind.NAME),
        ("It is faster than Firefly.", "Firefly", Kind.BASELINE),
        ("They use Low-Rank Adaptation here.", "Low-Rank Adaptation", Kind.METHOD),
        ("They use Video LLMs here.", "Video LLMs", Kind.MODEL),
        ("It has many TFLOPS now.", "TFLOPS", Kind.METRIC),
    ],
)
def test_a_name_is_what_its_last_word_or_its_place_says(text: str, name: str, kind: Kind) -> None:
    assert kinds(text)[name] == kind


def test_what_is_best_so_far_is_no_name() -> None:
    assert keys("It is faster than SOTA.") == []


@pytest.mark.parametrize(
    ("title", "name", "kind"),
    [
        ("Small but Mighty: Compact Models", "Small but Mighty", Kind.PHRASE),
        ("MORE: Offline Learning", "MORE", Kind.SYSTEM),
        ("Zoom Eye: Image Exploration", "Zoom Eye", Kind.SYSTEM),
    ],
)
def test_a_title_that_begins_with_a_saying_brings_no_system(title: str, name: str, kind: Kind) -> None:
    assert kinds("", title)[name] == kind


@pytest.mark.parametrize("spelling", ["LightRAG", "Light RAG", "Light-RAG"])
def test_spellings_of_a_name_have_one_key(spelling: str) -> None:
    assert "lightrag" in keys(f"It is faster than {spelling} on all tasks.")


def test_a_short_form_has_the_key_of_what_it_stands_for() -> None:
    found = extract(Paper("p", "Notes", "We train a Mixture-of-Experts (MoE) network. The MoE layers are sparse."))

    assert found.aliases == (("moe", "mixtur expert"),)
    place = [entity.key for entity in found.entities].index("mixtur expert")
    assert [place in said.entities for said in found.sentences] == [False, True, True]


def test_a_short_form_that_is_the_papers_own_name_keeps_its_key() -> None:
    found = extract(Paper("p", "RAFT: Reading", "We propose Retrieval Augmented Fine Tuning (RAFT). RAFT reads."))

    assert dict(found.aliases)["retriev augment fine tune"] == "raft"
    assert "raft" in {entity.key for entity in found.entities}


@pytest.mark.parametrize(
    "text",
    ["A set (ABC) of things.", "The model (about 7B) is big.", "Nothing (NN).", "(AB) begins.", "Ab (A) is short."],
)
def test_brackets_that_spell_nothing_out_give_no_alias(text: str) -> None:
    assert extract(Paper("p", "Notes", text)).aliases == ()


def test_a_variant_stands_under_the_papers_own_name() -> None:
    found = extract(Paper("p", "Hyper-RAG: Fast Search", "We introduce Hyper-RAG. The variant Hyper-RAG-Lite is fast."))

    assert dict(found.aliases) == {"hyperraglite": "hyperrag"}
    assert [entity.name for entity in found.entities if entity.key.startswith("hyper")] == ["Hyper-RAG"]


def test_capitals_of_a_title_make_no_names() -> None:
    found = keys("", "Zoom Eye: Tree-Based Image Exploration for Multimodal LLMs")

    assert found[:2] == ["zoom eye", "llm"]
    assert "tree base imag" in found


def test_key_phrases_have_two_to_four_words_and_no_verbs_or_empty_words() -> None:
    assert keys(
        "These results show that our novel approach reduces the memory footprint of large language models."
    ) == [
        "memori footprint",
        "larg languag model",
    ]


def test_addresses_are_no_entities() -> None:
    assert keys("Code is at https://github.com/Ada/Glass-Wing and project-page.github.io now.") == []


def test_each_sentence_has_its_place_and_its_entities_once() -> None:
    for paper in PAPERS:
        found = extract(paper)
        assert [(said.start, said.end) for said in found.sentences] == [(p.start, p.end) for p in passages_of(paper)]
        for said in found.sentences:
            assert list(said.entities) == sorted(set(said.entities))
            assert all(0 <= place < len(found.entities) for place in said.entities)
        assert len({entity.key for entity in found.entities}) == len(found.entities)


def test_an_extract_comes_back_from_json() -> None:
    for paper in PAPERS:
        assert Extract.from_json(extract(paper).to_json()) == extract(paper)


@pytest.mark.parametrize(
    "abstract", ["", " ", "...", "((((", "日本語のモデルです。", "a" * 5000, "I. X (Y) Z-", "-" * 300]
)
def test_odd_text_breaks_nothing(abstract: str) -> None:
    assert extract(Paper("p", "?", abstract)).sentences[0].start == 0


def test_a_title_alone_is_read() -> None:
    assert [entity.name for entity in extract(NO_ABSTRACT).entities] == ["tidal clocks", "escapements"]


def test_keywords_of_a_question_are_keys_of_entities() -> None:
    known = {entity.key for paper in (SPARSE, CACHE) for entity in extract(paper).entities}

    assert {entity_key("Glasswing"), entity_key("sparse attention"), entity_key("Firefly")} <= known
    asked = keywords("How does Glasswing use sparse attention against the Firefly cache?")
    assert {entity_key("Glasswing"), "spars attent", entity_key("Firefly")} <= set(asked)
    assert keywords("") == []


@pytest.mark.parametrize(
    ("name", "key"),
    [("Light RAG", "lightrag"), ("LightRAG", "lightrag"), ("Mixture-of-Experts", "mixtur expert"), ("", ""), ("?", "")],
)
def test_a_name_has_its_key(name: str, key: str) -> None:
    assert entity_key(name) == key


def test_an_own_name_written_like_a_word_is_found_where_it_opens_a_sentence() -> None:
    found = extract(SPARSE)
    place = [entity.name for entity in found.entities].index("Glasswing")

    assert [place in said.entities for said in found.sentences] == [True, False, True, True, True, False]
