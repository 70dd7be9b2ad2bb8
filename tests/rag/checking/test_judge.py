from __future__ import annotations

import pytest

from rag.checking import Judgement
from rag.text.sentences import passages_of
from rag.types import Paper, Verdict
from tests.checkers import built_in
from tests.rag.checking.material import BEACON, HARBOR


def _judged(claim: str, *papers: Paper) -> Judgement:
    return built_in().judge(claim, papers or (HARBOR,))


@pytest.mark.parametrize("passage", passages_of(HARBOR))
def test_a_sentence_of_the_paper_is_supported_with_and_without_a_lead(passage: object) -> None:
    text = str(getattr(passage, "text", ""))

    assert (_judged(text).verdict, _judged(text).score) == (Verdict.SUPPORTED, 1.0)
    assert _judged(f"HarborNet: {text}").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "figure"),
    [
        ("HarborNet cuts waiting times by 15.8% on PierBench.", "15.8% is not in the cited paper, which says 18.5%"),
        ("HarborNet uses 0.5 of the fuel.", "0.5 is not in the cited paper"),
        ("HarborNet was introduced in 2019.", "the year 2019 is not in the cited paper"),
        ("Training shrinks from 12.6 hours to 3.1 hours.", "3.1 hours is not in the cited paper"),
    ],
)
def test_a_figure_that_the_paper_does_not_have_is_named(claim: str, figure: str) -> None:
    judgement = _judged(claim)

    assert (judgement.verdict, judgement.score) == (Verdict.UNSUPPORTED, 0.0)
    assert figure in "; ".join(judgement.problems)


@pytest.mark.parametrize(
    "claim",
    [
        "On PierBench, waiting times fall to about 81% with HarborNet.",
        "HarborNet-Max has 15 times as many parameters as HarborNet-Lite.",
        "HarborNet, introduced in 2024, saves 40% of the fuel.",
        "About 92% of the defects that Beacon reported were confirmed by inspectors.",
        "Inspectors confirmed all but 28 of the defects.",
    ],
)
def test_a_figure_that_follows_from_those_of_the_paper_is_no_problem(claim: str) -> None:
    assert not any("is not in the cited paper" in one for one in _judged(claim, HARBOR, BEACON).problems)


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("HarborNet cuts waiting times by 18.5% on the WharfSet dataset.", "'WharfSet' is not in the cited paper"),
        ("HarborNet beats TideFlow and ShipGPT.", "'ShipGPT' is not in the cited paper"),
        ("Training on eight H100 GPUs takes 2.5 hours.", "'H100 GPUs' is not in the cited paper"),
        ("HarborNet-Mini has 3 million parameters.", "'HarborNet-Mini' is not in the cited paper"),
    ],
)
def test_a_name_that_the_paper_does_not_have_is_a_problem(claim: str, name: str) -> None:
    assert _judged(claim).verdict is Verdict.UNSUPPORTED
    assert name in _judged(claim).problems


def test_names_are_known_by_initials_and_other_spellings() -> None:
    for claim in ("Harbor Net is a GN that routes ships.", "Harbour-net was asked. HARBORNET was too."):
        assert not any("'GN'" in one or "Net" in one for one in _judged(claim).problems)


def test_without_papers_or_without_a_statement_nothing_is_supported() -> None:
    assert built_in().judge("Ships sail.", ()).problems == ("no source is cited",)
    assert _judged("?! [1]").problems == ("there is no statement to check",)


def test_several_sentences_are_judged_as_one_by_one() -> None:
    claims = ["HarborNet routes vessels.", "It burns 18.5% more.", passages_of(BEACON)[2].text]
    together = built_in().judge_each([(claim, [HARBOR, BEACON]) for claim in claims])

    assert [one.verdict for one in together] == [_judged(claim, HARBOR, BEACON).verdict for claim in claims]


def test_the_evidence_is_the_nearest_sentences() -> None:
    evidence = _judged("Dispatchers are beaten by it in the majority of seasons.").evidence

    assert "dispatchers" in evidence[0].text
    assert all(HARBOR.text[one.start : one.end] == one.text for one in evidence)
