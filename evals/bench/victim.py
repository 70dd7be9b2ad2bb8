"""A process that changes a collection until it is killed; :mod:`evals.bench.faults` starts it and kills it.

Run as ``python -m evals.bench.victim HOME COLLECTION WARM``, where WARM is another collection, opened to load
everything. Then it says ``ready``, reads one task as a line of JSON, says title by title what an ingest has reported as
kept, and ``done`` at the end.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rag.errors import UnknownPaperError
from rag.index import Collection, ingest, remove
from rag.index.repair import repair
from rag.settings import Settings, load_settings
from rag.types import Paper

__all__ = ["DONE", "READY", "TASKS", "paper", "work"]

READY, DONE = "ready", "done"


def paper(number: int, version: int, *, twin: bool = False) -> Paper:
    """One of many papers, each with sentences of its own.

    Args:
        number: of the paper.
        version: of its abstract.
        twin: the same paper as another source has it: under another id, with the same DOI.
    """
    return Paper(
        f"other-{number}" if twin else f"p{number}",
        f"Lakelamp{number}: lamps for the lakes of region {number}",
        f"This is version {version} of abstract {number}. We light {number} lakes with Lakelamp{number}, version "
        f"{version}. It needs {number * 7 + version} watts in region {number}. In year {version} of measurement "
        f"{number} the fish came back.",
        authors=(f"Ann Roe{number}", "Bo Ek"),
        doi=f"10.5555/lake.{number}",
        source=f"{'other' if twin else 'lakes'}.jsonl:{number}",
    )


Say = Callable[[str], None]


def _ingest(settings: Settings, name: str, task: Mapping[str, Any], say: Say) -> None:
    papers = (paper(number, version, twin=twin) for number, version, twin in task["papers"])
    ingest(settings, name, papers, lambda done, title: say(title))


def _remove(settings: Settings, name: str, task: Mapping[str, Any], say: Say) -> None:
    with contextlib.suppress(UnknownPaperError):  # they are gone: killed after its commit, it is done again
        remove(settings, name, task["ids"])


def _repair(settings: Settings, name: str, task: Mapping[str, Any], say: Say) -> None:
    repair(settings, name)


TASKS: Mapping[str, Callable[[Settings, str, Mapping[str, Any], Say], None]] = {
    "ingest": _ingest,
    "remove": _remove,
    "repair": _repair,
}
"""By name what can be asked of a victim; another operation that changes a collection is one entry here, and one in
``OPERATIONS`` of :mod:`evals.bench.faults`."""


def work(settings: Settings, name: str, task: Mapping[str, Any], say: Say = lambda title: None) -> None:
    """Does one task; ``say`` is told the titles that are reported as kept."""
    TASKS[task["do"]](settings, name, task, say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _main(home: str, name: str, warm: str) -> None:
    settings = load_settings(home=Path(home))
    with Collection.open(settings, warm) as opened:
        opened.warm()
    _say(READY)
    if line := sys.stdin.readline():  # nothing: it is not needed any more
        work(settings, name, json.loads(line), _say)
        _say(DONE)


if __name__ == "__main__":
    _main(*sys.argv[1:])
