from __future__ import annotations

import pytest

from evals.stages import Stage, stage_of
from rag.types import Paper
from tests.evals.answers import answer_citing
from tests.papers import CACHE, SOIL, SPARSE


@pytest.mark.parametrize(
    ("cited", "found", "gold", "facts", "stage"),
    [
        ((SPARSE,), ("sparse",), ("sparse",), [True], None),
        ((SPARSE,), ("sparse",), ("sparse",), [True, False], Stage.FACT_MISSING),
        ((SPARSE,), ("sparse", "cache"), ("sparse", "cache"), [], Stage.NOT_USED),
        ((SOIL,), ("soil", "sparse"), ("sparse",), [], Stage.MISCITED),
        ((SOIL,), ("soil",), ("sparse",), [False], Stage.NOT_RETRIEVED),
        ((), ("sparse",), ("sparse",), [], Stage.NOT_USED),
        ((SPARSE,), (), ("sparse",), [], None),  # cited without a search, from the papers' records
        ((SPARSE,), ("sparse",), (), [], Stage.ANSWERED),
        ((), ("sparse",), (), [], None),
    ],
)
def test_the_first_step_that_failed_is_named(
    cited: tuple[Paper, ...],
    found: tuple[str, ...],
    gold: tuple[str, ...],
    facts: list[bool],
    stage: Stage | None,
) -> None:
    assert stage_of(answer_citing(*cited, found=found), gold, facts) is stage


def test_a_refusal_of_what_was_found_is_a_stage_of_its_own() -> None:
    refused = answer_citing(text="No.", refused=True, found=("cache",))

    assert stage_of(refused, ["cache"], []) is Stage.REFUSED
    assert stage_of(refused, ["sparse"], []) is Stage.NOT_RETRIEVED
    assert stage_of(refused, [], []) is None
    assert CACHE.paper_id in refused.found
