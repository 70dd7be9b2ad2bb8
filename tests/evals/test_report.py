from __future__ import annotations

from evals.report import COLUMNS, summary, table
from evals.suite import Measured
from tests.evals.answers import answer_citing

_ANSWER = answer_citing()


def _measured(group: str, **values: float) -> Measured:
    return Measured("q", 0, group, _ANSWER, None, values)


def _crashed(group: str) -> Measured:
    return Measured("q", 0, group, None, "it broke")


def test_a_row_has_the_means_of_its_group() -> None:
    rows = summary([_measured("meta", first=1.0, words=10), _measured("meta", first=0.0, words=20), _measured("list")])

    assert rows == {"meta": {"n": 2, "crashed": 0, "first": 0.5, "words": 15}, "list": {"n": 1, "crashed": 0}}


def test_a_measure_is_averaged_over_the_turns_that_have_it() -> None:
    assert summary([_measured("meta", facts=1.0), _measured("meta")])["meta"]["facts"] == 1.0


def test_crashes_are_counted_and_averaged_into_nothing() -> None:
    rows = summary([_measured("meta", first=1.0), _crashed("meta"), _crashed("list")])

    assert rows["meta"] == {"n": 2, "crashed": 1, "first": 1.0}
    assert rows["list"] == {"n": 1, "crashed": 1}


def test_invented_citations_are_added_up() -> None:
    assert summary([_measured("meta", invented=2), _measured("meta", invented=1)])["meta"]["invented"] == 3


def test_the_styles_of_factual_questions_have_rows_together() -> None:
    styles = ("named", "keywords", "described", "riddle")
    rows = summary(_measured(style, first=float(style != "riddle")) for style in styles)

    assert list(rows) == [*styles, "factual", "factual without riddles"]
    assert rows["factual"] == {"n": 4, "crashed": 0, "first": 0.75}
    assert rows["factual without riddles"] == {"n": 3, "crashed": 0, "first": 1.0}


def test_rows_together_need_all_their_parts() -> None:
    assert list(summary([_measured("named"), _measured("keywords"), _measured("described")])) == [
        "named",
        "keywords",
        "described",
        "factual without riddles",
    ]


def test_no_turns_give_no_rows() -> None:
    assert summary([]) == {}
    assert len(table({}).splitlines()) == 1


def test_the_table_has_a_line_a_row_and_a_dash_where_nothing_was_measured() -> None:
    head, line = table({"meta": {"n": 2.0, "crashed": 1.0, "first": 0.5, "invented": 3.0, "words": 15.4}}).splitlines()

    assert head.split() == ["n", "crashed", *COLUMNS]
    cells = dict(zip(["name", *head.split()], line.split(), strict=True))
    assert cells == dict.fromkeys(COLUMNS, "-") | {
        "name": "meta",
        "n": "2",
        "crashed": "1",
        "first": "0.50",
        "invented": "3",
        "words": "15",
    }
