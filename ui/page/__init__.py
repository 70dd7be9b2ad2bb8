"""The Gradio page, and the only place that imports gradio."""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio while it is imported below

from ui.page.app import build  # noqa: E402 must follow the line above
from ui.page.server import serve  # noqa: E402 must follow the line above

__all__ = ["build", "serve"]
