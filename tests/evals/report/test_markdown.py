from __future__ import annotations

from evals.report.markdown import markdown
from tests.evals.report.runs import DEFAULT, measured, run


def test_the_report_says_what_it_was_made_with_and_by_which_command() -> None:
    text = markdown(run(*DEFAULT), "papertrail eval questions")

    assert "- Command: `papertrail eval questions`\n" in text
    assert "checksum abc" in text
    assert "extractive, retriever hybrid" in text


def test_means_have_their_intervals_and_what_is_certain_has_none() -> None:
    text = markdown(run(*(measured(str(n), float(n % 2)) for n in range(100)), measured("x", 1.0, group="meta")), "c")

    assert "| named | 100 | 0 | 0.50 ±0.10 |" in text
    assert "| meta | 1 | 0 | 1.00 | 1.00 |" in text


def test_crashes_and_stages_have_columns() -> None:
    text = markdown(run(*DEFAULT), "c")

    assert "| named | 2 | 1 | 0 | 0 |" in text
    assert "| list | 1 | 0 | 1 | 0 |" in text


def test_another_run_is_set_beside_it() -> None:
    before = run(measured("a", 0.0), measured("b", 1.0), measured("d", None), measured("same", 1.0))
    now = run(measured("a", 1.0), measured("b", 0.0), measured("d", 1.0), measured("same", 1.0), measured("new", 1.0))
    text = markdown(now, "c", before)

    assert "Better: a:0, d:0.\n" in text
    assert "Worse: b:0.\n" in text
    assert "| all | f1 | +0.000 |" in text
    assert "1 up, 1 down of 3 | within noise |" in text


def test_without_a_change_it_says_so() -> None:
    assert "Nothing changed." in markdown(run(*DEFAULT), "c", run(*DEFAULT))
