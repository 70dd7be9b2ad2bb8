"""The Chroma store as other programs read it: sentences as documents, their papers as metadata."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import chromadb
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.doctor import Status, examine
from rag.index import Collection, ingest
from rag.index.catalogue import open_catalogue
from rag.index.identity import ROWS
from rag.index.layout import layout_of
from rag.index.repair import check, repair
from rag.integrations.llama_index import CollectionEmbedding
from rag.settings import Settings
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import NO_ABSTRACT, PAPERS, SOIL
from tests.rag.index.catalogues import changed_by_hand

pytestmark = pytest.mark.usefixtures("_ingested")


@pytest.fixture
def _ingested(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)


@contextlib.contextmanager
def plain_client(settings: Settings) -> Iterator[chromadb.Collection]:
    client = chromadb.PersistentClient(
        str(layout_of(settings, "papers").vectors), settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    try:
        yield client.get_collection("passages", embedding_function=None)
    finally:
        client.close()


def metadata(paper: Paper, number: int) -> dict[str, str | int]:
    passage = passages_of(paper)[number]
    found: dict[str, str | int] = {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "number": number,
        "start": passage.start,
        "end": passage.end,
    }
    if paper.published:
        found["year"] = paper.published.year
    if paper.venue:
        found["venue"] = paper.venue
    return found


def as_made_before(settings: Settings) -> None:
    """Rows of two numbers and a paper id alone, and no word of them in the catalogue."""
    layout = layout_of(settings, "papers")
    with plain_client(settings) as rows:
        kept = rows.get(include=["embeddings", "metadatas"])
        rows.delete(ids=kept["ids"])
        bare = [{"paper_id": one["paper_id"], "number": one["number"]} for one in kept["metadatas"]]
        rows.add(ids=kept["ids"], embeddings=kept["embeddings"], metadatas=bare)
    layout.vectors_version.write_text("changed", encoding="ascii")
    changed_by_hand(settings, "DELETE FROM meta WHERE name = 'rows'")


def rows_of(settings: Settings) -> str:
    catalogue, identity = open_catalogue(layout_of(settings, "papers"))
    catalogue.close()
    return identity.rows


def test_a_plain_client_reads_each_sentence_with_its_paper(settings: Settings) -> None:
    with plain_client(settings) as rows:
        found = rows.get(include=["documents", "metadatas"])
        recent = rows.get(where={"year": {"$gte": 2025}}, include=["metadatas"])["metadatas"]

    expected = {(paper.paper_id, p.number): (p.text, paper) for paper in PAPERS for p in passages_of(paper)}
    assert len(found["ids"]) == len(expected)
    for text, said in zip(found["documents"], found["metadatas"], strict=True):
        wanted, paper = expected[said["paper_id"], said["number"]]
        assert text == wanted == paper.text[said["start"] : said["end"]]
        assert said == metadata(paper, said["number"])
    papers = {paper.paper_id for paper in PAPERS if paper.published and paper.published.year >= 2025}
    assert {said["paper_id"] for said in recent} == papers


def test_llamaindex_searches_it_with_the_embedding_that_made_it(settings: Settings) -> None:
    with plain_client(settings) as rows:
        store = ChromaVectorStore.from_collection(rows)
        index = VectorStoreIndex.from_vector_store(store, embed_model=CollectionEmbedding(settings))
        (best,) = index.as_retriever(similarity_top_k=1).retrieve("How does soil moisture follow from radar?")

    assert best.metadata == metadata(SOIL, best.metadata["number"])
    assert best.text == passages_of(SOIL)[best.metadata["number"]].text


def test_an_older_collection_is_mended_by_a_repair_and_works_until_then(settings: Settings) -> None:
    as_made_before(settings)
    assert check(settings, "papers") == []
    assert ingest(settings, "papers", [NO_ABSTRACT]).unchanged == 1
    assert rows_of(settings) == ""
    told = {check.name: check for check in examine(home=settings.home)}
    assert told["rows"].status is Status.WARN
    assert "papertrail doctor --repair" in told["rows"].message
    with Collection.open(settings, "papers") as opened:
        before = [row[:2] for row in opened.dense(opened.embedder.embed(["soil moisture"])[0], 5)]

    passages = sum(len(passages_of(paper)) for paper in PAPERS)
    assert repair(settings, "papers") == [f"The vector store was rebuilt with {passages} passages."]

    assert rows_of(settings) == ROWS
    assert repair(settings, "papers") == []
    assert "rows" not in {check.name for check in examine(home=settings.home)}
    with Collection.open(settings, "papers") as opened:
        assert [row[:2] for row in opened.dense(opened.embedder.embed(["soil moisture"])[0], 5)] == before
    test_a_plain_client_reads_each_sentence_with_its_paper(settings)
