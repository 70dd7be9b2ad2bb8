"""``__all__`` is what a module offers: sorted, there, and without a public function or class left out."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import evals
import rag
import ui


def _modules() -> list[str]:
    packages = [evals, rag, ui]
    inner = [
        info.name for package in packages for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    inner = [
        name for name in inner if not name.startswith("evals.training.")
    ]  # need torch, which is not installed here
    return sorted([package.__name__ for package in packages] + inner)


def _defined(module: ModuleType) -> set[str]:
    """Public functions and classes that the module itself defines."""
    return {
        name
        for name, value in vars(module).items()
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def _place(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions: the order that ruff's RUF022 keeps."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", _modules())
def test_a_module_offers_what_it_lists_and_lists_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])

    assert list(listed) == sorted(listed, key=_place)
    assert len(set(listed)) == len(listed)
    assert [entry for entry in listed if not hasattr(module, entry)] == []
    assert _defined(module) - set(listed) == set()


def test_the_library_offers_its_names_and_no_others() -> None:
    assert {name: getattr(rag, name).__name__ for name in rag.__all__} == {name: name for name in rag.__all__}
    with pytest.raises(AttributeError, match="module 'rag' has no attribute 'Nonsense'"):
        rag.Nonsense  # noqa: B018 -- looking it up is the test


def test_every_name_of_the_library_has_a_docstring() -> None:
    assert [name for name in rag.__all__ if not inspect.getdoc(getattr(rag, name))] == []
