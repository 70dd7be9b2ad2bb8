"""One question from top to bottom: understand, retrieve, decide, write, check."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from rag import index
from rag.answering.choice import check_model_name
from rag.answering.lists import list_of
from rag.answering.overview import overview_of, reading_order
from rag.answering.prompts import NOT_FOUND
from rag.answering.record_answers import answer_from_records
from rag.answering.replies import reply
from rag.answering.requests import requested
from rag.answering.writer import Point, WriteRequest
from rag.checking import answered, checker_for
from rag.checking.evidence import nearest_passage
from rag.comparing import built_in, compared, remarks
from rag.deciding.decision import Decision, decide
from rag.deciding.membership import membership_of, probable_members
from rag.deciding.parts import Part, parts_of
from rag.examples import Examples
from rag.filters import PaperFilter
from rag.index.layout import layout_of
from rag.maps.atlas import CollectionMap
from rag.models.spending import Spending
from rag.ranking import POOL, RankingModel
from rag.remembered import Remembered
from rag.retrieval.gathering import Evidence, Find, gather
from rag.retrieval.relevance import relevance_of
from rag.run import EXTRACTIVE, Run
from rag.settings import Settings
from rag.trace import Tracer, configured_spans
from rag.types import Answer, Draft, Hit, Paper
from rag.understanding.message_reader import MessageReader
from rag.understanding.query import Form, Kind, Query
from rag.understanding.readable import readable
from rag.understanding.reader import read
from rag.writing import Writing, known_way

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["Means", "Pipeline"]

EXAMPLES = 20
"""Newest papers among which examples of what can be asked are looked for."""
QUOTES_ONLY = "Without a language model only the papers' own sentences can be shown; they are not put more simply."


@dataclasses.dataclass(frozen=True)
class Means:
    """What a question is answered with."""

    collection: index.Collection
    settings: Settings
    retriever: str
    """Who finds, by name."""
    find: Find
    find_two: Callable[[str], list[Hit]]
    """The best two papers for a name."""
    whole: Callable[[PaperFilter | None], CollectionMap]
    """The map of the papers that a filter lets through."""
    reader: MessageReader | None = None
    """The model that reads messages beside the built-in one; None: there is none."""
    ranking: RankingModel | None = None
    """The model that puts the papers found in order; None: the retriever's order stays."""
    llm: LLM | None = None
    """A LlamaIndex LLM to write where no model is asked for by name."""


