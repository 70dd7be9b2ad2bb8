"""A collection read by a model: resumed, kept as it goes, and never at the cost of what was there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from rag.errors import CollectionMissingError, ModelMissingError, ModelUnavailableError
from rag.index import Collection, ingest, read_entities, remove
from rag.index.catalogue import open_catalogue
from rag.index.layout import layout_of
from rag.knowledge.extraction import entity_key
from rag.knowledge.readers import RULES, model_reader, shown
from rag.reading import HOPELESS, ModelReading, Outcome
from rag.settings import Settings
from rag.types import Paper, Usage
from tests.papers import CACHE, PAPERS, SPARSE
from tests.servers import OllamaServer, Reply, Request, closed_port_url

MODEL = "ollama/reader"


def first_words(request: Request) -> Reply:
    """Lists the first word of each sentence of the paper, and something that is not there."""
    words = re.findall(r"^\d+\. ([^\W\d_]+)", request.json["messages"][1]["content"], re.MULTILINE)
    names = [{"name": word, "kind": "system"} for word in [*words, "Nowhere"]]
    return Reply([json.dumps({"entities": names})], usage=(100, 20))


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["reader"]) as server:
        server.script("/api/chat", first_words)
        yield server


@pytest.fixture
def filled(small: Assistant, server: OllamaServer, tmp_path: Path) -> Settings:
    """A copy of the made-up papers' collection."""
    shutil.copytree(small.settings.home, tmp_path / "home", symlinks=True)
    return small.settings.model_copy(update={"home": tmp_path / "home", "ollama_host": server.url, "retries": 0})


def readers(settings: Settings) -> dict[str, int]:
    catalogue, _ = open_catalogue(layout_of(settings, "papers"))
    found = catalogue.readers()
    catalogue.close()
    return found


def vertices(settings: Settings) -> dict[str, int]:
    with Collection.open(settings, "papers") as opened:
        return {vertex.name: vertex.papers for vertex in opened.knowledge().vertices()}


def run(settings: Settings, **options: Any) -> Outcome:
    parallel = options.pop("parallel", 1)
    return ModelReading(settings, "papers", MODEL, **options).run(parallel)


def test_what_the_model_finds_takes_the_place_of_what_the_rules_found(filled: Settings) -> None:
    before = vertices(filled)

    outcome = run(filled)

    assert outcome == Outcome(len(PAPERS), (), len(PAPERS), Usage(100 * len(PAPERS), 20 * len(PAPERS)), None, None)
    after = vertices(filled)
    assert after["Glasswing"] == 1
    assert "Long" in after
    assert "Meadowlark" in before
    assert "Meadowlark" not in after
    assert "Nowhere" not in after
    assert readers(filled) == {model_reader(MODEL): len(PAPERS)}


def test_what_was_read_is_not_read_again_and_new_papers_are(filled: Settings, server: OllamaServer) -> None:
    remove(filled, "papers", [SPARSE.paper_id])
    run(filled)
    asked = server.paths().count("/api/chat")
    ingest(filled, "papers", [SPARSE])

    assert readers(filled) == {model_reader(MODEL): len(PAPERS) - 1, RULES: 1}
    assert ModelReading(filled, "papers", MODEL).expected().papers == 1
    assert run(filled).read == 1
    assert server.paths().count("/api/chat") == asked + 1
    assert run(filled).read == 0


def test_a_changed_paper_is_read_by_the_rules_first_and_a_removed_one_leaves_no_trace(filled: Settings) -> None:
    run(filled)
    ingest(filled, "papers", [Paper("cache", CACHE.title, "Firefly is now a Stonefly.")])

    assert readers(filled)[RULES] == 1
    remove(filled, "papers", ["sparse"])
    assert sum(readers(filled).values()) == len(PAPERS) - 1
    assert "Glasswing" not in vertices(filled)


def test_the_order_of_replies_changes_nothing(filled: Settings) -> None:
    run(filled, parallel=4)
    at_once = vertices(filled)
    read_entities(filled, "papers", fresh=True)
    run(filled, parallel=1)

    assert vertices(filled) == at_once


def test_rules_leave_what_a_model_has_read_unless_they_are_told_to(filled: Settings) -> None:
    before = vertices(filled)
    run(filled)

    assert read_entities(filled, "papers") == 0
    assert readers(filled) == {model_reader(MODEL): len(PAPERS)}
    assert read_entities(filled, "papers", fresh=True) == len(PAPERS)
    assert vertices(filled) == before


