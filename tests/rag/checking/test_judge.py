from __future__ import annotations

import pytest

from rag.grounding import judge, judge_claim
from rag.text.sentences import passages_of
from rag.types import Paper, Verdict
from tests.rag.grounding.material import BEACON, HARBOR, QUARRY


def _verdict(claim: str, *papers: Paper) -> Verdict:
    return judge_claim(claim, papers or (HARBOR,)).verdict


def _problems(claim: str, *papers: Paper) -> str:
    return "; ".join(judge_claim(claim, papers or (HARBOR,)).problems)


@pytest.mark.parametrize(
    "claim",
    [
        "HarborNet reduces waiting times by 18.5% on PierBench.",
        "Harbor Net is a graph network which routes ships from berth to berth.",
        "HarborNet is 4.2% better than TideFlow and 7.9% better than DockSim.",
        "On PierBench, waiting times fall by nearly a fifth with HarborNet.",
        "Unlike earlier planners, HarborNet remains stable in stormy weather.",
        "In most seasons HarborNet surpasses human dispatchers.",
        "Human dispatchers are outperformed by HarborNet in most seasons.",
        "HarborNet-Lite has three million parameters.",
        "HarborNet needs no retraining when a berth is added and uses 40% less fuel.",
        "With eight A100s, training takes 2.5 hours, down from 12.6 hours.",
        "Training shrinks to about a fifth of the hours on eight A100 GPUs.",
        "HarborNet-Max has fifteen times as many parameters as HarborNet-Lite.",
        "HarborNet, introduced in 2024, routes ships between berths.",
    ],
)
def test_a_fair_statement_in_other_words_is_supported(claim: str) -> None:
    judgement = judge_claim(claim, [HARBOR])
    assert (judgement.verdict, judgement.problems) == (Verdict.SUPPORTED, ())
    assert judgement.score >= 0.5


@pytest.mark.parametrize(
    ("claim", "figure"),
    [
        ("HarborNet cuts waiting times by 15.8% on PierBench.", "15.8% is not in the cited paper, which says 18.5%"),
        ("HarborNet-Lite has 4 million parameters.", "4 million is not in the cited paper, which says 3 million"),
        ("HarborNet uses half the fuel.", "half is not in the cited paper"),
        ("HarborNet was introduced in 2019.", "the year 2019 is not in the cited paper"),
        ("Training shrinks from 12.6 hours to 3.1 hours.", "3.1 hours is not in the cited paper"),
    ],
)
def test_a_figure_that_the_paper_does_not_have_is_named(claim: str, figure: str) -> None:
    assert _verdict(claim) is Verdict.UNSUPPORTED
    assert figure in _problems(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "HarborNet beats TideFlow by 7.9% and DockSim by 4.2%.",
        "HarborNet beats DockSim and TideFlow by 4.2% and 7.9%, respectively.",
        "HarborNet uses 18.5% less fuel, without retraining when a berth is added.",
    ],
)
def test_a_figure_told_of_something_else_is_a_problem(claim: str) -> None:
    assert _verdict(claim) is Verdict.UNSUPPORTED
    assert "stands for something else in the cited paper" in _problems(claim)


def test_a_range_with_another_end_is_a_problem() -> None:
    claim = "Training shrinks from 12.6 hours to 40 hours on eight A100 GPUs, by 40% less fuel."
    assert "40 hours is not in the cited paper" in _problems(claim)
    paper = Paper("r", "Ranges", "The model has from 8 billion to 405 billion parameters. A small one has 70 billion.")
    problems = _problems("The model has from 8 billion to 70 billion parameters.", paper)
    assert "the cited paper gives the range 8 billion to 405 billion" in problems


def test_a_comparison_with_something_else_is_a_problem() -> None:
    paper = Paper(
        "c",
        "Pumps",
        "The pump is 30% quieter than rival electric pumps, and it saves 80% of the water over an open valve.",
    )
    assert _verdict("The pump saves 80% of the water over an open valve.", paper) is Verdict.SUPPORTED
    assert "80%" in _problems("The pump saves 80% of the water over rival electric pumps.", paper)


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
    assert _verdict(claim) is Verdict.UNSUPPORTED
    assert name in _problems(claim)


def test_a_plain_word_with_a_capital_that_the_paper_does_not_have_makes_the_sentence_partial() -> None:
    assert _verdict("HarborNet routes container ships between berths in Rotterdam.") is Verdict.PARTIAL


def test_acronyms_are_known_by_the_initials_of_their_words() -> None:
    assert _verdict("HarborNet is a GN that routes ships between berths.") is Verdict.SUPPORTED


def test_a_name_from_another_sentence_does_not_go_with_the_figures_of_this_one() -> None:
    paper = Paper(
        "v",
        "Lanterns",
        "The lamp improves brightness by 8.3% on LuxBench. It burns oil. It was also tried on DuskSet.",
    )
    assert _verdict("The lamp improves brightness by 8.3% on LuxBench.", paper) is Verdict.SUPPORTED
    assert _problems("The lamp improves brightness by 8.3% on DuskSet.", paper) == (
        "the cited paper gives these figures for 'LuxBench', not for 'DuskSet'"
    )


