"""What the page does with a question: asks the façade, streams the answer, keeps the turns, opens the evidence."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.errors import PapertrailError, QuestionError, UnknownPaperError
from rag.types import Answer, Citation
from ui.page import examples, render, turns
from ui.page.failures import told
from ui.page.options import Options
from ui.page.run import Run
from ui.page.turns import Turn
from ui.page.typed import data, well_formed

__all__ = ["Chat", "Parts"]

HINT = "Click a number such as [1] in an answer, a quoted sentence or a title, to read the paper here."

Turns = tuple[Turn, ...]

Updates = dict[gr.blocks.Block, Any]
"""New values for some of the components of the page."""


@dataclasses.dataclass(frozen=True)
class Parts:
    """The components that answering a question changes."""

    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    conversation: gr.HTML
    live: gr.HTML
    evidence: gr.HTML
    turns: gr.State
    """The tuple of :class:`Turn` of this visitor."""

    def all(self) -> list[gr.components.Component]:
        """Every component, as the outputs of an event."""
        return [getattr(self, field.name) for field in dataclasses.fields(self)]


class Chat:
    """The events of one page over one collection; what was said to a visitor is in the state of the components."""

    def __init__(self, assistant: Assistant, parts: Parts) -> None:
        self._assistant = assistant
        self._parts = parts
        self._runs: dict[str | None, Run] = {}
        """The answers being written, by the session of the visitor."""

    async def ask(
        self, event: gr.EventData, request: gr.Request, question: str, asked: Turns, *options: Any
    ) -> AsyncGenerator[Updates]:
        """Answers the question in the box, or the example that was clicked."""
        question = str(data(event).get("question", question))
        answer = self._answer(request.session_hash, question, asked, Options(*options))
        async with contextlib.aclosing(answer) as updates:
            async for update in updates:
                yield update

    async def again(self, request: gr.Request, asked: Turns, *options: Any) -> AsyncGenerator[Updates]:
        """Answers the last question anew, with the options as they are now, in place of its last answer."""
        question = asked[-1].question if asked else ""
        answer = self._answer(request.session_hash, question, asked[:-1], Options(*options), replaced=asked[-1:])
        async with contextlib.aclosing(answer) as updates:
            async for update in updates:
                yield update

    async def stop(self, request: gr.Request) -> None:
        """Ends the answer being written; what there is of it stays on the page."""
        if run := self._runs.get(request.session_hash):
            run.stop()

    async def clear(self, request: gr.Request) -> Updates:
        """Forgets the conversation, and the answer being written."""
        if run := self._runs.get(request.session_hash):
            run.stop(unwanted=True)
        return {**await asyncio.to_thread(self._kept, ()), self._parts.evidence: render.message(HINT)}

    def restore(self, event: gr.EventData) -> Updates:
        """Brings back the conversation that the browser kept over a reload."""
        return self._kept(turns.load(str(data(event).get("turns", ""))))

    def open(self, event: gr.EventData, asked: Turns) -> str:
        """The evidence for what was clicked: a citation of an answer, a sentence of a paper, or a paper."""
        wanted = data(event)
        try:
            if "paper" in wanted:
                return self.source(str(wanted["paper"]), str(wanted.get("quote", "")))
            return self.evidence(asked, int(wanted["turn"]), int(wanted["marker"]))
        except PapertrailError as error:
            return render.message(render.sentence(error))
        except (KeyError, ValueError):  # no click of this page sends that
            return render.message(HINT)

    def evidence(self, asked: Turns, number: int, marker: int) -> str:
        """The paper behind a marker of the answer in turn ``number``, from 0; a hint when there is no such citation."""
        answer = asked[number].answer if 0 <= number < len(asked) else None
        citation = _citation(answer, marker)
        if citation is None:
            return render.message(HINT)
        return self.source(citation.paper_id, citation.quote, citation=citation, turn=number, answer=answer)

    def source(self, paper_id: str, quote: str, **cited: Any) -> str:
        """A paper with a sentence of it marked; ``cited`` says which answer cites it, as :func:`render.evidence`."""
        try:
            paper = self._assistant.paper(paper_id)
        except UnknownPaperError as error:  # removed since it was quoted
            gone = f" The sentence cited was: “{quote}”" if quote else ""
            return render.message(render.sentence(error) + gone)
        return render.evidence(paper, quote=quote, **cited)

    def conversation(self, asked: Turns, *, busy: bool = False) -> str:
        """All turns as HTML; without one, the welcome with questions that fit the collection as it is now."""
        try:
            papers = [] if asked or busy else self._assistant.papers()
        except PapertrailError as error:
            return render.message(render.sentence(error))
        return render.conversation(
            asked,
            collection=self._assistant.collection_name,
            papers=len(papers),
            examples=examples.questions(papers),
            busy=busy,
        )

    async def _answer(
        self, session: str | None, question: str, asked: Turns, options: Options, replaced: Turns = ()
    ) -> AsyncGenerator[Updates]:
        """Answers after the turns ``asked``, in place of the one in ``replaced``, which stays if there is no answer."""
        if before := self._runs.get(session):
            if not before.cancel.is_set():
                yield {self._parts.turns: gr.skip()}  # one answer at a time
                return
            await before.ended.wait()  # it has been stopped, and ends at once
        run = self._runs[session] = Run()
        try:
            async with contextlib.aclosing(self._turn(run, well_formed(question), asked, options, replaced)) as updates:
                async for update in updates:
                    yield update
        finally:
            del self._runs[session]
            run.ended.set()

    async def _turn(
        self, run: Run, question: str, asked: Turns, options: Options, replaced: Turns
    ) -> AsyncGenerator[Updates]:
        """The updates of one answer from its first to its last."""
        answer, problem, written, refill = None, None, "", False
        try:
            yield self._started(question, asked)
            async with contextlib.aclosing(run.events(self._stream(question, asked, run, options))) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
                    else:
                        written += event
                        yield {self._parts.live: render.live(question, written)}
        except Exception as error:  # a defect must not cost the visitor the conversation; the log has its traceback
            problem, refill = told(error), isinstance(error, QuestionError)
        finally:
            run.stop()
        if answer is not None and not answer.text:
            answer = None  # stopped before the first word
        turn = Turn(question, answer, problem, "" if answer else written)
        if answer is None:
            asked += tuple(turn for turn in replaced if turn.answer)
        if run.unwanted:
            yield await asyncio.to_thread(self._kept, ())
        else:
            yield self._finished((*asked, turn), refill=question if refill else None)

    def _stream(self, question: str, asked: Turns, run: Run, options: Options) -> AsyncIterator[str | Answer]:
        return self._assistant.astream(
            question,
            history=turns.answers(asked),
            model=options.model,
            retriever=options.retriever,
            filters=options.filters(),
            cancel=run.cancel,
        )

    def _started(self, question: str, asked: Turns) -> Updates:
        parts = self._parts
        return {
            parts.question: "",
            parts.send: gr.Button(visible=False),
            parts.stop: gr.Button(visible=True),
            parts.conversation: self.conversation(asked, busy=True),
            parts.live: render.live(question, ""),
        }

    def _finished(self, asked: Turns, *, refill: str | None) -> Updates:
        """The page after an answer, with its first source open; ``refill`` goes back into the box for correction."""
        updates = self._kept(asked)
        if refill is not None:
            updates[self._parts.question] = refill
        answer = asked[-1].answer
        if answer is not None and answer.citations:
            updates[self._parts.evidence] = self.evidence(asked, len(asked) - 1, answer.citations[0].marker)
        return updates

    def _kept(self, asked: Turns) -> Updates:
        """The page at rest after these turns, which the browser is given to keep."""
        parts = self._parts
        return {
            parts.send: gr.Button(visible=True),
            parts.stop: gr.Button(visible=False),
            parts.conversation: gr.HTML(self.conversation(asked), turns=turns.dump(asked)),
            parts.live: "",
            parts.turns: asked,
        }


def _citation(answer: Answer | None, marker: int) -> Citation | None:
    citations = answer.citations if answer else ()
    return next((citation for citation in citations if citation.marker == marker), None)
