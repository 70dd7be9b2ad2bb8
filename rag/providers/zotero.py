"""Libraries of Zotero: the one on this machine, and those at zotero.org.

https://www.zotero.org/support/dev/web_api/v3/basics
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from rag.errors import ProviderError
from rag.providers.client import Client, Clock, Kept
from rag.settings import Settings
from rag.sources.jsonl import papers_of
from rag.sources.notes import BadRecord, Note
from rag.types import Paper

__all__ = ["library", "zotero_client"]

_PAGE = 100
"""Items that are given at once at most."""
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})
OWN_LIBRARY = "users/0"
"""What the Zotero on this machine calls the library of its user."""

_Headers = dict[str, str]


def zotero_client(settings: Settings, library: str, clock: Clock) -> tuple[Client, _Headers]:
    """A client for a library, and what each request needs beside it: the key is sent to zotero.org alone."""
    headers = {"Zotero-API-Version": "3"}
    if library.startswith(OWN_LIBRARY):
        return Client("Zotero", settings.zotero_local_url, settings, pause_s=0.0, clock=clock), headers
    if settings.zotero_key:
        headers["Zotero-API-Key"] = settings.zotero_key.get_secret_value()
    return Client("zotero.org", settings.zotero_url, settings, pause_s=0.0, clock=clock), headers


def library(
    client: Client, headers: _Headers, path: str, most: int | None, kept: Kept
) -> Iterator[Paper | BadRecord | Note]:
    """The papers of a library in the order in which they were added; what hangs on them, and notes, are none.

    Args:
        client: as :func:`zotero_client` gives it.
        headers: likewise.
        path: ``users/NUMBER`` or ``groups/NUMBER``, with ``/collections/KEY`` for a part of it.
        most: how many items are read; None: all.
        kept: holds the answers.

    Raises:
        ProviderError: Zotero does not run, there is no network, or the key may not read the library.
    """
    label = f"zotero:{path}"
    for item in papers_of(_items(client, headers, path, most, kept), label):
        if isinstance(item, Paper):
            yield dataclasses.replace(item, source=f"{label}/{item.paper_id}")
        else:
            yield item


def _items(
    client: Client, headers: _Headers, path: str, most: int | None, kept: Kept
) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:

    def refused(status: int, body: str) -> Exception | None:
        return _refused(client, status)

    start = 0
    while most is None or start < most:
        asked = _PAGE if most is None else min(_PAGE, most - start)
        query = {"format": "json", "limit": str(asked), "start": str(start), "sort": "dateAdded", "direction": "asc"}

        def fetch(query: dict[str, str] = query) -> bytes:
            return client.get(f"{path}/items/top", query, headers, refused=refused)

        items = _parsed(client, kept.file(f"items-{start}-{asked}.json", fetch).read_bytes())
        for item in items:
            inner = item.get("data")
            if not isinstance(inner, dict) or inner.get("itemType") not in _NO_PAPERS:
                yield f"zotero:{path}/items/{item.get('key', '')}", item
        if len(items) < asked:
            return
        start += asked


def _parsed(client: Client, answer: bytes) -> list[dict[str, Any]]:
    try:
        value = json.loads(answer)
    except ValueError:
        value = None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ProviderError(f"what answers at {client.base} is not {client.name}: correct its address in the settings")
    return value


def _refused(client: Client, status: int) -> Exception | None:
    if client.name == "Zotero" and status == 403:
        return ProviderError(
            'Zotero does not let other programs read: tick "Allow other applications on this computer to communicate '
            'with Zotero" under Advanced in its settings'
        )
    if status == 403:
        return ProviderError(
            "zotero.org does not show that library: make a key at https://www.zotero.org/settings/keys that may read "
            "it and set PAPERTRAIL_ZOTERO_KEY to it"
        )
    return ProviderError(f"{client.name} has no such library: correct its number or key") if status == 404 else None
