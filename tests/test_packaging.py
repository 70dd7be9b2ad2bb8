from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

_ROOT = Path(__file__).parents[1]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(name: str) -> list[tuple[Requirement, int]]:
    """The pinned requirements of a file, each with its number of hashes."""
    entries = re.sub(r"\\\n\s*", "", (_ROOT / name).read_text(encoding="utf-8"))
    lines = [line for line in entries.splitlines() if line and not line.lstrip().startswith("#")]
    return [(Requirement(line.split(" --hash=")[0]), line.count("--hash=sha256:")) for line in lines]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.txt", _PROJECT["project"]["dependencies"] + _PROJECT["dependency-groups"]["build"]),
        ("requirements-dev.txt", _PROJECT["dependency-groups"]["test"]),
    ],
)
def test_every_declared_dependency_is_pinned_within_its_bounds(file: str, wanted: list[str]) -> None:
    here = default_environment()
    pinned = {_canonical(pin.name): pin for pin, _ in _pins(file) if not pin.marker or pin.marker.evaluate(here)}

    for requirement in map(Requirement, wanted):
        (specifier,) = pinned[_canonical(requirement.name)].specifier
        assert specifier.operator == "=="
        assert requirement.specifier.contains(specifier.version), requirement


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "evals/bench/peers/requirements.txt"])
def test_every_pin_has_hashes_and_no_host_is_named(file: str) -> None:
    assert min(hashes for _, hashes in _pins(file)) > 0
    assert "://" not in (_ROOT / file).read_text(encoding="utf-8")


def test_the_wish_of_the_model_wheel_for_torch_stays_out() -> None:
    names = {_canonical(pin.name) for pin, _ in _pins("requirements.txt")}

    assert not names & {"torch", "transformers", "sentence-transformers"}


def test_both_files_pin_the_same_versions() -> None:
    used = {_canonical(pin.name): str(pin.specifier) for pin, _ in _pins("requirements.txt") if not pin.marker}
    tests = {_canonical(pin.name): str(pin.specifier) for pin, _ in _pins("requirements-dev.txt") if not pin.marker}

    assert {name: used[name] for name in tests if name in used} == {name: tests[name] for name in tests if name in used}


def test_what_lies_beside_the_code_is_in_the_wheel() -> None:
    patterns: dict[str, list[str]] = _PROJECT["tool"]["setuptools"]["package-data"]
    files = [
        file
        for folder in ("rag/learned", "evals/training/data")
        for file in (_ROOT / folder).rglob("*")
        if file.is_file() and file.suffix != ".py" and "__pycache__" not in file.parts
    ]

    def shipped(file: Path) -> bool:
        package = ".".join(file.parent.relative_to(_ROOT).parts)
        return any(fnmatch(file.name, pattern) for pattern in patterns["*"] + patterns.get(package, []))

    assert _ROOT / "rag" / "learned" / "retrieval.npz" in files
    assert [file for file in files if not shipped(file)] == []


def _imported(folder: str) -> Iterator[str]:
    """Top-level names that the modules of a package import, wherever in a file.

    Not of scripts for other systems, which run in an environment of their own.
    """
    for file in set((_ROOT / folder).rglob("*.py")) - set((_ROOT / "evals" / "bench" / "peers").iterdir()):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_package_that_is_imported_is_declared() -> None:
    project = _PROJECT["project"]
    optional = [wish for wishes in project["optional-dependencies"].values() for wish in wishes]
    training = _PROJECT["dependency-groups"]["training"]
    declared = {_canonical(Requirement(wish).name) for wish in project["dependencies"] + optional + training}
    ours = {"rag", "ui", "evals"}
    foreign = {name for folder in ours for name in _imported(folder)} - ours - sys.stdlib_module_names
    # What only the training group brings is not installed here, so nothing else tells what it is called.
    providers = {"sklearn": ["scikit-learn"]} | dict(packages_distributions())

    undeclared = {
        name for name in foreign if not declared & {_canonical(one) for one in [name, *providers.get(name, [])]}
    }

    assert undeclared == set()
