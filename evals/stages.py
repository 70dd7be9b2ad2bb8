"""Where a wrong answer went wrong: the first step of the way from question to answer that failed."""

from __future__ import annotations

import enum
from collections.abc import Collection

from rag.types import Answer

__all__ = ["Stage", "stage_of"]


class Stage(enum.StrEnum):
    """The step at which an answer was lost, in the order of the steps."""

    ANSWERED = "answered though it cannot be"
    NOT_RETRIEVED = "not retrieved"
    REFUSED = "retrieved but refused"
    NOT_USED = "retrieved but not used"
    MISCITED = "another paper cited instead"
    FACT_MISSING = "cited but fact missing"


def stage_of(answer: Answer, gold: Collection[str], facts_found: Collection[bool]) -> Stage | None:
    """The stage that failed; None when the answer is right.

    Args:
        answer: carries the ids of the papers that the retriever found.
        gold: ids of the papers that must be cited; empty where none may be.
        facts_found: for each fact whether the answer says it.
    """
    cited = {citation.paper_id for citation in answer.citations}
    if not gold:
        return Stage.ANSWERED if cited else None
    missing = set(gold) - cited
    if missing - set(answer.found):
        return Stage.NOT_RETRIEVED
    if answer.refused:
        return Stage.REFUSED
    if missing:
        return Stage.MISCITED if cited - set(gold) else Stage.NOT_USED
    return None if all(facts_found) else Stage.FACT_MISSING
