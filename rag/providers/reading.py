"""Addresses to a stream of papers, service by service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.providers.addresses import Address
from rag.providers.arxiv import arxiv_client, by_ids, by_query
from rag.providers.client import Clock, Kept
from rag.providers.dois import by_dois, doi_client
from rag.providers.zotero import library, zotero_client
from rag.settings import Settings
from rag.sources.notes import BadRecord, Note
from rag.types import Paper

__all__ = ["read_addresses"]


def read_addresses(
    addresses: Sequence[Address],
    settings: Settings,
    most: int | None = None,
    *,
    clock: Clock | None = None,
) -> Iterator[Paper | BadRecord | Note]:
    """The papers that ``addresses`` name: ids of one service are asked for together.

    What a service has sent is kept until all of it was read, so that the same call after an interruption goes on
    without asking again (within a day). No service is asked faster than it allows.

    Args:
        addresses: each is read once.
        settings: addresses of the services, the key of Zotero, the home folder.
        most: papers of each query or library; None: 100 of a query, all of a library.
        clock: times the pauses between requests; None: that of the machine.

    Raises:
        ProviderError: while reading; a service cannot be reached or refuses.
    """
    clock = clock or Clock()
    once = list(dict.fromkeys(addresses))
    ids = [one.wanted for one in once if one.provider == "arxiv" and not one.is_query]
    queries = [one.wanted for one in once if one.is_query]
    dois = [one.wanted for one in once if one.provider == "doi"]
    client = arxiv_client(settings, clock)
    if ids:
        with Kept(settings, f"arxiv {ids}").until_done() as kept:
            yield from by_ids(client, ids, kept)
    for query in queries:
        with Kept(settings, f"arxiv {query} {most}").until_done() as kept:
            yield from by_query(client, query, most, kept)
    if dois:
        with Kept(settings, f"doi {dois}").until_done() as kept:
            yield from by_dois(doi_client(settings, clock), dois, kept)
    for one in once:
        if one.provider == "zotero":
            with Kept(settings, f"zotero {one.wanted} {most}").until_done() as kept:
                yield from library(*zotero_client(settings, one.wanted, clock), one.wanted, most, kept)
