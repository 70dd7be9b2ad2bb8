from __future__ import annotations

import pytest

from rag.answering.replies import reply
from rag.understanding.query import Flag, Kind, Query
from tests.papers import CACHE, SPARSE


def _said(*flags: Flag) -> Query:
    return Query("hm", "hm", Kind.CHAT, {Kind.CHAT: 1.0}, flags=frozenset(flags))


@pytest.mark.parametrize("flags", [(), *((flag,) for flag in Flag)])
def test_whatever_is_said_gets_a_short_reply_without_citation(flags: tuple[Flag, ...]) -> None:
    text = reply(_said(*flags), [CACHE, SPARSE])

    assert 5 < len(text.split()) < 90
    assert "[" not in text


def test_asked_what_it_can_do_it_gives_examples_from_the_collection() -> None:
    text = reply(_said(Flag.HELP), [CACHE, SPARSE])

    assert "Firefly" in text
    assert "Glasswing" in text
    assert "Firefly" not in reply(_said(Flag.HELP), [])


def test_an_order_is_declined_also_when_it_comes_with_a_greeting() -> None:
    assert reply(_said(Flag.GREETING, Flag.INJECTION), []) == reply(_said(Flag.INJECTION), [])
