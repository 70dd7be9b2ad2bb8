"""What may import what is written in pyproject.toml and checked by import-linter; this is about what gets loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

_ROOT = Path(__file__).parents[1]
_HEAVY = ("chromadb", "llama_index", "gradio", "openai", "ollama", "onnxruntime", "onnx", "tantivy")


def test_imports_run_in_the_allowed_directions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_ROOT)  # where import-linter looks for its contracts and for the packages

    code = cli.lint_imports(no_cache=True, no_logo=True)

    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "statement",
    [
        "import rag",
        "import rag.settings, rag.types, rag.errors",
        "import ui.cli; ui.cli.main(['--help'])",
        "import ui.cli; ui.cli.main(['ask', '--help'])",
        "import ui.cli; ui.cli.main(['search', 'x', '--filter', 'nonsense'])",
    ],
)
def test_what_needs_no_model_and_no_store_loads_none(statement: str) -> None:
    program = f"""
import sys
try:
    {statement}
except SystemExit:
    pass
print(sorted(set({_HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True, cwd=_ROOT
    )

    assert done.stdout.splitlines()[-1] == "[]"
