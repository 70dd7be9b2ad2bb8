"""Cross-encoders of fastembed, whose package is no dependency: the part of its interface that is used stands in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.errors import ModelMissingError, ModelUnavailableError

CROSS_ENCODER = """
class TextCrossEncoder:
    def __init__(self, model_name, cache_dir):
        if model_name == "far/away":
            raise OSError("no internet")

    @staticmethod
    def list_supported_models():
        return [{"model": "near/by"}, {"model": "far/away"}]

    def rerank(self, query, documents):
        return (1000.0 if "moisture" in document else -1000.0 for document in documents)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "fastembed" / "rerank").mkdir(parents=True)
    for name, text in (("__init__", ""), ("rerank/__init__", ""), ("rerank/cross_encoder", CROSS_ENCODER)):
        (tmp_path / "fastembed" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "fastembed"]:
        del sys.modules[name]


def _with(small: Assistant, model: str) -> Assistant:
    return Assistant.open(settings=Settings(home=small.settings.home, model="extractive", rerank=f"fastembed:{model}"))


@pytest.mark.usefixtures("package")
def test_the_model_reads_question_and_paper_together(small: Assistant) -> None:
    with _with(small, "near/by") as assistant:
        hits = assistant.search("what was measured", 6)

    assert hits[0].paper.paper_id == "soil"
    assert hits[0].signals["rerank"] == pytest.approx(1.0)
    assert hits[1].signals["rerank"] == pytest.approx(0.0)


@pytest.mark.usefixtures("package")
def test_a_model_that_the_package_does_not_know_is_named(small: Assistant) -> None:
    with _with(small, "nobody/nothing") as assistant, pytest.raises(ModelMissingError, match="'nobody/nothing'"):
        assistant.search("soil")


@pytest.mark.usefixtures("package")
def test_a_download_that_fails_says_what_to_do(small: Assistant) -> None:
    with _with(small, "far/away") as assistant, pytest.raises(ModelUnavailableError, match="connect to the internet"):
        assistant.search("soil")


def test_without_the_package_the_error_says_how_to_install_it(
    small: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with _with(small, "some/model") as assistant, pytest.raises(ModelUnavailableError, match="pip install fastembed"):
        assistant.search("soil")
