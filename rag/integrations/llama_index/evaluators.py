"""The checks of this house as LlamaIndex's evaluators, for answers of any system; no language model is asked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from llama_index.core.evaluation.base import BaseEvaluator, EvaluationResult
from llama_index.core.prompts.mixin import PromptDictType

from rag.checking import check, checker_for
from rag.settings import Settings, load_settings
from rag.text.sentences import passages_of
from rag.types import Claim, Paper, Passage, Verdict

__all__ = ["CitationEvaluator", "SupportEvaluator"]

_MARKER = re.compile(r"\s*\[(?:Source\s+)?(\d+)\]", re.IGNORECASE)
_LABEL = re.compile(r"\s*Source \d+:\n", re.IGNORECASE)
"""What LlamaIndex's ``CitationQueryEngine`` puts in front of the texts that it numbers."""


class _Evaluator(BaseEvaluator):
    """Reads an answer sentence by sentence."""

    def __init__(self, settings: Settings | None = None) -> None:
        """None reads the settings from the environment and ``settings.toml``; only the home folder counts."""
        self._checker = checker_for((settings or load_settings()).home)

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> EvaluationResult:
        """The share of what is judged that holds, as ``score``; it passes when all does. Reasons are the feedback.

        Args:
            query: not looked at.
            response: the answer.
            contexts: the texts that it rests on; ``[n]`` means the n-th.
            kwargs: not looked at.

        Returns:
            A result; an invalid one when there is no answer, no context, or nothing to judge in the answer.
        """
        if not response or not contexts:
            why = "it needs an answer and the contexts that it rests on"
            return EvaluationResult(query=query, response=response, invalid_result=True, invalid_reason=why)
        claims = await asyncio.to_thread(self._claims, response, [_LABEL.sub("", text, count=1) for text in contexts])
        told = {"query": query, "response": response, "contexts": list(contexts)}
        if not claims:
            return EvaluationResult(**told, invalid_result=True, invalid_reason=self._nothing)
        borne = sum(claim.verdict is Verdict.SUPPORTED for claim in claims)
        problems = [f"{claim.text}: {'; '.join(claim.problems)}" for claim in claims if claim.problems]
        return EvaluationResult(
            **told, score=borne / len(claims), passing=borne == len(claims), feedback="\n".join(problems)
        )

    _nothing = "there is no statement in it"

    def _claims(self, response: str, contexts: Sequence[str]) -> list[Claim]:
        raise NotImplementedError

    def _get_prompts(self) -> PromptDictType:
        return {}

    def _update_prompts(self, prompts_dict: PromptDictType) -> None:
        pass


class SupportEvaluator(_Evaluator):
    """Faithfulness: how many sentences of an answer the contexts, read together, bear out; markers do not count."""

    def _claims(self, response: str, contexts: Sequence[str]) -> list[Claim]:
        papers = _papers(contexts)
        every = "".join(f" [{number}]" for number in range(1, len(papers) + 1))
        claims, _ = check(_MARKER.sub("", response), [], {}, self._checker)
        marked = "\n".join(f"{claim.text}{every}" for claim in claims)
        return list(check(marked, _cited(papers), {one.paper_id: one for one in papers}, self._checker)[0])


class CitationEvaluator(_Evaluator):
    """Citation accuracy: how many sentences of an answer that cite are borne out by just the contexts they cite.

    A number that leads to no context is a mistake; what cites nothing is not judged.
    """

    _nothing = "it cites nothing"

    def _claims(self, response: str, contexts: Sequence[str]) -> list[Claim]:
        papers = _papers(contexts)
        plain = _MARKER.sub(r" [\1]", response)
        claims, _ = check(plain, _cited(papers), {one.paper_id: one for one in papers}, self._checker)
        return [
            claim for claim in claims if claim.markers or any("leads to no source" in one for one in claim.problems)
        ]


def _papers(contexts: Sequence[str]) -> list[Paper]:
    """Each context as a text to hold sentences against; its first line stands for the title."""
    papers = []
    for number, text in enumerate(contexts, start=1):
        head, _, rest = text.strip().partition("\n")
        papers.append(Paper(f"context {number}", head, rest))
    return papers


def _cited(papers: Sequence[Paper]) -> list[Passage]:
    return [passages_of(paper)[0] for paper in papers]
