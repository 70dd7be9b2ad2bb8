"""Having a language model read a collection for what its papers speak of: told beforehand, resumed, kept as it goes."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from rag.errors import ModelContextError, ModelError
from rag.index.entities import Notebook
from rag.index.layout import Key
from rag.knowledge.extraction import Extract
from rag.knowledge.model_reader import ModelReader, Reading
from rag.knowledge.readers import model_reader
from rag.models.metering import Call
from rag.models.offered import check_model
from rag.models.spending import USED_UP, Spending
from rag.settings import Settings
from rag.types import Paper, Usage

__all__ = ["HOPELESS", "Expected", "ModelReading", "Outcome"]

_KEEP_EVERY_S = 10.0
"""Seconds of reading that a crash may lose: readers make their hypergraph anew whenever something is kept."""
HOPELESS = 5
"""So many papers in a row that cannot be read end the reading: more would cost and bring nothing."""


@dataclasses.dataclass(frozen=True)
class Expected:
    """What reading will take, about."""

    papers: int
    """Still to be read."""
    usage: Usage
    """Tokens, when each first reply can be used."""
    money: float | None
    """At the user's prices; None where there is no price for the model."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of it."""

    read: int
    """Papers whose entities now come from the model."""
    failed: tuple[tuple[str, str], ...]
    """Ids of papers that keep what they had, and why, in the order of ids."""
    invented: int
    """Names that the model listed and that do not stand in their paper; left out."""
    usage: Usage
    money: float | None
    """None where there is no price for the model."""
    stopped: str | None
    """Why not all papers were read; None: they were."""


class ModelReading:
    """Reading the collection ``name`` by ``model``; what was read before by the same model is not read again."""

    def __init__(self, settings: Settings, name: str, model: str, *, limit: int | None = None) -> None:
        """No server is asked.

        Args:
            settings: name the home folder, the servers, prices and budgets.
            name: of the collection.
            model: ``ollama/NAME`` or ``openai/NAME``.
            limit: read so many papers at most, at least 1; None: all.

        Raises:
            SettingsError: there is no model of that name.
            CollectionError: the collection is missing, damaged or of another kind.
        """
        self._settings = settings
        self._reader = ModelReader(model, settings)
        self._spending = Spending(settings)
        self._notebook = Notebook(settings, name, model_reader(model))
        self._limit = limit

    @property
    def model(self) -> str:
        """Who reads, as ``--model`` takes it."""
        return self._reader.name

    def expected(self) -> Expected:
        """What is still to be read, and about what it takes."""
        papers, usage = 0, Usage()
        for _, paper in self._notebook.unread(self._limit):
            papers += 1
            usage += self._reader.expected(paper)
        return Expected(papers, usage, self._spending.cost(self._reader.name, usage))

    def run(self, parallel: int = 1, progress: Callable[[int], None] | None = None) -> Outcome:
        """Reads what is still to be read; after Ctrl-C or an error what was read so far is kept.

        Args:
            parallel: requests at a time, at least 1.
            progress: told how many papers are done, failed ones too.

        Raises:
            ModelError: the server is not there, does not know us or has no such model; nothing was read.
            CollectionError: what was read cannot be kept.
        """
        check_model(self._reader.name, self._settings)
        tally, cancel = _Tally(), threading.Event()
        papers = self._notebook.unread(self._limit)
        with ThreadPoolExecutor(parallel) as pool:
            try:
                self._read(papers, tally, pool, parallel, cancel, progress or (lambda done: None))
            finally:
                cancel.set()
                self._keep(tally)
        cost = self._spending.cost(self._reader.name, tally.usage)
        failed = tuple(sorted(tally.failed))
        return Outcome(tally.read, failed, tally.invented, tally.usage, cost, tally.stopped)

    def _read(
        self,
        papers: Iterator[tuple[Key, Paper]],
        tally: _Tally,
        pool: ThreadPoolExecutor,
        parallel: int,
        cancel: threading.Event,
        progress: Callable[[int], None],
    ) -> None:
        running: dict[Future[Reading], Key] = {}
        kept_at = time.monotonic()
        while True:
            while len(running) < parallel and not tally.stopped and (following := next(papers, None)):
                key, paper = following
                if self._spending.allows(self._reader.name, self._reader.expected(paper)):
                    running[pool.submit(self._reader.read, paper, cancel)] = key
                else:
                    tally.stopped = USED_UP
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                usage = tally.take(running.pop(future), future)
                self._spending.add([Call(self._reader.name, usage, estimated=False)])
            progress(tally.done)
            if time.monotonic() - kept_at > _KEEP_EVERY_S:
                self._keep(tally)
                kept_at = time.monotonic()

    def _keep(self, tally: _Tally) -> None:
        self._notebook.keep(tally.waiting)
        tally.waiting.clear()


class _Tally:
    """What has come of the papers so far."""

    def __init__(self) -> None:
        self.read = 0
        self.failed: list[tuple[str, str]] = []
        self.invented = 0
        self.usage = Usage()
        self.stopped: str | None = None
        self.waiting: list[tuple[Key, Extract]] = []
        """Read and still to be kept."""
        self._failed_in_a_row = 0

    @property
    def done(self) -> int:
        return self.read + len(self.failed)

    def take(self, key: Key, future: Future[Reading]) -> Usage:
        """Takes in what came of one paper; returns the tokens that it took."""
        try:
            reading = future.result()
        except ModelContextError as error:
            self._fail(key, str(error))
            return Usage()
        except ModelError as error:
            self.stopped = self.stopped or str(error)
            return Usage()
        self.usage += reading.usage
        self.invented += reading.invented
        if reading.extract is None:
            self._fail(key, "the model gave no list of what stands in the paper, also when asked again")
        else:
            self.read += 1
            self._failed_in_a_row = 0
            self.waiting.append((key, reading.extract))
        return reading.usage

    def _fail(self, key: Key, reason: str) -> None:
        self.failed.append((key.paper_id, reason))
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= HOPELESS:
            self.stopped = self.stopped or f"{HOPELESS} papers in a row could not be read; name another model"
