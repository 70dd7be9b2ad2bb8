"""Where a collection lies on disk, and under which keys its papers stand in the two indexes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from rag.errors import UserError
from rag.settings import Settings

__all__ = ["Key", "Layout", "layout_of"]

_SERVED_CHARS = 52
"""With ``papertrail_`` before it, PostgreSQL keeps a name of so many characters whole: of 63, without saying so."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclasses.dataclass(frozen=True)
class Layout:
    """The files of one collection; none of them needs to exist."""

    name: str
    root: Path
    server: str | None = dataclasses.field(default=None, repr=False)
    """Address of the PostgreSQL server that keeps the catalogue, with its password; None: it is a file."""

    @property
    def catalogue(self) -> Path:
        """The SQLite file that is the truth, where no server is; the two indexes can be rebuilt from it."""
        return self.root / "catalogue.sqlite"

    @property
    def vectors(self) -> Path:
        """Folder of the Chroma store."""
        return self.root / "chroma"

    @property
    def lexical(self) -> Path:
        """Folder of the tantivy index."""
        return self.root / "lexical"

    @property
    def lexical_state(self) -> Path:
        """Says which changes of the catalogue are in the tantivy index."""
        return self.root / "lexical.json"

    @property
    def knowledge(self) -> Path:
        """The hypergraph as it was put together last, in large collections; deleted with the next change."""
        return self.root / "knowledge.npz"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes to the collection."""
        return self.root / "lock"

    @property
    def vectors_lock(self) -> Path:
        """Held by any process while it uses the Chroma store."""
        return self.root / "chroma.lock"

    @property
    def vectors_version(self) -> Path:
        """Holds another word after each change to the Chroma store."""
        return self.root / "chroma.version"


def layout_of(settings: Settings, name: str) -> Layout:
    """The files of collection ``name`` under the home folder of ``settings``.

    Raises:
        UserError: the name cannot be that of a folder.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"a collection cannot be called {name!r}: "
            "use 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit"
        )
    server = settings.catalogue_server
    if server is not None and len(name) > _SERVED_CHARS:
        raise UserError(
            f"a collection whose catalogue is on a PostgreSQL server has a name of at most {_SERVED_CHARS} characters, "
            f"unlike {name!r}: choose a shorter one"
        )
    return Layout(name, settings.home.absolute() / "collections" / name, server)


@dataclasses.dataclass(frozen=True)
class Key:
    """One version of one paper, as both indexes know it."""

    paper_id: str
    revision: str
    """Hash of the paper's content: a row of another revision than the catalogue's is invisible."""
    passages: int
    """How many rows it has in the vector store, numbered from 0."""

    def __str__(self) -> str:
        return f"{self.paper_id}:{self.revision}"

    def rows(self) -> Iterator[str]:
        """The ids of its passages in the vector store."""
        return (f"{self}:{number}" for number in range(self.passages))
