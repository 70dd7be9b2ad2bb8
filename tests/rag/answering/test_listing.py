from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answering.listed import LISTED, answer_with_list, evidence_for
from rag.answering.listing import Listing, read_listing
from rag.types import Draft, Paper
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, hit_of


def _listing(question: str) -> Listing:
    listing = read_listing(question)
    assert listing
    return listing


def _listed(question: str, *texts: str) -> list[str]:
    """Those of the texts that put a paper on the list, each the abstract of a paper of its own."""
    listing = _listing(question)
    return [text for text in texts if evidence_for(listing, Paper("p", "A Title", text))]


def _answer(question: str, papers: Sequence[Paper] = PAPERS) -> Draft:
    return answer_with_list(_listing(question), papers)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Which papers mention soil moisture?", (("soil moisture",),)),
        ("which abstracts talk about the KV cache", (("KV cache",),)),
        ("Which of the papers use LoRA?", (("LoRA",),)),
        ("Which papers use 7B Llama models?", (("7B Llama",),)),
        ("What RAG papers do you have?", (("RAG",),)),
        ("In which papers does the word privacy occur?", (("privacy",),)),
        ("How many papers mention LoRA?", (("LoRA",),)),
        ("All papers that mention LoRA please", (("LoRA",),)),
        ("show me all the papers on caches", (("caches",),)),
        ("Any studies on soil?", (("soil",),)),
        ("Do you have any papers on soil?", (("soil",),)),
        ("papers about soil", (("soil",),)),
        ("Find recent articles about soil, thanks", (("recent soil",),)),
        ("Which surveys cover memory?", (("memory",),)),
        ("Which papers use LoRA, QLoRA or Adapters?", (("LoRA",), ("QLoRA",), ("Adapters",))),
        ("Which papers use LoRA/QLoRA?", (("LoRA",), ("QLoRA",))),
        ("Which papers combine retrieval and generation?", (("retrieval", "generation"),)),
        ("Where is MMLU used as a yardstick?", (("MMLU",),)),
        ("Where does Llama 3.1 come up?", (("Llama 3.1",),)),
        ("Who uses LoRA?", (("LoRA",),)),
        ("Who uses Firefly?", (("Firefly",),)),
        ("who works on soil moisture", (("soil moisture",),)),
        ("Who else uses the cache?", (("cache",),)),
        ("Who works with, or compares against, Mistral or Gemma models?", (("Mistral",), ("Gemma",))),
        ("Which papers mention energy, be it consumption or cost?", (("energy",),)),
        ("Hello. Which papers mention soil? Give the scores too.", (("soil",),)),
        ("Which papers use C++?", (("C++",),)),
        ("Which papers mention “GPT-4o”?", (("GPT-4o",),)),
        ("Which papers mention 量化?", (("量化",),)),
        ("What work is there on soil moisture?", (("soil moisture",),)),
        ("Which papers propose a benchmark?", (("benchmark",),)),
        ("Which papers are about training?", (("training",),)),
        ("Which papers are surveys?", (("surveys",),)),
        ("Which papers use GPT-4 to write questions?", (("GPT-4",),)),
        ("Which papers from Blue Lab are about soil?", (("soil",),)),
        ("Soil as the main application: which papers?", (("Soil",),)),
    ],
)
def test_what_papers_are_listed_for_is_read(question: str, things: tuple[tuple[str, ...], ...]) -> None:
    assert _listing(question).things == things


