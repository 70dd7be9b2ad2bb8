"""A pile of abstracts to grow a collection with: no questions, only papers that answer none of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evals.external.places import file_of, opened
from rag.types import Paper

__all__ = ["read_abstracts"]


def read_abstracts(data: Path) -> Iterator[Paper]:
    """The abstracts of ``abstracts/abstracts.jsonl.gz`` that have a title and a text, each id of a venue once.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    seen: set[str] = set()
    with opened(file_of(data, "abstracts", "abstracts.jsonl.gz")) as text:
        for line in text:
            record = json.loads(line)
            paper_id = f"{record['source']}-{record['id']}"
            if record["title"] and record["abstract"] and paper_id not in seen:
                seen.add(paper_id)
                yield Paper(paper_id, record["title"].strip(), record["abstract"].strip(), venue=record["source"])
