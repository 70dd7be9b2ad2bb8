"""One question through all its steps: plan, retrieve, decide, write, check."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag import index
from rag.answering.choice import check_model_name
from rag.answering.instructions import DECLINED, without_instructions
from rag.answering.planner import Turn, is_farewell, is_small_talk
from rag.answering.writer import WriteRequest
from rag.checking import checker_for
from rag.checking.evidence import nearest_passage
from rag.comparing import compared_in, remarks
from rag.errors import ModelError, QuestionError, SettingsError
from rag.examples import Examples
from rag.filters import PaperFilter
from rag.grounding import missing_evidence
from rag.index.layout import layout_of
from rag.kinds import WholeCollection
from rag.piecewise import Piece, found_for, joined, not_found_line, taken_apart
from rag.planning import Planned, planned
from rag.ranking import RankingModel
from rag.remembered import Remembered
from rag.retrieval.merging import merged
from rag.retrieval.rerank import POOL
from rag.run import Run
from rag.settings import UNSUPPORTED, Settings
from rag.spending import Spending
from rag.trace import Tracer, configured_spans
from rag.types import Answer, Draft, Hit, Paper, Passage
from rag.writing import Writing

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["CLOSING", "GREETING", "Asking", "Means", "readable"]

GREETING = (
    "Hello! I answer questions about the papers of this collection and show the sentence each part of an answer "
    "rests on. Ask about a paper, a method or a result."
)
CLOSING = "You're welcome. Ask again whenever you have a question about the papers."


@dataclasses.dataclass(frozen=True)
class Means:
    """What a question is answered with."""

    collection: index.Collection
    settings: Settings
    retriever: str
    """Who finds, by name."""
    find: Callable[[str, PaperFilter | None, int], list[Hit]]
    """The best papers for a query among those that a filter lets through, so many at most."""
    find_two: Callable[[str], list[Hit]]
    """The best two papers for a name."""
    ranking: RankingModel | None = None
    """The model that puts the papers found in order; None: the retriever's order stays."""
    llm: LLM | None = None
    """A LlamaIndex LLM to write where no model is asked for by name."""

    def nearest(self, query: str, filters: PaperFilter | None) -> list[Hit]:
        """The best papers for a query, ``settings.passages`` at most."""
        return self.find(query, filters, self.settings.passages)


