"""The checker that is always there, its model kept where all tests of a session share it."""

from __future__ import annotations

from rag.checking import Checker, checker_for
from rag.settings import load_settings

__all__ = ["built_in"]


def built_in() -> Checker:
    """The checker of the home folder that is set."""
    return checker_for(load_settings().home)
