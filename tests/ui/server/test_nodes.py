"""Several ``papertrail serve`` over one collection: any of them answers any request, and one may die at any moment."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rag.index import ingest
from rag.settings import load_settings
from tests.chroma import ChromaServer
from tests.papers import PAPERS
from tests.ui.command import start

QUESTIONS = {
    "What accuracy does Glasswing reach on the Meadowlark benchmark?": "sparse",
    "How fast is Firefly?": "cache",
    "What does Tidepool give to every count?": "brackets",
}
ASKERS, BEFORE, AFTER = 3, 3, 6
"""People who ask at once, and answers before one node is killed and after it."""


@contextlib.contextmanager
def node() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server for programs in a process of its own: its address, and the process."""
    process = start("serve", "--port", "0", stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


class Balancer:
    """Spreads requests over nodes in turn, and passes one that a node did not answer on to the next."""

    def __init__(self, nodes: list[str]) -> None:
        self._nodes = nodes
        self._turns = itertools.count()
        self._lock = threading.Lock()
        self._http = httpx.Client(timeout=600, trust_env=False)  # a node that dies is noticed at once
        self.passed_on = 0

    def ask(self, question: str) -> Any:
        """The record of the answer."""
        turn = next(self._turns)
        for step in range(len(self._nodes)):
            address = self._nodes[(turn + step) % len(self._nodes)]
            try:
                return self._http.post(f"{address}v1/ask", json={"question": question}).raise_for_status().json()
            except httpx.TransportError:
                with self._lock:
                    self.passed_on += 1
        raise AssertionError("no node answers")

    def close(self) -> None:
        self._http.close()


def test_one_of_two_nodes_is_killed_under_load_and_every_question_is_answered(
    chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTRAIL_CHROMA", chroma.url)
    monkeypatch.setenv("PAPERTRAIL_MODEL", "extractive")
    ingest(load_settings(), "papers", PAPERS)
    cited: list[tuple[str, set[str]]] = []
    enough, failed = threading.Event(), []

    with node() as (first, doomed), node() as (second, _), contextlib.closing(Balancer([first, second])) as balancer:

        def keep_asking() -> None:
            for question in itertools.cycle(QUESTIONS):
                if len(cited) >= BEFORE + AFTER or failed:
                    return
                try:
                    answer = balancer.ask(question)
                except Exception as error:  # told by the test below
                    failed.append(error)
                    enough.set()
                    return
                cited.append((question, {one["paper_id"] for one in answer["citations"]}))
                if len(cited) >= BEFORE:
                    enough.set()

        askers = [threading.Thread(target=keep_asking) for _ in range(ASKERS)]
        for asker in askers:
            asker.start()
        enough.wait()
        doomed.kill()
        for asker in askers:
            asker.join()

    assert failed == []
    assert balancer.passed_on > 0
    assert len(cited) >= BEFORE + AFTER
    assert all(QUESTIONS[question] in papers for question, papers in cited)