@pytest.mark.parametrize(
    "question",
    [
        "Which paper deals with soil?",
        "Which of the papers is about soil?",
        "What paper has the best result?",
        "Is there a paper about soil?",
        "How do papers in this area measure memory?",
        "What do papers say about memory?",
        "How many papers does the survey review?",
        "How many papers were used to train SciBERT?",
        "How many studies show a benefit?",
        "How many articles were in the training corpus?",
        "What surveys were given to users?",
        "What papers the authors build upon?",
        "Which papers did the reviewers reject?",
        "What kind of papers does the agent read?",
        "What case studies are described?",
        "Which ablation studies were run?",
        "In which user studies was it tried?",
        "Which news articles does the model misread?",
        "What articles of the law are cited?",
        "What are studies saying about memory?",
        "who uses it",
        "Who uses the tool?",
        "Who trains faster, Megatron or DeepSpeed?",
        "Who uses LoRA, the teacher or the student?",
        "Who evaluates the answers, humans or models?",
        "Who compares the outputs?",
        "Who runs faster on CPUs?",
        "Where is the cache stored when it is used?",
        "Where are the adapters used?",
        "Where is LoRA used in the network?",
        "Where does the error appear?",
        "List the limitations of LoRA",
        "Show how the router works",
        "Find the bottleneck in decoding",
        "Name two drawbacks of MoE",
        "All experts are active, right?",
        "Give me the gist of LoRA",
        "soil papers?",
        "Welche Arbeiten gibt es zu LoRA?",
        "量化有哪些论文",
        "",
    ],
)
def test_a_question_for_something_else_asks_for_no_list(question: str) -> None:
    assert read_listing(question) is None


def test_a_kind_told_of_in_many_words_is_described_rather_than_named() -> None:
    listing = _listing("Which papers make small models cheaper by sharing weights across layers?")

    assert listing.described
    assert listing.things == ()
    assert not listing.empty


@pytest.mark.parametrize(
    ("question", "made_by"),
    [
        ("Which papers are from Blue Lab?", True),
        ("papers by Blue Lab", True),
        ("Which papers were written by Blue Lab?", True),
        ("Which papers mention Blue Lab?", False),
    ],
)
def test_a_thing_may_be_who_made_the_papers(question: str, made_by: bool) -> None:
    assert _listing(question).things == (("Blue Lab",),)
    assert _listing(question).made_by is made_by


@pytest.mark.parametrize("question", ["Which papers use it?", "which papers?", "Which papers do you have?"])
def test_a_question_that_does_not_say_what_for_is_empty(question: str) -> None:
    assert _listing(question).empty


@pytest.mark.parametrize(
    ("name", "held", "not_held"),
    [
        ("C++", ["It is in C++.", "C++-like code."], ["It is in C.", "Vitamin C and cats."]),
        ("GPT-4o", ["GPT-4o wins.", "GPT 4o", "gpt4o."], ["GPT-4 wins.", "GPT-4.1"]),
        ("GPT-4", ["GPT-4 wins.", "GPT-4."], ["GPT-4o", "GPT-4.1", "GPT-40"]),
        ("3D", ["3D scenes"], ["3 days", "13D"]),
        ("k-NN", ["kNN works.", "a k-NN search"], ["NNs", "the kNNX"]),
        ("RAG", ["RAG is old.", "many RAGs"], ["rage", "fragments", "dragging"]),
        ("A/B testing", ["By A/B testing."], ["testing"]),
        ("Llama", ["Llama3", "Llama-2", "llamas"], ["Ollama", "Llamafile"]),
        ("β-VAE", ["The beta-VAE.", "a β-VAE"], ["a VAE"]),
        ("量化", ["模型量化方法"], ["模型", "quantization"]),
    ],
)
def test_a_name_is_found_in_every_spelling_and_in_no_other_word(
    name: str, held: list[str], not_held: list[str]
) -> None:
    assert _listed(f"Which papers mention {name}?", *held, *not_held) == held


def test_words_are_found_in_every_form_and_order_within_a_sentence() -> None:
    texts = ("Predicting the moisture of soils.", "Soil is here. Moisture is there.")

    assert _listed("Which papers predict soil moisture?", *texts) == ["Predicting the moisture of soils."]


def test_a_size_stands_with_its_name() -> None:
    found = ["We prune Llama-2-7B.", "Both LLaMA 3B, 7B and 13B shrink.", "a 7B Llama model", "Llama 2 7B-chat"]
    others = ["From Llama 3 8B and Mistral 7B.", "Llama 70B, not a 7B model.", "Llama and 1.7B others."]

    assert _listed("Which papers use 7B Llama models?", *found, *others) == found


