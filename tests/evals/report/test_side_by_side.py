from __future__ import annotations

import dataclasses
from pathlib import Path

from evals.costs import Cost, Costs, Part
from evals.machine import Latency
from evals.report.markdown import markdown
from evals.report.plots import plots_of
from evals.report.side_by_side import remarks, side_by_side, side_by_side_text
from evals.result import Result, load_result, save_result
from evals.suite import Measured
from tests.evals.report.runs import DEFAULT, measured, run

_COSTS = Costs({"hybrid": Cost(Latency(2.0, 3.04, 4.0, 9), 51.2, Part(1.5, 0.26))}, papers=6, load=0.4)


def _turns(right: float) -> tuple[Measured, ...]:
    groups = {"one fact": 1.0, "two linked facts": right, "three linked facts": 0.0}
    return tuple(
        dataclasses.replace(measured(f"{group}{n}", value, group=group), values={"facts": value, "recall@5": 1.0})
        for group, value in groups.items()
        for n in range(20)
    )


def _result(costs: Costs | None = _COSTS) -> Result:
    return dataclasses.replace(run(*_turns(1.0), lexical=_turns(0.0)), costs=costs)


def test_each_retriever_has_a_line_a_measure_and_its_costs_in_the_first() -> None:
    head, first, facts, recall, *others = side_by_side(_result())

    assert head[2:6] == ["one fact (20)", "two linked facts (20)", "three linked facts (20)", "all (60)"]
    assert head[6:] == ["p50 ms", "p95 ms", "first ms", "index s (6 papers)", "index MiB"]
    assert first == ["hybrid", "first", "–", "–", "–", "–", "2.0", "3.0", "51", "1.5", "0.26"]
    assert facts[:5] == ["", "facts", "1.00", "1.00", "0.00"]
    assert facts[5].startswith("0.67 ±0.1")
    assert recall[1:3] == ["recall@5", "1.00"]
    assert others[0] == ["lexical", "first", *["–"] * 9]


def test_what_a_retriever_has_more_than_the_first_is_said_with_its_interval() -> None:
    load, facts, recall = remarks(_result())

    assert "under a load of 0.4" in load
    assert facts.startswith("lexical against hybrid: facts -0.333 (-0.4")
    assert facts.endswith("0 up, 20 down of 60), more than noise")
    assert recall.endswith("0 up, 0 down of 60), within noise")


def test_a_set_of_other_questions_has_a_column_of_all() -> None:
    assert side_by_side(run(*DEFAULT, lexical=DEFAULT))[0][2:3] == ["all (4)"]


def test_the_text_has_its_columns_under_each_other() -> None:
    lines = side_by_side_text(_result(None)).splitlines()

    assert len(lines) == 7
    assert len({line.index("–", 20) for line in lines[1:] if "first" in line}) == 1


def test_the_report_has_the_table_and_a_plot_a_measure_when_there_are_several_retrievers() -> None:
    assert "| hybrid | first | – |" in markdown(_result(), "c")
    assert "- lexical against hybrid: facts -0.333" in markdown(_result(), "c")
    assert "side by side" not in markdown(run(*DEFAULT), "c")
    plots = plots_of(_result())
    assert "three linked facts" in plots["Facts by complexity"]
    assert "Facts by complexity" not in plots_of(run(*DEFAULT))


def test_a_plot_sets_what_is_right_against_the_time_and_is_told_in_words() -> None:
    assert "Facts and the time of a search" not in plots_of(_result())  # one retriever was timed
    assert _COSTS is not None
    two = Costs(_COSTS.by_retriever | {"lexical": Cost(Latency(20.0, 3, 4, 9), 5.0, Part(1, 1))}, papers=6, load=0.4)
    plots = plots_of(_result(two))

    assert "lexical: 0.33 (0.2" in plots["Facts and the time of a search"]
    assert "at 20.0 ms." in plots["Facts and the time of a search"]
    assert 'role="img" aria-label="facts by complexity. hybrid: one fact 1.00 (' in plots["Facts by complexity"]
    assert plots_of(_result(two)) == plots


def test_costs_are_kept_with_the_run(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    save_result(_result(), path)

    assert load_result(path).costs == _COSTS
    assert _result().summary_json()["costs"]["by_retriever"]["hybrid"]["index"] == {"seconds": 1.5, "mb": 0.26}
