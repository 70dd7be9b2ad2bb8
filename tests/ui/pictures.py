"""Draws the pictures of the guide: each view of the page over the papers of ``data/``, as a browser shows it.

``python -m tests.ui.pictures [FOLDER]``, or ``make pictures``; it needs Chromium, as the tests of the page do.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browsers import WAIT_MS
from tests.ui.conftest import answered, ask
from tests.ui.seeded import ROOT, seed_site

FOLDER = ROOT / "ui" / "pictures"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
QUALITY = 80
"""Of WebP: text stays sharp and no picture reaches 150 KB."""


def _ask(page: Page) -> None:
    ask(page, "what does flexora change")
    answered(page)
    page.get_by_role("button", name=re.compile("^Source 1")).first.click()
    expect(page.get_by_role("region", name="Evidence").locator("mark")).to_be_visible()


def _compare(page: Page) -> None:
    page.goto(f"{page.url.split('?')[0]}?tab=compare&papers=MegaScale,ByteScale")
    expect(page.get_by_role("region", name="Table of the comparison")).to_be_visible()


def _verify(page: Page) -> None:
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Your draft").fill(
        "ByteScale reaches 55.2% Model FLOPs Utilization when training a 175B model on 12,288 GPUs. "
        "A hypergraph variant achieved twice the retrieval speed of Light RAG."
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("region", name="Result of the check")).to_be_visible()


def _papers(page: Page) -> None:
    page.get_by_role("tab", name="Papers").click()
    page.get_by_label("Find by title").fill("retrieval")
    boxes = page.locator("#pt-papers table").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.get_by_text("2 papers chosen")).to_be_visible()


def _map(page: Page) -> None:
    page.get_by_role("tab", name="Map").click()
    expect(page.get_by_label("Find on the map")).to_be_visible()


def _evaluate(page: Page) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    expect(page.get_by_text("No language model is asked")).to_be_visible()


def _notebook(page: Page) -> None:
    _ask(page)
    page.get_by_role("article").get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Notebook").click()
    page.get_by_role("dialog", name="Notebook").locator("summary").click()


PICTURES: dict[str, tuple[Callable[[Page], None], Literal["light", "dark"]]] = {
    "ask": (_ask, "light"),
    "ask-dark": (_ask, "dark"),
    "compare": (_compare, "light"),
    "verify": (_verify, "light"),
    "papers": (_papers, "light"),
    "map": (_map, "light"),
    "evaluate": (_evaluate, "light"),
    "notebook": (_notebook, "light"),
}
"""What is done before each, and the scheme; on a phone, ``ask`` is drawn once more."""


def draw(folder: Path) -> None:
    """Draws all pictures into ``folder``."""
    with seed_site() as (browser, address):
        for name, (done, scheme) in PICTURES.items():
            _draw(browser.new_page(viewport=DESKTOP, color_scheme=scheme), address, done, folder / f"{name}.webp")
        _draw(browser.new_page(viewport=PHONE, color_scheme="light"), address, _ask, folder / "ask-phone.webp")


def _draw(page: Page, address: str, done: Callable[[Page], None], path: Path) -> None:
    page.set_default_timeout(WAIT_MS)
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    expect(page.locator(".pt-welcome")).to_be_visible()
    done(page)
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
    Image.open(io.BytesIO(page.screenshot(animations="disabled"))).save(path, "WEBP", quality=QUALITY, method=6)
    page.close()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    draw(target)
    for picture in sorted(target.glob("*.webp")):
        sys.stdout.write(f"{picture.stat().st_size / 1000:6.0f} KB  {picture}\n")
