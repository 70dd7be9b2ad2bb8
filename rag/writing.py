"""One answer being written: by whom and at what cost, what if that fails, and what of sentences nothing bears out."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from rag.answering.choice import AUTO, choose_writer
from rag.answering.extractive import ExtractiveWriter
from rag.answering.prompts import expected_usage
from rag.answering.writer import Correction, Writer, WriteRequest
from rag.attribution import attributed
from rag.checking import checker_for
from rag.errors import ModelError, SettingsError
from rag.examples import Examples
from rag.models.routing import difficulty, route
from rag.models.spending import Spending
from rag.remembered import Remembered
from rag.run import Run
from rag.settings import UNSUPPORTED, Settings
from rag.text.claims import without_claims
from rag.types import Answer, Claim, Draft, Hit, Usage, Verdict

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["NOTHING_LEFT", "Writing", "known_way"]

INSTEAD = "what they say is shown in their own words."
NOTHING_LEFT = "What the model wrote is not borne out by the papers, so it is not shown."


NEAR = 0.35
"""Closeness from which on a paper found is taken to answer, so that a model's refusal is not believed. Of 126 questions
about one paper that come to be written, over four collections, 106 have one so close; of 14 about a subject that is not
in them, 7."""


class Writing:
    """Writes the answer to one request."""

    def __init__(
        self,
        settings: Settings,
        run: Run,
        request: WriteRequest,
        *,
        unsupported: str,
        remembered: Remembered,
        examples: Examples,
        llm: LLM | None = None,
    ) -> None:
        """Takes what it needs; nothing is asked yet.

        Args:
            settings: name the models, their budget and prices.
            run: the answer in the making.
            request: what is to be written.
            unsupported: ``mark``, ``rewrite`` or ``drop``, see ``Settings.unsupported``; sentences in the papers' own
                words need neither of the last two.
            remembered: the answers kept for this collection.
            examples: those of them that a model may be shown.
            llm: a LlamaIndex LLM to write where no model is asked for by name.
        """
        self._settings = settings
        self._run = run
        self._request = request
        self._unsupported = unsupported
        self._remembered = remembered
        self._examples = examples
        self._llm = llm
        self._spending = Spending(settings)
        self._writer: Writer = ExtractiveWriter()
        self._key = ""
        """Under which the answer is to be kept; empty: it is not."""

    def drafted(self, model: str | None, *, fresh: bool = False) -> Generator[str, None, Draft]:
        """Streams the draft; ``auto`` falls back to a smaller model, in the end to the extractive writer, and says so.

        Args:
            model: as ``--model`` takes it; None takes ``settings.model``.
            fresh: an answer kept from earlier is not taken.

        Raises:
            SettingsError: there is no model of that name.
            ModelError: a model that was asked for by name, or one of which some has been shown, did not do its work.
        """
        run, auto = self._run, (model or self._settings.model) == AUTO
        writers = self._writers(model)
        for place, writer in enumerate(writers):
            self._writer = writer
            try:
                return (yield from self._streamed(fresh))
            except ModelError as error:
                if not auto or run.shown:
                    raise
                run.notes.append(f"{writer.name} did not answer: {error}. {_called(writers[place + 1])} did.")
        raise AssertionError("the extractive writer, which is the last one of auto, always answers")

    def _writers(self, model: str | None) -> list[Writer]:
        """Who is to write, and with ``auto`` who does when that fails."""
        run, settings = self._run, self._settings
        if (model or settings.model) != AUTO:
            return [choose_writer(model, settings, self._llm)[0]]
        if not settings.routed or self._llm is not None:
            writer, notes = choose_writer(model, settings, self._llm)
            run.notes += notes
            return [writer, ExtractiveWriter()]
        hard = difficulty(self._request.hits)
        expected = expected_usage(self._request, settings)
        with run.trace.step("route", difficulty=hard, models=list(settings.routed)) as step:
            chosen = route(settings.routed, hard, lambda name: self._spending.allows(name, expected))
            step |= {"chosen": chosen.models[0], "too_dear": list(chosen.too_dear)}
        run.notes.append(f"Difficulty {hard:.2f} of 1: {chosen.models[0]} was chosen.")
        if chosen.too_dear:
            run.notes.append(f"{', '.join(chosen.too_dear)}: not within the budget of the day (PAPERTRAIL_BUDGET_...).")
        return [choose_writer(name, settings)[0] for name in chosen.models] + [ExtractiveWriter()]

    def _streamed(self, fresh: bool) -> Generator[str, None, Draft]:
        """The draft of the writer whose turn it is; the papers' own words where a model refuses good evidence."""
        run = self._run
        draft = yield from self._written(fresh)
        if not draft.refused:
            return attributed(draft, [hit.paper for hit in self._request.hits], checker_for(self._settings.home))
        several = self._request.points or len(self._request.asks) > 1
        if not (run.shown or run.cached or several) and _near(self._request.hits):
            run.notes.append(f"{self._writer.name} found no answer in papers that are close to the question: {INSTEAD}")
            run.usage += draft.usage
            self._writer, self._key = ExtractiveWriter(), ""
            return (yield from self._written(fresh))
        if not run.shown:
            yield run.text(draft)
        return draft

    def _written(self, fresh: bool) -> Generator[str, None, Draft]:
        run, writer = self._run, self._writer
        run.model = writer.name
        kept = None
        if self._remembered.on and not isinstance(writer, ExtractiveWriter):
            self._key = self._remembered.key(writer.name, self._request, self._unsupported)
            kept = None if fresh else self._remembered.get(self._key)
            if kept is None and (example := self._examples.near(self._request.question)):
                self._request = dataclasses.replace(self._request, example=example)
        request = self._request
        run.cached = kept is not None
        pieces = writer.write(request) if kept is None else _replayed(kept, request)
        with run.trace.step("write", model=writer.name, cached=run.cached) as step:
            draft = yield from run.watch(pieces, request.cited)
            step |= {"characters": len(draft.text), "refused": draft.refused}
            return draft

    def checked(self, draft: Draft, hits: Sequence[Hit]) -> Answer:
        """The answer made of the draft, which :meth:`drafted` gave for these hits."""
        run = self._run
        answer, draft = self._settled(run.checked(draft, hits), draft, hits)
        if run.cached or self._request.cancel.is_set():
            return answer
        if self._key:
            lesson = self._examples.lesson(self._request.question, answer, draft)
            self._remembered.put(self._key, draft, lesson)
        return answer

    def _settled(self, answer: Answer, draft: Draft, hits: Sequence[Hit]) -> tuple[Answer, Draft]:
        """The answer with its unsupported sentences dealt with, and the draft behind it."""
        if not _doubted(answer) or self._unsupported == "mark" or self._request.cancel.is_set():
            return answer, draft
        if self._unsupported == "drop":
            return self._without(answer, draft, hits), draft
        if isinstance(self._writer, ExtractiveWriter) or self._run.cached:  # a kept one has been written anew already
            return answer, draft
        return self._rewritten(answer, draft, hits)

    def _rewritten(self, answer: Answer, draft: Draft, hits: Sequence[Hit]) -> tuple[Answer, Draft]:
        """The better of the answer and what the model makes of it when it is told what is wrong."""
        run, doubted = self._run, _doubted(answer)
        correction = Correction(draft, tuple(doubted))
        request = dataclasses.replace(self._request, correction=correction, cited=[])
        try:
            with run.trace.step("rewrite", doubted=[claim.text for claim in doubted]):
                again = _drained(self._writer.write(request))
        except ModelError as error:
            run.lap("write")
            note = f"{_sentences(len(doubted))} could not be written anew: {error}."
            return dataclasses.replace(answer, notes=(*answer.notes, note)), draft
        run.lap("write")
        again = dataclasses.replace(again, usage=draft.usage + again.usage)
        run.begin_anew()
        better = run.checked(again, hits)
        left = len(_doubted(better))
        refuses_some = better.refused and len(doubted) < len(answer.claims)
        if self._request.cancel.is_set() or refuses_some or left >= len(doubted):
            note = f"Writing {_sentences(len(doubted))} anew did not help."
            return dataclasses.replace(answer, usage=again.usage, notes=(*answer.notes, note)), draft
        note = f"{_sentences(len(doubted))} not borne out when first written, {left} after the model was told why."
        return dataclasses.replace(better, notes=(*better.notes, note)), again

    def _without(self, answer: Answer, draft: Draft, hits: Sequence[Hit]) -> Answer:
        """The answer without its doubted sentences, or that there is none."""
        doubted = _doubted(answer)
        claims = tuple(claim for claim in answer.claims if claim not in doubted)
        with self._run.trace.step("drop", doubted=[claim.text for claim in doubted]):
            known = {citation.marker for citation in answer.citations}
            text = without_claims(answer.text, answer.claims, doubted, known)
        note = f"{_sentences(len(doubted))} not borne out by what was cited, and left out."
        if not claims:
            refused = self._run.refused(NOTHING_LEFT, hits, draft)
            return dataclasses.replace(refused, notes=(*answer.notes, note))
        used = {marker for claim in claims for marker in claim.markers}
        citations = tuple(citation for citation in answer.citations if citation.marker in used)
        return dataclasses.replace(answer, text=text, claims=claims, citations=citations, notes=(*answer.notes, note))


