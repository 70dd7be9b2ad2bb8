"""One answer in the making: its clock, its notes, and the forms it can end in."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Generator, Mapping, Sequence
from typing import Any, cast

from rag.answering.conversation import Numbers
from rag.checking import Checker, check, speaks_otherwise, without_needless
from rag.index import Collection
from rag.models.metering import Meter
from rag.trace import Tracer
from rag.types import Answer, Answered, Citation, Claim, Draft, Hit, Paper, Passage, Usage, Verdict
from rag.types.comparison import Comparison
from rag.understanding.query import Query
from rag.understanding.said import Said

__all__ = ["EXTRACTIVE", "Run"]

EXTRACTIVE = "extractive"
"""Who writes where no language model does."""
OTHER_LANGUAGE = (
    "The answer is in another language than the papers: figures and names were compared, its wording could not be."
)
UNCITED = "Nothing in this answer cites a paper, and it is too short to be checked."
NEAREST = 3
"""Papers named under a refused answer."""


class Run:
    """One answer in the making."""

    def __init__(
        self,
        collection: Collection,
        settings_hash: str,
        question: str,
        retriever: str,
        checker: Checker,
        history: Sequence[Answer] = (),
        trace: Tracer | None = None,
    ) -> None:
        """Starts the clock.

        Args:
            collection: where cited papers are looked up.
            settings_hash: of the settings in force.
            question: as the user wrote it.
            retriever: who finds.
            checker: who judges what is written.
            history: answers given so far, oldest first, whose citations keep their numbers.
            trace: collects the steps; None: a new one.
        """
        self._collection = collection
        self._settings_hash = settings_hash
        self._question = question
        self._retriever = retriever
        self._checker = checker
        self._history = history
        self._numbers = Numbers(history)
        self._started = self._lap = time.perf_counter()
        self._timings = {"retrieve": 0.0, "write": 0.0, "check": 0.0}
        self.model = EXTRACTIVE
        """Who writes."""
        self.usage = Usage()
        """What was taken before anything was written, by models that plan or put the papers in order."""
        self.cached = False
        """Whether the draft is one kept from earlier."""
        self.notes: list[str] = []
        """What the reader should know about how it was made."""
        self.shown = False
        """Whether a reader has seen a piece of it."""
        self.query: Query | None = None
        """How the message was understood; None: not yet."""
        self.said: Said | None = None
        """What a language model says of the message; None: none was asked, or none could say."""
        self.searched: str | None = None
        """What was searched."""
        self.found: tuple[str, ...] = ()
        """Ids of the papers found for it, best first."""
        self.comparison: Comparison | None = None
        """The papers side by side, where that is asked for."""
        self.trace = trace or Tracer()
        """What happened on the way."""
        self.meter = Meter()
        """Counts what models take."""

    def retrieved(self, searched: str, hits: Sequence[Hit]) -> None:
        """Notes what was searched and found, and ends the step ``retrieve``."""
        self.searched = searched
        self.found = tuple(hit.paper.paper_id for hit in hits)
        self.lap("retrieve")

    def watch(self, pieces: Generator[str, None, Draft], cited: Sequence[Passage]) -> Generator[str, None, Draft]:
        """Passes a writer's pieces on for the reader, and remembers in ``shown`` that there were some.

        Args:
            pieces: as they are written.
            cited: filled in meanwhile, see :class:`rag.answering.writer.WriteRequest`.
        """
        with contextlib.closing(pieces):
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    return cast(Draft, end.value)
                self.shown = True
                yield self._numbers.text(piece, cited)

    def text(self, draft: Draft) -> str:
        """The text of a draft as the reader sees it."""
        return self._numbers.text(draft.text, draft.cited)

    def begin_anew(self) -> None:
        """Takes back the numbers that this answer has given: another text is to take its place."""
        self._numbers = Numbers(self._history)

    def lap(self, step: str) -> None:
        """Ends a step, ``retrieve``, ``write`` or ``check``: the time since the last one is added to its own."""
        now = time.perf_counter()
        self._timings[step] = round(self._timings[step] + (now - self._lap) * 1000, 3)
        self._lap = now

    def judged(self, answer: Answer, found: Answered | None) -> Answer:
        """The answer with whether it answers its question; the time that took belongs to the check."""
        self.lap("check")
        total = round((time.perf_counter() - self._started) * 1000, 3)
        return dataclasses.replace(answer, answered=found, timings_ms=self._timings | {"total": total})

    def plain(self, text: str) -> Answer:
        """Small talk: text that claims nothing."""
        return self._answer(text)

    def refused(self, reason: str, hits: Sequence[Hit], draft: Draft | None = None) -> Answer:
        """An answer that says why there is none, with the nearest papers."""
        nearest = tuple((hit.paper.paper_id, hit.paper.title) for hit in hits[:NEAREST])
        parts = {"usage": draft.usage, "notes": (*self.notes, *draft.notes)} if draft else {}
        return self._answer(reason, refused=True, reason=reason, nearest=nearest, **parts)

    def checked(self, draft: Draft, hits: Sequence[Hit]) -> Answer:
        """The draft with a verdict on each sentence; claims that come from records are settled already."""
        if draft.refused:
            return self.refused(self.text(draft) or "The papers found do not answer the question.", hits, draft)
        papers = self._collection.get_many(list(dict.fromkeys(passage.paper_id for passage in draft.cited)))
        if draft.claims is not None:
            return self._numbered(draft, draft.claims, _settled(draft.cited, papers))
        papers |= {hit.paper.paper_id: hit.paper for hit in hits}
        with self.trace.step("check") as step:
            text, dropped = without_needless(draft.text, draft.cited, papers, self._checker)
            claims, citations = check(text, draft.cited, papers, self._checker)
            removed = {"removed_keys": len(draft.unknown_keys), "dropped_citations": dropped}
            step |= removed | {"sentences": [dataclasses.asdict(claim) for claim in claims]}
        self.lap("check")
        remarks = {OTHER_LANGUAGE: speaks_otherwise(text, draft.cited), UNCITED: not claims and not draft.cited}
        notes = (*draft.notes, *(remark for remark, applies in remarks.items() if applies))
        draft = dataclasses.replace(draft, text=text, notes=notes)
        return self._numbered(draft, claims, citations, usage=draft.usage, **removed)

    def _numbered(self, draft: Draft, claims: Sequence[Claim], citations: Sequence[Citation], **parts: Any) -> Answer:
        """The answer with the numbers of its conversation."""
        return self._answer(
            self.text(draft),
            claims=self._numbers.claims(claims, draft.cited),
            citations=self._numbers.citations(citations),
            not_found=draft.not_found,
            notes=(*self.notes, *draft.notes),
            **parts,
        )

    def _answer(self, text: str, **parts: Any) -> Answer:
        total = round((time.perf_counter() - self._started) * 1000, 3)
        values: dict[str, Any] = {"refused": False, "reason": None, "citations": (), "claims": (), "nearest": ()}
        values |= {"notes": tuple(self.notes)} | parts
        values["usage"] = self.usage + values.get("usage", Usage())
        return Answer(
            question=self._question,
            text=text,
            model=self.model,
            retriever=self._retriever,
            settings_hash=self._settings_hash,
            timings_ms=self._timings | {"total": total},
            cached=self.cached,
            searched=self.searched,
            found=self.found,
            comparison=None if values["refused"] else self.comparison,
            readings=self.query.readings if self.query else (),
            **values,
        )


def _settled(cited: Sequence[Passage], papers: Mapping[str, Paper]) -> tuple[Citation, ...]:
    """Citations for claims that need no check; a paper that has gone meanwhile is left out."""
    return tuple(
        Citation(
            marker,
            passage.paper_id,
            papers[passage.paper_id].title,
            papers[passage.paper_id].url,
            passage.text,
            passage.start,
            passage.end,
            Verdict.SUPPORTED,
            1.0,
            passage.page,
        )
        for marker, passage in enumerate(cited, start=1)
        if passage.paper_id in papers
    )
