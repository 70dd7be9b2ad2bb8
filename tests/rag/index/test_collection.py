from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import CollectionDamagedError, CollectionMismatchError, CollectionMissingError, UserError
from rag.filters import PaperFilter
from rag.index import Collection, collection, identity, ingest
from rag.index.repair import repair
from rag.settings import Settings
from rag.text.sentences import passages_of
from rag.text.terms import document_terms, query_terms
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS


def test_what_was_never_ingested_is_missing_and_leaves_no_trace(settings: Settings) -> None:
    with pytest.raises(CollectionMissingError, match="papertrail ingest PATH --collection other"):
        Collection.open(settings, "other")
    assert not (settings.home / "collections").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../papers", ".hidden", "ä", "x" * 65, "a\n"])
def test_names_that_cannot_be_folders_are_the_users_mistake(settings: Settings, name: str) -> None:
    with pytest.raises(UserError, match="a collection cannot be called"):
        Collection.open(settings, name)


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_a_name_may_have_as_many_characters_as_a_folder(settings: Settings) -> None:
    ingest(settings, "x" * 64, [SPARSE])
    with Collection.open(settings, "x" * 64) as opened:
        assert len(opened) == 1


@pytest.mark.parametrize("catalogue", ["postgresql"], indirect=True)
def test_a_name_that_a_server_would_cut_is_refused(settings: Settings) -> None:
    with pytest.raises(UserError, match="at most 52 characters"):
        Collection.open(settings, "x" * 53)


@pytest.mark.parametrize("name", ["a", "A-1_b.c", "x" * 52])
def test_names_that_can_be_folders_are_taken(settings: Settings, name: str) -> None:
    ingest(settings, name, [SPARSE])
    with Collection.open(settings, name) as opened:
        assert len(opened) == 1


def test_papers_come_back_as_they_were(papers: Collection) -> None:
    assert len(papers) == len(PAPERS)
    assert papers.get("stars") == STARS
    assert papers.get("nobody") is None
    assert papers.get_many(["soil", "nobody", "clocks"]) == {"soil": SOIL, "clocks": NO_ABSTRACT}


def test_papers_come_newest_first_and_those_without_a_date_last(papers: Collection) -> None:
    assert [paper.paper_id for paper in papers.papers()] == ["brackets", "sparse", "cache", "soil", "stars", "clocks"]


@pytest.mark.parametrize(
    "expressions",
    [
        ["year=2025"],
        ["from=2024-11-02", "to=2025-03"],
        ["org=harbour"],
        ["org=Lab"],
        ["org=la"],
        ["authors>=2"],
        ["authors=2"],
        ["id=soil,stars,nobody"],
        ["id=soil,sparse", "year>=2024"],
    ],
)
def test_filters_choose_the_papers_that_they_match(papers: Collection, expressions: list[str]) -> None:
    filters = PaperFilter.parse(expressions)
    expected = {paper.paper_id for paper in PAPERS if filters.matches(paper)}
    assert papers.ids(filters) == expected
    assert {paper.paper_id for paper in papers.papers(filters)} == expected


def test_every_passage_is_found_by_its_own_vector(papers: Collection) -> None:
    for paper in PAPERS:
        for passage in passages_of(paper):
            ((paper_id, number, cosine),) = papers.dense(papers.embedder.embed([passage.text])[0], 1)
            assert (paper_id, number) == (paper.paper_id, passage.number)
            assert cosine == pytest.approx(1, abs=1e-3)


def test_passages_come_best_first_by_cosine(papers: Collection) -> None:
    question = papers.embedder.embed(["How much faster does the cache answer?"])[0]
    found = papers.dense(question, 1000)
    assert found[0][:2] == ("cache", 3)
    assert len(found) == sum(len(passages_of(paper)) for paper in PAPERS)
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)
    vectors = papers.vectors([paper.paper_id for paper in PAPERS])
    for paper_id, number, cosine in found:
        assert cosine == pytest.approx(float(vectors[paper_id][number] @ question), abs=2e-3)


def test_a_search_within_papers_finds_their_passages_only(papers: Collection) -> None:
    question = papers.embedder.embed(["How much faster does the cache answer?"])[0]
    within = {"soil", "clocks", "nobody"}
    expected = [row[:2] for row in papers.dense(question, 1000) if row[0] in within]
    assert [row[:2] for row in papers.dense(question, 1000, within)] == expected
    assert [row[:2] for row in papers.dense(question, 2, within)] == expected[:2]
    assert papers.dense(question, 5, set()) == []


def test_a_search_within_many_papers_asks_chroma_until_it_has_enough(
    papers: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "EXACT_PAPERS", 0)
    monkeypatch.setattr(collection, "SLACK_ROWS", 0)
    question = papers.embedder.embed(["How much faster does the cache answer?"])[0]
    within = {paper.paper_id for paper in PAPERS} - {"cache"}
    expected = [row[:2] for row in papers.dense(question, 1000) if row[0] in within]
    assert papers.dense(question, 1)[0][0] == "cache"
    assert [row[:2] for row in papers.dense(question, 4, within)] == expected[:4]


def test_a_vector_of_another_model_is_refused(papers: Collection) -> None:
    with pytest.raises(CollectionMismatchError, match="384"):
        papers.dense(np.ones(3, np.float32), 1)


