"""Spans at a real collector of OpenTelemetry on loopback, sent by a process of its own."""

from __future__ import annotations

import concurrent.futures
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as messages
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as services
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from rag import Assistant
from tests.servers import OpenAIServer, Reply, cite_first_key, closed_port_url

ROOT = Path(__file__).parents[2]
KEY = "sk-very-secret-0123456789"
PROGRAM = """
import sys, rag
from llama_index.core import SummaryIndex
from llama_index.core.schema import TextNode
outside = SummaryIndex([TextNode(text="", metadata={"paper_id": "sparse"})]).as_retriever()
with rag.Assistant.open(retriever=outside) as papers:
    print(papers.ask("Does Glasswing save memory?", model="openai/small").text)
    try:
        papers.ask("Does Glasswing save memory?", model="openai/small")
    except rag.PapertrailError:
        pass
"""


class Collector(services.TraceServiceServicer):
    """Keeps the spans it is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def Export(self, request: messages.ExportTraceServiceRequest, context: grpc.ServicerContext) -> object:
        self.spans += [span for of in request.resource_spans for scope in of.scope_spans for span in scope.spans]
        return messages.ExportTraceServiceResponse()


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    keeping = Collector()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=2))
    services.add_TraceServiceServicer_to_server(keeping, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield keeping, f"http://127.0.0.1:{port}"
    server.stop(None).wait()


def _run(program: str, small: Assistant, **environment: str) -> str:
    env = os.environ | {"PAPERTRAIL_HOME": str(small.settings.home)} | environment
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=ROOT, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_collector_gets_each_step_under_its_answer_and_no_key(
    small: Assistant, collector: tuple[Collector, str]
) -> None:
    keeping, address = collector
    with OpenAIServer(["small"], key=KEY) as server:
        saying = cite_first_key("Glasswing halves the memory of the Firefly cache")
        server.script("/v1/chat/completions", saying, Reply(status=500, body="{}"))
        said = _run(
            PROGRAM,
            small,
            OTEL_EXPORTER_OTLP_ENDPOINT=address,
            PAPERTRAIL_OPENAI_BASE_URL=server.url,
            PAPERTRAIL_OPENAI_API_KEY=KEY,
            PAPERTRAIL_RETRIES="0",
        )

    assert said.startswith("Glasswing halves")
    names = {span.span_id: span.name for span in keeping.spans}
    asks = [span for span in keeping.spans if span.name == "papertrail.ask"]
    first = [span for span in keeping.spans if span.trace_id == asks[0].trace_id]
    parents = {span.name: names.get(span.parent_span_id) for span in first}
    assert parents["papertrail.ask"] is None
    assert parents["papertrail.prompt"] == "papertrail.write"
    steps = [f"papertrail.{step}" for step in ("understand", "retrieve", "decide", "write", "check")]
    assert {parents[step] for step in steps} == {"papertrail.ask"}
    assert parents["SummaryIndexRetriever.retrieve"] == "papertrail.retrieve", parents
    attributes = {a.key: a.value.string_value for span in first for a in span.attributes}
    messages_sent = json.loads(attributes["papertrail.messages"])
    assert messages_sent == server.requests[0].json["messages"]
    assert [span.status.message for span in asks] == ["", "ModelUnavailableError"]
    assert KEY not in str(keeping.spans)


def test_without_a_collector_nothing_of_it_is_loaded(small: Assistant) -> None:
    program = (
        "import sys, rag\n"
        "with rag.Assistant.open() as papers: papers.ask('Does Glasswing save memory?', model='extractive')\n"
        "print(sorted({'rag.telemetry', 'llama_index_instrumentation'} & set(sys.modules)))"
    )

    assert _run(program, small).strip() == "[]"


def test_a_collector_that_is_not_there_costs_no_answer(small: Assistant) -> None:
    program = (
        "import rag\n"
        "with rag.Assistant.open() as papers:\n"
        "    print(papers.ask('Does Glasswing save memory?', model='extractive').model)"
    )

    assert _run(program, small, OTEL_EXPORTER_OTLP_ENDPOINT=closed_port_url()).strip() == "extractive"
