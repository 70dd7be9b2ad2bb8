"""Papers by DOI: whoever registered one answers at doi.org with its record as CSL-JSON.

https://citation.doi.org/docs.html: Crossref, DataCite and mEDRA do.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from rag.errors import SourceError
from rag.providers.client import Client, Clock, Kept
from rag.settings import Settings
from rag.sources.fields import paper_from_fields
from rag.sources.notes import BadRecord
from rag.sources.shapes import flat
from rag.types import Paper

__all__ = ["by_dois", "doi_client"]

_PAUSE_S = 0.2
"""Five requests a second, https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication."""
_CSL = "application/vnd.citationstyles.csl+json"


def doi_client(settings: Settings, clock: Clock) -> Client:
    """A client that keeps to Crossref's pace."""
    return Client("the registry of the DOI", settings.doi_url, settings, pause_s=_PAUSE_S, clock=clock)


def by_dois(client: Client, dois: Sequence[str], kept: Kept) -> Iterator[Paper | BadRecord]:
    """The papers of DOIs; a bad record for each that is not registered, or has no record that can be read.

    Raises:
        ProviderError: there is no network, or the registry does not do its work.
    """
    for doi in dois:
        source = f"doi:{doi}"

        def fetch(doi: str = doi) -> bytes:
            return client.get(quote(doi, safe="/()"), headers={"Accept": _CSL}, refused=_refused)

        try:
            page = kept.file(f"{hashlib.sha256(doi.encode()).hexdigest()[:24]}.json", fetch)
            value = json.loads(page.read_bytes())
        except SourceError as error:
            yield BadRecord(source, str(error))
        except ValueError:
            yield BadRecord(source, "its registry has no record of it in a form that can be read: add it as BibTeX")
        else:
            yield _paper(value, doi, source)


def _paper(value: Any, doi: str, source: str) -> Paper | BadRecord:
    if not isinstance(value, dict):
        return BadRecord(source, "its registry has no record of it in a form that can be read: add it as BibTeX")
    record = flat({**value, "DOI": doi, "type": value.get("type") or "article", "id": doi})
    found = paper_from_fields(record, source)
    return dataclasses.replace(found, source=source) if isinstance(found, Paper) else found


def _refused(status: int, body: str) -> Exception | None:
    if status in (404, 410):
        return SourceError("it is not registered: correct it")
    if status in (204, 406):
        return SourceError("its registry has no record of it in a form that can be read: add it as BibTeX")
    return None