@dataclasses.dataclass(frozen=True)
class Asking:
    """A question, and how it is to be answered; the fields are the arguments of :meth:`rag.Assistant.stream`."""

    means: Means
    question: str
    history: Sequence[Answer] = ()
    model: str | None = None
    filters: PaperFilter | None = None
    unsupported: str | None = None
    cancel: threading.Event = dataclasses.field(default_factory=threading.Event)
    trace: bool = False
    fresh: bool = False

    def events(self) -> Iterator[str | Answer]:
        """Pieces of the answer as they are written, then the checked answer, once, as the last item.

        Raises:
            QuestionError: the question is empty or too long.
            SettingsError: no such model, or no such way with unsupported sentences.
            ModelError: the model that was asked for by name did not do its work.
        """
        settings = self.means.settings
        check_model_name(self.model or settings.model)
        unsupported = _known_way(self.unsupported or settings.unsupported)
        tracer = Tracer(configured_spans())
        means, checker = self.means, checker_for(settings.home)
        run = Run(means.collection, settings.hash, self.question, means.retriever, checker, self.history, tracer)
        spending = Spending(settings)
        with (
            tracer.whole("ask", question=self.question),
            _counted(spending, run),
            contextlib.closing(self._events(run, unsupported)) as events,
        ):
            for event in events:
                yield self._told(event, run, spending) if isinstance(event, Answer) else event

    def _told(self, answer: Answer, run: Run, spending: Spending) -> Answer:
        """The answer with what it cost and, where that is wanted, what happened on the way."""
        if calls := run.meter.calls:
            with run.trace.step("spent", calls=[call.to_json() for call in calls]) as step:
                answer = dataclasses.replace(answer, cost=spending.cost_of(calls))
                step["cost"] = answer.cost
        return dataclasses.replace(answer, trace=tuple(run.trace.steps)) if self.trace else answer

    def _events(self, run: Run, unsupported: str) -> Generator[str | Answer, None, None]:
        question = readable(self.question, self.means.settings.question_chars)
        if is_small_talk(question):
            text = CLOSING if is_farewell(question) else GREETING
            yield text
            yield run.plain(text)
            return
        question = without_instructions(question)
        if not question:
            yield DECLINED
            yield run.refused(DECLINED, ())
            return
        plan = planned(question, self.history, self.means.settings, run, self.cancel)
        found = self._retrieved(plan.turn, plan.queries, run)
        hits = found[: self.means.settings.passages]
        pieces = self._pieces(plan, run)
        draft, reason = self._decided(plan.turn, hits, run)
        if taken_apart(pieces, plan.turn, hits, draft, reason):
            yield from self._apart(pieces, run, unsupported)
        elif draft is not None:
            yield run.text(draft)
            yield run.checked(draft, hits)
        elif reason is not None:
            yield reason
            yield run.refused(reason, hits)
        else:
            asks = tuple(part.text for part in plan.parts)
            hits = self._ranked(plan.turn, found, run)
            run.retrieved(plan.turn.asked, hits)
            answer = yield from self._written(plan.turn, hits, run, unsupported, asks=asks)
            yield from _with_missing([answer], dict.fromkeys(answer.not_found))

    def _decided(self, turn: Turn, hits: Sequence[Hit], run: Run, **told: str) -> tuple[Draft | None, str | None]:
        """The answer from records, or a list; or why there is none. Both None: it is to be written."""
        with run.trace.step("decide", **told) as step:
            draft = WholeCollection(self.means.collection, self.filters, self.means.nearest).answer(turn, hits)
            reason = None if draft else self._missing(turn, hits)
            step["answer"] = "from records or a list" if draft else f"none: {reason}" if reason else "to be written"
        return draft, reason

    def _retrieved(self, turn: Turn, queries: Sequence[str], run: Run) -> list[Hit]:
        """The papers to answer from, best first; with a model that puts them in order, all that it is to see."""
        hits = self._searched(turn.asked, queries, run)
        run.retrieved(turn.asked, hits[: self.means.settings.passages])
        return hits

    def _searched(self, asked: str, queries: Sequence[str], run: Run) -> list[Hit]:
        wanted = self.means.settings.passages
        many = max(wanted, POOL) if self.means.ranking else wanted
        how = {"retriever": self.means.retriever, "rerank": self.means.settings.rerank}
        with run.trace.step("retrieve", query=asked, **how) as step:
            found = [self.means.find(query, self.filters, many) for query in queries]
            hits = found[0] if len(found) == 1 else merged(found, many)
            step["papers"] = [_hit_told(hit) for hit in hits]
        return hits

    def _ranked(self, turn: Turn, found: Sequence[Hit], run: Run) -> list[Hit]:
        """The papers to write from, in the order of a model where one is set and gives one; else a note says so.

        Only what is going to be written is put in order: whether there is enough to write from has been decided by the
        retriever's own scores, and lists and refusals cost nothing.
        """
        wanted, ranking = self.means.settings.passages, self.means.ranking
        if ranking is None:
            return list(found[:wanted])
        try:
            hits, usage = ranking.ranked(turn.asked, found, run.trace, run.meter, self.cancel)
        except ModelError as error:
            if not self.cancel.is_set():
                run.notes.append(ranking.failed(error))
            return list(found[:wanted])
        run.usage += usage
        return hits[:wanted]

    def _pieces(self, plan: Planned, run: Run) -> list[Piece]:
        """The parts of the question, each searched and decided for itself."""
        pieces = []
        for part in plan.parts:
            turn = dataclasses.replace(plan.turn, asked=part.asked, message=part.asked)
            found = tuple(self._searched(part.asked, [part.asked], run))
            hits = found[: self.means.settings.passages]
            pieces.append(Piece(part, turn, hits, *self._decided(turn, hits, run, part=part.asked), found))
        run.lap("retrieve")
        return pieces

    def _in_order(self, piece: Piece, run: Run) -> Piece:
        """The part with its papers in the order of a model, where it is to be written and one is set."""
        if not piece.answerable or piece.draft is not None or self.means.ranking is None:
            return piece
        return dataclasses.replace(piece, hits=tuple(self._ranked(piece.turn, piece.found, run)))

    def _apart(self, pieces: Sequence[Piece], run: Run, unsupported: str) -> Generator[str | Answer, None, None]:
        """Answers each part by itself, those that are to be written together, and says which are not found."""
        missing = {piece.part.text: piece.missing for piece in pieces if not piece.answerable}
        pieces = [self._in_order(piece, run) for piece in pieces]
        written = [piece for piece in pieces if piece.answerable and piece.draft is None]
        run.found = tuple(hit.paper.paper_id for hit in found_for(pieces))
        answers: list[Answer] = []
        for piece in pieces:
            if not piece.answerable or (piece.draft is None and piece is not written[0]):
                continue
            if answers:
                yield "\n\n"
            if piece.draft is not None:
                yield run.text(piece.draft)
                answers.append(run.checked(piece.draft, piece.hits))
                continue
            answer = yield from self._written(*_together(written), run, unsupported, points=written)
            answers.append(answer)
            refused = answer.refused
            missing |= dict.fromkeys([one.part.text for one in written if refused], None)
            missing |= dict.fromkeys(answer.not_found, None)
        kept = [answer for answer in answers if not answer.refused]
        yield from _with_missing(kept, missing) if kept else iter(answers[:1])

    def _missing(self, turn: Turn, hits: Sequence[Hit]) -> str | None:
        collection = self.means.collection
        return missing_evidence(turn.message, hits, collection.document_frequency, len(collection), turn.spoken_of)

    def _written(
        self,
        turn: Turn,
        hits: Sequence[Hit],
        run: Run,
        unsupported: str,
        *,
        points: Sequence[Piece] = (),
        asks: tuple[str, ...] = (),
    ) -> Generator[str, None, Answer]:
        """The checked answer to a question, or to the parts of one that are to be written."""
        means = self.means
        request = WriteRequest(
            turn.asked,
            tuple(hits),
            _locate,
            self.cancel,
            turn.sentences,
            points=tuple(piece.point for piece in points),
            asks=asks or tuple(piece.part.text for piece in points),
            trace=run.trace,
            meter=run.meter,
        )
        remembered = Remembered(means.settings, layout_of(means.settings, means.collection.name).root)
        writing = Writing(
            means.settings,
            run,
            request,
            unsupported=unsupported,
            remembered=remembered,
            examples=Examples(means.settings, means.collection, remembered),
            llm=means.llm,
        )
        draft = yield from writing.drafted(self.model, fresh=self.fresh)
        run.lap("write")
        if self.filters in (None, PaperFilter()) and not draft.refused:
            run.comparison = compared_in(turn.message, turn.spoken_of, means.collection, means.find_two)
            run.notes += remarks(run.comparison) if run.comparison else ()
        return writing.checked(draft, hits)