def test_two_things_may_stand_in_different_sentences() -> None:
    texts = ("LoRA is used. So is QLoRA.", "LoRA is used.", "QLoRA is used.")

    assert _listed("Which papers mention LoRA and QLoRA?", *texts) == ["LoRA is used. So is QLoRA."]


def test_the_title_is_evidence_when_no_sentence_is() -> None:
    listing = _listing("Which papers mention LoRA?")
    in_both = evidence_for(listing, Paper("p", "LoRA at Work", "We like it. We use LoRA."))
    in_title = evidence_for(listing, Paper("p", "LoRA at Work", "We like it."))

    assert in_both
    assert in_title
    assert (in_both.passage.text, in_title.passage.text) == ("We use LoRA.", "LoRA at Work")


def test_each_paper_is_listed_with_the_sentence_that_holds_it() -> None:
    draft = _answer("Which papers mention Firefly?")

    assert draft.text.split("\n\n") == [
        "2 papers of the collection mention Firefly:",
        "Glasswing: Experiments show that Glasswing halves the memory of the Firefly cache [1].",
        "Firefly: We introduce Firefly, a cache that keeps retrieved passages between questions [2].",
    ]
    assert [passage.paper_id for passage in draft.cited] == ["sparse", "cache"]
    assert not draft.refused


def test_one_paper_is_counted_in_the_singular() -> None:
    assert _answer("Which papers mention Meadowlark?").text.startswith("1 paper of the collection mentions Meadowlark:")


def test_words_that_are_scattered_over_a_paper_count_when_no_sentence_has_them_all() -> None:
    draft = _answer("Which papers mention farmers satellite?")

    assert [passage.text for passage in draft.cited] == ["Farmers irrigate by the moisture of their soil."]


def test_numbers_in_brackets_of_a_sentence_are_not_taken_for_markers() -> None:
    assert "the method of [12 ] and gives" in _answer("Which papers extend a method?", [BRACKETS]).text


@pytest.mark.parametrize(
    ("more", "notes"), [(0, ()), (1, ("1 more belongs on the list.",)), (2, ("2 more belong on the list.",))]
)
def test_a_long_list_is_cut_and_says_so(more: int, notes: tuple[str, ...]) -> None:
    papers = [Paper(f"p{n}", f"Title {n}", "We use LoRA.") for n in range(LISTED + more)]
    draft = _answer("Which papers use LoRA?", papers)

    assert draft.text.startswith(f"{LISTED + more} papers of the collection mention LoRA:")
    assert len(draft.cited) == LISTED
    assert draft.notes == notes


@pytest.mark.parametrize("name", ["QuillForge", "C++", "GPT-4o", "3D", "k-NN", "(a|b)*[", "量化", "quillforging"])
def test_what_no_paper_mentions_is_refused_whatever_is_near(name: str) -> None:
    draft = answer_with_list(_listing(f"Which papers are about {name}?"), PAPERS, near=[hit_of(SPARSE)])

    assert draft.refused
    assert draft.cited == ()


def test_what_no_paper_mentions_is_named() -> None:
    assert _answer("Which papers use LoRA or QLoRA?").text == "No paper of the collection mentions LoRA or QLoRA."


def test_the_paper_that_others_are_asked_for_beside_is_left_out() -> None:
    listing = _listing("Which papers mention Firefly?")

    assert [passage.paper_id for passage in answer_with_list(listing, PAPERS, apart_from=[CACHE]).cited] == ["sparse"]
    assert answer_with_list(listing, [CACHE], apart_from=[CACHE]).text == (
        "No other paper of the collection mentions Firefly."
    )


def test_papers_near_a_described_kind_are_said_to_be_likely() -> None:
    listing = _listing("Which papers make small models cheaper by sharing weights across layers?")
    draft = answer_with_list(
        listing, PAPERS, near=[hit_of(SPARSE, 2), hit_of(CACHE, 1, score=0.9), hit_of(SOIL, score=0.5)]
    )

    assert draft.text.startswith("2 papers are likely to be meant:")
    assert [passage.paper_id for passage in draft.cited] == ["sparse", "cache"]


