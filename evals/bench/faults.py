"""Killing whatever changes a collection at random moments, and looking whether anything was lost by it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.bench.audit import audit, found_by_itself
from evals.bench.victim import DONE, READY, paper, work
from rag.errors import (
    CollectionDamagedError,
    CollectionError,
    CollectionMismatchError,
    CollectionMissingError,
    PapertrailError,
)
from rag.index import Collection, ingest
from rag.index.layout import layout_of
from rag.index.ledger import Ledger
from rag.settings import Settings
from rag.tables import markdown_table
from rag.types import Paper

__all__ = ["Faults", "Operation", "faults_table", "measure_faults"]

NAME, WARM = "faults", "warm"
"""Collections in the home folder of a run."""
SPREAD = 1.1
"""Kills fall evenly between the start of an operation and so many times what the last whole one of its kind took."""
FIRST_GUESS_S = 2.0
"""What an operation takes, before one has come to its end."""
AGAIN = 0.5
"""Probability that an operation that was killed is killed once more before it comes to its end."""
FOUND = 20
"""Papers of which a search by their own vector is looked at after each kill."""

State = dict[int, int]
"""Version of each paper's abstract, by its number: what the collection should hold."""


@dataclasses.dataclass(frozen=True)
class Operation:
    """A change of the collection that can be killed."""

    task: Mapping[str, Any]
    """For :mod:`evals.bench.victim`."""
    after: State
    """What the collection holds at its end."""
    whole: bool = False
    """Whether readers see all of the change or nothing of it."""
    unreadable: bool = False
    """Whether the collection may have to be repaired before it can be read: its damage is what is repaired."""