def known_way(unsupported: str) -> str:
    """The same, if it is a way to deal with unsupported sentences.

    Raises:
        SettingsError: it is none.
    """
    if unsupported not in UNSUPPORTED:
        raise SettingsError(f"unsupported={unsupported!r} is not known; choose one of {', '.join(UNSUPPORTED)}")
    return unsupported


def _near(hits: Sequence[Hit]) -> bool:
    """Whether a paper found is close to the question."""
    return any((hit.closeness or 0.0) >= NEAR for hit in hits)


def _called(writer: Writer) -> str:
    """A writer at the beginning of a sentence."""
    return "The extractive writer" if isinstance(writer, ExtractiveWriter) else writer.name


def _replayed(draft: Draft, request: WriteRequest) -> Generator[str, None, Draft]:
    """An answer kept from earlier, as its writer would write it; it takes no tokens."""
    request.cited[:] = draft.cited
    yield draft.text
    return dataclasses.replace(draft, usage=Usage())


def _doubted(answer: Answer) -> list[Claim]:
    return [claim for claim in answer.claims if claim.verdict is Verdict.UNSUPPORTED]


def _sentences(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"


def _drained(writing: Generator[str, None, Draft]) -> Draft:
    """What a writer returns, its pieces unread."""
    while True:
        try:
            next(writing)
        except StopIteration as end:
            draft: Draft = end.value
            return draft
