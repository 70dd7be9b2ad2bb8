from __future__ import annotations

import pytest

from ui.commands.layout import wrapped_stream
from ui.commands.streams import plain


class _Terminal:
    """Stands for stdout where only the answer to ``isatty`` matters."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def _stdout(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> None:
    monkeypatch.setattr("sys.stdout", _Terminal(is_terminal))
    monkeypatch.setenv("COLUMNS", "24")


def test_a_stream_is_wrapped_as_if_it_had_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _stdout(monkeypatch, is_terminal=True)
    text = "Hyper-RAG improves accuracy by an average of 12.3% over direct use [1].\nSecond paragraph [2]."

    whole = "".join(wrapped_stream([text]))
    by_letter = "".join(wrapped_stream(text))

    assert by_letter == whole
    assert max(map(len, whole.splitlines())) <= 24
    assert whole.split() == text.split()


def test_a_word_longer_than_the_line_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _stdout(monkeypatch, is_terminal=True)

    assert "".join(wrapped_stream(["see ", "x" * 40])) == "see \n" + "x" * 40


def test_a_stream_into_a_pipe_is_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    _stdout(monkeypatch, is_terminal=False)

    assert "".join(wrapped_stream(["a long ", "line " * 20])) == "a long " + "line " * 20


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b31m", "\x07", "\r", "\u202e"])
def test_what_would_steer_the_terminal_is_taken_out(text: str) -> None:
    assert plain(f"a{text}b\tc\nd").startswith("a")
    assert not set(plain(text)) & set("\x1b\x9b\x07\r\u202e")
    assert plain("b\tc\nd") == "b\tc\nd"
