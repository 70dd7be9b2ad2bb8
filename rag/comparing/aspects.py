"""What a paper says under each aspect: a small model tells how probably a sentence of an abstract serves each of them.

The idea is asked of the learned relevance as well: it knows better which sentence says what a paper brings.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from rag.index.embedding.minilm import MiniLM
from rag.retrieval.relevance import Relevance
from rag.text.numbers import numbers
from rag.text.sentences import passages_of
from rag.types import Paper, Passage

__all__ = ["ASPECTS", "Embeds", "built_in", "features", "findings", "has_figures"]

ASPECTS: Final = {
    "problem": "Problem",
    "idea": "Idea",
    "novelty": "What is new",
    "data": "Data and models",
    "hardware": "Hardware and scale",
    "results": "Headline results",
    "compared": "Compared against",
    "cost": "Cost and speed",
    "code": "Code",
}
"""The heading of each aspect, in the order of the table and of the model's outputs."""
IDEA: Final = list(ASPECTS).index("idea")
HEAD: Final = Path(__file__).parents[1] / "learned" / "aspects.npz"
LARGE: Final = 1000
"""Figures from here on are sizes and counts rather than scores."""
PARTS: Final = 5
"""An abstract is cut into so many equal parts; in which one a sentence stands tells much of what it is for."""
SCALE: Final = 4.0
"""Of a sentence's vector, beside inputs that are 0 or 1."""
LEAST: Final = 0.075
"""A sentence that scores less does not state the aspect. Chosen on 24 abstracts of other collections: from 0.05 to 0.1
181 of their 216 cells are right, and what changes is whether the others are wrong or empty."""
REPEATED: Final = 0.05
"""Taken off a sentence for each aspect that it serves already: a column that repeats itself says less."""
BRINGS: Final = "What does this paper propose?"
OF_RELEVANCE: Final = 0.3
"""Weight of the relevance for that question beside the probability that a sentence tells the idea. With it the cell is
right for 21 of the same 24 abstracts, without it for 17."""
READ: Final = 12
"""Sentences of an abstract that the relevance reads for it, from the first: a bound on its time."""

Numbers = npt.NDArray[np.float32]


class Embeds(Protocol):
    """An embedding model; see ``rag.index.Embedder``."""

    @property
    def name(self) -> str:
        """The setting that stands for it."""

    def embed(self, texts: Sequence[str]) -> Numbers:
        """One vector of unit length for each text, (n, dimension)."""


def built_in(embedder: Embeds, home: Path) -> Embeds:
    """The embedding model on whose vectors aspects are read: the collection's where it is that one."""
    return embedder if embedder.name == MiniLM.name else _loaded(home)


@functools.lru_cache(maxsize=4)
def _loaded(home: Path) -> MiniLM:
    return MiniLM(home)


@functools.cache
def _weights() -> Numbers:
    """What each input weighs for each aspect, (inputs, aspects)."""
    with np.load(HEAD, allow_pickle=False) as kept:
        return np.asarray(kept["weights"], np.float32)


def findings(papers: Sequence[Paper], embedder: Embeds, relevance: Relevance) -> dict[str, dict[str, Passage]]:
    """The sentence for each aspect that a paper states, by paper id and aspect.

    Args:
        papers: each once.
        embedder: what :func:`built_in` gives.
        relevance: reads the sentences for the idea.
    """
    sentences = {paper.paper_id: passages_of(paper)[1:] for paper in papers}
    vectors = embedder.embed([passage.text for some in sentences.values() for passage in some])
    asked = [(paper.title, passage.text) for paper in papers for passage in sentences[paper.paper_id][:READ]]
    brings = iter(relevance.probabilities(BRINGS, asked).tolist() if asked else ())
    found, start = {}, 0
    for paper in papers:
        own = sentences[paper.paper_id]
        logits = features([passage.text for passage in own], vectors[start : start + len(own)]) @ _weights()
        scores = 1 / (1 + np.exp(-logits))
        for place, _ in enumerate(own[:READ]):
            scores[place, IDEA] += OF_RELEVANCE * next(brings)
        found[paper.paper_id] = _chosen(paper, own, scores)
        start += len(own)
    return found


def features(sentences: Sequence[str], vectors: Numbers) -> Numbers:
    """What the model sees of the sentences of one abstract: their vectors, places and notation, (sentences, inputs)."""
    count = len(sentences)
    place = np.arange(count)
    part = (place + 0.5) * PARTS // max(count, 1)
    figures = [numbers(sentence) for sentence in sentences]
    seen = [
        *(part == one for one in range(PARTS)),
        place == 0,
        place == 1,
        place == count - 1,
        [any(figure.unit or figure.decimals for figure in some) for some in figures],
        [any(map(str.isdigit, sentence)) for sentence in sentences],
        [any(figure.value >= LARGE for figure in some) for some in figures],
        ["http" in sentence for sentence in sentences],
        np.ones(count),
    ]
    return np.hstack([SCALE * vectors, np.array(seen, np.float32).T]).astype(np.float32)


def has_figures(text: str) -> bool:
    """Whether the text has a figure with a unit or with decimals, as outcomes have."""
    return any(quantity.unit or quantity.decimals for quantity in numbers(text))


def _chosen(paper: Paper, sentences: Sequence[Passage], scores: Numbers) -> dict[str, Passage]:
    """One sentence for each aspect that is stated, the clearest ones first; addresses of code are notation."""
    keys = list(ASPECTS)
    left = scores.copy()
    chosen: dict[str, Passage] = {}
    addresses = (*paper.code_urls, *paper.project_urls)
    if holding := [place for place, one in enumerate(sentences) if any(url in one.text for url in addresses)]:
        chosen["code"] = sentences[holding[-1]]
        left[holding[-1]] -= REPEATED
        left[:, keys.index("code")] = -np.inf
    while left.size and left.max() >= LEAST:
        place, aspect = divmod(int(left.argmax()), len(keys))
        chosen[keys[aspect]] = sentences[place]
        left[place] -= REPEATED
        left[:, aspect] = -np.inf
    return chosen
