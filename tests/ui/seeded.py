"""The page over the papers of ``data/`` and a browser to visit it with, for the programs that draw and measure it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from rag.assistant import Assistant
from rag.settings import load_settings
from rag.shelving import ingest
from tests.browsers import FLAGS, WAIT_MS, chromium
from tests.ui.conftest import serving

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def seed_site() -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of the page over a new collection; no language model is asked."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        path = chromium(playwright)
        if path is None:
            sys.exit("There is no browser: `apt install chromium` or `python -m playwright install chromium`.")
        (settings.home / "models").mkdir(parents=True, exist_ok=True)
        (Path(home) / "models").symlink_to(settings.home / "models", target_is_directory=True)
        settings = settings.model_copy(update={"home": Path(home), "model": "extractive"})
        ingest([ROOT / "data"], settings=settings)
        expect.set_options(timeout=WAIT_MS)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
            yield browser, address
        browser.close()