def test_known_words_that_no_paper_has_together_lead_to_what_is_near() -> None:
    listing = _listing("Which papers mention irrigating divers?")
    near = answer_with_list(listing, PAPERS, near=[hit_of(SOIL, 1)], known={"irrig", "diver"})
    nothing = answer_with_list(listing, PAPERS, known={"irrig", "diver"})
    unknown = answer_with_list(listing, PAPERS, near=[hit_of(SOIL, 1)], known={"irrig"})

    assert near.text.startswith("1 paper is likely to be meant:")
    assert nothing.text == "No paper of the collection mentions irrigating divers."
    assert unknown.text == "No paper of the collection mentions irrigating divers."


@pytest.mark.parametrize(
    "question", ["Which papers do not mention soil?", "Which papers don’t use soil?", "which papers never mention soil"]
)
def test_a_list_of_what_papers_leave_out_is_refused(question: str) -> None:
    draft = _answer(question)

    assert draft.refused
    assert draft.text == "A list can say which papers mention something, not which papers leave it out."


def test_a_collection_without_papers_has_none_of_the_kind() -> None:
    assert _answer("Which papers mention soil?", []).refused
    assert not _answer("Which papers mention clocks?", [NO_ABSTRACT]).refused


@pytest.mark.parametrize("piece", ["which papers ", "or ", ".", " ", "“", "A-B-", "x, "])
def test_a_huge_message_is_read(piece: str) -> None:
    assert read_listing(f"Which papers use {(piece * 4000)[:4000]}")


_ABOUT = Paper("about", "Notes", "Many things are hard. In this work, we study privacy.")
_TWICE = Paper("twice", "More Notes", "Privacy is hard. Some give privacy up.")
_TITLED = Paper("titled", "Privacy in Practice", "It is hard.")
_PASSING = Paper("passing", "Other Notes", "Models serve health, law and privacy. We make them fast.")


def test_papers_that_only_mention_a_topic_stand_apart_below() -> None:
    draft = _answer("What work is there on privacy?", [_PASSING, _ABOUT, _TWICE, _TITLED])

    assert [passage.paper_id for passage in draft.cited] == ["about", "twice", "titled", "passing"]
    assert draft.text.startswith("3 papers of the collection are about privacy:")
    assert "Borderline, as they only mention it (1):\n\n“Other Notes”" in draft.text
    assert draft.cited[0].text == "In this work, we study privacy."


def test_a_question_for_mentions_makes_no_such_difference() -> None:
    draft = _answer("Which papers mention privacy?", [_PASSING, _ABOUT])

    assert [passage.paper_id for passage in draft.cited] == ["passing", "about"]
    assert "Borderline" not in draft.text


def test_papers_that_bring_a_thing_in_are_told_from_those_that_use_it() -> None:
    makes = Paper("makes", "A Title", "We introduce Meadowlark, a new benchmark of birds.")
    uses = Paper("uses", "A Title", "Our method, evaluated widely, wins on every benchmark.")

    assert [p.paper_id for p in _answer("Which papers propose a benchmark?", [uses, makes]).cited] == ["makes"]
    assert [p.paper_id for p in _answer("Which papers propose a benchmark?", [uses]).cited] == ["uses"]
    assert [p.paper_id for p in _answer("Which papers mention a benchmark?", [uses, makes]).cited] == ["uses", "makes"]


def test_papers_with_a_part_of_two_things_are_borderline_when_none_has_both() -> None:
    papers = [Paper("one", "A Title", "We prune."), Paper("two", "B Title", "We quantize.")]

    draft = _answer("Which papers mention pruning and quantization?", papers)

    assert draft.text.startswith("No papers of the collection mention pruning and quantization.\n\nBorderline")
    assert [passage.paper_id for passage in draft.cited] == ["one", "two"]
