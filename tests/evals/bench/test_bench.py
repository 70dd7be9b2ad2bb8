"""The benchmarks run on a few papers; their numbers are not looked at, only that there are some and what they say."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from evals.bench.beside import Peer, measure_peers
from evals.bench.report import scale_markdown, write_scale, write_speed
from evals.bench.scale import Scale, Step, exponents, measure_scale
from evals.bench.speed import measure_speed, speed_table
from evals.external.abstracts import read_abstracts
from evals.machine import Child, Latency, disk_mb, latency_of, run_child
from rag import Assistant
from rag.errors import SettingsError, SourceError, UserError
from rag.index import ingest
from rag.settings import Settings
from tests.papers import PAPERS


def _pile(data: Path, count: int) -> Path:
    """Abstracts in the format of the pile; two of them cannot be used."""
    folder = data / "abstracts"
    folder.mkdir(parents=True)
    records = [
        {"source": "venue", "id": str(n), "title": f"Paper {n}", "abstract": f"It counts {n} shells."}
        for n in range(count)
    ]
    records += [records[0], {"source": "venue", "id": "x", "title": "No text", "abstract": ""}]
    with gzip.open(folder / "abstracts.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    return data


def test_percentiles_are_of_all_calls() -> None:
    assert latency_of([float(n) for n in range(101)]) == Latency(50.0, 95.0, 99.0, 101)


def test_a_child_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run_child(["papers", "--collection", "nowhere", "--home", str(tmp_path)], tmp_path)


def test_a_child_has_a_time_and_a_memory(tmp_path: Path) -> None:
    child = run_child(["--help"], tmp_path)

    assert child.seconds > 0
    assert 5 < child.peak_mb < 100  # its own, not that of the process that runs the tests


def test_disk_is_counted_in_all_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 3 * 1024 * 1024)

    assert disk_mb(tmp_path) == 3.0


def test_speed_has_ratios_of_everything_to_the_floor(small: Assistant, tmp_path: Path) -> None:
    speed = measure_speed(small.settings, "papers")

    assert {"search, hybrid / floor", "ask, extractive / floor", "ingest rate / embedding rate"} <= speed.ratios.keys()
    assert min(speed.ratios.values()) > 0
    assert speed.values["papers"] == len(PAPERS)
    assert all(one.p50 <= one.p95 <= one.p99 for one in speed.latencies.values())
    assert "papertrail --help, s" in speed_table(speed)
    write_speed(speed, [Peer("Other, retrieve", 2.0, Latency(30.0, 40.0, 50.0, 3), 1.5)], tmp_path, "papertrail bench")
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "Made by `papertrail bench`." in text
    assert "| Other, retrieve | 30.0 | 40.0 | 1.5 | 2.0 |" in text


_FAKE = """#!/bin/sh
case "$1" in
  *llamaindex.py) echo talk; echo '{"ingest_s": 2.0, "query_ms": [10.0, 30.0, 20.0]}' ;;
  *lightrag_mix.py) echo '{"ingest_s": 4.0, "query_ms": [500.0]}' ;;
  *) echo "ModuleNotFoundError: it is not here" >&2; exit 1 ;;
