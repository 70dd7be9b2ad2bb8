"""A whole run: what it was made with, and every turn of every system; kept as JSON and read again."""

from __future__ import annotations

import dataclasses
import functools
import json
import statistics
from pathlib import Path
from typing import Any

import pydantic
import pydantic.dataclasses

from evals.costs import Costs
from evals.header import Header
from evals.suite import Measured
from evals.summary import Row, summary
from rag.errors import SourceError

__all__ = ["Result", "load_result", "save_result"]


@pydantic.dataclasses.dataclass(frozen=True)
class Result:
    """One run of a question set."""

    header: Header
    runs: dict[str, tuple[Measured, ...]]
    """By system, the product's first retriever first; the turns in the order of the set."""
    costs: Costs | None = None
    """Of the retrievers; None when they were not measured."""

    @property
    def main(self) -> tuple[Measured, ...]:
        """The turns of the first system."""
        return next(iter(self.runs.values()))

    @functools.cached_property
    def summaries(self) -> dict[str, dict[str, Row]]:
        """By system the rows of its groups."""
        return {name: summary(measured) for name, measured in self.runs.items()}

    @functools.cached_property
    def retrieve_ms(self) -> dict[str, float]:
        """By retriever the median milliseconds to find papers, as measured when each question was first asked."""
        times = {
            name: [one.answer.timings_ms["retrieve"] for one in measured if one.answer and one.answer.found]
            for name, measured in self.runs.items()
            if name in self.header.retrievers
        }
        return {name: statistics.median(values) for name, values in times.items() if values}

    def summary_json(self) -> dict[str, Any]:
        """Header and rows as JSON values."""
        runs = {name: {group: row.to_json() for group, row in rows.items()} for name, rows in self.summaries.items()}
        return {"header": self.header.to_json(), "summary": runs, "retrieve_ms": self.retrieve_ms} | {
            "costs": dataclasses.asdict(self.costs) if self.costs else None
        }


def save_result(result: Result, path: Path) -> None:
    """Writes the run as JSON: header, summary and every turn."""
    record = result.summary_json() | _adapter().dump_python(result, mode="json")
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


def load_result(path: Path) -> Result:
    """The inverse of :func:`save_result`.

    Raises:
        SourceError: the file cannot be read or holds no run.
    """
    try:
        return _adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise SourceError(f"the run {str(path)!r} cannot be read ({error.strerror}); name a run.json") from error
    except pydantic.ValidationError as error:
        raise SourceError(f"{str(path)!r} is no run of this version; make it again with `--report DIR`") from error


@functools.cache
def _adapter() -> pydantic.TypeAdapter[Result]:
    return pydantic.TypeAdapter(Result)
