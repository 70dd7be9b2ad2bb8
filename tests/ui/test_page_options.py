from __future__ import annotations

import datetime
from typing import cast

import pytest

from rag.assistant import Assistant, Choice
from rag.errors import SettingsError
from rag.filters import PaperFilter
from rag.settings import Settings
from rag.types import Paper
from ui.page.options import Options, available, in_collection, summary


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("auto", "hybrid", 0, 0, ""), "auto, hybrid"),
        (("extractive", "dense", 2024, 0, ""), "extractive, dense, 2024–"),
        (("auto", "hybrid", 0, 2025, "Blue Lab"), "auto, hybrid, –2025, Blue Lab"),
        (("auto", "hybrid", 2024, 2025, ""), "auto, hybrid, 2024–2025"),
    ],
)
def test_the_label_says_what_is_set(values: tuple[str, str, int, int, str], told: str) -> None:
    assert summary(*values)["label"] == f"Model, search and filters: {told}"


def test_years_mean_whole_years() -> None:
    assert Options("auto", "hybrid", 2024, 2025, "").filters() == PaperFilter(
        date_from=datetime.date(2024, 1, 1), date_to=datetime.date(2025, 12, 31)
    )


def test_nothing_set_is_no_filter() -> None:
    assert Options("auto", "hybrid", 0, 0, "").filters() == PaperFilter()


def test_years_and_organisations_of_the_collection_can_be_chosen() -> None:
    papers = [
        Paper("a", "A", "", published=datetime.date(2023, 5, 1), organisation="zeta"),
        Paper("b", "B", "", published=datetime.date(2025, 5, 1), organisation="Alpha"),
        Paper("c", "C", "", published=datetime.date(2023, 6, 1), organisation="zeta"),
        Paper("d", "D", ""),
    ]

    first, last, organisation = in_collection(papers)

    assert first["choices"] == last["choices"] == [("any", 0), ("2025", 2025), ("2023", 2023)]
    assert organisation["choices"] == [("any", ""), ("Alpha", "Alpha"), ("zeta", "zeta")]


def test_what_cannot_be_had_is_named_with_the_reason(page_settings: Settings) -> None:
    with Assistant.open(settings=page_settings) as assistant:
        models, retrievers, notes = available(assistant)

    assert ("openai/quill", "openai/quill") in models["choices"]
    assert ("ollama/absent (not available)", "ollama/absent") in models["choices"]
    assert ("hybrid", "hybrid") in retrievers["choices"]
    assert page_settings.ollama_host in notes


def test_choices_that_cannot_be_listed_say_why() -> None:
    class Misconfigured:
        def models(self) -> list[Choice]:
            raise SettingsError("the address of the model server makes no sense")

    *_, notes = available(cast(Assistant, Misconfigured()))

    assert "The address of the model server makes no sense." in notes
