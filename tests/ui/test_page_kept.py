from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from rag.types import Answer, Citation, Claim, Usage, Verdict
from ui.page import kept
from ui.page.kept import Conversation, UnreadableError
from ui.page.turns import Turn

_CITATION = Citation(7, "p1", "A title", "https://example.org/1", "A sentence.", 8, 19, Verdict.PARTIAL, 0.5)
_ANSWER = Answer(
    question="Why?",
    text="So [7].",
    refused=False,
    reason=None,
    citations=(_CITATION,),
    claims=(Claim("So.", (7,), Verdict.PARTIAL, ("3 is not in the cited paper",)),),
    nearest=(("p2", "Another"),),
    model="extractive",
    retriever="hybrid",
    settings_hash="0123",
    usage=Usage(3, 4),
    timings_ms={"total": 1.5},
    removed_keys=2,
    notes=("a note",),
)
_TURNS = (Turn("Why?", _ANSWER), Turn("And?", failure="No server: start one."), Turn("Or?", partial="Half an ans"))
_TALK = Conversation(conversation_id="0123456789abcdef" * 2).with_turns(_TURNS)


def test_a_conversation_comes_back_from_the_browser_as_it_was() -> None:
    assert kept.load(kept.dump(_TALK)) == _TALK


def test_the_first_turns_give_a_conversation_its_id_and_it_keeps_it() -> None:
    one, other = Conversation().with_turns(_TURNS), Conversation().with_turns(_TURNS)

    assert len(one.conversation_id) == len(other.conversation_id) == 32
    assert one.conversation_id != other.conversation_id
    assert _TALK.with_turns(_TURNS[:1]) == dataclasses.replace(_TALK, turns=_TURNS[:1])


def _record(**changes: Any) -> str:
    return json.dumps(json.loads(kept.dump(_TALK)) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[",
        "[" * 100_000,
        "{}",
        kept.dump(_TALK)[:-5],
        _record(version=0),
        _record(version=kept.VERSION + 1),
        _record(version=None),
        _record(id="x"),
        _record(id="../../" + "0" * 26),
        _record(id=7),
        _record(turns=[]),
        _record(turns=[{"question": 1}]),
        _record(turns=[{"q": "an older version"}]),
        kept.dump(_TALK).replace('"partial"', '"wrong"'),
        kept.dump(_TALK).replace('"marker":7', '"marker":"seven"'),
        kept.dump(_TALK).replace("Why?", "\\ud800"),
    ],
)
def test_what_is_no_record_of_this_version_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        kept.load(text)


def test_a_record_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = kept.dump(_TALK)
    monkeypatch.setattr(kept, "STORED_CHARS", len(text) - 1)

    with pytest.raises(UnreadableError):
        kept.load(text)


def test_the_oldest_turns_are_left_out_of_what_the_browser_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = dataclasses.replace(_TALK, turns=_TURNS[2:])
    monkeypatch.setattr(kept, "STORED_CHARS", len(kept.dump(newest)) + 5)

    assert kept.dump(_TALK) == kept.dump(newest)
    assert kept.load(kept.dump(_TALK)) == newest


def test_nothing_is_kept_of_a_turn_that_is_too_long_or_of_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.dump(Conversation()) == ""
    monkeypatch.setattr(kept, "STORED_CHARS", 10)

    assert kept.dump(_TALK) == ""
