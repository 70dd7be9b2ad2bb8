"""What can be wrong with a sentence."""

from __future__ import annotations

import dataclasses

__all__ = ["Problem"]


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing in a sentence that its sources do not bear out."""

    text: str
    """A sentence a person understands."""
    fatal: bool = True
    """Whether it makes the sentence unsupported rather than partly supported."""
    absent: bool = False
    """Whether it is about a figure or a name that the sources do not have at all."""