def test_words_find_papers_by_bm25(papers: Collection) -> None:
    found = papers.lexical(query_terms("Which cache keeps retrieved passages?"), 10)
    assert found[0][0] == "cache"
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert papers.lexical(query_terms("zebra"), 10) == []
    assert papers.lexical([], 10) == []


def test_a_word_of_the_title_counts_more_than_one_of_the_abstract(papers: Collection) -> None:
    """Glasswing's abstract names Firefly, the cache; Firefly's title does."""
    assert [paper_id for paper_id, _ in papers.lexical(query_terms("Firefly"), 10)] == ["cache", "sparse"]


def test_weights_change_the_order(papers: Collection) -> None:
    soil, sparse = document_terms("soil moisture")[0], document_terms("Glasswing")[0]
    assert papers.lexical({soil: 10.0, sparse: 0.1}, 1)[0][0] == "soil"
    assert papers.lexical({soil: 0.1, sparse: 10.0}, 1)[0][0] == "sparse"


def test_a_word_search_within_papers_scores_them_as_one_in_all(papers: Collection) -> None:
    terms = query_terms("networks for long documents")
    everywhere = dict(papers.lexical(terms, 10))
    assert set(everywhere) > {"soil"}
    ((paper_id, score),) = papers.lexical(terms, 10, {"soil", "nobody"})
    assert paper_id == "soil"
    assert score == pytest.approx(everywhere["soil"])
    assert papers.lexical(terms, 10, set()) == []


def test_document_frequency_counts_papers(papers: Collection) -> None:
    terms = document_terms("Firefly zebra")
    assert papers.document_frequency(terms) == {terms[0]: 2, terms[1]: 0}


def test_vectors_are_of_unit_length_one_row_a_passage(papers: Collection) -> None:
    found = papers.vectors(["soil", "clocks", "nobody"])
    assert set(found) == {"soil", "clocks"}
    assert found["clocks"].shape == (1, 384)
    assert found["soil"].shape == (len(passages_of(SOIL)), 384)
    assert found["soil"].dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found["soil"], axis=1), 1, atol=1e-3)


def test_ids_may_hold_any_characters(settings: Settings) -> None:
    odd = ["a:b", "a:b:0", "x y", "ß/∂", "'\"", "a%b"]
    ingest(settings, "odd", [Paper(paper_id, f"Title {number} zebra", "") for number, paper_id in enumerate(odd)])
    with Collection.open(settings, "odd") as opened:
        assert {row[0] for row in opened.dense(opened.embedder.embed(["zebra"])[0], 20)} == set(odd)
        assert {row[0] for row in opened.lexical(query_terms("zebra"), 20)} == set(odd)
        assert set(opened.vectors(odd)) == opened.ids(PaperFilter(ids=frozenset(odd))) == set(odd)


def test_a_warm_collection_answers_like_a_cold_one(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as warm, Collection.open(settings, "papers") as cold:
        warm.warm()
        question = cold.embedder.embed(["soil"])[0]
        assert warm.dense(question, 3) == cold.dense(question, 3)


def test_another_embedding_is_refused_with_the_way_back(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    other = settings.model_copy(update={"embedding": "ollama:nomic-embed-text"})
    for use in (lambda: Collection.open(other, "papers"), lambda: ingest(other, "papers", [CACHE])):
        with pytest.raises(CollectionMismatchError) as caught:
            use()
        for part in ("'minilm'", "'ollama:nomic-embed-text'", "PAPERTRAIL_EMBEDDING=minilm", "--collection NEW"):
            assert part in str(caught.value)


def test_other_chunking_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(settings, "papers", [SPARSE])
    monkeypatch.setattr(identity, "CHUNKING", "sentences-999")
    with pytest.raises(CollectionMismatchError, match="'sentences-999'"):
        Collection.open(settings, "papers")


def test_a_word_index_of_another_version_is_rebuilt_by_repair(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings, "papers", PAPERS)
    for module in ("collection", "recovery", "repair"):
        monkeypatch.setattr(f"rag.index.{module}.TERMS", "terms-999")
    with pytest.raises(CollectionDamagedError, match="papertrail doctor --repair --collection papers"):
        Collection.open(settings, "papers")
    assert repair(settings, "papers") == [f"The word index was rebuilt with {len(PAPERS)} papers."]
    with Collection.open(settings, "papers") as opened:
        assert opened.lexical(query_terms("Firefly"), 1)[0][0] == "cache"


def test_threads_share_one_open_collection(papers: Collection) -> None:
    question = papers.embedder.embed(["soil moisture"])[0]
    terms = query_terms("soil moisture")
    expected = papers.dense(question, 5), papers.lexical(terms, 5), papers.get("soil")

    def ask(_: int) -> object:
        return papers.dense(question, 5), papers.lexical(terms, 5), papers.get("soil")

    with ThreadPoolExecutor(6) as pool:
        assert all(answer == expected for answer in pool.map(ask, range(30)))


def test_a_relative_home_is_the_same_folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(settings, "papers", [SPARSE])
    monkeypatch.chdir(settings.home)
    with Collection.open(settings.model_copy(update={"home": Path()}), "papers") as opened:
        assert len(opened) == 1
