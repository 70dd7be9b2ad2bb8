from __future__ import annotations

from evals.claims import Claimed, load_claims
from evals.tracing import Traced, trace_claims, traces_table
from rag import Assistant
from tests.papers import CACHE, SPARSE

_TRUE = Claimed("a", "Firefly answers 3.4 times faster than a plain index.", (CACHE.title,), True, "verbatim")
_FALSE = Claimed("b", "Firefly answers 4.3 times faster than a plain index.", (CACHE.title,), False, "number")
_MOVED = Claimed("c", "Firefly answers 3.4 times faster.", (SPARSE.title,), False, "wrong_paper")


def test_claims_are_traced_without_their_citations(small: Assistant) -> None:
    nameless = Claimed("d", "A cache answers 3.4 times faster than a plain index.", (CACHE.title,), True, "paraphrase")

    traced = list(trace_claims(small, [_TRUE, _FALSE, _MOVED, nameless]))

    assert [(one.claim.id, one.title) for one in traced] == [("a", CACHE.title), ("b", None), ("d", CACHE.title)]


def test_right_and_wrong_papers_are_counted_apart() -> None:
    traced = [Traced(_TRUE, CACHE.title), Traced(_TRUE, SPARSE.title), Traced(_TRUE, None), Traced(_FALSE, None)]

    right, wrong, passed = (line[48:].split() for line in traces_table(traced).splitlines())

    assert (right[0], right[2]) == ("0.33", "3")
    assert (wrong[0], wrong[2]) == ("0.33", "3")
    assert (passed[0], passed[2]) == ("0.00", "1")
    assert traces_table([]).splitlines()[0].split()[-2:] == ["-", "0"]


def test_next_to_no_true_claim_is_traced_to_another_paper(seed: Assistant) -> None:
    traced = list(trace_claims(seed, load_claims()[::2]))
    named = [one for one in traced if one.claim.supported and one.title is not None]

    assert len(named) >= 20
    assert len([one for one in named if one.title not in one.claim.cites]) <= 2
