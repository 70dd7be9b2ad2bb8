"""Everything that is measured of one turn, from the metrics that make sense for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set

from evals.metrics.alce import AlceScore, Judge, alce
from evals.metrics.cited_papers import citation_scores, first_citation_right
from evals.metrics.coverage import cited_sentences
from evals.metrics.facts import facts_found
from evals.metrics.quotes import invented_citations, verbatim_quotes
from evals.metrics.recall import recall_at
from evals.questions import Question
from evals.stages import Stage, stage_of
from rag.checking import checker_for
from rag.settings import load_settings
from rag.types import Answer, Paper, Verdict

__all__ = ["BUILT_IN", "DIRECT", "Judge", "Measurement", "Ruler"]

DIRECT = "direct"
"""Retriever of an answer that no papers were found for: a language model alone. It can cite nothing, so only its facts
are measured."""
FOUND_FIRST = 5
"""How many of the papers found count for their recall."""
SHORT_ANSWER_WORDS = 120
LONG_ANSWER_WORDS = 250
"""How much of an answer counts; the longer one for comparisons and lists."""
_LONG = ("compare", "list")
_FROM_RECORDS = ("meta",)
"""Kinds answered from the papers' records: no abstract bears these out, so papers and facts alone say what is right."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What was measured of one answer."""

    values: Mapping[str, float]
    """0 to 1 but for ``invented`` (a count) and ``words``; a measure that makes no sense for the turn is missing."""
    stage: Stage | None
    """The step that failed; None when the answer is right."""
    judge_failures: int = 0
    """Sentences that the judge could not judge."""


class Ruler:
    """Measures answers over one collection."""

    def __init__(self, papers: Sequence[Paper], judge: Judge) -> None:
        """Prepares what all turns share.

        Args:
            papers: the whole collection.
            judge: who says beside the checker whether papers bear a sentence out; :data:`BUILT_IN`: nobody.
        """
        self._papers = {paper.paper_id: paper for paper in papers}
        self._ids: dict[str, str] = {paper.title: paper.paper_id for paper in papers}
        self._judge = judge

    def measure(self, answer: Answer, question: Question, turn: int) -> Measurement:
        """All measures that make sense for this turn of the question, from 0."""
        gold, facts = question.gold[turn], question.facts[turn]
        found = facts_found(answer.text, facts, LONG_ANSWER_WORDS if question.kind in _LONG else SHORT_ANSWER_WORDS)
        said = [hit and not answer.refused for hit in found]
        if answer.retriever == DIRECT:
            return _measured_directly(answer, said)
        precision, recall, f1 = citation_scores(answer, gold)
        right = recall == 1.0 and all(found) and not answer.refused if gold else not answer.citations
        scores = {} if question.kind in _FROM_RECORDS else self._scores(answer)
        values = {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "right": float(right),
            "refused": float(answer.refused),
            "invented": float(invented_citations(answer, self._papers)),
            "words": float(len(answer.text.split())),
        }
        ids = [self._ids.get(title, title) for title in gold]
        if gold:
            values["first"] = float(first_citation_right(answer, gold))
            values["recall@5"] = recall_at(FOUND_FIRST, {"": answer.found}, {"": dict.fromkeys(ids, 1)})[""]
        shares: dict[str, Sequence[bool]] = {
            "facts": said,
            "verbatim": verbatim_quotes(answer, self._papers),
            "supported": [claim.verdict is Verdict.SUPPORTED for claim in answer.claims],
            "covered": cited_sentences(answer),
            "numbers covered": cited_sentences(answer, with_numbers=True),
            "borne out: labels": _rightly_cited(answer, set(ids)) if gold else [],
            "labelled": [bool(gold)] * len(answer.claims),
        }
        for by, score in scores.items():
            shares |= {f"borne out: {by}": score.supported, f"needed: {by}": score.needed}
        values |= {name: sum(each) / len(each) for name, each in shares.items() if each}
        return Measurement(values, stage_of(answer, ids, said), sum(score.failures for score in scores.values()))

    def _scores(self, answer: Answer) -> dict[str, AlceScore]:
        """What the checker says of the sentences, and beside it the judge where there is one."""
        found = {"checker": alce(answer, self._papers, BUILT_IN)}
        return found if self._judge is BUILT_IN else found | {"judge": alce(answer, self._papers, self._judge)}


def _rightly_cited(answer: Answer, right: Set[str]) -> list[bool]:
    """Of each sentence whether all that it cites is labelled as right for the question."""
    cited = {citation.marker: citation.paper_id for citation in answer.citations}
    return [
        bool(claim.markers) and all(cited.get(marker) in right for marker in claim.markers) for claim in answer.claims
    ]


def _measured_directly(answer: Answer, said: Sequence[bool]) -> Measurement:
    values = {"words": float(len(answer.text.split())), "refused": float(answer.refused)}
    if said:
        values["facts"] = sum(said) / len(said)
    return Measurement(values, None if all(said) else Stage.FACT_MISSING)


class _Checker:
    """The checker that needs no language model: whether it finds nothing to disagree with."""

    name = "built-in checker"

    def __call__(self, claim: str, papers: Sequence[Paper]) -> bool:
        return checker_for(load_settings().home).judge(claim, papers).verdict is Verdict.SUPPORTED


BUILT_IN: Judge = _Checker()
"""The judge that is always there: what the measures call ``checker``. What is measured by it alone, the product says of
itself; read it beside the labels, or a judge."""
