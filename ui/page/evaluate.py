"""What the page does to measure its own answers: runs a question set, tells how far it is, shows the report."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import tempfile
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import gradio as gr

from evals.forecast import forecast
from evals.making import make_questions
from evals.measuring import BUILT_IN
from evals.questions import LINKED, QUESTIONS, load_questions
from evals.report.page import page
from evals.result import Result
from evals.run import Plan, execute
from evals.sampling import spread
from rag.errors import PapertrailError, UserError
from ui.page import results
from ui.page.failures import told
from ui.page.library import Events, Library

__all__ = ["EXTRACTIVE", "MADE", "SETS", "Evaluate", "Measuring"]

MADE = "Made from this collection"
EXTRACTIVE = "extractive"
_BOXED = {
    "In the box: about the seed papers": QUESTIONS,
    "In the box: written blind": QUESTIONS.with_name("blind.jsonl"),
    "In the box: one, two and three linked facts": LINKED,
}
SETS = (MADE, *_BOXED)
MADE_QUESTIONS = 60
"""Enough of each kind for a first look, and some seconds of work."""

Updates = tuple[Any, Any, str]
"""New values of the button that starts, the one that stops, and the result."""


@dataclasses.dataclass(frozen=True)
class Measuring:
    """The components of the tab."""

    suite: gr.Dropdown
    retrievers: gr.CheckboxGroup
    model: gr.Dropdown
    judge: gr.Dropdown
    forecast: gr.HTML
    limit: gr.Slider
    start: gr.Button
    stop: gr.Button
    result: gr.HTML

    def plan(self) -> list[gr.components.Component]:
        """The components that say what is to be measured."""
        return [self.suite, self.retrievers, self.limit, self.model, self.judge]


class Evaluate(Events):
    """The events of the tab; a visitor has one run at a time."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self._cancels: dict[str | None, threading.Event] = {}

    def offered(self) -> dict[str, Any]:
        """The retrievers to choose from, the default one chosen."""
        try:
            names = [choice.name for choice in self._assistant.retrievers()]
        except PapertrailError:  # the conversation says what is wrong
            return gr.update()
        return gr.update(choices=names, value=names[:1])

    def models(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Who may write and who may judge: no model, and the models that answer now."""
        names = [choice.name for choice in self._assistant.models() if choice.available and "/" in choice.name]
        writers = [("the papers' own sentences (extractive)", EXTRACTIVE), *((name, name) for name in names)]
        judges = [("the checker", BUILT_IN.name), *((name, name) for name in names)]
        return gr.update(choices=writers), gr.update(choices=judges)

    def expected(self, suite: str, retrievers: list[str], limit: float, model: str, judge: str) -> str:
        """What a run will take of models, in a sentence."""
        try:
            turns = self._turns(suite, int(limit))
            asked = model != EXTRACTIVE or judge != BUILT_IN.name
            papers, settings = self._assistant.papers() if asked else [], self._assistant.settings
            found = forecast(papers, settings, turns, max(1, len(retrievers)), model=model, judge=judge)
        except PapertrailError as error:
            return results.failed(told(error))
        return results.forecast(found, model, judge)

    def _turns(self, suite: str, limit: int) -> int:
        if suite == MADE:
            return min(limit, MADE_QUESTIONS) if limit else MADE_QUESTIONS
        return sum(len(question.turns) for question in spread(load_questions(_BOXED[suite]), limit or None))

    async def run(
        self, request: gr.Request, suite: str, retrievers: list[str], limit: float, model: str, judge: str
    ) -> AsyncGenerator[Updates]:
        """The run from the first word on how far it is to the report, or why there is none."""
        session = request.session_hash
        if session in self._cancels:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        cancel = self._cancels[session] = threading.Event()
        try:
            yield gr.Button(interactive=False), gr.Button(visible=True), results.waiting("Asking the first question")
            steps: asyncio.Queue[tuple[int, int] | None] = asyncio.Queue()
            plan = self._plan(retrievers, int(limit), model, judge)
            work = asyncio.ensure_future(self._measured(suite, plan, cancel, steps))
            while (step := await steps.get()) is not None:
                yield gr.skip(), gr.skip(), results.waiting(f"{step[0]} of {step[1]} questions")
            shown = await work
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            shown = results.failed(told(error))
        finally:
            cancel.set()
            del self._cancels[session]
        yield gr.Button(interactive=True), gr.Button(visible=False), shown

    def stop(self, request: gr.Request) -> None:
        """Ends the run after the question it is at; its answers are kept for the next."""
        if cancel := self._cancels.get(request.session_hash):
            cancel.set()

    def _plan(self, retrievers: list[str], limit: int, model: str, judge: str) -> Plan:
        from rag.checking.model_judge import ModelJudge

        says = BUILT_IN if judge == BUILT_IN.name else ModelJudge(judge, self._assistant.settings)
        return Plan(model=model, retrievers=tuple(retrievers), limit=limit or None, judge=says)

    async def _measured(
        self,
        suite: str,
        plan: Plan,
        cancel: threading.Event,
        steps: asyncio.Queue[tuple[int, int] | None],
    ) -> str:
        """The report as HTML; tells ``steps`` how far it is, and in the end None."""
        loop = asyncio.get_running_loop()

        def progress(done: int, of: int) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, (done, of))

        def measure() -> Result | None:
            return execute(self._assistant, dataclasses.replace(plan, path=self._path(suite)), progress, cancel)

        try:
            result = await asyncio.to_thread(measure)
        finally:
            steps.put_nowait(None)
        if result is None:
            return results.failed("Stopped. What was answered is kept: the next run goes on from there.")
        return results.report(page(result, "the Evaluate tab of the page"))

    def _path(self, suite: str) -> Path:
        """The file of the set, made where it must be.

        Raises:
            UserError: the set asks about papers that are not here, or the papers give no question.
        """
        if suite != MADE:
            path = _BOXED[suite]
            wanted = {title for question in load_questions(path) for gold in question.gold for title in gold}
            missing = wanted - {paper.title for paper in self._assistant.papers()}
            if missing:
                raise UserError(f"this set asks about {len(missing)} papers that are not here; choose “{MADE}”")
            return path
        made = make_questions(self._assistant.papers(), MADE_QUESTIONS)
        if not made:
            raise UserError("the papers here give no question to ask; add more with `papertrail ingest` first")
        path = self._assistant.settings.home / "evals" / f"made-{self._assistant.collection_name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(one.to_json(), ensure_ascii=False) + "\n" for one in made)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.writelines(lines)
        return Path(file.name).replace(path)  # whole at once: another visitor may be reading it
