"""Papers from where they are published or kept: arXiv, whoever registered a DOI, a Zotero library."""

from __future__ import annotations

from rag.providers.addresses import Address, address_of, addresses_in
from rag.providers.reading import read_addresses

__all__ = ["Address", "address_of", "addresses_in", "read_addresses"]
