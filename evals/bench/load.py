"""Many people asking at once, over the library, HTTP and the page, beside one who asks alone."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from evals.bench.speed import QUESTIONS, questions_about
from evals.machine import Latency, environment, latency_of
from rag import Assistant, Settings
from rag.errors import UserError
from rag.tables import markdown_table

__all__ = ["DOORS", "Load", "Loads", "load_table", "measure_load"]

ALONE = 5
"""One asks alone for a fifth of the time."""
PATIENCE_S = 120.0
"""Longest wait for an answer, which is an error then."""
SAMPLED_S = 0.5
"""How often memory is looked at."""
_EVENT = "submit"
_BOX = "pt-question"
"""The box of the page into which a question is typed."""

Ask = Callable[[str], None]
"""Asks one question and raises what goes wrong."""
People = Callable[[], contextlib.AbstractContextManager[Ask]]
"""What makes one more person, who asks over a connection of their own."""


@dataclasses.dataclass(frozen=True)
class Load:
    """What some people met at one door."""

    door: str
    people: int
    answers: int
    errors: Mapping[str, int]
    """How often each was met."""
    a_second: float
    """Answers."""
    latency: Latency | None
    """Of whole answers; None where there were none."""
    processor_ms: float
    """Processor time of the process that answers, for each answer: what stays the same on a machine that is shared."""
    memory_mb: tuple[float, float, float]
    """Resident in the process that answers: before, the most of the first half of the time, the most of the second."""


@dataclasses.dataclass(frozen=True)
class Loads:
    """All doors."""

    steps: tuple[Load, ...]
    pause_s: float
    environment: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return dataclasses.asdict(self)


def measure_load(
    settings: Settings,
    collection: str,
    people: int,
    minutes: float,
    pause_s: float = 0.0,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Loads:
    """Has one person ask alone, then ``people`` at once, at each of :data:`DOORS`.

    Everyone asks what the newest papers are about, waits for the whole answer, reads it for ``pause_s`` and asks on.

    Args:
        settings: name the home folder; answers are in the papers' own sentences.
        collection: one that exists.
        people: at least 1.
        minutes: for which they ask at each door.
        pause_s: seconds between an answer and the next question; 0 is a crowd that never reads.
        progress: told each step in a sentence.

    Raises:
        UserError: a server that is asked does not start.
    """
    machine = environment()
    with Assistant.open(collection, settings) as assistant:
        questions = questions_about(assistant.papers(most=QUESTIONS))
    steps = []
    for door, opened in DOORS.items():
        with opened(settings, collection) as (process_id, person):
            crowd = _Crowd(door, process_id, person, questions, pause_s)
            crowd.warmed()
            for count, length_s in ((1, minutes * 60 / ALONE), (people, minutes * 60)):
                progress(f"{door}: {count} asking for {length_s:.0f} s")
                steps.append(crowd.asking(count, length_s))
    return Loads(tuple(steps), pause_s, machine)


class _Crowd:
    """People at one door."""

    def __init__(self, door: str, process_id: int, person: People, questions: Sequence[str], pause_s: float) -> None:
        self._door = door
        self._process_id = process_id
        self._person = person
        self._questions = questions
        self._pause_s = pause_s

    def warmed(self) -> None:
        """The first answer loads the models."""
        with self._person() as ask:
            ask(self._questions[0])

    def asking(self, people: int, length_s: float) -> Load:
        """What ``people`` meet who ask for that time."""
        times: list[float] = []
        errors: Counter[str] = Counter()
        before, used, began = _resident_mb(self._process_id), _used_s(self._process_id), time.monotonic()
        over = threading.Event()
        threads = [
            threading.Thread(target=self._one, args=(number, over, times, errors), daemon=True)
            for number in range(people)
        ]
        for thread in threads:
            thread.start()
        peaks = [before, before]
        while (passed := time.monotonic() - began) < length_s:
            half = int(passed >= length_s / 2)
            peaks[half] = max(peaks[half], _resident_mb(self._process_id))
            over.wait(SAMPLED_S)
        over.set()
        patience = time.monotonic() + PATIENCE_S
        for thread in threads:
            thread.join(max(0.0, patience - time.monotonic()))
        took, used = time.monotonic() - began, _used_s(self._process_id) - used
        latency = latency_of(times) if times else None
        return Load(
            self._door,
            people,
            len(times),
            dict(errors),
            round(len(times) / took, 2),
            latency,
            round(1000 * used / max(1, len(times)), 1),
            (round(before, 1), round(peaks[0], 1), round(peaks[1], 1)),
        )

    def _one(self, number: int, over: threading.Event, times: list[float], errors: Counter[str]) -> None:
        """One person, who begins with another question than the others."""
        with self._person() as ask:
            while True:  # once at least, however short the time is
                question = self._questions[number % len(self._questions)]
                number += 1
                started = time.perf_counter()
                try:
                    ask(question)
                    times.append((time.perf_counter() - started) * 1000)
                except Exception as error:  # whatever it is, it is what this person met
                    errors[f"{type(error).__name__}: {error}"[:200]] += 1
                if over.wait(self._pause_s):
                    return


@contextlib.contextmanager
def _library(settings: Settings, collection: str) -> Iterator[tuple[int, People]]:
    """Threads of this process that share one assistant."""
    with Assistant.open(collection, settings) as assistant:

        def ask(question: str) -> None:
            if assistant.ask(question, model="extractive").refused:
                raise UserError("refused")

        yield os.getpid(), lambda: contextlib.nullcontext(ask)


@contextlib.contextmanager
def _http(settings: Settings, collection: str) -> Iterator[tuple[int, People]]:
    """``papertrail serve``, asked for whole answers."""

    @contextlib.contextmanager
    def person() -> Iterator[Ask]:
        with httpx.Client(base_url=address, timeout=PATIENCE_S, trust_env=False) as client:

            def ask(question: str) -> None:
                response = client.post("v1/ask", json={"question": question, "model": "extractive"})
                response.raise_for_status()
                if response.json()["refused"]:
                    raise UserError("refused")

            yield ask

    with _served(["serve", "--port", "0", "--rate", "0"], settings, collection) as (process_id, address):
        yield process_id, person


@contextlib.contextmanager
def _page(settings: Settings, collection: str) -> Iterator[tuple[int, People]]:
    """``papertrail chat``, asked as its page asks: an event for the box, then what the server streams."""

    @contextlib.contextmanager
    def person() -> Iterator[Ask]:
        with httpx.Client(base_url=address, timeout=PATIENCE_S, trust_env=False) as client:
            client.get("").raise_for_status()
            event, values = _submit(client.get("config").raise_for_status().json())

            def ask(question: str) -> None:
                session = uuid.uuid4().hex  # a page that has been opened anew
                sent = {"data": [question, *values], "fn_index": event, "session_hash": session}
                client.post("gradio_api/queue/join", json=sent).raise_for_status()
                _answered(client, session)

            yield ask

    with _served(["chat", "--port", "0"], settings, collection) as (process_id, address):
        yield process_id, person


def _submit(config: Mapping[str, Any]) -> tuple[int, list[Any]]:
    """Number of the event that asks, and what the page sends with it beside the question."""
    components = {one["id"]: one for one in config["components"]}
    box = next(number for number, one in components.items() if one["props"].get("elem_id") == _BOX)
    event = next(one for one in config["dependencies"] if [box, _EVENT] in [list(to) for to in one["targets"]])
    return event["id"], [components[number]["props"].get("value") for number in event["inputs"][1:]]


def _answered(client: httpx.Client, session: str) -> None:
    """Reads the stream of an event to its end.

    Raises:
        UserError: the answer has no source, or there is none.
    """
    cited = False
    with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            cited = cited or "data-marker" in line
            if not line.startswith("data:"):
                continue
            message = json.loads(line.removeprefix("data:"))
            if message["msg"] == "process_completed":
                if not message["success"] or not cited:
                    raise UserError("no answer with sources" if message["success"] else "the event failed")
                return
    raise UserError("the stream ended before the answer")


DOORS: Mapping[str, Callable[[Settings, str], contextlib.AbstractContextManager[tuple[int, People]]]] = {
    "library": _library,
    "HTTP": _http,
    "page": _page,
}


@contextlib.contextmanager
def _served(words: Sequence[str], settings: Settings, collection: str) -> Iterator[tuple[int, str]]:
    """A server of ours in a process of its own: its number, and the address that it prints."""
    # By name, as in evals.child: what measures does not depend on a face.
    command = [sys.executable, "-m", "ui.cli", *words, "--collection", collection]
    environ = os.environ | {"PAPERTRAIL_HOME": str(settings.home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None  # noqa: S101 -- it is a pipe; tells the type checker
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise UserError(f"`papertrail {words[0]}` does not start; run it alone to see why")
            yield process.pid, address
        finally:
            process.terminate()


def _resident_mb(process_id: int) -> float:
    """MiB of a process in memory now."""
    status = Path(f"/proc/{process_id}/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def _used_s(process_id: int) -> float:
    """Processor time of a process so far, its threads included; 0 where the system does not tell."""
    file = Path(f"/proc/{process_id}/stat")
    if not file.exists():
        return 0.0
    fields = file.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load_table(loads: Loads) -> str:
    """The numbers as Markdown."""
    rows = []
    for step in loads.steps:
        p50, p95 = (f"{step.latency.p50:,.0f}", f"{step.latency.p95:,.0f}") if step.latency else ("–", "–")
        memory = " / ".join(f"{value:,.0f}" for value in step.memory_mb)
        errors = str(sum(step.errors.values()))
        rows.append(
            [
                step.door,
                str(step.people),
                str(step.answers),
                errors,
                f"{step.a_second:.1f}",
                p50,
                p95,
                f"{step.processor_ms:,.0f}",
                memory,
            ]
        )
    head = ["door", "people", "answers", "errors", "answers/s", "p50, ms", "p95, ms", "processor ms each"]
    head.append("MiB before / 1st / 2nd half")
    met = [
        f"{step.door}, {step.people}: {count} x {error}" for step in loads.steps for error, count in step.errors.items()
    ]
    machine = ", ".join(f"{name} {value}" for name, value in loads.environment.items())
    pause = f"Each reads for {loads.pause_s:g} s." if loads.pause_s else "Nobody reads: each asks on at once."
    return "\n".join([markdown_table(head, rows), "", *met, pause, machine])
