"""Where papers lie on a map: near those that say alike, in groups of their own."""

from __future__ import annotations

import random
from collections.abc import Sequence

import igraph
import numpy as np
import numpy.typing as npt

__all__ = ["Places", "groups_of", "neighbours_of", "places_of"]

NEIGHBOURS = 6
"""Nearest papers that each is tied to. With 3 the map of the seed collection falls into islands, with 12 into one
lump (looked at)."""
STEPS = 300
"""Of the layout; of 1,000 papers some 0.6 s on two cores."""
BORDER = 0.02
"""Share of the papers at each edge that may lie farther out than the rest and are pulled in."""
SEED = 1

Places = npt.NDArray[np.float64]
"""Shape (papers, 2), each from 0 to 1."""
Vectors = npt.NDArray[np.float32]


def neighbours_of(vectors: Sequence[Vectors]) -> igraph.Graph:
    """The papers as a graph whose edges tie each to its nearest, with ``weight``: cosine, from 0.

    What all papers of the collection have in common is taken out of the vectors first, else all are near.

    Args:
        vectors: of the sentences of each paper, (sentences, dimension), unit length.
    """
    count = len(vectors)
    if count < 2:
        return igraph.Graph(count, edge_attrs={"weight": []})
    means = np.stack([rows.mean(axis=0) for rows in vectors])
    means = means - means.mean(axis=0)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    cosines = means @ means.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, : min(NEIGHBOURS, count - 1)]
    pairs = sorted({(min(a, int(b)), max(a, int(b))) for a, row in enumerate(nearest) for b in row})
    weights = [max(float(cosines[pair]), 0.01) for pair in pairs]
    return igraph.Graph(count, pairs, edge_attrs={"weight": weights})


def places_of(graph: igraph.Graph) -> Places:
    """Where each paper lies: forces between neighbours (Fruchterman and Reingold, doi.org/10.1002/spe.4380211102).

    The same graph gives the same places.
    """
    count = graph.vcount()
    if count < 2:
        return np.full((count, 2), 0.5)
    angles = np.arange(count) * 2.399963  # the golden angle: a start without any two papers in one place
    start = np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.sqrt(np.arange(1, count + 1))[:, None]
    _same_each_time()
    layout = graph.layout_fruchterman_reingold(weights="weight", niter=STEPS, seed=start.tolist(), grid="nogrid")
    places = np.asarray(layout.coords)
    low, high = np.quantile(places, (BORDER, 1 - BORDER), axis=0)
    return np.asarray(np.clip((places - low) / np.maximum(high - low, 1e-9), -0.05, 1.05) * 0.84 + 0.08)


def groups_of(graph: igraph.Graph) -> list[int]:
    """The group of each paper, from 0, the largest first: Leiden communities (doi.org/10.1038/s41598-019-41695-z)."""
    if not graph.ecount():
        return [0] * graph.vcount()
    _same_each_time()
    found = graph.community_leiden(objective_function="modularity", weights="weight", n_iterations=-1)
    order = sorted(range(len(found)), key=lambda group: (-len(found[group]), found[group][0]))
    rank = {group: place for place, group in enumerate(order)}
    return [rank[group] for group in found.membership]


def _same_each_time() -> None:
    """The same papers give the same map: igraph draws from one generator for the whole process."""
    igraph.set_random_number_generator(random.Random(SEED))
