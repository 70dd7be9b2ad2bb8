"""Looks at every part that a question needs, and says whether it holds and how to mend it."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import platform
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from rag.errors import CollectionError, CollectionMissingError, ModelError, SettingsError
from rag.index.catalogue import open_catalogue
from rag.index.chroma_server import server_version as chroma_version
from rag.index.database.postgresql import server_version as postgresql_version
from rag.index.embedding import embedder_for
from rag.index.identity import ROWS
from rag.index.layout import Layout, layout_of
from rag.index.ledger import READERS
from rag.index.repair import check as check_collection
from rag.index.repair import repair as repair_collection
from rag.knowledge.readers import shown
from rag.models.offered import check_model
from rag.retrieval.retrievers import retriever_for
from rag.servers.addresses import is_local, without_secrets
from rag.settings import Settings, load_settings

__all__ = ["Check", "Status", "examine"]


class Status(enum.StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    """Papertrail works, with less than was asked for."""
    FAIL = "fail"


@dataclasses.dataclass(frozen=True)
class Check:
    """One part of the set-up."""

    name: str
    status: Status
    message: str
    """What was found and, unless it is ok, what mends it."""

    def to_json(self) -> dict[str, Any]:
        """``name``, ``status`` and ``message``."""
        return dataclasses.asdict(self)


def examine(
    collection: str = "papers",
    *,
    home: str | Path | None = None,
    repair: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Check]:
    """Checks one part after the other; each result is given out as soon as it is there.

    Args:
        collection: name of the collection to look at.
        home: folder of all collections; None takes the one of the settings.
        repair: puts the collection in order before it is checked.
        progress: told how many papers have new vectors, and of how many, when a repair makes them anew.

    Raises:
        UserError: the collection cannot have that name; before the first check.
    """
    try:
        settings = load_settings(home=home)
    except SettingsError as error:
        yield _python()
        yield Check("settings", Status.FAIL, str(error))
        return
    layout = layout_of(settings, collection)
    yield _python()
    yield from _settings(settings)
    home_check = _home(settings)
    yield home_check
    if home_check.status == Status.FAIL:
        return
    dimension = yield from _embedding(settings)
    if settings.catalogue_server and not (yield from _catalogue(settings.catalogue_server)):
        yield from _models(settings)
        return
    if settings.chroma and not (yield from _chroma(settings, layout.name)):
        yield from _models(settings)
        return
    if not repair or (yield from _repair(settings, layout.name, progress)):
        yield from _collection(settings, layout, dimension, repaired=repair)
    yield from _models(settings)


def _python() -> Check:
    return Check("python", Status.OK, f"Python {platform.python_version()} at {sys.executable}")


def _settings(settings: Settings) -> Iterator[Check]:
    """What is in force; then names that look like settings and are none, which would go unnoticed."""
    values = settings.model_dump(mode="json")
    for name in ("ollama_host", "openai_base_url", "chroma"):
        values[name] = values[name] and without_secrets(values[name])
    values["catalogue"] = without_secrets(settings.catalogue_server or "sqlite")
    listed = ", ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    yield Check("settings", Status.OK, f"{listed} (hash {settings.hash})")
    try:
        retriever_for(settings.retriever)
    except SettingsError as error:
        yield Check("settings", Status.FAIL, str(error))


def _home(settings: Settings) -> Check:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            pass
    except OSError as error:
        mend = "make it writable, or name another folder with PAPERTRAIL_HOME"
        return Check("home", Status.FAIL, f"{settings.home} cannot be written to ({error.strerror}); {mend}")
    return Check("home", Status.OK, f"{settings.home} can be written to")


def _embedding(settings: Settings) -> Generator[Check, None, int | None]:
    """Returns the length of its vectors; None when the model does not do its work."""
    try:
        dimension: int = embedder_for(settings).embed(["A sentence."]).shape[1]
    except ModelError as error:
        yield Check("embedding", Status.FAIL, str(error))
        return None
    yield Check("embedding", Status.OK, f"{settings.embedding} gives vectors of {dimension} numbers")
    return dimension


def _catalogue(address: str) -> Generator[Check, None, bool]:
    """Returns whether the server is there, without which there is no looking at the collection."""
    try:
        found = postgresql_version(address)
    except (CollectionError, SettingsError) as error:
        yield Check("catalogue", Status.FAIL, str(error))
        return False
    yield Check("catalogue", Status.OK, f"{found} is there")
    return True


def _chroma(settings: Settings, name: str) -> Generator[Check, None, bool]:
    """Returns whether the server is there, without which there is no looking at the collection."""
    try:
        found = chroma_version(settings, name)
    except (CollectionError, SettingsError) as error:
        yield Check("chroma", Status.FAIL, str(error))
        return False
    if settings.chroma_token and settings.chroma and _is_open(settings.chroma):
        mend = "write https:// in PAPERTRAIL_CHROMA"
        yield Check("chroma", Status.WARN, f"{found} is there, and the token goes there unencrypted; {mend}")
    else:
        yield Check("chroma", Status.OK, f"{found} is there")
    return True


def _is_open(address: str) -> bool:
    """Whether others can read what is sent there."""
    return address.startswith("http://") and not is_local(address)


def _repair(settings: Settings, name: str, progress: Callable[[int, int], None] | None) -> Generator[Check, None, bool]:
    """Returns whether there is something left to check: no repair was needed, or it was done."""
    try:
        done = repair_collection(settings, name, progress)
    except CollectionMissingError:
        return True  # which the check of the collection says
    except (CollectionError, ModelError) as error:
        yield Check("repair", Status.FAIL, str(error))
        return False
    yield Check("repair", Status.OK, " ".join(done) or "nothing had to be done")
    return True


def _collection(settings: Settings, layout: Layout, dimension: int | None, *, repaired: bool) -> Iterator[Check]:
    """Whether the collection is whole and was made with the model that is there now."""
    name = layout.name
    there = str(layout.root) if layout.server is None else f"the server's schema papertrail_{name}"
    again = f"delete {there} and ingest the papers again"
    try:
        problems = check_collection(settings, name)
        catalogue, identity = open_catalogue(layout)
        with contextlib.closing(catalogue):
            papers, passages = catalogue.counts()
            readers = catalogue.readers()
            old = catalogue.read_before(READERS)
    except CollectionMissingError as error:
        yield Check("collection", Status.WARN, str(error))
        return
    except CollectionError as error:
        yield Check("collection", Status.FAIL, str(error))
        return
    mend = again if repaired else f"mend it with `papertrail doctor --repair --collection {name}`"
    for problem in problems:
        yield Check("collection", Status.FAIL, f"{problem.removesuffix('.')}; {mend}")
    if dimension is not None and dimension != identity.dimension:
        lengths = f"its vectors have {identity.dimension} numbers, the embedding model gives {dimension}"
        yield Check("collection", Status.FAIL, f"{lengths}; {again}, or go back to the model it was made with")
    elif not problems:
        on = f", the vectors on the Chroma server as {identity.store}" if identity.store else ""
        yield Check("collection", Status.OK, f"{name} is whole: {papers} papers, {passages} sentences{on}")
    if identity.rows != ROWS and papers:
        found = "its Chroma store has no sentences and titles, which only other programs that read it miss"
        yield Check("rows", Status.WARN, f"{found}; write them with `papertrail doctor --repair --collection {name}`")
    if old:
        found = (
            f"{old} of {papers} papers were read by an older version, which lost some letters, authors and abstracts"
        )
        again = (
            f"read them again from the same files with `papertrail ingest PATH --collection {name}`, nothing is lost"
        )
        yield Check("sources", Status.WARN, f"{found}; {again}")
    yield _entities(name, papers, readers)


def _entities(name: str, papers: int, readers: dict[str, int]) -> Check:
    """Who has read the papers for what they speak of, which the map and the retrievers over entities need."""
    unread = papers - sum(readers.values())
    if unread:
        found = f"{unread} of {papers} papers have not been read for what they speak of"
        return Check("entities", Status.WARN, f"{found}; read them with `papertrail extract --collection {name}`")
    by = ", ".join(f"{count} by {shown(reader)}" for reader, count in readers.items())
    return Check("entities", Status.OK, f"all papers have been read for what they speak of: {by}")


def _models(settings: Settings) -> Iterator[Check]:
    """Whether the models that are configured can write; what is only there and not configured is not judged."""
    if settings.model == "extractive":
        yield Check("model", Status.OK, "extractive: answers are the papers' own sentences, no model server is needed")
    elif settings.model != "auto":
        yield _named_model("model", settings.model, settings)
    elif settings.routed:
        for model in settings.routed:
            if model != "extractive":
                yield _named_model("routing", model, settings, missing=Status.WARN)
    else:
        yield from _auto_models(settings)
    if settings.reading_model:
        yield _named_model("read_messages", settings.reading_model, settings, missing=Status.WARN)
    if settings.rerank_model:
        yield _named_model("rerank", settings.rerank_model, settings, missing=Status.WARN)
    if settings.judge != "none":
        yield _named_model("judge", settings.judge, settings)


def _named_model(name: str, model: str, settings: Settings, missing: Status = Status.FAIL) -> Check:
    """Whether a model is there; ``missing`` is how bad it is if not, less where something else steps in."""
    try:
        check_model(model, settings)
    except (ModelError, SettingsError) as error:
        return Check(name, missing, str(error))
    return Check(name, Status.OK, f"{model} is there")


def _auto_models(settings: Settings) -> Iterator[Check]:
    wanted = {"ollama": settings.ollama_model, "openai": settings.openai_model}
    names = [f"{server}/{model}" for server, model in wanted.items() if model]
    if not names:
        yield Check(
            "model",
            Status.OK,
            "auto: no model server is configured, so answers are the papers' own sentences; "
            "PAPERTRAIL_OLLAMA_MODEL or PAPERTRAIL_OPENAI_MODEL name one that writes",
        )
    for name in names:
        try:
            check_model(name, settings)
        except (ModelError, SettingsError) as error:
            yield Check("model", Status.WARN, f"auto passes over {name}: {error}")
        else:
            yield Check("model", Status.OK, f"{name} is there")
