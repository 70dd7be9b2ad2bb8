"""How often a cell of a comparison is right: ``python -m evals.aspects``, over abstracts of the seed collection.

``aspects.jsonl`` says of each of them which sentences may stand under which aspect, and whether the aspect is stated:
where it is, an empty cell is missing; where it is not, an empty cell is right and so are the sentences named.
"""

from __future__ import annotations

import collections
import json
import sys
from pathlib import Path

from rag.comparing.aspects import ASPECTS, findings
from rag.index.embedding.minilm import MiniLM
from rag.retrieval.relevance import relevance_of
from rag.settings import load_settings
from rag.sources import read_papers
from rag.types import Paper

__all__ = ["judged", "main"]

LABELS = Path(__file__).with_name("aspects.jsonl")
SEED = Path(__file__).parents[1] / "data" / "daily_papers.txt"


def judged(place: int | None, acceptable: list[int], *, stated: bool) -> str:
    """``right``, ``wrong`` (another sentence stands there) or ``missing`` (none does, though it is stated)."""
    if place is None:
        return "missing" if stated else "right"
    return "right" if place in acceptable else "wrong"


def main() -> None:
    """Prints the counts for each aspect and the share of right cells."""
    labelled = {line["paper"]: line["aspects"] for line in map(json.loads, LABELS.read_text("utf-8").splitlines())}
    papers = [one for one in read_papers(SEED) if isinstance(one, Paper) and one.paper_id in labelled]
    home = load_settings().home
    found = findings(papers, MiniLM(home), relevance_of(home))
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for paper in papers:
        for aspect, label in labelled[paper.paper_id].items():
            passage = found[paper.paper_id].get(aspect)
            place = passage.number if passage else None
            counts[aspect, judged(place, label["sentences"], stated=label["stated"])] += 1
    ways = ("right", "wrong", "missing")
    for aspect in ASPECTS:
        sys.stdout.write(f"{aspect:10}{'  '.join(f'{way} {counts[aspect, way]:3}' for way in ways)}\n")
    right = sum(counts[aspect, "right"] for aspect in ASPECTS)
    sys.stdout.write(f"right in {right / counts.total():.3f} of {counts.total()} cells of {len(papers)} papers\n")


if __name__ == "__main__":
    main()
