from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.doctor import Check, examine
from rag.index import ingest
from rag.index.layout import layout_of
from rag.settings import load_settings
from rag.types import Paper
from tests.servers import OllamaServer, OpenAIServer, closed_port_url

_PAPERS = [
    Paper("p1", "Graphs for retrieval", "We build a graph. It answers questions."),
    Paper("p2", "Dense retrieval", "We train an encoder."),
]


@pytest.fixture
def collection() -> str:
    ingest(load_settings(), "papers", _PAPERS)
    return "papers"


def _found(checks: list[Check], name: str, status: str) -> list[str]:
    return [check.message for check in checks if (check.name, check.status) == (name, status)]


def _failed(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if check.status == "fail"}


def test_a_sound_set_up_has_nothing_to_complain_about(collection: str) -> None:
    checks = list(examine(collection))

    assert {check.status for check in checks} == {"ok"}
    assert _found(checks, "collection", "ok") == ["papers is whole: 2 papers, 5 sentences"]
    assert _found(checks, "entities", "ok") == ["all papers have been read for what they speak of: 2 by the rules"]
    assert _found(checks, "embedding", "ok") == ["minilm gives vectors of 384 numbers"]


def test_papers_that_nobody_has_read_for_entities_are_named_and_read(collection: str) -> None:
    catalogue = load_settings().home / "collections" / collection / "catalogue.sqlite"
    with closing(sqlite3.connect(catalogue)) as older:
        older.execute("DROP TABLE entities")

    before, repaired = list(examine(collection)), list(examine(collection, repair=True))

    [said] = _found(before, "entities", "warn")
    assert said.startswith("2 of 2 papers have not been read")
    assert f"papertrail extract --collection {collection}" in said
    assert "2 papers were read for what they speak of." in _found(repaired, "repair", "ok")[0]
    assert {check.status for check in repaired} == {"ok"}


def test_papers_of_older_readers_are_named_until_their_files_are_read_again(collection: str) -> None:
    catalogue = load_settings().home / "collections" / collection / "catalogue.sqlite"
    with closing(sqlite3.connect(catalogue)) as older:
        older.execute("UPDATE records SET reader = 'readers-1'")
        older.commit()

    [said] = _found(list(examine(collection)), "sources", "warn")
    again = ingest(load_settings(), collection, _PAPERS[:1])
    [less] = _found(list(examine(collection)), "sources", "warn")
    ingest(load_settings(), collection, _PAPERS)

    assert said.startswith("2 of 2 papers were read by an older version")
    assert f"papertrail ingest PATH --collection {collection}" in said
    assert (again.unchanged, again.updated) == (1, 0)
    assert less.startswith("1 of 2 papers")
    assert _found(list(examine(collection)), "sources", "warn") == []


def test_a_collection_that_is_not_there_yet_is_no_failure() -> None:
    checks = list(examine("papers"))

    assert _failed(checks) == set()
    assert "papertrail ingest" in _found(checks, "collection", "warn")[0]


def test_a_setting_that_makes_no_sense_is_named_and_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "many")

    checks = list(examine())

    assert [check.name for check in checks] == ["python", "settings"]
    assert "'retries'" in _found(checks, "settings", "fail")[0]


def test_an_unknown_retriever_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_RETRIEVER", "magic")

    assert "settings" in _failed(list(examine()))


def test_a_misspelt_variable_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_MODLE", "extractive")

    (message,) = _found(list(examine()), "settings", "fail")

    assert "PAPERTRAIL_MODLE" in message


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("PAPERTRAIL_PAGE_PASSWORD", "secret-word")
    monkeypatch.setenv("PAPERTRAIL_OPENAI_BASE_URL", closed_port_url().replace("//", "//user:secret-pass@"))
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url().replace("//", "//user:secret-pass@"))

    text = str(list(examine()))

    assert "openai_api_key=***" in text
    assert "secret" not in text