esac
"""
"""Stands for the Python of another environment; says what a script would."""


def _environment(folder: Path, text: str) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(text, encoding="utf-8")
    python.chmod(0o755)
    return folder


def test_other_systems_are_set_beside_ours(small: Assistant, tmp_path: Path) -> None:
    fake = _environment(
        tmp_path / "peers",
        _FAKE.replace(
            'echo "ModuleNotFoundError: it is not here" >&2; exit 1', 'echo \'{"ingest_s": 1.0, "query_ms": [1.0]}\''
        ),
    )
    ours, answers, index, light, qa = measure_peers(small.settings, "papers", fake, 12.0)

    assert (ours.ingest_rate, ours.ratio, answers.ratio) == (12.0, 1.0, 1.0)
    assert (index.ingest_rate, index.latency.p50) == (3.0, 20.0)
    assert index.ratio == pytest.approx(20.0 / ours.latency.p50, abs=0.01)
    assert light.ratio == pytest.approx(500.0 / answers.latency.p50, abs=0.01)
    assert qa.name == "PaperQA2 docs, answer"


def test_a_peer_that_fails_is_named_with_its_reason(small: Assistant, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"paperqa_docs\.py failed .*it is not here.*make peers"):
        measure_peers(small.settings, "papers", _environment(tmp_path / "peers", _FAKE), 1.0)
    with pytest.raises(UserError, match="make it with `make peers`"):
        measure_peers(small.settings, "papers", tmp_path / "nowhere", 1.0)


def test_a_pile_is_read_without_repeats_and_empty_ones(tmp_path: Path) -> None:
    assert [paper.paper_id for paper in read_abstracts(_pile(tmp_path, 3))] == ["venue-0", "venue-1", "venue-2"]


def test_a_collection_grows_and_a_second_run_takes_it_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, data = Settings(), _pile(tmp_path, 8)
    ingest(settings, "papers", PAPERS)
    first = measure_scale(settings, "papers", data, [12, 6])

    assert [step.papers for step in first.steps] == [6, 12]
    assert all(step.ingest and step.ingest.seconds > 0 for step in first.steps)
    with Assistant.open("scale-12", settings) as assistant:
        assert {paper.title for paper in PAPERS} < {paper.title for paper in assistant.papers()}

    def forbidden(*_: object) -> Child:
        raise AssertionError("it is there already")

    monkeypatch.setattr("evals.bench.scale.run_child", forbidden)
    assert [step.ingest for step in measure_scale(settings, "papers", data, [6, 12]).steps] == [
        step.ingest for step in first.steps
    ]


def test_first_searches_are_measured_for_each_retriever_and_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    ingest(settings, "papers", PAPERS)
    scale = measure_scale(settings, "papers", _pile(tmp_path, 2), [8], retrievers=["lexical", "hyper-lite"])
    step = scale.steps[0]

    assert list(step.starts.by_retriever) == ["lexical", "hyper-lite"]
    assert step.starts.changed is not None
    assert {"search, lexical", "search, hyper-lite"} <= step.latencies.keys()
    assert "search, hybrid" not in step.latencies
    assert sum(step.parts_mb.values()) == pytest.approx(step.disk_mb, abs=0.2)
    text = scale_markdown(scale, "papertrail bench")
    assert "| first search, hyper-lite, s / peak MiB |" in text
    assert "| ... by entities after a change, s / peak MiB |" in text
    with pytest.raises(SettingsError, match="there is no retriever 'best'"):
        measure_scale(settings, "papers", tmp_path, [8], retrievers=["best"])


def test_questions_of_the_collection_are_asked_at_every_size(seed: Assistant, tmp_path: Path) -> None:
    scale = measure_scale(seed.settings, "papers", _pile(tmp_path, 3), [94])

    assert scale.steps[0].first_right["named"].value >= 0.95
    assert scale.steps[0].first_right["riddle"].n > 40


@pytest.mark.parametrize(("sizes", "complaint"), [([3], "fewer than the 6"), ([100], "there are only 8 papers in all")])
def test_sizes_that_cannot_be_had_are_said(tmp_path: Path, sizes: list[int], complaint: str) -> None:
    ingest(Settings(), "papers", PAPERS)

    with pytest.raises(UserError, match=complaint):
        measure_scale(Settings(), "papers", _pile(tmp_path, 2), sizes)


def test_a_missing_pile_is_said(tmp_path: Path) -> None:
    ingest(Settings(), "papers", PAPERS)

    with pytest.raises(SourceError, match="there is no abstracts/"):
        measure_scale(Settings(), "papers", tmp_path, [10])


def _step(papers: int, seconds: float | None) -> Step:
    child = None if seconds is None else Child(seconds, 100.0)
    return Step(papers, child, papers / 10, {"floor": Latency(5.0, 6.0, 7.0, 1)}, {})


def test_growth_is_fitted_on_logarithmic_axes(tmp_path: Path) -> None:
    scale = Scale((_step(100, 10.0), _step(1000, 1000.0), _step(10000, None)), {"python": "3"})

    assert exponents(scale) == {"disk": 1.0, "ingest time": 2.0, "ingest memory": 0.0, "floor, p50": 0.0}
    assert exponents(Scale(scale.steps[:1], {})) == {}
    text = scale_markdown(scale, "papertrail bench")
    assert "| ingest, s | 10 | 1,000 | – | 2.00 |" in text
    write_scale(scale, tmp_path, "papertrail bench")
    assert (tmp_path / "scale.svg").read_text(encoding="utf-8").startswith("<svg")
