from __future__ import annotations

from evals.report.table import COMPARED, SHOWN, comparison, table
from evals.statistics import mean_of
from evals.summary import Row


def _row(*, invented: int = 0, crashed: int = 0, **values: list[float]) -> Row:
    return Row(2, crashed, 0, {name: mean_of(each) for name, each in values.items()}, invented, {})


def test_the_table_has_a_line_a_row_and_a_dash_where_nothing_was_measured() -> None:
    head, line = table({"meta": _row(invented=3, crashed=1, first=[0.5], words=[15.4])}).splitlines()

    assert head.split("  ")[-1].strip() == "words"
    assert line.split() == ["meta", "2", "1", "0.50", *["-"] * (len(SHOWN) - 1), "3", "15"]


def test_the_row_of_all_turns_has_its_intervals() -> None:
    *_, low, high = table({"all": _row(first=[0.0, 1.0] * 50)}).splitlines()

    assert low.split()[:4] == ["95", "%", "from", "0.40"]
    assert high.split()[:4] == ["95", "%", "to", "0.60"]


def test_no_rows_give_only_the_head() -> None:
    assert len(table({}).splitlines()) == 1


def test_systems_are_compared_over_all_turns() -> None:
    runs = {"hybrid": {"meta": _row(f1=[0.0]), "all": _row(f1=[1.0])}, "BM25 only": {"meta": _row(f1=[0.25])}}
    _, product, baseline = comparison(runs, {"hybrid": 12.34}).splitlines()

    assert product.split() == ["hybrid", *_dashes("f1", "1.00"), "12.3"]
    assert baseline.split() == ["BM25", "only", *_dashes("f1", "0.25"), "-"]


def _dashes(measure: str, value: str) -> list[str]:
    """The cells of a line where one measure is known."""
    return [value if name == measure else "-" for name in (*COMPARED, "refused")]
