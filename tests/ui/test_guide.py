"""The programs that the guide shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from rag import Assistant

_GUIDE = Path(__file__).parents[2] / "ui" / "README.md"


def test_the_programs_for_llamaindex_run_as_they_stand(seed: Assistant, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for part in ("models", "collections"):
        (home / part).symlink_to(seed.settings.home / part, target_is_directory=True)
    found = re.findall(r"```python\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    programs = [program for program in found if "llama_index" in program]
    assert len(programs) == 2
    shown = []
    for program in programs:
        command = [sys.executable, "-c", f"import os; os.environ['PAPERTRAIL_HOME'] = {str(home)!r}\n{program}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        shown.append(done.stdout)

    assert "Hyper-RAG" in shown[0]
    assert "1.0" in shown[0].splitlines()
    assert "paper_id" in shown[1]
