"""The gate: numbers below which no change may take a run, kept in a file beside the questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic

from evals.summary import MEASURES, Row
from rag.errors import SourceError

__all__ = ["GATE", "Bound", "failures", "load_gate"]

GATE = Path(__file__).with_name("gate.toml")
"""The floors of the question set over the seed collection, without a language model."""


class Bound(pydantic.BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """Between what a number must lie, both ends included; None: there is no such end."""

    min: float | None = None
    max: float | None = None


_GATE = pydantic.TypeAdapter(dict[str, dict[str, Bound]])


def load_gate(path: Path) -> dict[str, dict[str, Bound]]:
    """The bounds by group and measure.

    Raises:
        SourceError: the file cannot be read, or it is no table of groups, measures and bounds.
    """
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
        gate = _GATE.validate_python(table)
    except OSError as error:
        raise SourceError(f"the gate {str(path)!r} cannot be read ({error.strerror})") from error
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise SourceError(f"the gate {str(path)!r} is not as evals/README.md says ({where}: {first['msg']})") from error
    except ValueError as error:  # no TOML, no UTF-8
        raise SourceError(f"the gate {str(path)!r} is not TOML ({error})") from error
    known = {"crashed", *MEASURES}
    for group, bounds in gate.items():
        for measure in bounds.keys() - known:
            raise SourceError(f"the gate {str(path)!r} bounds {measure!r} of {group!r}, which is not measured")
    return gate


def failures(gate: Mapping[str, Mapping[str, Bound]], rows: Mapping[str, Row]) -> list[str]:
    """A sentence for each number that is out of its bounds, or that the run did not measure."""
    return [
        sentence
        for group, bounds in gate.items()
        for measure, bound in bounds.items()
        if (sentence := _failure(group, measure, bound, rows.get(group)))
    ]


def _failure(group: str, measure: str, bound: Bound, row: Row | None) -> str | None:
    value = None if row is None else float(row.crashed) if measure == "crashed" else row.value(measure)
    if value is None:
        return f"{group}: {measure} was not measured"
    if bound.min is not None and value < bound.min:
        return f"{group}: {measure} is {value:.3f}, below {bound.min:.3f}"
    if bound.max is not None and value > bound.max:
        return f"{group}: {measure} is {value:.3f}, above {bound.max:.3f}"
    return None
