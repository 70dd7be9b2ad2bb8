"""Collections of which the catalogue alone is needed, so that nothing is embedded; and a process that moves one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.index import move as moving
from rag.index.catalogue import Stored
from rag.index.database import database_of
from rag.index.identity import Identity
from rag.index.layout import Key, layout_of
from rag.index.ledger import Ledger, revision_of
from rag.knowledge.extraction import extract
from rag.settings import Settings, load_settings
from rag.types import Paper

__all__ = ["asked", "changed_by_hand", "committed", "opened", "paper"]


def paper(number: int, *, changed: bool = False) -> Paper:
    """One of many papers, the umlauts and the quotation marks of which must come through."""
    abstract = (
        f"We measure {'changed' if changed else 'first'} lakes, Seen und “{number}” ponds (LakeNet). It is 5% deep?"
    )
    title = f"LakeNet{number}: Wärme der Seen {number}"
    return Paper(f"p{number}", title, abstract, authors=("Åsa Öst", f"Ann Lee {number}"), source=f"a.bib:{number}")


@contextlib.contextmanager
def opened(settings: Settings, *, create: bool = False) -> Iterator[Ledger]:
    """The ledger of the collection ``papers``, with ``create`` a new one."""
    layout = layout_of(settings, "papers")
    layout.root.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(Ledger(layout, create=create)) as ledger:
        if create:
            ledger.create(Identity("minilm", 4))
        yield ledger


def committed(ledger: Ledger, numbers: Iterable[int], *, changed: bool = False) -> None:
    """Commits papers with made-up vectors."""
    papers = [paper(number, changed=changed) for number in numbers]
    vectors = np.linspace(0, 1, 8, dtype=np.float32).reshape(2, 4)
    entries = [Stored(Key(one.paper_id, revision_of(one), 2), one, vectors) for one in papers]
    ledger.announce([entry.key for entry in entries])
    superseded = ledger.commit(entries, [extract(one) for one in papers])
    ledger.forget(superseded)


def asked(settings: Settings, query: str) -> list[Any]:
    """What a query finds in the catalogue of the collection ``papers``, wherever that is."""
    with contextlib.closing(database_of(layout_of(settings, "papers"))) as database:
        return database.rows(query)


def changed_by_hand(settings: Settings, statement: str, *values: Any) -> None:
    """Has a statement change that catalogue, as another version of the program may have done."""
    with contextlib.closing(database_of(layout_of(settings, "papers"))) as database, database.transaction() as change:
        change.execute(statement, values)


def main() -> None:
    home, origin, goal = sys.argv[1:]
    moving._PAPERS = 4  # type: ignore[misc]  # a step is as large as in the tests

    def step(name: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    settings = (load_settings(home=Path(home), catalogue=place) for place in (origin, goal))
    moving.move(*settings, "papers", on_step=step)


if __name__ == "__main__":
    main()
