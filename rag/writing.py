"""One answer being written: by whom, what if that fails, and what becomes of sentences that nothing bears out."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from rag.answering.choice import AUTO, choose_writer
from rag.answering.extractive import ExtractiveWriter
from rag.answering.writer import Correction, Writer, WriteRequest
from rag.errors import ModelError
from rag.run import Run
from rag.settings import Settings
from rag.text.claims import without_claims
from rag.types import Answer, Claim, Draft, Hit, Verdict

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["NOTHING_LEFT", "Writing"]

NOTHING_LEFT = "What the model wrote is not borne out by the papers, so it is not shown."


class Writing:
    """Writes the answer to one request."""

    def __init__(self, settings: Settings, run: Run, request: WriteRequest, llm: LLM | None = None) -> None:
        self._settings = settings
        self._run = run
        self._request = request
        self._llm = llm
        self._writer: Writer = ExtractiveWriter()

    def drafted(self, model: str | None) -> Generator[str, None, Draft]:
        """Streams the draft; ``auto`` falls back to the extractive writer and says so.

        Raises:
            SettingsError: there is no model of that name.
            ModelError: a model that was asked for by name, or one of which some has been shown, did not do its work.
        """
        run = self._run
        self._writer, notes = choose_writer(model, self._settings, self._llm)
        run.notes += notes
        try:
            return (yield from self._streamed(self._request))
        except ModelError as error:
            if (model or self._settings.model) != AUTO or run.shown:
                raise
            run.notes.append(f"{self._writer.name} did not answer: {error}. The extractive writer did.")
        self._writer = ExtractiveWriter()
        return (yield from self._streamed(self._request))

    def _streamed(self, request: WriteRequest) -> Generator[str, None, Draft]:
        run, writer = self._run, self._writer
        run.model = writer.name
        with run.trace.step("write", model=writer.name) as step:
            draft = yield from run.watch(writer.write(request), request.cited)
            step |= {"characters": len(draft.text), "refused": draft.refused}
            return draft

    def checked(self, draft: Draft, hits: Sequence[Hit], unsupported: str) -> Answer:
        """The answer made of the draft.

        Args:
            draft: what :meth:`drafted` gave.
            hits: what was found for it.
            unsupported: ``mark``, ``rewrite`` or ``drop``, see ``Settings.unsupported``; sentences in the papers' own
                words need neither of the last two.
        """
        answer = self._run.checked(draft, hits)
        doubted = _doubted(answer)
        if not doubted or unsupported == "mark" or self._request.cancel.is_set():
            return answer
        if unsupported == "drop":
            return self._without(answer, doubted, draft, hits)
        return answer if isinstance(self._writer, ExtractiveWriter) else self._rewritten(answer, draft, hits)

    def _rewritten(self, answer: Answer, draft: Draft, hits: Sequence[Hit]) -> Answer:
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
            return dataclasses.replace(answer, notes=(*answer.notes, note))
        run.lap("write")
        again = dataclasses.replace(again, usage=draft.usage + again.usage)
        better = run.checked(again, hits)
        left = len(_doubted(better))
        refuses_some = better.refused and len(doubted) < len(answer.claims)
        if self._request.cancel.is_set() or refuses_some or left >= len(doubted):
            note = f"Writing {_sentences(len(doubted))} anew did not help."
            return dataclasses.replace(answer, usage=again.usage, notes=(*answer.notes, note))
        note = f"{_sentences(len(doubted))} not borne out when first written, {left} after the model was told why."
        return dataclasses.replace(better, notes=(*better.notes, note))

    def _without(self, answer: Answer, doubted: Sequence[Claim], draft: Draft, hits: Sequence[Hit]) -> Answer:
        """The answer without its doubted sentences, or that there is none."""
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
