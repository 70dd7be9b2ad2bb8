"""Each rule on papers made for it."""

from __future__ import annotations

import pytest

from rag.comparing.aspects import findings
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS

_GLASS = (
    "Long documents are common in law. However, existing attention is prohibitively slow on them. Lawyers read them. "
    "In this paper, we propose Glasswing, a sparse attention for long documents. Glasswing skips paragraphs. "
    "The core of Glasswing is a novel index of paragraphs. "
    "We evaluate Glasswing on the Meadow benchmark and nine court datasets. "
    "All models are trained on 64 NVIDIA A100 GPUs. "
    "Experiments show that Glasswing reaches 81.5% accuracy. "
    "Glasswing outperforms Firefly and Longbow by a wide margin. "
    "It reduces memory by 3.4x. "
    "The results open new perspectives for future work. "
    "Our code is available at https://example.org/glasswing."
)


def _chosen(abstract: str, title: str = "Glasswing: Sparse Attention") -> dict[str, str]:
    paper = Paper("p", title, abstract)
    return {aspect: finding.passage.text for aspect, finding in findings(paper).items()}


@pytest.mark.parametrize(
    ("aspect", "sentence"),
    [
        ("problem", "However, existing attention is prohibitively slow on them."),
        ("idea", "In this paper, we propose Glasswing, a sparse attention for long documents."),
        ("novelty", "The core of Glasswing is a novel index of paragraphs."),
        ("data", "We evaluate Glasswing on the Meadow benchmark and nine court datasets."),
        ("hardware", "All models are trained on 64 NVIDIA A100 GPUs."),
        ("results", "Experiments show that Glasswing reaches 81.5% accuracy."),
        ("compared", "Glasswing outperforms Firefly and Longbow by a wide margin."),
        ("cost", "It reduces memory by 3.4x."),
        ("code", "Our code is available at https://example.org/glasswing."),
    ],
)
def test_each_aspect_finds_its_sentence(aspect: str, sentence: str) -> None:
    assert _chosen(_GLASS)[aspect] == sentence


def test_what_an_abstract_does_not_say_is_left_out() -> None:
    assert _chosen("We propose Glasswing, a sparse attention.") == {"idea": "We propose Glasswing, a sparse attention."}
    assert findings(NO_ABSTRACT) == {}


def test_what_is_told_of_the_field_is_no_result_of_the_paper() -> None:
    chosen = _chosen(
        "Attention outperforms recurrence by 20% on 512 GPUs. Costs have increased by 3x. We propose Glasswing."
    )

    assert {"results", "hardware", "compared", "cost"}.isdisjoint(chosen)


def test_we_propose_comes_before_we_study_and_we_also_propose() -> None:
    chosen = _chosen(
        "We study attention. We introduce Glasswing, an index. We also introduce Moth, a benchmark.", "On It"
    )

    assert chosen["idea"] == "We introduce Glasswing, an index."


def test_a_study_without_a_proposal_has_the_study_as_its_idea() -> None:
    assert _chosen("Soil is dry. This survey reviews 140 studies of soil.", "On Soil")["idea"] == (
        "This survey reviews 140 studies of soil."
    )


def test_how_we_do_things_is_no_contribution() -> None:
    assert "idea" not in _chosen("Models revolutionise how we develop software.", "On Models")


def test_a_paper_that_begins_with_itself_tells_its_problem_later() -> None:
    chosen = _chosen("We present Glasswing, a system. Training at this scale brings many challenges.")

    assert chosen["problem"] == "Training at this scale brings many challenges."


def test_figures_come_before_praise_and_promises_never_count() -> None:
    chosen = _chosen(
        "We propose Glasswing. Experiments show that Glasswing is effective. Glasswing improves recall by 12%. "
        "We hope Glasswing improves the lives of 90% of all lawyers by 5x."
    )

    assert chosen["results"] == "Glasswing improves recall by 12%."


def test_a_version_is_no_figure() -> None:
    chosen = _chosen("We propose Glasswing. Our results are on Llama 3.1. We find that it achieves 12.5% more.")

    assert chosen["results"] == "We find that it achieves 12.5% more."


def test_without_machines_the_size_of_models_is_the_scale() -> None:
    assert _chosen("We propose Glasswing. We train models with up to 7B parameters.")["hardware"] == (
        "We train models with up to 7B parameters."
    )


def test_unlike_others_is_a_result_when_it_tells_one() -> None:
    chosen = _chosen("We propose Glasswing. Glasswing maintained its accuracy, unlike existing methods.")

    assert "novelty" not in chosen
    assert chosen["compared"] == "Glasswing maintained its accuracy, unlike existing methods."


def test_code_will_be_released_is_about_code_and_open_source_data_is_not() -> None:
    assert _chosen("We propose Glasswing. Code, model, and data will be released.")["code"] == (
        "Code, model, and data will be released."
    )
    assert "code" not in _chosen("We propose Glasswing. It has been trained on open-source simulation code.")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.paper_id)
def test_every_finding_points_into_a_sentence_of_its_paper(paper: Paper) -> None:
    for finding in findings(paper).values():
        assert finding.passage in passages_of(paper)[1:]
        assert 0 <= finding.start < finding.end <= len(finding.passage.text)


def test_the_small_papers_are_read() -> None:
    assert findings(SPARSE)["hardware"].passage.text == "Training took nine days on 64 GPUs."
    assert findings(CACHE)["idea"].passage.text.startswith("We introduce Firefly")
    assert findings(SOIL)["data"].passage.text.startswith("This survey reviews 140 studies")
    assert "idea" not in findings(STARS)
    assert findings(BRACKETS)["novelty"].passage.number == 2
