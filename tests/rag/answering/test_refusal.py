from __future__ import annotations

import pytest

from rag.answering.prompts import REFUSAL
from rag.answering.refusal import RefusalGate, declines, is_refusal, without_refusal


@pytest.mark.parametrize(
    "said",
    [
        "The provided papers do not mention any experiments on TPUs.",
        "The papers don't specify the learning rate.",
        "Unfortunately, none of the papers address this question directly.",
        "I'm sorry, but I cannot answer this question based on the papers given.",
        "I could not find any information about that in the abstracts.",
        "I am unable to find an answer.",
        "There is no information in the passages about its licence.",
        "This is not stated in the abstract.",
        "It cannot be determined from the sources.",
        "Based on the given context, there is not enough information to say.",
        "Glasswing is a model. Its price is not mentioned in the papers.",
        "The answer is not in the papers.",
        "As an AI, I cannot access the documents.",
        "N/A",
        "Not mentioned in the abstracts.",
        "Die vorliegenden Artikel beantworten diese Frage nicht.",
        "In den Texten finden sich dazu keine Angaben.",
        "Les documents ne mentionnent pas le coût.",
        "Je ne peux pas répondre à cette question.",
        "Los artículos no mencionan el coste.",
        "No hay información sobre ello.",
        "I documenti non menzionano il costo.",
        "Os artigos não mencionam o custo.",
        "De artikelen geven hier geen antwoord op.",
        "Te artykuły nie odpowiadają na to pytanie.",
        "В статьях нет информации о стоимости.",
        "这些论文没有提到成本。",
        "論文にはその情報は記載されていません。",
        "제공된 논문에는 그 정보가 없습니다.",
    ],
)
def test_a_refusal_in_any_common_words_is_one_when_nothing_is_cited(said: str) -> None:
    assert is_refusal(said, cites=False)
    assert not is_refusal(said, cites=True)


@pytest.mark.parametrize(
    "said",
    [
        "Glasswing halves the memory of the Firefly cache.",
        "It does not need any training, unlike the other three.",
        "Without a cache the model cannot answer in real time.",
        "The model has no access to the internet and does not retrain.",
        "The data do not fit into memory, so Glacier keeps them on disk.",
        "Sie verbessert die Genauigkeit, aber nicht das Tempo.",
        "Le système ne demande pas d'entraînement.",
        "这种方法不需要训练。",
        "",
    ],
)
def test_an_answer_is_none(said: str) -> None:
    assert not declines(said)


def test_only_the_beginning_of_an_answer_is_looked_at() -> None:
    said = "Glasswing halves memory. Firefly is faster. The papers do not mention cost."

    assert not declines(said)


def _shown(*pieces: str, cites_from: int | None = None) -> list[str]:
    gate = RefusalGate()
    return [
        gate.pass_on(piece, cites=cites_from is not None and number >= cites_from)
        for number, piece in enumerate(pieces)
    ]


def test_the_gate_holds_a_refusal_back_to_its_end() -> None:
    assert _shown("The papers ", "do not say. ", "But it is 80 GB.") == ["", "", ""]
    assert _shown(REFUSAL[:20], REFUSAL[20:]) == ["", ""]


def test_the_gate_lets_an_answer_through_at_once_or_after_its_first_sentence() -> None:
    assert _shown("Glasswing ", "halves ", "the memory of ", "it") == ["", "", "Glasswing halves the memory of ", "it"]
    assert _shown("Glasswing ", "halves it. ", "And") == ["", "Glasswing halves it. ", "And"]
    assert _shown("The model ", "halves memory. ", "And") == ["", "The model halves memory. ", "And"]


def test_the_gate_opens_at_the_first_citation() -> None:
    pieces = ("The papers do not say all. ", "But it halves memory [1].")

    assert _shown(*pieces, cites_from=1) == ["", "".join(pieces)]


@pytest.mark.parametrize(
    "said",
    [
        "Die vorliegenden Artikel beantworten diese Frage nicht.",
        "Glasswing wird in den vorliegenden Artikeln nicht erwähnt.",
        "Leider enthalten die Texte keine Angaben dazu.",
        "Les documents ne mentionnent pas le coût.",
        "Je ne peux pas répondre à cette question.",
        "Los artículos no mencionan el coste.",
        "I documenti non menzionano il costo.",
        "Os artigos não mencionam o custo.",
        "De artikelen geven hier geen antwoord op.",
        "В статьях нет информации о стоимости.",
        "这些论文没有提到成本。",
        "제공된 논문에는 그 정보가 없습니다.",
        "Glasswing is not mentioned in the papers.",
    ],
)
def test_no_word_of_a_refusal_in_another_language_is_shown_while_it_is_written(said: str) -> None:
    assert not any(_shown(*said, " "))


def test_the_refusal_before_an_answer_that_cites_is_left_out() -> None:
    gate = RefusalGate()

    assert gate.pass_on(f"{REFUSAL} However, ", cites=False) == ""
    assert gate.pass_on("it halves memory [1].", cites=True) == "However, it halves memory [1]."
    assert without_refusal(f"**{REFUSAL}**\n\nIt halves memory [1].") == "It halves memory [1]."
    assert without_refusal(f"{REFUSAL[:-1]} [1].") == f"{REFUSAL[:-1]} [1]."
