"""Speed against its floor, measured in one run: embedding a question and one Chroma query, embedding alone, a bare start."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag import Assistant, Paper, Settings, ingest

__all__ = ["run_bench"]

QUESTIONS = 40
"""Titles of the collection, asked as questions."""
STARTS = 3
INGESTED = 200


def run_bench(settings: Settings, collection: str) -> dict[str, Any]:
    """Measures answering, starting and ingesting on one collection.

    Args:
        settings: the extractive writer and these settings answer.
        collection: a collection that exists; its papers are also ingested anew, into a folder that is thrown away.

    Returns:
        Names with units in them, and values; ratios first. Times are medians of this run.
    """
    with Assistant.open(collection, settings) as assistant:
        papers = assistant.papers()
        floor_ms, ask_ms = _answering(assistant, [f"What is {paper.title} about?" for paper in papers[:QUESTIONS]])
    embed_rate, ingest_rate = _ingesting(settings, papers[:INGESTED])
    help_s, cold_s = _starting(settings, collection, papers[0].title)
    return {
        "ask / floor (warm, extractive)": round(ask_ms / floor_ms, 2),
        "ingest rate / embedding rate": round(ingest_rate / embed_rate, 2),
        "floor: embed and one Chroma query, ms": round(floor_ms, 2),
        "ask, warm, extractive, ms": round(ask_ms, 2),
        "ingest, papers a second": round(ingest_rate, 1),
        "embedding alone, papers a second": round(embed_rate, 1),
        "papertrail ask, cold, s": round(cold_s, 2),
        "papertrail --help, s": round(help_s, 2),
        "papers": len(papers),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _answering(assistant: Assistant, questions: Sequence[str]) -> tuple[float, float]:
    """Medians in ms of the floor and of a whole answer, taken in turns so that the machine treats both alike."""
    embed = assistant.embed
    nearest = assistant.nearest
    for question in questions[:3]:
        nearest(embed(question))
        assistant.ask(question, model="extractive")
    floor, ask = [], []
    for question in questions:
        floor.append(_timed(lambda question=question: nearest(embed(question))))
        ask.append(_timed(lambda question=question: assistant.ask(question, model="extractive")))
    return statistics.median(floor), statistics.median(ask)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
