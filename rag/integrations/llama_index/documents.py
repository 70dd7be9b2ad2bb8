"""Papers as LlamaIndex has texts: documents, nodes of one sentence, a reader of their files, and their embedding."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document, NodeRelationship, RelatedNodeInfo, TextNode

from rag.index.embedding import Embedder, embedder_for
from rag.settings import Settings, load_settings
from rag.sources import read_papers
from rag.text.sentences import passages_of
from rag.types import Paper, Passage

__all__ = ["CollectionEmbedding", "PapersReader", "documents", "node_of", "nodes"]


def documents(papers: Iterable[Paper]) -> Iterator[Document]:
    """One document a paper: its text (title, newline, abstract), its id, and what is known of it as metadata.

    Metadata have ``paper_id``, ``title`` and, where the source named them, ``year``, ``published`` (``YYYY-MM-DD``),
    ``venue``, ``authors``, ``organisation``, ``doi`` and ``url``. None of it is given to an embedding or a model.
    """
    for paper in papers:
        said = {
            "paper_id": paper.paper_id,
            "title": paper.title,
            "year": paper.published and paper.published.year,
            "published": paper.published and paper.published.isoformat(),
            "venue": paper.venue,
            "authors": "; ".join(paper.authors),
            "organisation": paper.organisation,
            "doi": paper.doi,
            "url": paper.url,
        }
        known = {name: value for name, value in said.items() if value}
        yield Document(
            doc_id=paper.paper_id,
            text=paper.text,
            metadata=known,
            excluded_embed_metadata_keys=list(known),
            excluded_llm_metadata_keys=list(known),
        )


def nodes(papers: Iterable[Paper]) -> Iterator[TextNode]:
    """One node a sentence (the title is the first), as :func:`node_of` makes it."""
    for paper in papers:
        for passage in passages_of(paper):
            yield node_of(paper, passage)


def node_of(paper: Paper, passage: Passage) -> TextNode:
    """A sentence with its place in the text of its document.

    Metadata have ``paper_id``, ``title``, ``number`` (the title is 0), ``start`` and ``end``, as the node itself.
    """
    metadata = {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "number": passage.number,
        "start": passage.start,
        "end": passage.end,
    }
    return TextNode(
        id_=f"{passage.paper_id}:{passage.number}",
        text=passage.text,
        metadata=metadata,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        excluded_embed_metadata_keys=list(metadata),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=paper.paper_id)},
    )


class PapersReader(BaseReader):
    """Reads files and folders of papers in every format that ``papertrail ingest`` knows."""

    def __init__(self, format: str = "auto") -> None:  # noqa: A002 -- the word users know from the command line
        """``format`` is one of ``rag.sources.FORMATS``, or ``auto``."""
        self._format = format

    def lazy_load_data(self, *paths: str | Path) -> Iterator[Document]:
        """The papers as :func:`documents`; what cannot be read as a paper is left out.

        Raises:
            SourceError: a path is missing or of no known format.
        """
        for path in paths:
            yield from documents(item for item in read_papers(Path(path), self._format) if isinstance(item, Paper))


class CollectionEmbedding(BaseEmbedding):
    """The model that made the vectors of a collection, for an index of LlamaIndex over its Chroma store."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, settings: Settings | None = None) -> None:
        """None reads the settings from the environment and ``settings.toml``."""
        settings = settings or load_settings()
        super().__init__(model_name=settings.embedding)
        self._embedder = embedder_for(settings)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed(texts).tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    @classmethod
    def class_name(cls) -> str:
        """As LlamaIndex tells its parts apart."""
        return "PapertrailEmbedding"

    def to_dict(self, **kwargs: Any) -> dict[str, Any]:
        """The name of the model alone."""
        return {"model_name": self.model_name, "class_name": self.class_name()}
