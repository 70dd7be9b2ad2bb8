"""What a visitor is told when something fails."""

from __future__ import annotations

import logging

from rag.errors import PapertrailError
from ui.page.render import sentence

__all__ = ["DEFECT", "told"]

DEFECT = "Something went wrong inside Papertrail; the terminal it runs in says what, and it can be tried again."

_log = logging.getLogger(__name__)


def told(error: Exception) -> str:
    """One sentence; of a defect, the log has the traceback and the visitor none of it."""
    if isinstance(error, PapertrailError):
        return sentence(error)
    _log.error("the page could not do what it was asked", exc_info=error)
    return DEFECT