@dataclasses.dataclass(frozen=True)
class Pipeline:
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
    without: Collection[str] = ()

    def events(self) -> Iterator[str | Answer]:
        """Pieces of the answer as they are written, then the checked answer, once, as the last item.

        Raises:
            QuestionError: the question is empty or too long.
            SettingsError: no such model, or no such way with unsupported sentences.
            ModelError: the model that was asked for by name did not do its work.
        """
        settings = self.means.settings
        check_model_name(self.model or settings.model)
        unsupported = known_way(self.unsupported or settings.unsupported)
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

    def _events(self, run: Run, unsupported: str) -> Generator[str | Answer, None, None]:
        """The whole way of a question."""
        query = self._understood(run)
        draft = self._without_evidence(query, run)
        if draft is not None:
            yield run.text(draft)
            yield run.checked(draft, ()) if draft.cited or draft.refused else run.plain(draft.text)
            return
        decision = self._decided(self._without(query, self._gathered(query, run), run), run)
        if decision.refusal is not None and self.history and not query.papers:
            query, decision = self._gone_on(query, decision, run)
        parts = parts_of(query, lambda one: self._gathered(one, run), decision)
        if decision.refusal is not None and not parts:
            yield decision.refusal
            yield run.refused(decision.refusal, decision.hits)
            return
        draft = self._settled(query, decision)
        if draft is not None:
            yield run.text(draft)
            yield run.checked(draft, decision.hits)
            return
        yield from _with_missing((yield from self._written(query, decision, parts, run, unsupported)), parts)

    def _understood(self, run: Run, *, goes_on: bool = False) -> Query:
        """What the message asks; ``goes_on``: it is taken to be about the papers of the answers before."""
        message = readable(self.question, self.means.settings.question_chars)
        if self.means.reader and not goes_on:
            run.said, note = self.means.reader.heard(
                message, self.history, self.means.collection, run.trace, run.meter, self.cancel
            )
            run.notes += [note] if note and not self.cancel.is_set() else []
            run.usage += run.meter.usage
        with run.trace.step("understand", message=message) as step:
            query = read(
                message,
                self.history,
                self.means.collection,
                self.means.settings.home,
                lambda text, k: self.means.find(text, None, k),
                goes_on=goes_on,
                said=run.said,
                without=self.without,
            )
            step |= query.to_json()
        run.query = query
        if query.unknown and query.unknown not in run.notes:
            run.notes.append(query.unknown)
        if query.form is Form.SIMPLE and run.model == EXTRACTIVE:
            run.notes.append(QUOTES_ONLY)
        return query

    def _without(self, query: Query, evidence: Evidence, run: Run) -> Evidence:
        """The evidence without the papers of a subject that the message leaves out."""
        if not query.left_out or not evidence.hits:
            return evidence
        found = PaperFilter(ids=frozenset(hit.paper.paper_id for hit in evidence.hits))
        barred = self._left_out(query, found, run)
        hits = tuple(hit for hit in evidence.hits if hit.paper.paper_id not in barred)
        return dataclasses.replace(evidence, hits=hits)

    def _left_out(self, query: Query, among: PaperFilter, run: Run) -> frozenset[str]:
        """Which papers are on the subject that the message leaves out."""
        subject = Query(query.left_out, query.left_out, Kind.LIST, {}, topic=query.left_out, filters=among)
        return frozenset(hit.paper.paper_id for hit in probable_members(self._gathered(subject, run).hits))

    def _gone_on(self, query: Query, decision: Decision, run: Run) -> tuple[Query, Decision]:
        """The query and decision where the message is about the papers of the answers before, if they answer it."""
        second = self._understood(run, goes_on=True)
        if not second.papers or second.kind is Kind.CHAT:
            run.query = query
            return query, decision
        found = self._decided(self._gathered(dataclasses.replace(second, kind=Kind.PAPER), run), run)
        if found.refusal is not None:
            run.query = query
            return query, decision
        return second, found

    def _without_evidence(self, query: Query, run: Run) -> Draft | None:
        """The answer to what asks nothing of the papers' texts; None: it does."""
        collection = self.means.collection
        if query.kind is Kind.CHAT:
            return Draft(reply(query, list(collection.papers(most=EXAMPLES))), ())
        if query.form in (Form.ABSTRACT, Form.BIBTEX) and query.papers:
            kept = collection.get_many(query.paper_ids)
            return requested(query, [kept[one] for one in query.paper_ids if one in kept])
        if query.kind is Kind.RECORDS:
            return answer_from_records(query, collection, self._of_records(query, run), lambda: self._about(query, run))
        if query.kind is Kind.OVERVIEW and not query.topic:
            return self._overview(query)
        return None

    def _about(self, query: Query, run: Run) -> list[Paper]:
        """The papers of the topic of a question to the records: those of a list, or else the near ones."""
        evidence = self._gathered(dataclasses.replace(query, kind=Kind.LIST), run)
        members = membership_of(self._without(query, evidence, run).hits)
        return [hit.paper for hit in members.sure or members.borderline]

    def _gathered(self, query: Query, run: Run) -> Evidence:
        """What the papers hold for it."""
        means = self.means
        with run.trace.step("retrieve", query=query.text, retriever=means.retriever) as step:
            evidence = gather(
                query,
                means.find,
                relevance_of(means.settings.home),
                self._limits(query),
                POOL if means.ranking else means.settings.passages,
            )
            step |= evidence.to_json()
        run.retrieved(query.text, evidence.hits)
        return evidence

    def _decided(self, evidence: Evidence, run: Run) -> Decision:
        """Answer or refuse."""
        with run.trace.step("decide") as step:
            decision = decide(evidence)
            step |= {"refusal": decision.refusal, "papers": decision.papers, "probability": decision.probability}
        return decision

    def _settled(self, query: Query, decision: Decision) -> Draft | None:
        """The answer that needs no writer; None: it is to be written."""
        if query.kind is Kind.LIST and decision.members is not None:
            limits = ", ".join(condition.value for condition in query.conditions)
            return list_of(
                query.topic,
                decision.members,
                left_out=query.left_out,
                limits=limits,
                dated=query.order is not None,
            )
        if query.kind is Kind.OVERVIEW:
            return reading_order(query.topic, decision.hits) if decision.papers else self._overview(query)
        return None

    def _overview(self, query: Query) -> Draft:
        """The collection, or what of it the conditions let through, by its groups."""
        limits = self._limits(query)
        whole = self.means.whole(limits)
        if not whole.papers:
            refusal = decide(Evidence(query, (), limited=limits is not None)).refusal or ""
            return Draft(refusal, (), refused=True)
        papers = self.means.collection.get_many([paper.paper_id for paper in whole.papers])
        return overview_of(whole, list(papers.values()))

    def _written(
        self, query: Query, decision: Decision, parts: Sequence[Part], run: Run, unsupported: str
    ) -> Generator[str, None, Answer]:
        """The checked answer in prose, by a model or in the papers' own sentences."""
        means = self.means
        answered = [part for part in parts if part.answered]
        apart = [hit for part in answered for hit in part.hits]
        hits = apart or self._ranked(query, decision, run)
        request = WriteRequest(
            query.text,
            tuple(hits),
            nearest_passage,
            self.cancel,
            1 if query.form in (Form.SENTENCE, Form.SHORTER) else None,
            gist=query.is_search,
            papers=1 if answered else decision.papers,
            points=tuple(Point(part.text, part.text, part.hits) for part in answered),
            asks=tuple(part.text for part in answered) or (query.parts if query.kind is Kind.PAPER else ()),
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
        if query.kind is Kind.COMPARE and not draft.refused:
            embedder = built_in(means.collection.embedder, means.settings.home)
            relevance = relevance_of(means.settings.home)
            run.comparison = compared(query, means.collection, means.find_two, embedder, relevance)
            run.notes += remarks(run.comparison) if run.comparison else ()
        return writing.checked(draft, hits)

    def _ranked(self, query: Query, decision: Decision, run: Run) -> Sequence[Hit]:
        """The papers to write from, those that the message names first, else in the order of a model where one is set.

        A note says so when it gives none. Lists and refusals cost nothing.
        """
        wanted, ranking = self.means.settings.passages, self.means.ranking
        if ranking is None or query.papers:
            return decision.hits[:wanted]
        ranked = ranking.ordered(query.text, decision.hits, run, self.cancel)[:wanted]
        run.found = tuple(hit.paper.paper_id for hit in ranked)
        return ranked

    def _limits(self, query: Query) -> PaperFilter | None:
        """The papers that count: what the user has chosen, and the conditions of the message."""
        own, given = query.filters or None, self.filters or None
        if own is None or given is None:
            return own or given
        collection = self.means.collection
        return PaperFilter(ids=collection.ids(given) & collection.ids(own))

    def _of_records(self, query: Query, run: Run) -> PaperFilter | None:
        """The papers that count where the records alone are asked: without those of a subject that is left out."""
        limits = self._limits(query)
        if not query.left_out or query.topic:
            return limits
        ids = self.means.collection.ids(limits or PaperFilter())
        return PaperFilter(ids=ids - self._left_out(query, PaperFilter(ids=ids), run))

    def _told(self, answer: Answer, run: Run, spending: Spending) -> Answer:
        """The answer with whether it answers, what it cost and, where that is wanted, what happened on the way."""
        if run.query is not None:
            with run.trace.step("answered") as step:
                found = answered(answer, run.query, relevance_of(self.means.settings.home))
                answer = run.judged(answer, found)
                step["answered"] = found
        if calls := run.meter.calls:
            with run.trace.step("spent", calls=[call.to_json() for call in calls]) as step:
                answer = dataclasses.replace(answer, cost=spending.cost_of(calls))
                step["cost"] = answer.cost
        return dataclasses.replace(answer, trace=tuple(run.trace.steps)) if self.trace else answer


def _with_missing(answer: Answer, parts: Sequence[Part]) -> Iterator[str | Answer]:
    """The answer with a line for each part of the question that the papers do not answer."""
    missing = tuple(part.text for part in parts if not part.answered)
    lines = "".join(f"\n\n{NOT_FOUND} \u201c{text}\u201d." for text in missing)
    if lines:
        yield lines
    yield dataclasses.replace(answer, text=answer.text + lines, not_found=(*missing, *answer.not_found))


@contextlib.contextmanager
def _counted(spending: Spending, run: Run) -> Iterator[None]:
    """Writes down what models took, also when the answer fails, is stopped or is no longer wanted."""
    try:
        yield
    finally:
        spending.add(run.meter.calls)
