"""How fast files of papers are read, and how much memory that takes, for files of two sizes."""

from __future__ import annotations

import csv
import dataclasses
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.tables import markdown_table

__all__ = ["SIZES", "Reading", "measure_reading", "reading_table"]

SIZES = (10_000, 100_000)
_ABSTRACT = (
    "We present Lamp{n}, which reads {n} lamps at a time. On two collections it finds 93.4 % of the answers "
    "(p < 0.05), twice as many as before, and it needs half of the memory. What helps is that a sentence is read "
    "with its title; without it the share falls to 81.2 %. Its code is at https://github.com/lamps/lamp{n}."
)


@dataclasses.dataclass(frozen=True)
class Reading:
    """One file read from its beginning to its end, by a process of its own."""

    format: str
    records: int
    seconds: float
    """Of processor time, without that of starting Python."""
    peak_mb: float
    """The most memory that the process had, Python and its modules included."""


def measure_reading(sizes: tuple[int, ...] = SIZES) -> list[Reading]:
    """Reads made-up records in each of four formats, as many as ``sizes`` say."""
    results = []
    with tempfile.TemporaryDirectory(prefix="papertrail-") as folder:
        for name, write in _WRITERS.items():
            for size in sizes:
                file = Path(folder) / f"records.{name}"
                with file.open("w", encoding="utf-8", newline="") as out:
                    out.writelines(write(size))
                command = [sys.executable, "-m", "evals.bench.reading", str(file)]
                told = subprocess.run(command, capture_output=True, text=True, check=True)
                results.append(Reading(name, size, **json.loads(told.stdout)))
                file.unlink()
    return results


def reading_table(results: list[Reading]) -> str:
    """The results as Markdown."""
    body = [
        [one.format, f"{one.records:,}", f"{one.records / one.seconds:,.0f}", f"{one.peak_mb:.0f}"] for one in results
    ]
    return markdown_table(["format", "records", "records a second", "peak memory, MB"], body)


def _csv(size: int) -> Iterator[str]:
    lines: list[str] = []

    class _Out:
        def write(self, text: str) -> None:
            lines.append(text)

    writer = csv.writer(_Out())
    writer.writerow(["Title", "Authors", "Year", "DOI", "Abstract"])
    for n in range(size):
        writer.writerow(
            [f"Lamp{n}: Reading {n} lamps", "Roe, Ann; Ek, Bo", 2020, f"10.5555/{n}", _ABSTRACT.format(n=n)]
        )
        yield from lines
        lines.clear()


def _json(size: int) -> Iterator[str]:
    for n in range(size):
        record = {
            "title": f"Lamp{n}: Reading {n} lamps",
            "authors": ["Ann Roe", "Bo Ek"],
            "year": 2020,
            "doi": f"10.5555/{n}",
            "abstract": _ABSTRACT.format(n=n),
        }
        yield ("[" if n == 0 else ",") + json.dumps(record) + "\n"
    yield "]"


def _ris(size: int) -> Iterator[str]:
    for n in range(size):
        yield f"TY  - JOUR\nTI  - Lamp{n}: Reading {n} lamps\nAU  - Roe, Ann\nAU  - Ek, Bo\nPY  - 2020\n"
        yield f"DO  - 10.5555/{n}\nAB  - {_ABSTRACT.format(n=n)}\nER  - \n\n"


def _bibtex(size: int) -> Iterator[str]:
    for n in range(size):
        abstract = _ABSTRACT.format(n=n).replace("%", "\\%").replace("<", "{\\textless}")
        yield f"@article{{lamp{n},\n  title = {{Lamp{n}: {{Reading}} {n} lamps}},\n"
        yield "  author = {Roe, Ann and Ek, B{\\'o}},\n"
        yield f"  year = {{2020}},\n  doi = {{10.5555/{n}}},\n  abstract = {{{abstract}}}\n}}\n\n"


_WRITERS: dict[str, Callable[[int], Iterator[str]]] = {"csv": _csv, "json": _json, "ris": _ris, "bib": _bibtex}


def _main(file: Path) -> None:
    from rag.sources import read_papers

    start = time.process_time()
    for _ in read_papers(file):
        pass
    seconds = time.process_time() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_mb}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
