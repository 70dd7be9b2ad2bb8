from __future__ import annotations

import pytest

from rag.checking import check
from rag.text.sentences import passages_of
from rag.types import Passage, Verdict
from tests.checkers import built_in
from tests.rag.checking.material import BEACON, HARBOR, QUARRY

_PAPERS = {paper.paper_id: paper for paper in (HARBOR, BEACON, QUARRY)}
_CITED: tuple[Passage, ...] = (passages_of(HARBOR)[3], passages_of(HARBOR)[6], passages_of(BEACON)[3])


def _markers(text: str) -> list[tuple[str, tuple[int, ...]]]:
    claims, _ = check(text, _CITED, _PAPERS, built_in())
    return [(claim.text, claim.markers) for claim in claims]


def test_claims_and_citations_carry_verdicts() -> None:
    text = "HarborNet cuts waiting times by 18.5% [1]. It uses 70% less fuel [2]."
    claims, citations = check(text, _CITED, _PAPERS, built_in())
    assert [(claim.verdict, claim.markers) for claim in claims] == [
        (Verdict.SUPPORTED, (1,)),
        (Verdict.UNSUPPORTED, (2,)),
    ]
    assert claims[1].problems == ("70% is not in the cited paper, which says 40%",)
    first, second = citations
    assert (first.marker, first.paper_id, first.title, first.url) == (1, "harbor", HARBOR.title, HARBOR.url)
    assert first.quote == _CITED[0].text == HARBOR.text[first.start : first.end]
    assert (first.verdict, second.verdict) == (Verdict.SUPPORTED, Verdict.UNSUPPORTED)
    assert 0 < first.score <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Waiting times fall by 18.5% [1]. Fuel falls by 40% [2].",
        "Waiting times fall by 18.5%. [1] Fuel falls by 40%. [2]",
        "Waiting times fall by 18.5%.[1] Fuel falls by 40%.[2]",
        "- Waiting times fall by 18.5%. [1]\n- Fuel falls by 40%. [2]",
        "1. Waiting times fall by 18.5% [1].\n2. Fuel falls by 40% [2].",
    ],
)
def test_a_marker_belongs_to_the_sentence_that_it_ends(text: str) -> None:
    assert _markers(text) == [("Waiting times fall by 18.5%.", (1,)), ("Fuel falls by 40%.", (2,))]


def test_it_is_what_the_sentence_before_speaks_of() -> None:
    cited = (passages_of(BEACON)[2], passages_of(HARBOR)[3], passages_of(HARBOR)[5])
    lie = "Beacon detects rust in satellite images [1]. It cuts waiting times for ships by 18.5% [2]."
    (_, said), _ = check(lie, cited, _PAPERS, built_in())
    assert said.verdict is Verdict.UNSUPPORTED
    assert any("“It” was read as Beacon" in problem for problem in said.problems)

    true = "HarborNet routes ships between berths [2]. It cuts waiting times of ships by 18.5% [2]."
    assert [claim.verdict for claim in check(true, cited, _PAPERS, built_in())[0]] == [Verdict.SUPPORTED] * 2
    apart = lie.replace(" It", "\n\nIt")
    assert [claim.verdict for claim in check(apart, cited, _PAPERS, built_in())[0]] == [Verdict.SUPPORTED] * 2


def test_a_quoted_sentence_about_it_stays_what_its_paper_says() -> None:
    it = passages_of(BEACON)[5]
    assert it.text.startswith("It may")
    text = f"HarborNet routes ships between berths [1]. {it.text} [2]"
    assert check(text, (passages_of(HARBOR)[2], it), _PAPERS, built_in())[0][1].verdict is Verdict.SUPPORTED


def test_a_sentence_may_have_several_markers() -> None:
    assert _markers("Waiting times [1] fall, and fuel too [2][3].") == [
        ("Waiting times fall, and fuel too.", (1, 2, 3))
    ]


def test_an_interval_is_no_marker() -> None:
    assert _markers("Scores lie in [0, 1] for ships [1].") == [("Scores lie in [0, 1] for ships.", (1,))]


def test_a_marker_used_again_has_the_verdict_of_its_best_sentence() -> None:
    text = "HarborNet cuts waiting times by 99% [1]. HarborNet cuts waiting times by 18.5% [1]."
    claims, citations = check(text, _CITED, _PAPERS, built_in())
    assert [claim.verdict for claim in claims] == [Verdict.UNSUPPORTED, Verdict.SUPPORTED]
    assert [(citation.marker, citation.verdict) for citation in citations] == [(1, Verdict.SUPPORTED)]


def test_a_statement_without_a_marker_is_unsupported() -> None:
    claims, citations = check("HarborNet was trained on 64 GPUs.", _CITED, _PAPERS, built_in())
    (claim,) = claims
    assert (claim.verdict, claim.problems) == (Verdict.UNSUPPORTED, ("no source is cited",))
    assert citations == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Here is what the papers say:",
        "## HarborNet against TideFlow",
        "**Waiting times and fuel**",
        "---",
        "Would you like to know more about container ships?",
        "The sources provide the following information.",
        "HarborNet:",
    ],
)
def test_what_claims_nothing_is_no_claim(text: str) -> None:
    assert check(text, _CITED, _PAPERS, built_in()) == ((), ())


def test_a_number_that_leads_nowhere_is_reported() -> None:
    claims, citations = check("HarborNet cuts waiting times by 18.5% [1][9].", _CITED, _PAPERS, built_in())
    (claim,) = claims
    assert (claim.verdict, claim.markers, claim.problems) == (Verdict.UNSUPPORTED, (1,), ("[9] leads to no source",))
    assert [citation.marker for citation in citations] == [1]
    ((lost,), none) = check("Fuel falls by 40% [0].", (), {}, built_in())
    assert (lost.verdict, lost.problems, none) == (Verdict.UNSUPPORTED, ("[0] leads to no source",), ())


def test_a_quotation_of_several_sentences_needs_one_marker_only() -> None:
    passage = Passage("harbor", 5, 0, 0, "Ships wait (approx. Nine days). Tugboats are scarce.")
    claims, _ = check("Ships wait (approx. Nine days). Tugboats are scarce [1].", [passage], _PAPERS, built_in())
    assert [claim.markers for claim in claims] == [(1,)] * len(claims)


def test_claims_stand_verbatim_in_the_answer() -> None:
    text = "**HarborNet** cuts *waiting times* by 18.5% [1]. The `A100` took 2.5 hours [1]."
    claims, _ = check(text, _CITED, _PAPERS, built_in())
    plain = text.replace(" [1]", "")
    assert all(claim.text in plain for claim in claims)
    assert [claim.verdict for claim in claims] == [Verdict.SUPPORTED, Verdict.SUPPORTED]


def test_a_passage_of_an_unknown_paper_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        check("Ships sail [1].", _CITED, {}, built_in())
