"""A tiny adapter of each kind is made from a handful of lines; skipped without torch, which no other part needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.training.texts import Asked, Shelf
from rag.index.embedding.minilm import MiniLM
from rag.learned import CrossEncoder
from tests.evals.training.test_texts import folder

torch = pytest.importorskip("torch", reason="the dependency group `training` is not installed: no adapter is rebuilt")

LINES = [
    ("Lakes", "We measure lakes with sound. They are deep.", "how deep is the water?", "They are deep"),
    ("Rivers", "Water flows to the sea. Deltas grow each year.", "what grows at river mouths?", "Deltas grow"),
    ("Bridges", "Steel bends under load. We weigh trucks.", "what happens to metal?", "Steel bends"),
    ("Bees", "Bees dance to tell the way. Flowers wait.", "how do insects talk?", "Bees dance"),
]
QUESTIONS = [Asked(question, "plain", "one", ("a", title), words) for title, _, question, words in LINES]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    records = [{"source": "a", "id": title, "title": title, "abstract": text} for title, text, _, _ in LINES]
    return Shelf(folder(tmp_path / "data", records), [one.paper for one in QUESTIONS])


def test_a_tiny_retrieval_adapter_gives_torch_s_vectors_in_the_product_and_goes_on_where_it_was_stopped(
    shelf: Shelf, tmp_path: Path
) -> None:
    from evals.training.retrieval import Phase, Trainer
    from evals.training.trunk import packed, tokenizer_for

    phases, checkpoint = [Phase(3, 1e-4, with_topics=False)], tmp_path / "kept.pt"
    whole, said = Trainer(shelf, QUESTIONS, []), list[str]()
    whole.train(phases, batch=2, checkpoint=checkpoint, report=said.append)
    assert said[-1].startswith("step 6 of 6")
    again, told = Trainer(shelf, QUESTIONS, []), list[str]()
    again.train(phases, batch=2, checkpoint=checkpoint, report=told.append)
    assert told == [f"6 steps are done already, see {checkpoint}"]

    adapter = tmp_path / "tiny.npz"
    adapter.write_bytes(packed(again.network["bert"]))
    texts = [one.text for one in QUESTIONS]
    product, trunk = MiniLM(tmp_path, adapter).embed(texts), MiniLM(tmp_path, adapter=None).embed(texts)
    with torch.no_grad():
        trained = whole.embed(tokenizer_for(64).encode_batch(texts)).numpy()
    # The adapter keeps a few bits of each change, and torch trains in bfloat16: both cost little beside the change.
    assert np.abs(product - trained).max() < 0.02
    assert np.abs(product - trunk).max() > np.abs(product - trained).max()


def test_a_tiny_cross_encoder_learns_its_pairs_and_gives_torch_s_logits_in_the_product(tmp_path: Path) -> None:
    from evals.training.cross_encoder import Example, Network, Schedule, logits_of, packed, pair_tokenizer, train

    torch.manual_seed(0)
    network = Network(classes=1)
    examples = [
        Example(question, text, (float(text == other),)) for _, text, question, _ in LINES for _, other, _, _ in LINES
    ]
    train(network, pair_tokenizer(), examples, Schedule(passes=2, batch=8), lambda line: None)

    adapter = tmp_path / "pairs.npz"
    adapter.write_bytes(packed(network))
    pairs = [(one.first, one.second) for one in examples]
    expected = logits_of(network, pair_tokenizer(), pairs)
    np.testing.assert_allclose(CrossEncoder(tmp_path, adapter).logits(pairs), expected, atol=0.1)
