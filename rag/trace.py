"""What happened on the way to an answer, step by step, for whoever wants to look inside."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

__all__ = ["Spans", "Step", "Tracer", "configured_spans"]

_COLLECTOR = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Where OpenTelemetry's exporters look for the address of a collector
(https://opentelemetry.io/docs/specs/otel/protocol/exporter/)."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One step towards an answer."""

    name: str
    """``understand``, ``retrieve``, ``decide``, ``route``, ``write``, ``check`` ..."""
    ms: float
    """How long it took, in milliseconds, the steps inside it included."""
    details: Mapping[str, Any]
    """What it was given and found, as JSON values by name; never a key or a password."""

    def to_json(self) -> dict[str, Any]:
        """The step as JSON values."""
        return {"step": self.name, "ms": self.ms, **self.details}


class Spans(Protocol):
    """Who hears of steps while they happen; see ``rag.telemetry``."""

    def begin(self, name: str) -> str:
        """A step begins; the value given back names it."""

    def end(self, span: str, details: Mapping[str, Any], error: BaseException | None) -> None:
        """It has ended, with what it found, or by an error."""


class Tracer:
    """Collects the steps of one answer, in the order in which they ended."""

    def __init__(self, spans: Spans | None = None) -> None:
        self.steps: list[Step] = []
        self._spans = spans

    @contextlib.contextmanager
    def whole(self, name: str, **details: Any) -> Iterator[None]:
        """The span around all steps, which is no step itself."""
        span = self._spans.begin(name) if self._spans else None
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            if self._spans and span is not None:
                self._spans.end(span, details, error)

    @contextlib.contextmanager
    def step(self, name: str, **details: Any) -> Iterator[dict[str, Any]]:
        """Times a step; what it finds out is put into the dict that it yields."""
        found = dict(details)
        span = self._spans.begin(name) if self._spans else None
        started = time.perf_counter()
        error: BaseException | None = None
        try:
            yield found
        except BaseException as raised:
            error = raised
            found["failed"] = type(raised).__name__
            raise
        finally:
            self.steps.append(Step(name, round((time.perf_counter() - started) * 1000, 3), found))
            if self._spans and span is not None:
                self._spans.end(span, found, error)


def configured_spans() -> Spans | None:
    """Hears of the steps of one answer where the environment names an OpenTelemetry collector; else None."""
    if not any(os.environ.get(name) for name in _COLLECTOR):
        return None
    from rag.telemetry import ExportedSpans

    return ExportedSpans()
