"""What a message does not want: subjects left out of lists and of questions to the records."""

from __future__ import annotations

import pytest

from rag import Answer, Assistant


def _cited(answer: Answer) -> set[str]:
    return {citation.title.split(":")[0] for citation in answer.citations}


def test_papers_on_a_subject_that_is_not_wanted_are_not_listed(seed: Assistant) -> None:
    everything = seed.ask("papers about multimodal models")
    without = seed.ask("papers about multimodal models, but not on recommendation")

    assert "NoteLLM-2" in _cited(everything)
    assert "NoteLLM-2" not in _cited(without)
    assert len(_cited(without) & _cited(everything)) > 3
    assert "recommendation" in without.text.splitlines()[0]


def test_a_paper_that_only_speaks_of_what_is_not_wanted_is_left_out_too(seed: Assistant) -> None:
    answer = seed.ask("Which papers use LoRA, but not quantization?")

    assert "Flexora" in _cited(answer)
    assert "EfficientLLM" not in _cited(answer)


@pytest.mark.parametrize("message", ["Which papers are not about training?", "everything except surveys"])
def test_a_list_of_nothing_but_what_is_not_wanted_is_declined(seed: Assistant, message: str) -> None:
    answer = seed.ask(message)

    assert answer.refused
    assert "name a subject" in (answer.reason or "")
    assert not answer.citations


def test_records_can_leave_out_a_subject(seed: Assistant) -> None:
    everything = seed.ask("papers from 2025")
    without = seed.ask("papers from 2025 except those on mixture of experts")

    assert "ElasticMoE" in _cited(everything)
    assert "ElasticMoE" not in _cited(without)
    assert _cited(without)


def test_a_question_may_be_written_in_latex(seed: Assistant) -> None:
    answer = seed.ask(r"What is $\mathcal{O}(T^2)$ reduced to in \textbf{HiP} Attention?")

    assert "O(T log T)" in answer.text
    assert answer.question.startswith("What is $")
