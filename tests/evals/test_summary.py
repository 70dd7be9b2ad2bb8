from __future__ import annotations

from evals.stages import Stage
from evals.suite import Measured
from evals.summary import changes, summary
from tests.evals.answers import answer_citing

_ANSWER = answer_citing()


def _measured(group: str, *, key: str = "q", stage: Stage | None = None, failed: int = 0, **values: float) -> Measured:
    return Measured(key, 0, group, "?", (), _ANSWER, None, values, stage, failed)


def _crashed(group: str) -> Measured:
    return Measured("q", 0, group, "?", (), None, "it broke")


def test_a_row_has_the_means_of_its_group_with_their_counts() -> None:
    row = summary([_measured("meta", first=1.0, words=10), _measured("meta", first=0.0, words=20)])["meta"]

    assert (row.n, row.crashed, row.value("first"), row.value("words"), row.value("facts")) == (2, 0, 0.5, 15, None)
    assert row.means["first"].n == 2


def test_a_measure_is_averaged_over_the_turns_that_have_it() -> None:
    row = summary([_measured("meta", facts=1.0), _measured("meta")])["meta"]

    assert (row.value("facts"), row.means["facts"].n) == (1.0, 1)


def test_crashes_are_counted_and_averaged_into_nothing() -> None:
    rows = summary([_measured("meta", first=1.0), _crashed("meta"), _crashed("list")])

    assert (rows["meta"].n, rows["meta"].crashed, rows["meta"].value("first")) == (2, 1, 1.0)
    assert (rows["list"].n, rows["list"].crashed, dict(rows["list"].means)) == (1, 1, {})
    assert rows["all"].crashed == 2


def test_invented_citations_failures_of_the_judge_and_stages_are_added_up() -> None:
    lost = [_measured("meta", invented=n, stage=Stage.NOT_USED, failed=n) for n in (2, 1)]
    row = summary([*lost, _measured("meta", stage=Stage.REFUSED)])["meta"]

    assert (row.invented, row.judge_failures) == (3, 3)
    assert row.stages == {"retrieved but not used": 2, "retrieved but refused": 1}


def test_the_styles_of_factual_questions_have_rows_together() -> None:
    styles = ("named", "keywords", "described", "riddle")
    rows = summary(_measured(style, first=float(style != "riddle")) for style in styles)

    assert list(rows) == [*styles, "factual", "factual without riddles", "all"]
    assert (rows["factual"].value("first"), rows["factual without riddles"].value("first")) == (0.75, 1.0)


def test_rows_together_need_all_their_parts() -> None:
    assert list(summary([_measured("named"), _measured("keywords")])) == ["named", "keywords", "all"]
    assert list(summary([_measured("named")])) == ["named"]
    assert summary([]) == {}


def test_changes_are_taken_turn_by_turn_within_groups() -> None:
    before = [_measured("meta", key="a", f1=0.0), _measured("list", key="b", f1=1.0), _crashed("list")]
    after = [_measured("meta", key="a", f1=1.0), _measured("list", key="b", f1=0.5), _measured("list", key="c", f1=1.0)]
    found = changes(before, after)

    assert {name: round(differences["f1"].value, 3) for name, differences in found.items()} == {
        "all": 0.25,
        "meta": 1.0,
        "list": -0.5,
    }
    assert (found["all"]["f1"].better, found["all"]["f1"].worse, found["all"]["f1"].n) == (1, 1, 2)