def _with_missing(answers: Sequence[Answer], missing: Mapping[str, str | None]) -> Iterator[str | Answer]:
    """The answers as one, with a line for each part that is not found and the reason, if there is one."""
    lines = [not_found_line(text, reason) for text, reason in missing.items()]
    if lines:
        yield "".join(f"\n\n{line}" for line in lines)
    yield joined(answers, tuple(missing), lines) if lines or len(answers) > 1 else answers[0]


def _together(pieces: Sequence[Piece]) -> tuple[Turn, tuple[Hit, ...]]:
    """Several parts as one question, with what was found for them."""
    asked = " ".join(piece.part.asked for piece in pieces)
    return dataclasses.replace(pieces[0].turn, asked=asked, message=asked), found_for(pieces)


@contextlib.contextmanager
def _counted(spending: Spending, run: Run) -> Iterator[None]:
    """Writes down what models took, also when the answer fails, is stopped or is no longer wanted."""
    try:
        yield
    finally:
        spending.add(run.meter.calls)


def _hit_told(hit: Hit) -> dict[str, Any]:
    """A paper found, for the trace."""
    signals = {name: round(float(value), 4) for name, value in hit.signals.items()}
    return {
        "paper_id": hit.paper.paper_id,
        "title": hit.paper.title,
        "score": round(float(hit.score), 4),
        "signals": signals,
        "sentence": hit.passages[0].passage.text if hit.passages else None,
    }


def _locate(text: str, paper: Paper) -> Passage:
    return nearest_passage(text, paper)


def _known_way(unsupported: str) -> str:
    """The same, if it is a way to deal with unsupported sentences.

    Raises:
        SettingsError: it is none.
    """
    if unsupported not in UNSUPPORTED:
        raise SettingsError(f"unsupported={unsupported!r} is not known; choose one of {', '.join(UNSUPPORTED)}")
    return unsupported


def readable(question: str, longest: int) -> str:
    """The question without control characters and needless space.

    Raises:
        QuestionError: nothing is left, or it is longer than ``longest`` characters.
    """
    if len(question) > longest:
        raise QuestionError(
            f"the question has {len(question):,} characters and may have {longest:,}; shorten it, "
            "or raise PAPERTRAIL_QUESTION_CHARS"
        )
    text = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    if not any(c.isalnum() for c in text):
        raise QuestionError("the question is empty; ask something about the papers")
    return text
