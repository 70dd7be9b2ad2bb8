from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.checking import check_set
from evals.claims import CLAIMS
from evals.questions import LINKED, QUESTIONS
from rag import Assistant
from rag.errors import SourceError
from tests.papers import CACHE, PAPERS, SPARSE

_ITEM: dict[str, Any] = {
    "id": "a",
    "kind": "factual",
    "style": "named",
    "turns": ["How fast is Firefly?"],
    "gold": [[CACHE.title]],
    "facts": [[["3.4 times", "3.4x"]]],
}
_CLAIM = {
    "id": "a",
    "claim": "Firefly is fast.",
    "cites": [CACHE.title],
    "label": "supported",
    "error": "paraphrase",
    "evidence": "3.4 times faster",
}


def _check(folder: Path, *records: dict[str, Any] | str) -> list[str]:
    path = folder / "set.jsonl"
    lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
    path.write_text("\n".join(lines), encoding="utf-8")
    return check_set(path, PAPERS)


def test_the_sets_in_the_box_are_sound(seed: Assistant) -> None:
    for path in (QUESTIONS, QUESTIONS.with_name("blind.jsonl"), LINKED, CLAIMS):
        assert check_set(path, seed.papers()) == []


def test_a_sound_set_has_nothing_to_say(tmp_path: Path) -> None:
    other = {"id": "b", "kind": "unanswerable", "turns": ["Does Firefly run on TPUs?"], "gold": [[]]}

    assert _check(tmp_path, _ITEM, "", other) == []
    assert _check(tmp_path, _CLAIM) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gold": [["Firefly: A Cache for Retrieval"]]}, f"is {CACHE.title!r} meant?"),
        ({"facts": [[["4.3 times"]]]}, "the fact '4.3 times' stands in no paper that must be cited"),
        ({"facts": [[["3.4 Times"]]]}, "has capitals and is never found"),
        ({"facts": [[[""]]]}, "a fact is empty"),
        ({"kind": "factal"}, "the kind 'factal' is none of factual, compare"),
        ({"style": "nmaed"}, "the style 'nmaed' is none of named"),
        ({"kind": "unanswerable", "style": None, "facts": [[]]}, "must name no paper"),
        ({"gold": [[]], "facts": [[]]}, "must name the papers to cite"),
        ({"linked": 4}, "linked is 4; a question links 1, 2, 3 facts"),
        ({"turns": []}, "turns, gold and facts must have one entry a turn"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_with_its_line(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    fine = _ITEM | {"id": "fine", "turns": ["What is Firefly?"]}
    found = _check(tmp_path, fine, _ITEM | change)

    assert len(found) == 1
    assert found[0].startswith("line 2: ")
    assert sentence in found[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cites": ["Nothing"]}, "no paper has the title 'Nothing'"),
        ({"cites": []}, "the claim cites nothing"),
        ({"evidence": "7 times faster"}, "stands in no paper that the claim cites"),
        ({"label": "maybe"}, "is not a claim"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    found = _check(tmp_path, _CLAIM | {"id": "fine", "claim": "Firefly is quick."}, _CLAIM | change)

    assert len(found) == 1
    assert sentence in found[0]


def test_repeated_ids_and_questions_are_found(tmp_path: Path) -> None:
    assert _check(tmp_path, _ITEM, _ITEM | {"gold": [[SPARSE.title]], "facts": [[]]}) == [
        "line 2: the id 'a' stands in line 1 too",
        "line 2: the question 'How fast is Firefly?' stands in line 1 too",
    ]
    assert len(_check(tmp_path, _CLAIM, _CLAIM)) == 2


def test_every_bad_line_is_reported_and_not_only_the_first(tmp_path: Path) -> None:
    found = _check(tmp_path, _ITEM, "{", "[]", _ITEM | {"id": 3, "turns": ["Other?"]})

    assert [sentence.split(":")[0] for sentence in found] == ["line 2", "line 3", "line 4"]


def test_a_file_that_cannot_be_checked_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe")

    with pytest.raises(SourceError, match="is empty"):
        check_set(tmp_path / "empty.jsonl", PAPERS)
    with pytest.raises(SourceError, match="not a text in UTF-8"):
        check_set(tmp_path / "bytes.jsonl", PAPERS)
    with pytest.raises(SourceError, match="cannot be read"):
        check_set(tmp_path / "nowhere.jsonl", PAPERS)
