"""What other processes do to a collection; run as ``python -m tests.rag.index.children COMMAND HOME [ARGUMENT]``."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from rag.errors import CollectionError
from rag.index import Collection, ingest, ingestion, remove, renewal
from rag.index.repair import repair
from rag.settings import Settings, load_settings
from rag.types import Paper

__all__ = ["NEW", "OLD", "PASSAGES", "ingested", "paper"]

OLD = tuple(range(10))
"""Papers that are there before a child runs."""
NEW = tuple(range(25))
"""Papers that a child ingests: of the old ones, the even ones unchanged, the odd ones with other content."""
PASSAGES = 12
"""Passages a batch, four papers."""


def paper(number: int, *, changed: bool = False) -> Paper:
    """One of many papers of three passages each."""
    what = "changed" if changed else "first"
    abstract = f"This is the {what} version of its abstract. It measures {number} lakes."
    return Paper(f"p{number}", f"Paper {number} about the lakes of region {number}", abstract)


def ingested(settings: Settings, stop_at: str = "") -> None:
    """Ingests; with ``stop_at`` such as ``vectors:2`` is killed at that step of that batch."""
    papers = (paper(n, changed=n in OLD and n % 2 == 1) for n in NEW)
    ingest(settings, "papers", papers, on_step=_killer(stop_at))


def _killer(stop_at: str) -> Callable[[str], None]:
    wanted, _, batch = stop_at.partition(":")
    seen = 0

    def step(name: str) -> None:
        nonlocal seen
        seen += name == wanted
        if name == wanted and seen == int(batch):
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def _told(call: Callable[[], object]) -> None:
    """Prints what is wrong, in the words for the user."""
    try:
        call()
    except CollectionError as error:
        sys.stdout.write(f"{error}\n")


def main() -> None:
    command, home, *rest = sys.argv[1:]
    settings = load_settings(home=Path(home))
    ingestion.BATCH_PASSAGES = PASSAGES
    renewal.BATCH_PAPERS = PASSAGES // 3
    if command == "ingest":
        ingested(settings, *rest)
    elif command == "repair":
        repair(settings, "papers", on_step=_killer(*rest))
    elif command == "remove":
        remove(settings, "papers", rest)
    elif command == "limited":  # no file may become longer than so many bytes, as on a disk that is full
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(rest[0]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        _told(lambda: ingested(settings))
    elif command == "read-only":
        _told(lambda: ingested(settings))
        _told(lambda: remove(settings, "papers", ["p0"]))
        _told(lambda: Collection.open(settings, "papers"))
    elif command == "hold":  # holds the lock until its standard input ends
        from rag.index.writer import writing

        with writing(settings, "papers"):
            sys.stdout.write("held\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main()
