"""Steps as OpenTelemetry spans, through LlamaIndex's instrumentation, so that its own parts stand among them.

Loaded only where a collector is configured; see :func:`rag.trace.configured_spans`. What an answer is made from goes to
that collector: the question, the papers found, the exact prompt, tokens, verdicts. Keys and passwords do not.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import re
import uuid
from collections.abc import Mapping
from typing import Any

from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.dispatcher import Dispatcher
from llama_index_instrumentation.span import BaseSpan, active_span_id
from llama_index_instrumentation.span_handlers import BaseSpanHandler
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, StatusCode

__all__ = ["ExportedSpans"]

_ID = re.compile(r"-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
"""What LlamaIndex's instrumentation puts behind the name of a span."""
_PATIENCE_S = 3
"""Seconds to hand spans over, unless ``OTEL_EXPORTER_OTLP_TIMEOUT`` says otherwise: a collector that is not there must
not keep a command from ending."""
_NO_ARGUMENTS = inspect.signature(lambda: None).bind()


class ExportedSpans:
    """The spans of one answer; see :class:`rag.trace.Spans`."""

    def __init__(self) -> None:
        self._dispatcher = _exporting()
        self._open: list[str] = []

    def begin(self, name: str) -> str:
        """Begins a span inside the one begun before it, and inside whatever LlamaIndex span is around the first."""
        span = f"papertrail.{name}-{uuid.uuid4()}"
        parent = self._open[-1] if self._open else active_span_id.get()
        self._dispatcher.span_enter(span, _NO_ARGUMENTS, parent_id=parent)
        self._open.append(span)
        active_span_id.set(span)
        return span

    def end(self, span: str, details: Mapping[str, Any], error: BaseException | None) -> None:
        """Ends it; the details become its attributes."""
        self._open.remove(span)
        active_span_id.set(self._open[-1] if self._open else None)
        if error is None or isinstance(error, GeneratorExit):  # nobody wants the rest: no failure
            self._dispatcher.span_exit(span, _NO_ARGUMENTS, result=_Details(details))
        else:
            self._dispatcher.span_drop(span, _NO_ARGUMENTS, err=error)


class _Details(dict[str, Any]):
    """The details of one of our own steps, unlike the result of a part of LlamaIndex."""


class _Exported(BaseSpan):
    """A span of LlamaIndex's instrumentation and the one of OpenTelemetry that it is sent as."""

    model_config = {"arbitrary_types_allowed": True}
    sent: Span


class _Handler(BaseSpanHandler):  # type: ignore[type-arg] # pydantic would put its own class into this module
    """Hears of all spans, ours and those of LlamaIndex's parts, and sends each on."""

    tracer: Any = None

    def __init__(self, tracer: trace.Tracer) -> None:
        super().__init__(open_spans={}, completed_spans=[], dropped_spans=[], current_span_ids={})
        self.tracer = tracer

    def new_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Any | None = None,
        parent_span_id: str | None = None,
        tags: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> _Exported:
        """Begins it under its parent."""
        parent = self.open_spans.get(parent_span_id) if parent_span_id else None
        around = trace.set_span_in_context(parent.sent) if parent else None
        return _Exported(
            id_=id_, parent_id=parent_span_id, sent=self.tracer.start_span(_ID.sub("", id_), context=around)
        )

    def prepare_to_exit_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Any | None = None,
        result: Any | None = None,
        **kwargs: Any,
    ) -> _Exported | None:
        """Ends it; results of LlamaIndex's parts are not looked into."""
        span = self.open_spans.get(id_)
        if span is not None:
            if isinstance(result, _Details):
                span.sent.set_attributes({f"papertrail.{name}": _value(value) for name, value in result.items()})
            span.sent.end()
        return span

    def prepare_to_drop_span(
        self,
        id_: str,
        bound_args: inspect.BoundArguments,
        instance: Any | None = None,
        err: BaseException | None = None,
        **kwargs: Any,
    ) -> _Exported | None:
        """Ends it as failed, with the kind of the error alone: texts of other libraries may hold keys."""
        span = self.open_spans.get(id_)
        if span is not None:
            span.sent.set_status(StatusCode.ERROR, type(err).__name__ if err else None)
            span.sent.end()
        return span


def _value(value: Any) -> str | int | float | bool:
    """A value that a span can carry."""
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False, default=str)


@functools.cache
def _exporting() -> Dispatcher:
    """LlamaIndex's root dispatcher, with our handler; address and headers are those of ``OTEL_EXPORTER_OTLP_*``."""
    patience = None if "OTEL_EXPORTER_OTLP_TIMEOUT" in os.environ else _PATIENCE_S
    provider = TracerProvider(resource=Resource.create({"service.name": "papertrail"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=patience)))
    dispatcher = get_dispatcher()
    dispatcher.add_span_handler(_Handler(provider.get_tracer("papertrail")))
    return dispatcher
