"""A real browser, for the tests of the page and of the report."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WAIT_MS = 60_000
"""How long the browser waits for what must come; only a failing test waits this long."""


def chromium(playwright: Playwright) -> str | None:
    """Where the browser lies: that of the system, else that of playwright; None where there is none."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, CHROMIUMS)), own if Path(own).exists() else None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """A file's tests stay together, and one process has all those of the page, which wait more than they work.

    Those that measure answers are one group, since larger groups are begun first and theirs take longest.
    """
    return _Scheduling(config, log)


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if file.startswith("tests/evals/"):
            return "evals"
        return "browser" if "test_page_browser_" in file else file


@pytest.fixture(scope="module")  # while it is there no test can run an event loop of its own
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    """Chromium; where there is none the tests are left out, but not in CI."""
    path = chromium(_playwright)
    if path is None:
        reason = "no browser to test the page with: `apt install chromium` or `python -m playwright install chromium`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=WAIT_MS)
    browser = _playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()
