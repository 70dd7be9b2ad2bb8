from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelMissingError, ModelUnavailableError
from rag.index.embedding import embedder_for
from rag.settings import load_settings

PACKAGE = """
class TextEmbedding:
    embedding_size = 2

    def __init__(self, model_name, cache_dir):
        if model_name == "far/away":
            raise OSError("no internet")

    @staticmethod
    def list_supported_models():
        return [{"model": "BAAI/small"}, {"model": "far/away"}]

    def embed(self, texts):
        return iter([[3.0, 4.0] for _ in texts])
"""
"""The part of fastembed's interface that is used, for it is no dependency."""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "fastembed.py").write_text(PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("fastembed", None)


@pytest.mark.usefixtures("package")
def test_vectors_are_brought_to_unit_length() -> None:
    embedder = embedder_for(load_settings(embedding="fastembed:BAAI/small"))
    assert embedder.dimension == 2
    np.testing.assert_allclose(embedder.embed(["a", "b"]), [[0.6, 0.8], [0.6, 0.8]], atol=1e-6)
    assert embedder.embed([]).shape == (0, 2)


@pytest.mark.usefixtures("package")
def test_a_model_that_the_package_does_not_know_is_named() -> None:
    with pytest.raises(ModelMissingError, match="'nobody/nothing'"):
        embedder_for(load_settings(embedding="fastembed:nobody/nothing")).embed(["a"])


@pytest.mark.usefixtures("package")
def test_a_download_that_fails_says_what_to_do() -> None:
    with pytest.raises(ModelUnavailableError, match="connect to the internet"):
        embedder_for(load_settings(embedding="fastembed:far/away")).embed(["a"])


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(ModelUnavailableError, match="pip install fastembed"):
        embedder_for(load_settings(embedding="fastembed:BAAI/small")).embed(["a"])
