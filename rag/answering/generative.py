"""Writes answers with a language model: from the stream of a chat to a draft with checked citations."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Generator
from typing import Any

from rag.answering.citations import CitationParser
from rag.answering.copies import CopyFilter
from rag.answering.not_found import without_not_found
from rag.answering.prompts import REFUSAL, Prompt, build_prompt
from rag.answering.refusal import RefusalGate, is_refusal, without_refusal
from rag.answering.writer import WriteRequest
from rag.errors import ModelReplyError
from rag.models.door import ChatModel
from rag.models.stream import Delta
from rag.types import Draft, Usage

__all__ = ["GenerativeWriter"]

STOPPED = "The answer was stopped before it was finished."
_FINISHED_BY = {
    "length": "The answer was cut off at the longest length allowed (PAPERTRAIL_ANSWER_TOKENS).",
    "content_filter": "The answer was cut off by the content filter of the model server.",
    "unsaid": "The model server did not say that the answer is finished; its end may be missing.",
}
_COPIED = "Parts of its instructions that the model repeated were left out."
_AFTER_ALL = (
    "The model first wrote that the papers do not answer the question, and then what they say; that sentence was left "
    "out."
)
_MAY_SHOW_REASONING = "The first part of the answer may be the model's reasoning, which it did not mark as such."


class GenerativeWriter:
    """A writer with any language model."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """Server and model, as ``--model`` takes them."""
        return self._model.name

    def write(self, request: WriteRequest) -> Generator[str, None, Draft]:
        """See :meth:`rag.answering.writer.Writer.write`.

        Without papers to cite the answer is the refusal, and no server is asked.

        Raises:
            ModelReplyError: the model wrote nothing that can be shown.
            ModelError: the server does not do its work.
        """
        model, asks = self._model, request.hits and not request.cancel.is_set()
        prompt = build_prompt(
            request.question,
            request.hits,
            model.settings,
            correction=request.correction,
            asks=request.asks,
            example=request.example,
            reads=model.reads() if asks else None,
        )
        if not prompt.keys:
            return Draft(REFUSAL, (), refused=True)
        with request.trace.step("prompt", **_sent(model.name, prompt)) as step:
            if request.example:
                step["example"] = {"question": request.example.question, "similarity": request.example.similarity}
            deltas = model.stream(prompt.request, request.cancel, request.meter)
            draft = yield from _written(request, prompt, model.name, deltas)
            step |= {"prompt_tokens": draft.usage.prompt_tokens, "completion_tokens": draft.usage.completion_tokens}
        remark = model.remark(prompt.request, draft.usage)
        return dataclasses.replace(draft, notes=(*draft.notes, remark)) if remark else draft


def _sent(name: str, prompt: Prompt) -> dict[str, Any]:
    """The exact prompt, for the trace."""
    return {
        "model": name,
        "messages": prompt.request.wire,
        "estimated_tokens": prompt.request.tokens,
        "room_tokens": prompt.request.room,
        "papers": {key: paper.paper_id for key, paper in prompt.keys.items()},
        "left_out": list(prompt.left_out),
    }


def _written(
    request: WriteRequest, prompt: Prompt, name: str, deltas: Generator[Delta, None, None]
) -> Generator[str, None, Draft]:
    copies = CopyFilter(prompt)
    parser = CitationParser(prompt.keys, request.locate, copies)
    gate = RefusalGate()
    finish: str | None = None
    usage = Usage()
    with contextlib.closing(deltas):
        for delta in deltas:
            text = gate.pass_on(parser.feed(delta.text), cites=bool(parser.cited))
            if text:
                request.cited[:] = parser.cited
                yield text
            finish = delta.finish or finish
            usage = delta.usage or usage
    stopped = finish is None and request.cancel.is_set()
    rest = gate.pass_on(parser.finish(cut=stopped or finish in _FINISHED_BY), cites=bool(parser.cited))
    if not parser.text and not stopped:
        raise ModelReplyError(_empty(name, finish, copies.found))
    refused = is_refusal(parser.text, cites=bool(parser.cited))
    rest = "" if refused and gate.holds else rest + gate.release(cites=bool(parser.cited))
    said = without_refusal(parser.text) if parser.cited else parser.text
    if rest:
        request.cited[:] = parser.cited
        yield rest
    after_all = said != parser.text and not refused
    said, not_found = without_not_found(said, request.asks)
    refused = refused or (bool(not_found) and not said and not parser.cited)
    remarks = {
        STOPPED: stopped,
        _AFTER_ALL: after_all,
        _MAY_SHOW_REASONING: parser.may_show_reasoning,
        _COPIED: copies.found,
    }
    return Draft(
        text=REFUSAL if refused else said,
        cited=() if refused else parser.cited,
        refused=refused,
        not_found=() if refused else not_found,
        unknown_keys=tuple(parser.unknown_keys),
        usage=usage,
        notes=(
            *prompt.notes,
            *([_FINISHED_BY[finish]] if finish in _FINISHED_BY else []),
            *(remark for remark, applies in remarks.items() if applies),
        ),
    )


def _empty(name: str, finish: str | None, copied: bool) -> str:
    if copied:
        return f"{name} sent its instructions back instead of an answer; ask again or name another model"
    if finish == "length":
        return (
            f"{name} used up its tokens before it wrote an answer, as models that think aloud do; "
            "raise PAPERTRAIL_ANSWER_TOKENS or name another model"
        )
    return f"{name} sent an empty answer; ask again or name another model"
