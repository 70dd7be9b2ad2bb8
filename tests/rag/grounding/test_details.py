from __future__ import annotations

import pytest

from rag.grounding.details import detail_left_out, detail_told
from rag.types import Paper


def _paper(abstract: str) -> Paper:
    return Paper("p", "Gannet: Fast Training", abstract)


@pytest.mark.parametrize(
    ("question", "telling", "name"),
    [
        ("What did Gannet cost in dollars?", "Training costs 20% less.", "what it costs in money"),
        ("What licence is Gannet under?", "It is free under the Apache terms.", "a licence"),
        ("Which GPU was it run on?", "It ran on eight A100.", "the make of the hardware"),
        ("What hardware does it need?", "It runs on mobile chips.", "the hardware"),
        ("Does Gannet run on an iPhone?", "It is meant for mobile use.", "phones or other small devices"),
        ("How many days did training take?", "Training took two weeks.", "how long that takes"),
        ("Which programming language is it in?", "It is written on top of PyTorch.", "a programming language"),
        ("Who funded Gannet?", "It was funded by a foundation.", "who paid for it"),
        ("At which university was it made?", "Two institutes took part.", "where its authors work"),
        ("What is its carbon footprint?", "It halves emissions.", "emissions"),
        ("How many watts does it draw?", "It saves energy.", "energy"),
        ("How many tokens per second does it reach?", "It writes 90 tokens/s.", "tokens per second"),
        ("How much memory does it need?", "The footprint is 12 GB.", "how much memory it takes"),
        ("What is its p-value?", "The gain is statistically significant.", "how sure its figures are"),
        ("What learning rate does it use?", "Low learning rates do better.", "learning rates"),
        ("Which batch size does it use?", "A larger batch size helps.", "batch sizes"),
        ("How many seeds were used?", "Means are over five seeds.", "a random seed"),
        ("Does it speak German?", "It is multilingual.", "German"),
    ],
)
def test_a_detail_is_left_out_unless_the_paper_has_a_word_of_its_kind(question: str, telling: str, name: str) -> None:
    silent = _paper("We propose a method, and results show that it is better.")

    assert detail_left_out(question, silent) == name
    assert detail_left_out(question, _paper(telling)) is None
    assert not detail_told(question, silent)


@pytest.mark.parametrize(
    "question", ["", "???", "How long are the sequences of Gannet?", "How long does a context get?", "What is Gannet?"]
)
def test_other_questions_ask_for_no_such_detail(question: str) -> None:
    assert detail_left_out(question, _paper("")) is None
    assert not detail_told(question, _paper("$5 on an A100 in two weeks"))
