"""arXiv's search interface: papers by id, and the papers that a query finds.

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ProviderError
from rag.providers.client import Client, Clock, Kept
from rag.settings import Settings
from rag.sources.feeds import read_feed
from rag.sources.notes import BadRecord, Note
from rag.types import Paper

__all__ = ["DEFAULT_MOST", "arxiv_client", "by_ids", "by_query"]

DEFAULT_MOST = 100
"""Papers of a query that are read where the user does not say how many."""
_PAGE = 200
"""Papers asked for at once: half a megabyte. At most 2,000 are given, more slowly."""
_PAUSE_S = 3.0
"""ArXiv asks for it: https://info.arxiv.org/help/api/tou.html#rate-limits."""
_TOTAL = re.compile(rb"totalResults[^>]*>\s*(\d+)\s*<")
_ENTRY = re.compile(rb"<entry[\s>]")
_ERROR = re.compile(r"/api/errors#?[^<]*</id>.*?<summary[^>]*>(.*?)</summary>", re.DOTALL)


def arxiv_client(settings: Settings, clock: Clock) -> Client:
    """A client that keeps to arXiv's pace."""
    return Client("arXiv", settings.arxiv_url, settings, pause_s=_PAUSE_S, clock=clock)


def by_ids(client: Client, ids: Sequence[str], kept: Kept) -> Iterator[Paper | BadRecord | Note]:
    """The papers of arXiv ids, with or without version; a bad record for each id that arXiv does not have.

    Raises:
        ProviderError: there is no network, or arXiv does not do its work.
    """
    for start in range(0, len(ids), _PAGE):
        asked = ids[start : start + _PAGE]
        query = {"id_list": ",".join(asked), "max_results": str(len(asked))}
        found: set[str] = set()
        for item in _papers(client, query, kept.file(f"ids-{start}.xml", _fetch(client, query, lambda answer: False))):
            found |= {item.paper_id} if isinstance(item, Paper) else set()
            yield item
        for one in asked:
            if re.sub(r"v\d+$", "", one) not in found:
                yield BadRecord(f"arxiv:{one}", "arXiv has no paper of that id: correct it")


def by_query(client: Client, text: str, most: int | None, kept: Kept) -> Iterator[Paper | BadRecord | Note]:
    """The first ``most`` papers that a query finds, in arXiv's order; a note where there are more.

    Raises:
        ProviderError: there is no network, or arXiv does not do its work.
    """
    wanted, start, total = most or DEFAULT_MOST, 0, 1
    while start < min(wanted, total):
        asked = min(_PAGE, wanted - start)
        query = {"search_query": text, "start": str(start), "max_results": str(asked)}

        def lacks(answer: bytes, start: int = start) -> bool:
            return _total(answer) > start and not _ENTRY.search(answer)

        fetch = _fetch(client, query, lacks)
        page = kept.file(f"page-{start}-{asked}.xml", fetch)
        total = _total(page.read_bytes())
        yield from _papers(client, query, page)
        start += asked
    if not total:
        yield BadRecord(f"arxiv:{text}", "arXiv finds nothing: try the query at https://arxiv.org/search/advanced")
    elif total > wanted:
        told = f"finds {total:,} papers, of which the first {wanted:,} were read; --max reads more"
        yield Note(f"arxiv:{text}", told)


def _fetch(client: Client, query: dict[str, str], empty: Callable[[bytes], bool]) -> Callable[[], bytes]:
    return lambda: client.get("query", query, refused=_refused, empty=empty)


def _refused(status: int, body: str) -> Exception | None:
    """What arXiv finds wrong with a query, in its words."""
    error = _ERROR.search(body)
    if status != 400 or error is None:
        return None
    return ProviderError(f"arXiv does not understand the request ({' '.join(error[1].split())}): correct it")


def _papers(client: Client, query: dict[str, Any], page: Path) -> Iterator[Paper | BadRecord | Note]:
    for item in read_feed(page, client.name):
        if isinstance(item, Paper):
            yield dataclasses.replace(item, source=f"arxiv:{item.paper_id}")
        else:
            yield item


def _total(answer: bytes) -> int:
    match = _TOTAL.search(answer)
    return int(match[1]) if match else 0