def test_so_many_papers_are_read_as_are_asked_for(filled: Settings) -> None:
    assert run(filled, limit=2).read == 2
    assert run(filled, limit=2).read == 2
    assert readers(filled) == {model_reader(MODEL): 4, RULES: len(PAPERS) - 4}


def test_a_paper_that_the_model_cannot_read_keeps_what_the_rules_found(filled: Settings, server: OllamaServer) -> None:
    def fails_at_glasswing(request: Request) -> Reply:
        if "Glasswing: Sparse" in request.json["messages"][1]["content"]:
            return Reply(["I would rather not."])
        return first_words(request)

    server.script("/api/chat", fails_at_glasswing)
    outcome = run(filled)

    assert outcome.read == len(PAPERS) - 1
    [(paper_id, reason)] = outcome.failed
    assert (paper_id, "gave no list" in reason) == ("sparse", True)
    assert vertices(filled)["Meadowlark"] == 1
    assert outcome.stopped is None


def test_a_model_that_can_read_nothing_is_not_asked_for_ever(filled: Settings, server: OllamaServer) -> None:
    ingest(filled, "papers", [Paper(f"more{n}", f"Title {n}", "One more abstract.") for n in range(9)])
    server.script("/api/chat", Reply(["No."]))

    outcome = run(filled)

    assert len(outcome.failed) == HOPELESS
    assert outcome.stopped == f"{HOPELESS} papers in a row could not be read; name another model"
    assert readers(filled) == {RULES: len(PAPERS) + 9}


def test_a_server_that_fails_in_the_middle_leaves_what_was_read(filled: Settings, server: OllamaServer) -> None:
    server.script("/api/chat", first_words, first_words, Reply(status=503, body='{"error": "busy"}'))

    outcome = run(filled)

    assert outcome.read == 2
    assert outcome.stopped is not None
    assert "status 503" in outcome.stopped
    assert readers(filled)[model_reader(MODEL)] == 2


def test_a_server_that_asks_to_wait_is_waited_for(filled: Settings, server: OllamaServer) -> None:
    server.script("/api/chat", Reply(status=429, headers={"Retry-After": "0"}, body='{"error": "slow"}'), first_words)

    assert run(filled.model_copy(update={"retries": 1})).read == len(PAPERS)


def test_a_server_or_model_that_is_not_there_is_told_before_anything_is_read(filled: Settings) -> None:
    with pytest.raises(ModelMissingError, match="ollama pull other"):
        ModelReading(filled, "papers", "ollama/other").run()
    gone = filled.model_copy(update={"ollama_host": closed_port_url()})
    with pytest.raises(ModelUnavailableError, match="ollama serve"):
        ModelReading(gone, "papers", MODEL).run()
    with pytest.raises(CollectionMissingError):
        ModelReading(filled, "nowhere", MODEL)


def test_the_budget_of_the_day_ends_the_reading(filled: Settings) -> None:
    usage = ModelReading(filled, "papers", MODEL, limit=1).expected().usage
    most = usage.prompt_tokens + usage.completion_tokens + 2 * 120  # the server says that each takes 120

    outcome = run(filled.model_copy(update={"budget_tokens": most}))

    assert 0 < outcome.read < len(PAPERS)
    assert outcome.stopped is not None
    assert "PAPERTRAIL_BUDGET_TOKENS" in outcome.stopped


def test_the_price_is_told_beforehand_and_afterwards(filled: Settings) -> None:
    priced = filled.model_copy(update={"prices": f"{MODEL}=10/100"})
    reading = ModelReading(priced, "papers", MODEL)

    expected, outcome = reading.expected(), reading.run()

    usage = expected.usage
    assert expected.papers == len(PAPERS)
    assert expected.money == pytest.approx(usage.prompt_tokens * 1e-5 + usage.completion_tokens * 1e-4)
    assert outcome.money == pytest.approx(len(PAPERS) * (100 * 1e-5 + 20 * 1e-4))


def test_interrupted_it_keeps_what_was_read(filled: Settings) -> None:
    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ModelReading(filled, "papers", MODEL).run(1, stop)

    assert readers(filled)[model_reader(MODEL)] == 3


def test_questions_find_papers_by_what_the_model_found(filled: Settings) -> None:
    run(filled)
    with Collection.open(filled, "papers") as opened:
        graph = opened.knowledge()
        number = graph.number_of(entity_key("Glasswing"))

    assert number is not None
    assert graph.papers_of(number) == ["sparse"]


def test_readers_have_names_for_people() -> None:
    assert (shown(RULES), shown(model_reader(MODEL))) == ("the rules", MODEL)