def test_what_is_said_of_a_sister_system_is_a_problem() -> None:
    paper = Paper(
        "s",
        "Ferries",
        "We build Route-Bot to understand the wishes of passengers, and we propose a clever optimizer called "
        "Fuel-Bot to search for cheap diesel.",
    )
    assert _verdict("Route-Bot is built to understand the wishes of passengers.", paper) is Verdict.SUPPORTED
    assert "not of 'Fuel-Bot'" in _problems("Fuel-Bot is built to understand the wishes of passengers.", paper)


def test_a_name_is_told_of_what_belongs_to_a_quite_different_one() -> None:
    paper = Paper(
        "o",
        "Kilns",
        "We propose a novel optimizer called HPO-Kiln to search for cheap firing temperatures. "
        "We further develop a benchmark, called LAMPA, for cups.",
    )
    claim = "The optimizer called LAMPA is novel and searches for cheap firing temperatures."
    assert "the cited paper says this of 'HPO-Kiln', not of 'LAMPA'" in _problems(claim, paper)


def test_a_figure_stays_with_the_names_of_its_sentence() -> None:
    paper = Paper(
        "b",
        "Boats",
        "SeaBoost lifts OarNet-7B by 8.3% on RegattaSet. When applied to OarNet-72B, it yields a 10.0% gain.",
    )
    assert _verdict("With SeaBoost, OarNet-72B gains 10.0%.", paper) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        (
            "HarborNet raises waiting times by 18.5% on PierBench.",
            "the paper says 'cuts' where the sentence says 'raises'",
        ),
        ("HarborNet uses 40% more fuel.", "the paper says 'less' where the sentence says 'more'"),
        ("Smaller harbors with shorter quays need more tugboats.", "'larger' where the sentence says 'smaller'"),
        ("HarborNet becomes unstable in stormy weather, unlike earlier planners.", "'stable'"),
        ("Human dispatchers outperform HarborNet in most seasons.", "the other way round"),
        ("HarborNet is outperformed by human dispatchers in most seasons.", "the other way round"),
        ("HarborNet runs with retraining when a berth is added.", "the paper denies 'retraining'"),
        ("HarborNet does not route ships between berths.", "the sentence denies"),
    ],
)
def test_the_opposite_of_what_the_paper_says_is_a_problem(claim: str, problem: str) -> None:
    assert _verdict(claim) is Verdict.UNSUPPORTED
    assert problem in _problems(claim)


def test_a_comparison_by_degree_is_not_turned_round() -> None:
    assert _verdict("Few-shot prompts give better accuracy than zero-shot prompts.", BEACON) is Verdict.SUPPORTED
    assert "other way round" in _problems("Zero-shot prompts give better accuracy than few-shot prompts.", BEACON)


@pytest.mark.parametrize(
    ("claim", "paper", "problem"),
    [
        ("HarborNet outperforms human dispatchers in all seasons.", HARBOR, "'all' is not in the cited paper"),
        ("HarborNet always outperforms human dispatchers.", HARBOR, "'always' is not in the cited paper"),
        ("It is proved that HarborNet stays stable in stormy weather.", HARBOR, "'proved' is not in the cited paper"),
        ("Only HarborNet stays stable in stormy weather.", HARBOR, "'only' is not in the cited paper"),
        ("All quarries still employ drivers.", QUARRY, "'all' is not in the cited paper"),
        ("HarborNet stays stable regardless of the weather.", HARBOR, "'regardless' is not in the cited paper"),
        ("HarborNet was trained on A100 GPUs alone.", HARBOR, "'alone' is not in the cited paper"),
        ("HarborNet prevents delays of container ships.", HARBOR, "'prevents' is not in the cited paper"),
    ],
)
def test_a_word_of_scope_that_the_paper_does_not_have_makes_the_sentence_partial(
    claim: str, paper: Paper, problem: str
) -> None:
    assert _verdict(claim, paper) is Verdict.PARTIAL
    assert problem in _problems(claim, paper)


def test_none_of_a_thing_is_no_word_of_scope() -> None:
    assert _verdict("HarborNet runs without any retraining when a berth is added.") is Verdict.SUPPORTED


def test_what_the_paper_only_asks_is_no_finding() -> None:
    paper = Paper("w", "Tides", "We ask how gulls nest and whether tides can be predicted by counting crabs.")
    claim = "Tides can be predicted by counting crabs."

    assert _problems(claim, paper) == "the paper says 'whether', the sentence does not"
    assert _verdict(claim, paper) is Verdict.PARTIAL
    assert _verdict("It is asked whether tides can be predicted by counting crabs.", paper) is Verdict.SUPPORTED


def test_two_that_are_level_do_not_make_a_winner() -> None:
    claim = "The accuracy that Beacon reaches surpasses that of divers."
    assert "the paper says 'comparable' where the sentence says 'surpasses'" in _problems(claim, BEACON)


