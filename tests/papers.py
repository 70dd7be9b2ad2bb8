"""A handful of made-up papers, one of each kind that needs care, and a builder of hits from them."""

from __future__ import annotations

import datetime

from rag.text.sentences import passages_of
from rag.types import Hit, Paper, ScoredPassage

__all__ = ["BRACKETS", "CACHE", "NO_ABSTRACT", "PAPERS", "SOIL", "SPARSE", "STARS", "hit_of"]

SPARSE = Paper(
    "sparse",
    "Glasswing: Sparse Attention for Long Documents",
    "Long documents overwhelm language models with quadratic attention. In this paper, we propose Glasswing, which "
    "attends to the nearest paragraphs only. Experiments show that Glasswing halves the memory of the Firefly cache. "
    "On the Meadowlark benchmark, Glasswing reaches 81.5% accuracy with 7 billion parameters. Training took nine days "
    "on 64 GPUs.",
    published=datetime.date(2025, 3, 14),
    organisation="Blue Lab",
    author_count=4,
    url="https://example.org/glasswing",
)
CACHE = Paper(
    "cache",
    "Firefly: A Cache for Retrieval-Augmented Generation",
    "Retrieval-augmented generation repeats expensive searches. We introduce Firefly, a cache that keeps retrieved "
    "passages between questions. Firefly answers 3.4 times faster than a plain index and loses 0.2% of recall. Firefly "
    "is evaluated on customer-service conversations in twelve languages.",
    published=datetime.date(2024, 11, 2),
    organisation="Harbour University",
    authors=("Ada Marin", "Bo Reef"),
)
SOIL = Paper(
    "soil",
    "A Survey of Soil Moisture Prediction with Neural Networks",
    "Farmers irrigate by the moisture of their soil. This survey reviews 140 studies that predict it with neural "
    "networks. Recurrent networks are the most common choice, and satellite images are the most common input. Open "
    "data sets remain scarce in the southern hemisphere.",
    published=datetime.date(2023, 6, 30),
    organisation="Field Institute",
)
STARS = Paper(
    "stars",
    "Réseau-Étoile: Classifying Variable Stars — from α to ω",
    "Variable stars change their brightness. Réseau-Étoile classifies them by their light curves with β-weighted "
    "losses 🌟. It recognises 19 classes of stars with an F1 of 0.93.",
    published=datetime.date(2022, 1, 9),
)
BRACKETS = Paper(
    "brackets",
    "Tidepool: Calibrated Scores for Marine Surveys",
    "Marine surveys count fish by hand. Tidepool extends the method of [12] and gives every count a score in [0, 1]. "
    "The scores of Tidepool agree with those of divers in 88 of 90 reefs.",
    published=datetime.date(2025, 8, 1),
)
NO_ABSTRACT = Paper("clocks", "Notes on Tidal Clocks and Their Escapements", "")

PAPERS = (SPARSE, CACHE, SOIL, STARS, BRACKETS, NO_ABSTRACT)


def hit_of(paper: Paper, *best_first: int, score: float = 1.0) -> Hit:
    """The paper as found, its sentences in the order given (the others follow), each 0.1 below the one before."""
    passages = passages_of(paper)
    order = [*best_first, *(number for number in range(len(passages)) if number not in best_first)]
    ranked = tuple(ScoredPassage(passages[number], 5.0 - 0.1 * place) for place, number in enumerate(order))
    return Hit(paper, score, ranked)