def test_a_home_that_cannot_be_written_to_is_a_failure_and_nothing_else_is_tried(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    checks = list(examine(home=tmp_path / "file" / "home"))

    assert checks[-1].name == "home"
    assert "PAPERTRAIL_HOME" in _found(checks, "home", "fail")[0]


@pytest.mark.parametrize("part", ["lexical", "vectors"])
def test_a_lost_index_is_found_and_repaired(collection: str, part: str) -> None:
    shutil.rmtree(getattr(layout_of(load_settings(), collection), part))

    found = _found(list(examine(collection)), "collection", "fail")
    repaired = list(examine(collection, repair=True))

    assert any("doctor --repair --collection papers" in message for message in found)
    assert _failed(repaired) == set()
    assert _found(repaired, "repair", "ok") != ["nothing had to be done"]
    assert {check.status for check in examine(collection)} == {"ok"}


def test_repairing_what_is_sound_does_nothing(collection: str) -> None:
    checks = list(examine(collection, repair=True))

    assert _found(checks, "repair", "ok") == ["nothing had to be done"]


def test_a_catalogue_that_is_not_one_is_a_failure(collection: str) -> None:
    layout_of(load_settings(), collection).catalogue.write_bytes(b"not a database, though long enough" * 200)

    assert "collection" in _failed(list(examine(collection)))


def test_another_embedding_than_that_of_the_collection_is_a_failure(
    collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer(models=["embed"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        monkeypatch.setenv("PAPERTRAIL_EMBEDDING", "ollama:embed")
        checks = list(examine(collection))

    assert _failed(checks) == {"collection"}
    assert "minilm" in _found(checks, "collection", "fail")[0]


def test_a_model_that_now_gives_longer_vectors_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_EMBEDDING", "ollama:embed")
    with OllamaServer(models=["embed"], dimensions=8) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        ingest(load_settings(), "papers", _PAPERS)
        server.dimensions = 16
        (message,) = _found(list(examine("papers")), "collection", "fail")

    assert "have 8 numbers" in message
    assert "gives 16" in message


def test_an_embedding_server_that_is_down_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_EMBEDDING", "ollama:embed")
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())

    assert "embedding" in _failed(list(examine()))


def test_a_named_model_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer(models=["llama3.2"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        monkeypatch.setenv("PAPERTRAIL_MODEL", "ollama/llama3.2")
        there = list(examine())
        monkeypatch.setenv("PAPERTRAIL_MODEL", "ollama/other")
        missing = list(examine())

    assert _found(there, "model", "ok") == ["ollama/llama3.2 is there"]
    assert "ollama pull other" in _found(missing, "model", "fail")[0]


def test_the_extractive_writer_needs_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_MODEL", "extractive")
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())

    assert len(_found(list(examine()), "model", "ok")) == 1


def test_a_judge_is_asked_for_when_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _found(list(examine()), "judge", "ok") == []
    with OllamaServer(models=["minicheck"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        monkeypatch.setenv("PAPERTRAIL_JUDGE", "ollama/minicheck")
        there = list(examine())
        monkeypatch.setenv("PAPERTRAIL_JUDGE", "ollama/other")
        missing = list(examine())

    assert _found(there, "judge", "ok") == ["ollama/minicheck is there"]
    assert "ollama pull other" in _found(missing, "judge", "fail")[0]


def test_models_that_plan_or_are_routed_to_are_looked_for_and_missing_ones_are_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with OllamaServer(models=["little"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        monkeypatch.setenv("PAPERTRAIL_ROUTING", "extractive,ollama/little,ollama/large")
        monkeypatch.setenv("PAPERTRAIL_RERANK", "ollama/ranker")
        checks = list(examine())

    assert _found(checks, "routing", "ok") == ["ollama/little is there"]
    assert "ollama pull large" in _found(checks, "routing", "warn")[0]
    assert "ollama pull ranker" in _found(checks, "rerank", "warn")[0]


def test_auto_warns_of_a_configured_model_that_it_passes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIServer(models=["gpt-test"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_MODEL", "llama3.2")
        monkeypatch.setenv("PAPERTRAIL_OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PAPERTRAIL_OPENAI_MODEL", "gpt-test")
        checks = list(examine())

    assert "ollama/llama3.2" in _found(checks, "model", "warn")[0]
    assert _found(checks, "model", "ok") == ["openai/gpt-test is there"]