@dataclasses.dataclass
class Faults:
    """What came of a run."""

    seed: int
    kills: Counter[str] = dataclasses.field(default_factory=Counter)
    """By operation."""
    halfway: Counter[str] = dataclasses.field(default_factory=Counter)
    """Of these, kills after which a part of the change was there, and a part was not."""
    unsearchable: Counter[str] = dataclasses.field(default_factory=Counter)
    """Kills after which a search said that the collection must be repaired, though its catalogue was whole."""
    audits: int = 0
    """How often an operation was brought to its end and everything compared."""
    papers: int = 0
    """In the collection at the end."""
    problems: list[str] = dataclasses.field(default_factory=list)
    """What was lost, doubled, half there or not equal to the catalogue, each in a sentence; empty as it should be."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return dataclasses.asdict(self)


def measure_faults(
    settings: Settings, kills: int, seed: int, progress: Callable[[str], None] = lambda sentence: None
) -> Faults:
    """Kills (SIGKILL) an ingest, a removal or a repair ``kills`` times, each at a random moment.

    After each kill a reader must see every paper of before or after the change, whole, and what had been reported as
    kept. Then the same operation is killed again or brought to its end, after which every index must be equal to the
    catalogue, row by row.

    Args:
        settings: name the home folder, in which ``bench/faults`` is made; it is deleted unless there was a problem.
        kills: how many.
        seed: of the operations, their papers and how far each comes; the exact moment is the machine's.
        progress: told each step in a sentence.
    """
    home = settings.home / "bench" / "faults"
    shutil.rmtree(home, ignore_errors=True)
    own = settings.model_copy(update={"home": home})
    shutil.copytree(settings.home / "models", home / "models", dirs_exist_ok=True)
    ingest(own, WARM, [paper(0, 0)])
    faults = _Run(own, seed, progress).faults(kills)
    if not faults.problems:
        shutil.rmtree(home)
    return faults


class _Run:
    """One run, with what the collection should hold."""

    def __init__(self, settings: Settings, seed: int, progress: Callable[[str], None]) -> None:
        self._settings = settings
        self._progress = progress
        self._state: State = {}
        self._took: dict[str, float] = {}
        self._found = Faults(seed)

    def faults(self, kills: int) -> Faults:
        started, number = time.monotonic(), 0
        with _Victims(self._settings) as victims:
            while sum(self._found.kills.values()) < kills:
                number += 1
                rng = random.Random(f"{self._found.seed}/{number}")  # noqa: S311 -- no secret
                self._operation(rng, victims, kills)
        self._found.papers = len(self._state)
        self._found.problems += audit(self._settings, NAME, len(self._state))
        self._found.seconds = round(time.monotonic() - started, 1)
        return self._found

    def _operation(self, rng: random.Random, victims: _Victims, kills: int) -> None:
        """One operation: killed some times, then brought to its end."""
        names = list(OPERATIONS) if self._state else ["ingest"]
        name = rng.choice(names)
        operation = OPERATIONS[name](rng, self._state, self._settings)
        killed, alive = 0, False
        while not alive and sum(self._found.kills.values()) < kills and (not killed or rng.random() < AGAIN):
            longest = self._took.get(name, FIRST_GUESS_S) * SPREAD
            told, took = victims.killed(operation.task, rng.uniform(0, longest))
            alive = took is not None
            if took is not None:
                self._took[name] = took
            else:
                killed += 1
                self._found.kills[name] += 1
                self._seen(name, operation, told)
        if not alive:
            began = time.monotonic()
            self._tried(name, lambda: work(self._settings, NAME, operation.task))
            self._took[name] = time.monotonic() - began
        self._state = operation.after
        self._ended(name, killed)

    def _seen(self, name: str, operation: Operation, told: Sequence[str]) -> None:
        """Looks at the collection as a reader does, right after a kill."""
        try:
            with Collection.open(self._settings, NAME) as opened:
                self._compared(name, operation, told, {found.paper_id: found for found in opened.papers()})
                self._wrong(name, found_by_itself(opened, [f"p{number}" for number in list(self._state)[-FOUND:]]))
        except CollectionMissingError as error:  # the first ingest, killed before its first commit
            self._wrong(name, [f"It cannot be read: {error}."] if self._state or told else [])
        except CollectionDamagedError as error:
            self._unsearchable(name, operation, str(error))
        except CollectionMismatchError as error:
            self._wrong(name, [] if operation.unreadable else [f"It cannot be read: {error}."])

    def _unsearchable(self, name: str, operation: Operation, error: str) -> None:
        if not operation.unreadable:
            self._found.unsearchable[name] += 1
            self._progress(f"{name}: {error}")

    def _compared(self, name: str, operation: Operation, told: Sequence[str], there: dict[str, Paper]) -> None:
        """Whether each paper is there once, as before or after the operation; as after it where that was reported."""
        before, after = self._state, operation.after
        versions: State = {}
        for number in {*before, *after}:
            found, allowed = there.pop(f"p{number}", None), {before.get(number), after.get(number)}
            version = None if found is None else _version(found.abstract)
            if found is not None and found.abstract != paper(number, version or 0).abstract:
                self._wrong(name, [f"Paper {number} is half there."])
            elif version not in allowed:
                self._wrong(name, [f"Paper {number} is there in version {version}, not one of {allowed}."])
            elif paper(number, 0).title in told and version != after.get(number):
                self._wrong(name, [f"Paper {number} was reported as kept and is there in version {version}."])
            if version is not None:
                versions[number] = version
        self._wrong(name, [f"Papers are too many: {', '.join(there)}."] if there else [])
        if versions not in (before, after):
            self._found.halfway[name] += 1
            self._wrong(name, ["Readers see a part of it."] if operation.whole else [])

    def _ended(self, name: str, killed: int) -> None:
        """Compares everything, once an operation has come to its end."""
        self._found.audits += 1
        self._tried(name, lambda: self._wrong(name, audit(self._settings, NAME, seed=self._found.audits)))
        with contextlib.suppress(CollectionError), Collection.open(self._settings, NAME) as opened:
            expected = {f"p{number}": paper(number, version).abstract for number, version in self._state.items()}
            there = {found.paper_id: found.abstract for found in opened.papers()}
            if there != expected:
                lost, needless = sorted(expected.keys() - there.keys()), sorted(there.keys() - expected.keys())
                other = sorted(one for one in expected.keys() & there.keys() if expected[one] != there[one])
                self._wrong(name, [f"At the end lost: {lost}, too many: {needless}, another version: {other}."])
        self._progress(
            f"{sum(self._found.kills.values())} kills: {name} was killed {killed} times and came to its end, "
            f"{len(self._state)} papers, {len(self._found.problems)} problems"
        )

    def _tried(self, name: str, call: Callable[[], None]) -> None:
        try:
            call()
        except PapertrailError as error:
            self._wrong(name, [f"It does not come to its end: {error}."])

    def _wrong(self, name: str, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            self._progress(f"{name}: {sentence}")
            self._found.problems.append(f"{name}, after {sum(self._found.kills.values())} kills: {sentence}")


def _version(abstract: str) -> int:
    return int(abstract.split()[3])


def _ingest(rng: random.Random, state: State, settings: Settings) -> Operation:
    """New papers, changed ones, unchanged ones and some that another source has under another id, mixed."""
    first = max(state, default=0) + 1
    new = {number: 1 for number in range(first, first + rng.randint(20, 150))}
    known = rng.sample(sorted(state), min(len(state), rng.randint(0, 60)))
    changed = {number: state[number] + 1 for number in known[::2]}
    unchanged = {number: state[number] for number in known[1::2]}
    read = [(number, version, False) for number, version in {**new, **changed, **unchanged}.items()]
    rng.shuffle(read)
    twins = [(number, version, True) for number, version, _ in read[::10] if number not in changed]
    return Operation({"do": "ingest", "papers": read + twins}, state | new | changed)


def _remove(rng: random.Random, state: State, settings: Settings) -> Operation:
    gone = rng.sample(sorted(state), rng.randint(1, max(1, len(state) // 4)))
    after = {number: version for number, version in state.items() if number not in gone}
    return Operation({"do": "remove", "ids": [f"p{number}" for number in gone]}, after, whole=True)


def _repair(rng: random.Random, state: State, settings: Settings) -> Operation:
    """Of a collection without words or vectors, with vectors of another adapter, or one that is whole."""
    layout = layout_of(settings, NAME)
    damage = rng.choice(("words", "vectors", "adapter", "none"))
    if damage == "words":
        shutil.rmtree(layout.lexical)
    elif damage == "vectors":
        shutil.rmtree(layout.vectors)
    elif damage == "adapter":
        with contextlib.closing(Ledger(layout)) as ledger:
            ledger.note("adapter", "of another version")
    return Operation({"do": "repair"}, state, unreadable=damage != "none")


OPERATIONS: Mapping[str, Callable[[random.Random, State, Settings], Operation]] = {
    "ingest": _ingest,
    "remove": _remove,
    "repair": _repair,
}
"""What is killed, by name; see ``TASKS`` of :mod:`evals.bench.victim`."""


class _Victims:
    """Processes that change the collection; the next one is loading while one works."""

    def __init__(self, settings: Settings) -> None:
        self._command = [sys.executable, "-m", "evals.bench.victim", str(settings.home), NAME, WARM]
        self._next = self._started()

    def __enter__(self) -> _Victims:
        return self

    def __exit__(self, *error: object) -> None:
        self._next.communicate()  # its input ends, and so does it

    def killed(self, task: Mapping[str, Any], after_s: float) -> tuple[list[str], float | None]:
        """Has a process do a task and kills it; what it said, and the seconds it took if it came to its end first.

        Raises:
            subprocess.CalledProcessError: it failed by itself.
        """
        process, self._next = self._next, self._started()
        assert process.stdin is not None  # noqa: S101 -- both are pipes
        assert process.stdout is not None  # noqa: S101
        if process.stdout.readline().strip() != READY:
            raise subprocess.CalledProcessError(process.wait(), self._command)
        began = time.monotonic()
        process.stdin.write(f"{json.dumps(task)}\n")
        process.stdin.flush()
        kill = threading.Timer(after_s, process.kill)
        kill.start()
        said = [line.rstrip("\n") for line in process.stdout]
        took = time.monotonic() - began
        kill.cancel()
        code = process.wait()
        process.stdin.close()
        process.stdout.close()
        if said[-1:] == [DONE]:
            return said[:-1], took
        if code != -signal.SIGKILL:
            raise subprocess.CalledProcessError(code, self._command)
        return said, None

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def faults_table(faults: Faults) -> str:
    """The figures as Markdown."""
    counted = (faults.kills, faults.halfway, faults.unsearchable)
    rows = [[name, *(str(counts[name]) for counts in counted)] for name in sorted(faults.kills)]
    rows.append(["all", *(str(counts.total()) for counts in counted)])
    table = markdown_table(
        ["killed at a random moment", "times", "a part was kept", "to be repaired before a search"], rows
    )
    summary = (
        f"{len(faults.problems)} problems (papers lost, doubled or half there, indexes unequal to the catalogue); "
        f"everything was compared {faults.audits + 1} times; {faults.papers} papers at the end; "
        f"seed {faults.seed}; {faults.seconds:.0f} s"
    )
    return "\n".join([table, "", summary, *faults.problems])
