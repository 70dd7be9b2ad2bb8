from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from evals.cache import AnswerCache, checksum_of_papers
from rag.errors import SourceError
from tests.evals.answers import answer_citing
from tests.papers import CACHE, PAPERS, SPARSE

_ANSWER = answer_citing(SPARSE, CACHE, found=("sparse",), searched="q", timings_ms={"total": 1.5})
_SCOPE = {"collection": "c", "settings": "s", "model": "m"}


def test_an_answer_comes_back_as_it_was_in_another_run(tmp_path: Path) -> None:
    with AnswerCache(tmp_path / "new" / "kept.sqlite", **_SCOPE) as cache:
        cache.put(["a", "b"], "hybrid", _ANSWER)
    with AnswerCache(tmp_path / "new" / "kept.sqlite", **_SCOPE) as cache:
        assert cache.get(["a", "b"], "hybrid") == _ANSWER


@pytest.mark.parametrize("turns", [["b"], ["a", "b", "c"], ["ab"], ["b", "a"]])
def test_another_conversation_has_another_answer(tmp_path: Path, turns: list[str]) -> None:
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE) as cache:
        cache.put(["a", "b"], "hybrid", _ANSWER)

        assert cache.get(turns, "hybrid") is None
        assert cache.get(["a", "b"], "dense") is None


@pytest.mark.parametrize("changed", ["collection", "settings", "model"])
def test_another_collection_model_or_setting_has_another_answer(tmp_path: Path, changed: str) -> None:
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE) as cache:
        cache.put(["a"], "hybrid", _ANSWER)
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE | {changed: "other"}) as cache:
        assert cache.get(["a"], "hybrid") is None


def test_a_change_of_the_code_has_another_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE) as cache:
        cache.put(["a"], "hybrid", _ANSWER)
    monkeypatch.setattr("evals.cache.code_hash", lambda: "other")
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE) as cache:
        assert cache.get(["a"], "hybrid") is None


def test_a_fresh_run_finds_only_what_it_has_asked_itself(tmp_path: Path) -> None:
    newer = dataclasses.replace(_ANSWER, text="Newer.")
    with AnswerCache(tmp_path / "kept.sqlite", **_SCOPE) as cache:
        cache.put(["a"], "hybrid", _ANSWER)
    with AnswerCache(tmp_path / "kept.sqlite", fresh=True, **_SCOPE) as cache:
        assert cache.get(["a"], "hybrid") is None
        cache.put(["a"], "hybrid", newer)
        assert cache.get(["a"], "hybrid") == newer


def test_a_file_that_is_no_cache_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "kept.sqlite").write_text("no database " * 100, encoding="utf-8")

    with pytest.raises(SourceError, match="delete the file"):
        AnswerCache(tmp_path / "kept.sqlite", **_SCOPE)


def test_the_checksum_of_papers_knows_content_and_not_order_or_place() -> None:
    moved = [dataclasses.replace(paper, source="elsewhere:1") for paper in reversed(PAPERS)]
    changed = [dataclasses.replace(SPARSE, abstract="Other."), *PAPERS[1:]]

    assert checksum_of_papers(moved) == checksum_of_papers(PAPERS)
    assert checksum_of_papers(changed) != checksum_of_papers(PAPERS)
    assert checksum_of_papers(PAPERS[1:]) != checksum_of_papers(PAPERS)
