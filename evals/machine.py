"""What a measurement ran on, and what it used: times of calls, and time and memory of whole processes."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

__all__ = ["WARM_UP", "Child", "Latency", "disk_mb", "environment", "in_turns", "latency_of", "run_child", "timed_ms"]

WARM_UP = 3
"""Arguments that each call gets before it is timed."""

_PACKAGES = ("papertrail", "chromadb", "tantivy", "onnxruntime", "numpy")
_MIB = 1024 * 1024


def environment() -> dict[str, str]:
    """The machine and the versions that the numbers depend on; the load says whether something else was running."""
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load before (1 minute)": f"{os.getloadavg()[0]:.1f}",
    } | versions


@dataclasses.dataclass(frozen=True)
class Latency:
    """Milliseconds of many calls."""

    p50: float
    p95: float
    p99: float
    n: int


def latency_of(times_ms: Sequence[float]) -> Latency:
    """The percentiles of at least one time, in milliseconds, by linear interpolation."""
    p50, p95, p99 = (round(float(value), 2) for value in np.percentile(times_ms, (50, 95, 99)))
    return Latency(p50, p95, p99, len(times_ms))


def timed_ms(work: Callable[[str], object], argument: str) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work(argument)
    return (time.perf_counter() - started) * 1000


def in_turns(calls: Mapping[str, Callable[[str], object]], arguments: Sequence[str]) -> dict[str, Latency]:
    """Each call with each argument, warm, and one call after the other, so that the machine treats all alike.

    Args:
        calls: by name.
        arguments: at least one; the first :data:`WARM_UP` are also used untimed before.
    """
    for argument in arguments[:WARM_UP]:
        for call in calls.values():
            call(argument)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for argument in arguments:
        for name, call in calls.items():
            times[name].append(timed_ms(call, argument))
    return {name: latency_of(values) for name, values in times.items()}


@dataclasses.dataclass(frozen=True)
class Child:
    """What one process of the command line took."""

    seconds: float
    peak_mb: float
    """Most memory resident at one time, MiB."""


def run_child(arguments: Iterable[str], folder: Path) -> Child:
    """Runs ``papertrail`` with these arguments to its end, in ``folder``, its output thrown away.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory() as place:
        peak = Path(place) / "peak"
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "evals.child", str(peak), *arguments], cwd=folder, check=True, capture_output=True
        )
        return Child(time.perf_counter() - started, float(peak.read_text(encoding="ascii")))


def disk_mb(folder: Path, digits: int = 1) -> float:
    """What the files below a folder take, MiB, rounded to so many digits."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MIB, digits)
