"""What expansions add to a question, and that any retriever finds with it; over real collections of a few papers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pytest

from rag import Assistant, Hit, PaperFilter, Settings, index
from rag.errors import SettingsError
from rag.retrieval.expansion import EXPANSIONS, expanded
from rag.retrieval.expansion.associations import Associations, associations
from rag.retrieval.expansion.entities import entities
from rag.retrieval.expansion.feedback import feedback
from rag.retrieval.expansion.variants import variants
from rag.retrieval.expansion.widening import TERMS_SHARE, Wider, WiderIndex
from rag.retrieval.retrievers import RETRIEVERS, retriever_for
from rag.retrieval.search import Index, Retriever
from rag.types import Paper

WIDE = [name for name, expand in EXPANSIONS.items() if expand]
HYBRID = RETRIEVERS["hybrid"]

_TIED = "The zelkova press produces walnut pulp."
_OTHER = "A copper lathe turns oak. Nothing else was seen."
TIES = [Paper(f"tie-{n}", f"Notes {n}", f"{_TIED} Report {n} says no more.") for n in range(4)] + [
    Paper(f"other-{n}", f"Records {n}", _OTHER) for n in range(40)
]


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("ties")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    settings = Settings(home=home, model="extractive", rerank="none")
    index.ingest(settings, "papers", TIES)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def ids(hits: list[Hit]) -> list[str]:
    return [hit.paper.paper_id for hit in hits]


@pytest.mark.parametrize("expansion", WIDE)
@pytest.mark.parametrize("name", list(RETRIEVERS))
def test_every_retriever_finds_the_paper_with_every_expansion(small: Assistant, name: str, expansion: str) -> None:
    hits = small.search("Which cache keeps retrieved passages between questions?", retriever=f"{name}+{expansion}")

    assert "cache" in ids(hits)[:2]
    assert len(set(ids(hits))) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("expansion", WIDE)
def test_expansions_keep_to_the_papers_allowed(small: Assistant, expansion: str) -> None:
    only = PaperFilter.parse(["id=soil,stars"])
    found = small.search("a cache of retrieved passages", retriever=f"hybrid+{expansion}", filters=only)

    assert set(ids(found)) == {"soil", "stars"}


@pytest.mark.parametrize("question", ["the of and", "zzgrx", "?!x"])
@pytest.mark.parametrize("expansion", WIDE)
def test_a_question_without_known_words_does_no_harm(small: Assistant, question: str, expansion: str) -> None:
    plain = small.search(question, retriever="lexical")

    assert ids(small.search(question, retriever=f"lexical+{expansion}"))[: len(plain)] == ids(plain)


def test_none_leaves_a_retriever_as_it_is() -> None:
    assert retriever_for("hybrid") is retriever_for("hybrid+none") is retriever_for("hybrid+none", "feedback") is HYBRID


def test_the_setting_applies_where_a_name_says_nothing(small: Assistant) -> None:
    settings = Settings(home=small.settings.home, model="extractive", expand="feedback")
    question = "long documents"
    with Assistant.open(settings=settings) as wide:
        assert wide.search(question) == small.search(question, retriever="hybrid+feedback") != small.search(question)
        assert wide.search(question, retriever="hybrid+none") == small.search(question)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("hybrid+magic", "no expansion 'magic'; choose one of none"), ("magic+feedback", "no retriever 'magic'"),
     ("hybrid+", "no expansion ''")],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_those_there_are(small: Assistant, name: str, advice: str) -> None:
    with pytest.raises(SettingsError, match=advice):
        small.search("soil", retriever=name)


def test_feedback_adds_the_telling_words_of_the_best_papers_and_turns_to_their_sentences(small: Assistant) -> None:
    store = small._collection
    wider = feedback(store, "soil moisture", None, HYBRID)

    assert {"moistur", "soil"} <= set(wider.terms)
    assert not {"star", "fish"} & set(sorted(wider.terms, key=lambda term: -wider.terms[term])[:5])
    assert wider.direction is not None
    assert np.linalg.norm(wider.direction) == pytest.approx(1.0, abs=1e-5)
    near, far = (max(store.vectors([one])[one] @ wider.direction) for one in ("soil", "stars"))
    assert near > far


def test_feedback_of_a_search_that_finds_nothing_adds_nothing(small: Assistant) -> None:
    def nothing(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
        return []

    assert feedback(small._collection, "soil", None, nothing) == Wider()


def test_variants_are_the_telling_words_and_the_clauses(small: Assistant) -> None:
    wider = variants(
        small._collection, "How does it cut memory on long inputs, and what does it cost in time?", None, HYBRID
    )

    assert wider.texts == (
        "cut memory long inputs, cost time?",
        "How does it cut memory on long inputs",
        "and what does it cost in time?",
    )
    assert variants(small._collection, "soil moisture", None, HYBRID).texts == ()


def test_each_variant_is_searched_for_and_a_paper_keeps_its_best_score(small: Assistant) -> None:
    asked: list[str] = []

    def find(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
        asked.append(text)
        return HYBRID(index, text, k, within)

    def two(index: Index, text: str, within: Collection[str] | None, find: Retriever) -> Wider:
        return Wider(texts=("variable stars", "tidal clocks"))

    hits = expanded(find, two)(small._collection, "soil moisture", 3, None)

    assert asked == ["soil moisture", "variable stars", "tidal clocks"]
    assert set(ids(hits)) == {"soil", "stars", "clocks"}


def test_entities_adds_what_hyperedges_join_with_the_entity_named(small: Assistant) -> None:
    wider = entities(small._collection, "What of Meadowlark?", None, HYBRID)

    assert "glassw" in wider.terms
    assert "meadowlark" not in wider.terms
    assert wider.direction is not None


def test_associated_terms_share_sentences_more_often_than_chance_has_it(tied: Assistant) -> None:
    ties = Associations(tied.knowledge()).of("zelkova")

    assert "pulp" in ties
    assert "copper" not in ties
    assert all(0 < tie <= 1 for tie in ties.values())
    assert Associations(tied.knowledge()).of("nowhere") == {}


def test_a_paper_that_says_it_in_associated_words_is_found_by_its_words(tied: Assistant) -> None:
    added = associations(tied._collection, "zelkova", None, HYBRID).terms

    assert "pulp" in added
    assert "zelkova" not in added
    assert associations(tied._collection, "copper", None, HYBRID).terms == {}  # it stands in nearly half the sentences


def test_words_added_have_their_share_of_the_weight(small: Assistant) -> None:
    index = small._collection
    plain = dict(index.lexical(["soil"], 5))
    both = dict(WiderIndex(index, Wider({"star": 2.0})).lexical(["soil"], 5))
    twice = dict(WiderIndex(index, Wider({"star": 4.0})).lexical(["soil"], 5))

    assert both == twice
    assert both["soil"] == pytest.approx((1 - TERMS_SHARE) * plain["soil"], rel=1e-4)
    # Each of the two words stands in one paper, so they weigh the same.
    assert both["stars"] == pytest.approx(TERMS_SHARE * dict(index.lexical(["star"], 5))["stars"], rel=1e-4)


@pytest.mark.parametrize("added", [{}, {"zzgrx": 1.0}])
def test_words_that_no_paper_holds_change_nothing(small: Assistant, added: dict[str, float]) -> None:
    index = small._collection

    assert WiderIndex(index, Wider(added)).lexical(["soil"], 5) == index.lexical(["soil"], 5)


def test_vectors_of_the_question_are_turned_and_keep_unit_length(small: Assistant) -> None:
    store = small._collection
    there = store.embedder.embed(["variable stars"])[0]
    plain, turned = store.embedder.embed(["soil"]), WiderIndex(store, Wider(direction=there)).embedder.embed(["soil"])

    assert turned.shape == plain.shape
    assert np.linalg.norm(turned, axis=1) == pytest.approx([1.0], abs=1e-5)
    assert float(turned[0] @ there) > float(plain[0] @ there)
