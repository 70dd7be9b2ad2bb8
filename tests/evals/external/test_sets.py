"""The public sets, read from tiny files of their formats and measured over real collections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.external import healthver, npl, pubmedqa, scifact
from evals.external.sets import measure_set, set_table, write_set
from evals.external.support import Label
from rag.errors import SourceError
from rag.settings import Settings
from rag.types import Verdict
from tests.evals.external import files


def test_sentences_of_scifact_are_not_glued_together(tmp_path: Path) -> None:
    first, *_ = scifact.read_papers(files.scifact(tmp_path))

    assert (first.paper_id, first.title) == ("11", "Moss on northern roofs")
    assert first.abstract == "Moss grows on roofs. It prefers the roof's north side. Sun slows it."


def test_a_claim_of_scifact_meets_every_paper_it_cites(tmp_path: Path) -> None:
    items = scifact.support_items(files.scifact(tmp_path))

    assert [(item.id, item.label) for item in items] == [
        ("1:11", Label.SUPPORTS),
        ("2:12", Label.REFUTES),
        ("2:13", Label.NEUTRAL),
    ]
    assert items[0].rationale == ("It prefers the roof's north side.",)
    assert items[2].rationale == ()


def test_scifact_measures_retrieval_and_the_checker(tmp_path: Path) -> None:
    result = measure_set("scifact", files.scifact(tmp_path), Settings())

    assert result.papers == 3
    assert [one.retriever for one in result.retrieval] == ["lexical", "dense", "hybrid"]
    assert [one.ndcg_10.n for one in result.retrieval] == [2, 2, 2]
    assert result.retrieval[0].recall_100.value >= 0.75  # the third paper shares no word with its claim
    assert result.retrieval[0].published == 0.665
    assert result.support is not None
    assert result.support.verdicts[Label.SUPPORTS] == {Verdict.SUPPORTED: 1}
    assert result.support.rationale is not None
    assert (result.support.rationale.value, result.support.rationale.n) == (0.5, 2)


def test_a_second_run_finds_the_papers_in_place(tmp_path: Path) -> None:
    data, steps = files.scifact(tmp_path), list[tuple[str, int, int]]()
    first = measure_set("scifact", data, Settings(), retrievers=["lexical"])
    second = measure_set("scifact", data, Settings(), retrievers=["lexical"], progress=lambda *step: steps.append(step))

    assert first.retrieval[0].ndcg_10 == second.retrieval[0].ndcg_10
    assert ("papers", 3, 0) in steps
    assert ("queries", 2, 2) in steps


def test_blocks_of_npl_end_with_a_slash_and_the_first_words_are_the_title(tmp_path: Path) -> None:
    first, second = npl.read_papers(files.npl(tmp_path))

    assert first.title == "moss grows on the northern roofs of houses and barns in wet"
    assert first.abstract == "years and hardly ever elsewhere"
    assert (second.paper_id, second.title, second.abstract) == ("2", "copper strips", "")


def test_npl_measures_retrieval(tmp_path: Path) -> None:
    found = npl.retrieval_set(files.npl(tmp_path / "data"))
    result = measure_set("npl", tmp_path / "data", Settings(), retrievers=["lexical"])

    assert found.queries == {"1": "moss on roofs", "2": "copper"}
    assert found.judgements == {"1": {"1": 1, "2": 1}, "2": {"2": 1}}
    assert result.retrieval[0].recall_100.value == 0.75


def test_pubmedqa_measures_what_is_found_and_what_is_refused(tmp_path: Path) -> None:
    data = files.pubmedqa(tmp_path)
    result = measure_set("pubmedqa", data, Settings())

    assert [paper.abstract for paper in pubmedqa.read_papers(data)][1].endswith("The sheep's choice differed by day.")
    assert [(one.decision, one.first_right.n) for one in result.abstaining] == [("yes", 1), ("maybe", 1)]
    assert result.abstaining[0].first_right.value == 1.0
    assert result.abstaining[0].refused.value == 0.0


def test_pairs_of_healthver_count_once_and_only_with_one_label(tmp_path: Path) -> None:
    items = healthver.support_items(files.healthver(tmp_path))

    assert [(item.id, item.label) for item in items] == [("1", Label.SUPPORTS), ("3", Label.NEUTRAL)]


def test_healthver_measures_the_checker_alone(tmp_path: Path) -> None:
    result = measure_set("healthver", files.healthver(tmp_path), Settings())

    assert result.retrieval == result.abstaining == ()
    assert result.support is not None
    assert result.support.accuracy.value == 1.0
    assert result.support.false_support is not None
    assert result.support.false_support.value == 0.0


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("scifact", files.scifact, ["nDCG@10", "0.665", "supports", "rationale found"]),
        ("npl", files.npl, ["recall@100", "hybrid"]),
        ("pubmedqa", files.pubmedqa, ["maybe", "refused"]),
        ("healthver", files.healthver, ["neutral", "false supported"]),
    ],
)
def test_the_table_shows_every_number_of_a_set(
    tmp_path: Path, name: str, make: Callable[[Path], Path], words: list[str]
) -> None:
    table = set_table(measure_set(name, make(tmp_path), Settings()))

    assert [word for word in words if word not in table] == []


def test_the_numbers_are_written_with_the_command_that_made_them(tmp_path: Path) -> None:
    result = measure_set("healthver", files.healthver(tmp_path / "data"), Settings())
    write_set(result, tmp_path / "new", "papertrail eval healthver")

    text = (tmp_path / "new" / "healthver.md").read_text(encoding="utf-8")
    assert "Made by `papertrail eval healthver`" in text
    assert set_table(result) in text
    with pytest.raises(SourceError, match="cannot be written"):
        write_set(result, tmp_path / "new" / "healthver.md", "c")


def test_the_folder_of_the_set_itself_will_do(tmp_path: Path) -> None:
    assert len(healthver.support_items(files.healthver(tmp_path) / "healthver")) == 2


@pytest.mark.parametrize("name", ["scifact", "npl", "pubmedqa", "healthver"])
def test_a_set_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=f"there is no {name}/"):
        measure_set(name, tmp_path, Settings())


@pytest.mark.parametrize(
    ("name", "file", "make"),
    [
        ("scifact", "claims_dev.jsonl", files.scifact),
        ("scifact", "corpus.csv.gz", files.scifact),
        ("npl", "doc-text", files.npl),
        ("pubmedqa", "ori_pqal.json", files.pubmedqa),
        ("healthver", "healthver_dev.csv", files.healthver),
    ],
)
def test_a_file_in_another_format_is_named(tmp_path: Path, name: str, file: str, make: Callable[[Path], Path]) -> None:
    (make(tmp_path) / name / file).write_bytes(b'{"what": 1}\n')

    with pytest.raises(SourceError, match=file.replace(".", r"\.")):
        measure_set(name, tmp_path, Settings())
