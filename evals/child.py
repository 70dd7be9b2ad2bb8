"""One call of the command line in a process of its own that says in the end how much memory it took.

The system's own account will not do: on Linux it begins with what the parent had when it made the process.
"""

from __future__ import annotations

import resource
import runpy
import sys
from pathlib import Path

__all__ = ["peak_mb", "run"]

_STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Most memory that this process has had resident since its program began, MiB."""
    if _STATUS.exists():
        lines = _STATUS.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts in bytes


def run(arguments: list[str]) -> int:
    """Runs the command line with all but the first argument, writes the peak into the file that one names."""
    place, *words = arguments
    sys.argv = ["papertrail", *words]
    try:
        runpy.run_module("ui.cli", run_name="__main__")  # by name: what measures does not depend on a face
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        Path(place).write_text(f"{peak_mb():.1f}", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
