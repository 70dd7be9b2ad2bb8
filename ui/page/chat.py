"""What the page does with a question: asks the façade, streams the answer, keeps the turns, opens the evidence."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import gradio as gr

from rag.errors import PapertrailError, QuestionError, UnknownPaperError
from rag.types import Answer, Citation
from ui.page import examples, kept, render, turns
from ui.page.failures import told
from ui.page.kept import Conversation
from ui.page.library import Events, Library
from ui.page.options import Options
from ui.page.run import Run
from ui.page.similar import further_questions, more_of, similar
from ui.page.talks import ForgottenError, Talks, forgotten
from ui.page.turns import Turn
from ui.page.typed import data, well_formed

__all__ = ["Beside", "Chat", "Parts"]

DROPPED = "That conversation was kept by another version of Papertrail, or its record is damaged; it has been dropped."

UNKEPT = "This browser keeps no conversations: what is said here ends with the page."

HINT = "Click a number such as [1] in an answer, a quoted sentence or a title, to read the paper here."

Turns = tuple[Turn, ...]

Updates = dict[gr.blocks.Block, Any]
"""New values for some of the components of the page."""


@dataclasses.dataclass(frozen=True)
class Beside:
    """What is wanted beside a source."""

    similar: bool = False
    """Papers that say alike."""
    more: bool = False
    """More of its sentences on the question ``asked``."""
    asked: str = ""
    """The question that led to it; empty: none did."""


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
    keeper: gr.HTML
    """The list of conversations. Its value is the id of the one that is shown, which the browser sends along with
    events; the property ``record`` is what the browser keeps of it, ``left`` the record of one that is not shown any
    more, ``refused`` the id of one that cannot be read; all empty for none. A new value of ``forgotten`` has the
    browser send the record again, one of ``known`` has it do once more what it had to be sent for."""

    def all(self) -> list[gr.components.Component]:
        """Every component, as the outputs of an event."""
        return [getattr(self, field.name) for field in dataclasses.fields(self)]


class Chat(Events):
    """The events of one page over one collection; what was said to a visitor is known to the browser alone."""

    def __init__(self, library: Library, parts: Parts) -> None:
        super().__init__(library)
        self._parts = parts
        self.talks = Talks()
        self._runs: dict[str | None, Run] = {}
        """The answers being written, by the session of the visitor."""

    async def ask(
        self, event: gr.EventData, request: gr.Request, question: str, shown: str, *options: Any
    ) -> AsyncGenerator[Updates]:
        """Answers the question in the box, or the example that was clicked."""
        question = str(data(event).get("question", question))
        if not question.strip():
            yield {self._parts.live: gr.skip()}
            return
        try:
            talk = self.talks.of(request.session_hash, shown)
        except ForgottenError:
            yield {self._parts.keeper: forgotten()}
            return
        answer = self._answer(request.session_hash, question, talk, Options(*options))
        async with contextlib.aclosing(answer) as updates:
            async for update in updates:
                yield update

    async def again(
        self, event: gr.EventData, request: gr.Request, shown: str, *options: Any
    ) -> AsyncGenerator[Updates]:
        """Answers the last question anew, with the options as they are now, in place of its last answer.

        The event may say ``without`` which reading of it, or ``with`` which one that was left out before.
        """
        try:
            talk = self.talks.of(request.session_hash, shown)
        except ForgottenError:
            yield {self._parts.keeper: forgotten()}
            return
        asked = talk.turns
        question = asked[-1].question if asked else ""
        before = dataclasses.replace(talk, turns=asked[:-1])
        without = _left_out(asked[-1].without if asked else (), data(event))
        answer = self._answer(request.session_hash, question, before, Options(*options), asked[-1:], without)
        async with contextlib.aclosing(answer) as updates:
            async for update in updates:
                yield update

    async def stop(self, request: gr.Request) -> None:
        """Ends the answer being written; what there is of it stays on the page."""
        if run := self._runs.get(request.session_hash):
            run.stop()

    async def clear(self, request: gr.Request) -> Updates:
        """Begins a new conversation; an answer being written ends, and stays in the one it belongs to."""
        self._leave(request)
        return await asyncio.to_thread(self._opened, request.session_hash, Conversation())

    async def closed(self, request: gr.Request) -> None:
        """Ends the answer being written for a page that has been closed, and forgets what it showed."""
        await self.stop(request)
        self.talks.forget(request.session_hash)

    async def remember(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Takes the conversation that the page shows, which it sends because the server has forgotten it."""
        try:
            self.talks.keep(request.session_hash, kept.load(str(data(event).get("text", ""))))
        except kept.UnreadableError:  # too long to be kept, or a visitor has changed it
            return await asyncio.to_thread(self._opened, request.session_hash, Conversation(), DROPPED)
        return {self._parts.keeper: gr.HTML(known=uuid.uuid4().hex)}

    async def restore(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Shows a conversation that the browser kept; a new one when it sends none, or one that cannot be read."""
        self._leave(request)
        sent, session = data(event), request.session_hash
        if not sent.get("text"):
            note = UNKEPT if sent.get("unkept") else ""
            return await asyncio.to_thread(self._opened, session, Conversation(), note)
        try:
            return await asyncio.to_thread(lambda: self._opened(session, kept.load(str(sent["text"]))))
        except Exception as error:  # a visitor may have changed anything in it; the log has what is not foreseen
            if not isinstance(error, kept.UnreadableError):
                told(error)
        updates = await asyncio.to_thread(self._opened, session, Conversation(), DROPPED)
        updates[self._parts.keeper] = gr.HTML("", record="", refused=str(sent.get("id", ""))[:100])
        return updates

    def open(self, event: gr.EventData, request: gr.Request, shown: str) -> tuple[Any, Any]:
        """The evidence for what was clicked, a citation of an answer, a sentence of a paper or a paper; the keeper."""
        wanted = data(event)
        try:
            beside = Beside(
                similar=bool(wanted.get("similar")), more=bool(wanted.get("more")), asked=str(wanted.get("asked", ""))
            )
            if wanted.get("paper"):
                return self.source(str(wanted["paper"]), str(wanted.get("quote", "")), beside), gr.skip()
            turn, marker = int(wanted["turn"]), int(wanted["marker"])
            turns = self.talks.of(request.session_hash, shown).turns
            return self.evidence(turns, turn, marker, beside), gr.skip()
        except ForgottenError:
            return gr.skip(), forgotten()
        except PapertrailError as error:
            return render.message(render.sentence(error)), gr.skip()
        except (KeyError, ValueError):  # no click of this page sends that
            return render.message(HINT), gr.skip()

    def evidence(self, asked: Turns, number: int, marker: int, beside: Beside | None = None) -> str:
        """The paper behind a marker of the answer in turn ``number``, from 0; a hint when there is no such citation."""
        answer = asked[number].shown if 0 <= number < len(asked) else None
        citation = _citation(answer, marker)
        if citation is None:
            return render.message(HINT)
        question = (answer.searched or answer.question) if answer else ""
        beside = dataclasses.replace(beside or Beside(), asked=question)
        return self.source(citation.paper_id, citation.quote, beside, citation=citation, turn=number, answer=answer)

    def source(self, paper_id: str, quote: str, beside: Beside | None = None, **cited: Any) -> str:
        """A paper with a sentence of it marked, and beside it what is wanted.

        ``cited`` says which answer cites it, and what has become of it, as :func:`render.evidence`.
        """
        beside = beside or Beside()
        try:
            paper = self._assistant.paper(paper_id)
        except UnknownPaperError as error:  # removed since it was quoted
            gone = f" The sentence cited was: “{quote}”" if quote else ""
            return render.message(render.sentence(error) + gone)
        near = similar(self._assistant, paper) if beside.similar else None
        more = more_of(self._assistant, paper, beside.asked, quote) if beside.more and beside.asked.strip() else None
        return render.evidence(paper, quote=quote, similar=near, more=more, asked=beside.asked, **cited)

    def conversation(self, asked: Turns, *, note: str = "") -> str:
        """All turns as HTML; without one, the welcome with questions that fit the collection as it is now."""
        try:
            heads = () if asked else self._assistant.heads()
        except PapertrailError as error:
            return render.message(render.sentence(error))
        newest = asked[-1].answer if asked else None
        return render.conversation(
            asked,
            collection=self._assistant.collection_name,
            papers=len(heads),
            examples=examples.questions(heads),
            further=further_questions(self._assistant, newest) if newest else (),
            note=note,
        )

    async def _answer(
        self,
        session: str | None,
        question: str,
        talk: Conversation,
        options: Options,
        replaced: Turns = (),
        without: tuple[str, ...] = (),
    ) -> AsyncGenerator[Updates]:
        """Answers after ``talk``, in place of the turn in ``replaced``, which stays if there is no answer.

        ``without`` says how the question is not to be read.
        """
        if before := self._runs.get(session):
            if not before.cancel.is_set():
                yield {self._parts.live: gr.skip()}  # one answer at a time
                return
            await before.ended.wait()  # it has been stopped, and ends at once
        run = self._runs[session] = Run()
        try:
            turn = Turn(well_formed(question), without=without, limits=options.limits())
            answering = self._turn(session, run, turn, talk, options, replaced)
            async with contextlib.aclosing(answering) as updates:
                async for update in updates:
                    yield update
        finally:
            del self._runs[session]
            run.ended.set()

    async def _turn(
        self, session: str | None, run: Run, turn: Turn, talk: Conversation, options: Options, replaced: Turns
    ) -> AsyncGenerator[Updates]:
        """The updates of the answer to the question of ``turn`` from its first to its last."""
        question = turn.question
        answer, problem, written, refill = None, None, "", False
        asked = talk.turns
        try:
            yield self._started(question) | ({self._parts.conversation: self.conversation(asked)} if replaced else {})
            stream = self._stream(turn, asked, run, options, fresh=bool(replaced))
            async with contextlib.aclosing(run.events(stream)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
                    else:
                        written += event
                        if not run.left:
                            yield {self._parts.live: render.live(question, written)}
        except Exception as error:  # a defect must not cost the visitor the conversation; the log has its traceback
            problem, refill = told(error), isinstance(error, QuestionError)
        finally:
            run.stop()
        if answer is not None and not answer.text:
            answer = None  # stopped before the first word
        turn = dataclasses.replace(turn, answer=answer, failure=problem, partial="" if answer else written)
        if answer is None:
            asked += tuple(before for before in replaced if before.answer)
        talk = talk.with_turns((*asked, turn))
        if run.left:
            yield self._resting() | {self._parts.keeper: gr.HTML(left=kept.dump(talk))}
        else:
            yield self._finished(session, talk, refill=question if refill else None)

    def _stream(
        self, turn: Turn, asked: Turns, run: Run, options: Options, *, fresh: bool
    ) -> AsyncIterator[str | Answer]:
        return self._assistant.astream(
            turn.question,
            history=turns.answers(asked),
            model=options.model,
            retriever=options.retriever,
            filters=options.filters(),
            unsupported=options.unsupported,
            cancel=run.cancel,
            trace=True,
            fresh=fresh,
            without=turn.without,
        )

    def _leave(self, request: gr.Request) -> None:
        """Ends the answer being written, as its conversation is no longer shown."""
        if run := self._runs.get(request.session_hash):
            run.stop(left=True)

    def _started(self, question: str) -> Updates:
        parts = self._parts
        return {
            parts.question: "",
            parts.send: gr.Button(visible=False),
            parts.stop: gr.Button(visible=True),
            parts.live: render.live(question, ""),
        }

    def _finished(self, session: str | None, talk: Conversation, *, refill: str | None) -> Updates:
        """The page after an answer, with its first source open; ``refill`` goes back into the box for correction."""
        parts, asked = self._parts, talk.turns
        updates = self._shown(session, talk)
        if refill is not None:
            updates[parts.question] = refill
        answer = asked[-1].shown
        if answer is not None and answer.citations:
            updates[parts.evidence] = self.evidence(asked, len(asked) - 1, answer.citations[0].marker)
        return updates

    def _opened(self, session: str | None, talk: Conversation, note: str = "") -> Updates:
        """The page with a conversation as it was kept, or with a new one; no source is open."""
        return self._shown(session, talk, note) | {self._parts.evidence: render.message(HINT)}

    def _shown(self, session: str | None, talk: Conversation, note: str = "") -> Updates:
        parts = self._parts
        shown = self.conversation(talk.turns, note=note)
        self.talks.keep(session, talk)
        keeper = gr.HTML(talk.conversation_id, record=kept.dump(talk))
        return self._resting() | {parts.conversation: shown, parts.keeper: keeper}

    def _resting(self) -> Updates:
        """No answer is being written."""
        parts = self._parts
        return {parts.send: gr.Button(visible=True), parts.stop: gr.Button(visible=False), parts.live: ""}


def _left_out(before: tuple[str, ...], sent: Mapping[str, Any]) -> tuple[str, ...]:
    """What is left out of the reading now: as before, with one piece more or less."""
    kept = (one for one in before if one != sent.get("with"))
    return tuple(dict.fromkeys([*kept, *([str(sent["without"])] if "without" in sent else [])]))


def _citation(answer: Answer | None, marker: int) -> Citation | None:
    citations = answer.citations if answer else ()
    return next((citation for citation in citations if citation.marker == marker), None)