@pytest.mark.parametrize(
    ("claim", "part"),
    [
        (
            "HarborNet routes ships between berths, and it exports printable evacuation brochures.",
            "exports printable evacuation brochures",
        ),
        ("HarborNet routes ships between berths with tabu annealing.", "tabu annealing"),
    ],
)
def test_a_part_that_nothing_supports_makes_the_sentence_partial(claim: str, part: str) -> None:
    assert _verdict(claim) is Verdict.PARTIAL
    assert f"nothing in the paper supports {part!r}" in _problems(claim)


def test_a_statement_of_another_paper_is_unsupported() -> None:
    assert _verdict("Legged robots climb rubble at half the speed of tracked robots.", HARBOR) is Verdict.UNSUPPORTED
    assert "little of this is in the cited paper" in _problems("Legged robots climb rubble slowly.", HARBOR)


def test_a_paper_that_says_it_better_makes_the_citation_mistaken() -> None:
    near = Paper("n", "Robots in Mines", "Robots in mines climb rubble. Hauling robots are common in mines.")
    claim = "Hauling robots are the most common in quarries."
    assert judge_claim(claim, [near]).verdict is not Verdict.UNSUPPORTED
    judgement = judge_claim(claim, [near], also=[HARBOR, QUARRY, near])
    assert judgement.verdict is Verdict.UNSUPPORTED
    assert f"“{QUARRY.title}” says this rather than the cited paper" in judgement.problems
    assert judge_claim(claim, [QUARRY], also=[near, QUARRY]).verdict is Verdict.SUPPORTED


def test_several_cited_papers_are_read_together() -> None:
    claim = "Beacon detects rust in satellite images, while HarborNet routes ships between berths."
    assert _verdict(claim, HARBOR, BEACON) is Verdict.SUPPORTED
    assert {passage.paper_id for passage in judge_claim(claim, [HARBOR, BEACON]).evidence} == {"harbor", "beacon"}


def test_a_figure_of_one_paper_told_of_a_name_of_another_is_a_problem() -> None:
    claim = "TideFlow confirmed 312 defects."
    assert "312 and 'TideFlow' are not in the same cited paper" in _problems(claim, HARBOR, BEACON)


def test_a_count_of_the_cited_papers_is_no_figure_of_theirs() -> None:
    claim = "Two papers use machines at sea: Beacon detects rust and HarborNet routes ships."
    assert "two" not in _problems(claim, HARBOR, BEACON).lower()


def test_a_difference_of_two_figures_counts_when_the_sentence_speaks_of_one() -> None:
    paper = Paper("d", "Scores", "On the final exam the robot scores 91.5 and the student scores 80.0.")
    assert _verdict("On the final exam the robot scores with an advantage of 11.5 over the student.", paper) is (
        Verdict.SUPPORTED
    )
    assert _verdict("On the final exam the robot scores 11.5.", paper) is Verdict.UNSUPPORTED


def test_what_is_cited_is_the_paper_and_the_evidence_shows_the_sentence() -> None:
    passages = passages_of(HARBOR)
    judgement = judge("HarborNet uses 40% less fuel.", [(HARBOR, passages[2])])
    assert judgement.verdict is Verdict.SUPPORTED
    assert "40% less fuel" in judgement.evidence[0].text


def test_the_sentences_of_all_figures_are_in_the_evidence() -> None:
    judgement = judge_claim("HarborNet cuts waiting times by 18.5% and has up to 45 million parameters.", [HARBOR])
    assert any("18.5%" in passage.text for passage in judgement.evidence)
    assert any("45 million" in passage.text for passage in judgement.evidence)


def test_markers_in_the_sentence_are_ignored() -> None:
    assert judge_claim("HarborNet uses 40% less fuel [2][13].", [HARBOR]).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize("claim", ["", "   ", "[1]", "...", "It is so."])
def test_nothing_said_is_unsupported(claim: str) -> None:
    judgement = judge_claim(claim, [HARBOR])
    assert (judgement.verdict, judgement.problems, judgement.evidence) == (
        Verdict.UNSUPPORTED,
        ("there is no statement to check",),
        (),
    )


def test_nothing_cited_is_unsupported() -> None:
    for judgement in (judge_claim("Ships sail.", []), judge("Ships sail.", [])):
        assert (judgement.verdict, judgement.problems) == (Verdict.UNSUPPORTED, ("no source is cited",))


def test_a_paper_without_abstract_supports_its_title() -> None:
    paper = Paper("t", "Notes on Tidal Clocks", "")
    assert _verdict("These are notes on tidal clocks.", paper) is Verdict.SUPPORTED
    assert _verdict("Tidal clocks run on 3 springs.", paper) is Verdict.UNSUPPORTED


def test_the_score_falls_with_the_verdict() -> None:
    full = judge_claim("HarborNet outperforms human dispatchers in most seasons.", [HARBOR]).score
    partial = judge_claim("HarborNet outperforms human dispatchers in all seasons.", [HARBOR]).score
    wrong = judge_claim("Human dispatchers outperform HarborNet in most seasons.", [HARBOR]).score
    assert 1 >= full > partial > wrong >= 0
