"""A disk that is full and a home that is read only: one sentence that says so, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.bench.audit import audit
from rag.index import Collection, ingest
from rag.index.layout import layout_of
from rag.settings import Settings
from tests.rag.index.children import OLD, ingested, paper

_UNDER_RIGHTS = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()
"""The rights of files hold for root too, under this."""


def child(settings: Settings, *words: str) -> list[str]:
    command = [sys.executable, "-m", "tests.rag.index.children", words[0], str(settings.home), *words[1:]]
    done = subprocess.run([*_UNDER_RIGHTS, *command], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def abstracts(settings: Settings) -> dict[str, str]:
    with Collection.open(settings, "papers") as opened:
        return {found.paper_id: found.abstract for found in opened.papers()}


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
@pytest.mark.parametrize("longest", [20_000, 200_000, 500_000])
def test_an_ingest_on_a_full_disk_says_so_and_the_next_one_completes_it(settings: Settings, longest: int) -> None:
    ingest(settings, "papers", [paper(number) for number in OLD])

    told = child(settings, "limited", str(longest))

    assert len(told) == 1
    assert told[0].startswith("there is no room for the collection 'papers' (File too large): make some on the disk of")
    kept = abstracts(settings)
    assert kept.keys() >= {f"p{number}" for number in OLD}
    assert all(kept[f"p{number}"] == paper(number).abstract for number in OLD[::2])
    ingested(settings)
    assert len(abstracts(settings)) == 25
    assert audit(settings, "papers") == []


@pytest.fixture
def read_only(settings: Settings) -> Iterator[Settings]:
    ingest(settings, "papers", [paper(number) for number in OLD])
    root = layout_of(settings, "papers").root
    every = [root, *root.rglob("*")]
    modes = {path: path.stat().st_mode for path in every}
    for path in every:
        path.chmod(modes[path] & ~0o222)
    yield settings
    for path in every:
        path.chmod(modes[path])


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_a_home_that_is_read_only_is_one_sentence(read_only: Settings) -> None:
    before = {path: path.read_bytes() for path in _files(read_only)}

    told = child(read_only, "read-only")

    assert len(told) == 3
    assert "cannot be written to" in told[0]
    assert all("'" + str(read_only.home) in sentence for sentence in told)
    assert {path: path.read_bytes() for path in _files(read_only)} == before


def _files(settings: Settings) -> list[Path]:
    return [path for path in layout_of(settings, "papers").root.rglob("*") if path.is_file()]
