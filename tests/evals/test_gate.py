"""The gate itself, and the product held against the one that is committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.gate import GATE, failures, load_gate
from evals.questions import load_questions
from evals.result import Result
from evals.run import Plan, execute
from evals.statistics import mean_of
from evals.summary import Row
from rag import Assistant
from rag.errors import SourceError


@pytest.fixture(scope="module")
def result(seed: Assistant) -> Result:
    result = execute(seed, Plan())
    assert result is not None
    return result


def test_every_question_of_the_set_is_asked(result: Result) -> None:
    assert [(one.key, one.error) for one in result.main if one.error] == []
    assert len(result.main) == sum(len(question.turns) for question in load_questions())


def test_no_number_is_out_of_its_bounds(result: Result) -> None:
    assert failures(load_gate(GATE), result.summaries["hybrid"]) == []


def test_every_baseline_loses_to_the_product(result: Result) -> None:
    product, *baselines = (rows["all"].means["f1"] for rows in result.summaries.values())

    assert len(baselines) == 5
    assert max(mean.value for mean in baselines) < product.value


def _row(**values: float) -> Row:
    return Row(3, 1, 0, {name: mean_of([value]) for name, value in values.items()}, 2, {})


def _gate(folder: Path, text: str) -> Path:
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_number_that_is_out_of_its_bounds_is_named(tmp_path: Path) -> None:
    path = _gate(
        tmp_path, "[meta]\nfirst={min=0.9}\nrefused={max=0.1}\nf1={min=0.5, max=0.5}\ncrashed={max=0}\ninvented={max=0}"
    )

    assert failures(load_gate(path), {"meta": _row(first=0.8, refused=0.2, f1=0.5)}) == [
        "meta: first is 0.800, below 0.900",
        "meta: refused is 0.200, above 0.100",
        "meta: crashed is 1.000, above 0.000",
        "meta: invented is 2.000, above 0.000",
    ]


def test_what_was_not_measured_does_not_pass(tmp_path: Path) -> None:
    path = _gate(tmp_path, "[meta]\nfirst={min=0.1}\n[list]\nf1={min=0.1}")

    assert failures(load_gate(path), {"meta": _row()}) == [
        "meta: first was not measured",
        "list: f1 was not measured",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[meta", "is not TOML"),
        ("[meta]\nfirst=0.9", "meta.first"),
        ("[meta]\nfirst={least=0.9}", "least"),
        ("[meta]\nfirst={min=nan}", "finite"),
        ("[meta]\nfrist={min=0.9}", "'frist' of 'meta', which is not measured"),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        load_gate(_gate(tmp_path, text))


def test_a_gate_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_gate(tmp_path / "gate.toml")
