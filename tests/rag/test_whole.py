"""The whole of it, wherever a collection is kept: papers go in, are asked, compared, verified, taken out, repaired."""

from __future__ import annotations

from contextlib import closing

import pytest

from rag import Assistant
from rag.checking import Checked
from rag.errors import CollectionDamagedError, UnknownPaperError
from rag.index import ingest, remove
from rag.index.catalogue import open_catalogue
from rag.index.layout import layout_of
from rag.index.repair import check, repair
from rag.index.vectors import store_of
from rag.settings import Settings, load_settings
from rag.types import Verdict
from tests.chroma import ChromaServer
from tests.papers import CACHE, PAPERS, SPARSE

QUESTION = "What accuracy does Glasswing reach on the Meadowlark benchmark?"
CLAIM = "Firefly answers 3.4 times faster than a plain index."


@pytest.fixture(params=["embedded", "on a Chroma server"])
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Settings:
    if request.param != "embedded":
        server: ChromaServer = request.getfixturevalue("chroma")
        monkeypatch.setenv("PAPERTRAIL_CHROMA", server.url)
    return load_settings(model="extractive")


def test_papers_are_asked_compared_verified_taken_out_and_repaired(settings: Settings) -> None:
    assert ingest(settings, "papers", PAPERS).added == len(PAPERS)
    with Assistant.open(settings=settings) as assistant:
        answer = assistant.ask(QUESTION)
        assert {cited.paper_id for cited in answer.citations} == {"sparse"}
        assert all(SPARSE.text[cited.start : cited.end] == cited.quote for cited in answer.citations)
        assert "81.5%" in answer.text

        assert [paper.paper_id for paper in assistant.compare(["Glasswing", "Firefly"]).papers] == ["sparse", "cache"]
        assert _verdict(assistant.verify(CLAIM)) == (Verdict.SUPPORTED, "cache")

        assert ingest(settings, "papers", PAPERS).unchanged == len(PAPERS)
        assert remove(settings, "papers", ["cache"]) == 1
        assert "cache" not in {hit.paper.paper_id for hit in assistant.search("a cache for retrieval", k=10)}
        assert _verdict(assistant.verify(CLAIM))[0] != Verdict.SUPPORTED
        with pytest.raises(UnknownPaperError):
            assistant.paper("cache")
        assert check(settings, "papers") == []

        _lose_the_vectors(settings)
        with pytest.raises(CollectionDamagedError, match="doctor --repair"):
            assistant.ask(QUESTION)
        assert len(check(settings, "papers")) == 1
        assert len(repair(settings, "papers")) == 1
        assert check(settings, "papers") == []
        assert assistant.ask(QUESTION).text == answer.text

        assert ingest(settings, "papers", [CACHE]).added == 1
        assert _verdict(assistant.verify(CLAIM)) == (Verdict.SUPPORTED, "cache")


def _verdict(checked: list[Checked]) -> tuple[Verdict | None, str | None]:
    [sentence] = checked
    return sentence.verdict, sentence.paper.paper_id if sentence.paper else None


def _lose_the_vectors(settings: Settings) -> None:
    layout = layout_of(settings, "papers")
    with closing(open_catalogue(layout)[0]) as catalogue, closing(store_of(settings, layout, catalogue)) as store:
        store.discard()
