"""``papertrail bench``: what is wrong with a call is one sentence; the rest is in tests/evals/bench."""

from __future__ import annotations

import pytest

from tests.ui.command import Papertrail


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--scale", "10"], "--scale and --data go together"),
        (["--data", "."], "--scale and --data go together"),
        (["--scale", "ten", "--data", "."], "is no list of numbers"),
        (["--scale", "0", "--data", "."], "is no list of numbers"),
        (["--retrievers", "hybrid"], "--retrievers goes with --scale"),
        (["--scale", "9", "--data", ".", "--retrievers", "hybrid,best"], "there is no retriever 'best'"),
        (["--faults", "0"], "is not a whole number from 1 on"),
        (["--load", "5", "--minutes", "0"], "is not above 0"),
        (["--load", "5", "--pause", "-1"], "is below 0"),
        (["--load", "5"], "there is no collection"),
        ([], "there is no collection"),
    ],
)
def test_a_mistake_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    done = Papertrail(capsys)("bench", *arguments)

    assert (done.code, done.out) == (2, "")
    assert complaint in done.err
