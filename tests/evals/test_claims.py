from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.claims import CLAIMS, Claimed, check_claims, claims_table, holds_claims, load_claims
from rag import Assistant, Verdict
from rag.errors import SourceError
from tests.papers import CACHE
from tests.replies import Reply
from tests.servers import OllamaServer


def test_the_set_in_the_box_is_read() -> None:
    claims = load_claims(CLAIMS)

    assert len(claims) == 130
    assert sum(claim.supported for claim in claims) == 60
    assert all(claim.cites for claim in claims)


def test_the_halves_have_all_classes_and_no_claim_twice() -> None:
    halves = [load_claims(CLAIMS.with_name(name)) for name in ("claims_dev.jsonl", "claims_held.jsonl")]
    known = {claim.error for claim in load_claims(CLAIMS)}

    assert all({claim.error for claim in half} == known for half in halves)
    said = [claim.claim for half in [*halves, load_claims(CLAIMS)] for claim in half]
    assert len(set(said)) == len(said)


def test_a_set_of_claims_is_told_from_other_files(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{", encoding="utf-8")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")

    assert holds_claims(CLAIMS)
    others = [CLAIMS.with_name("questions.jsonl"), broken, empty, tmp_path, tmp_path / "none.jsonl"]
    assert not any(map(holds_claims, others))


@pytest.mark.parametrize(
    "line", ["{", "[]", json.dumps({"id": "a", "claim": "b", "cites": [], "label": "perhaps", "error": ""})]
)
def test_a_line_that_is_no_claim_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")

    with pytest.raises(SourceError, match=r"claims\.jsonl:2"):
        load_claims(file)


def test_the_table_counts_true_and_false_claims_apart() -> None:
    claims = [
        Claimed("a", "x", ("t",), True, "verbatim", Verdict.SUPPORTED),
        Claimed("b", "x", ("t",), True, "verbatim", Verdict.PARTIAL),
        Claimed("c", "x", ("t",), False, "number", Verdict.SUPPORTED),
        Claimed("d", "x", ("t",), False, "number", Verdict.UNSUPPORTED),
        Claimed("e", "x", ("t",), False, "entity", Verdict.UNSUPPORTED),
    ]

    rows = {line[:24].strip(): line[24:].split() for line in claims_table(claims).splitlines()[1:]}

    assert rows["accuracy"][::2] == ["0.60", "5"]
    assert rows["true claims kept"] == ["0.50", "0.00-1.00", "2"]
    assert rows["false claims supported"][::2] == ["0.33", "3"]
    assert rows["false: number"][::2] == ["0.50", "2"]
    assert rows["false: entity"] == ["0.00", "0.00-0.00", "1"]


def test_a_judge_has_its_own_column_and_its_failures_are_counted(small: Assistant) -> None:
    claims = [
        Claimed("a", "Firefly answers 3.4 times faster than a plain index.", (CACHE.title,), True, "verbatim"),
        Claimed("b", "Firefly answers 4.3 times faster than a plain index.", (CACHE.title,), False, "number"),
        Claimed("c", "Firefly loses 0.2% of recall.", (CACHE.title,), True, "verbatim"),
    ]
    with OllamaServer(["judge"]) as server:
        server.script("/api/chat", Reply(["no"]), Reply(["yes"]), Reply(["perhaps"]))
        settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0})
        with Assistant.open(settings=settings) as assistant:
            checked = list(check_claims(assistant, claims, "ollama/judge"))

    header, accuracy, *_, failed = claims_table(checked).splitlines()
    assert [claim.judge for claim in checked] == ["unsupported", "supported", None]
    assert header.split() == ["checker", "judge", "both", "n"]
    assert accuracy.split()[1::2] == ["1.00", "0.00", "0.67", "3"]
    assert failed == "the judge failed on 1 claim"
    assert all(len(line) <= 80 for line in claims_table(checked).splitlines())


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("claims.jsonl", 0.62, 0.34), ("claims_dev.jsonl", 0.60, 0.25), ("claims_held.jsonl", 0.60, 0.36)],
)
def test_the_checker_keeps_its_floors(seed: Assistant, name: str, least: float, most: float) -> None:
    checked = list(check_claims(seed, load_claims(CLAIMS.with_name(name))))
    said = [claim.verdict is Verdict.SUPPORTED for claim in checked]
    kept = [yes for yes, claim in zip(said, checked, strict=True) if claim.supported]
    fooled = [yes for yes, claim in zip(said, checked, strict=True) if not claim.supported]

    assert sum(kept) / len(kept) >= least
    assert sum(fooled) / len(fooled) <= most
