"""Measures the page over the papers of ``data/`` without a language model, on the machine that it runs on.

``python -m tests.ui.measure``, or ``make measure``, prints JSON: how much a browser loads, when the page can be used,
when the first text of an answer is there, and what the fiftieth turn of a conversation takes beside the first.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from playwright.sync_api import Browser, Page, Request, expect

from tests.browsers import WAIT_MS
from tests.ui.conftest import answered, ask, in_store, kept
from tests.ui.conversing import FORTY_NINE
from tests.ui.seeded import seed_site

QUESTIONS = (
    "How does Hyper-RAG reduce hallucinations?",
    "What is MegaScale about?",
    "Which papers are the newest?",
    "How does ByteScale differ from MegaScale?",
    "What is Zebra-Llama made of?",
    "Which papers are about retrieval?",
    "What does SSRL propose?",
    "Who wrote HASHIRU?",
    "What does CyberV improve?",
    "What is ElasticMoE about?",
)
TURNS = 50

FIRST_TEXT = """
() => {
  window.began = performance.now();
  window.first = null;
  const seen = document.querySelectorAll("#pt-conversation .pt-turn").length;
  const watch = new MutationObserver(() => {
    const all = document.querySelectorAll("#pt-conversation .pt-turn").length;
    if (!document.querySelector("#pt-live .pt-text") && all === seen) return;
    window.first = performance.now() - window.began;
    watch.disconnect();
  });
  watch.observe(document, { subtree: true, childList: true, characterData: true });
}
"""
"""Notes when the first text of an answer is on the page."""


def measured() -> dict[str, Any]:
    """The numbers, in KB and seconds."""
    with seed_site() as (browser, address):
        loaded = _loading(browser, address)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        expect(page.locator(".pt-welcome")).to_be_visible()
        _turn(page, QUESTIONS[0], 1)  # loads the models
        first = [_turn(page, question, number) for number, question in enumerate(QUESTIONS[1:], start=2)]
        kept(page, 1)
        long = in_store(page, FORTY_NINE)
        page.reload()
        answered(page, TURNS - 1)
        last = _turn(page, QUESTIONS[1], TURNS)
        return {
            "page": loaded,
            "first text, p50 s": round(statistics.median(one["first_s"] for one in first), 3),
            "first text, p95 s": round(statistics.quantiles([one["first_s"] for one in first], n=20)[-1], 3),
            "turn 2": first[0],
            f"turn {TURNS}": last | {"conversation_kb": round(long / 1000)},
        }


def _loading(browser: Browser, address: str) -> dict[str, float]:
    """What a browser without a cache loads, and when a question can be typed and the welcome is there."""
    page = browser.new_context().new_page()
    page.set_default_timeout(WAIT_MS)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(address)
    expect(page.locator(".pt-welcome")).to_be_visible()
    usable = time.perf_counter() - began
    page.wait_for_load_state("load")
    page.context.close()
    return {"kb": round(sum(sizes) / 1000), "requests": len(sizes), "usable_s": round(usable, 2)}


def _turn(page: Page, question: str, number: int) -> dict[str, float]:
    """When the first text and the whole answer are there, and how much the browser sends up until then."""
    sent: list[int] = []

    def count(request: Request) -> None:
        sent.append(len(request.url) + len(request.post_data_buffer or b""))

    page.on("request", count)
    page.evaluate(FIRST_TEXT)
    began = time.perf_counter()
    ask(page, question)
    answered(page, number)
    whole = time.perf_counter() - began
    page.remove_listener("request", count)
    return {
        "first_s": round(page.evaluate("() => window.first") / 1000, 3),
        "whole_s": round(whole, 3),
        "up_kb": round(sum(sent) / 1000, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(), indent=2) + "\n")
