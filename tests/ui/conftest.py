"""The page over a small collection, served on loopback, and a real browser to visit it with."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.shelving import ingest
from tests.browsers import WAIT_MS
from tests.servers import OpenAIServer

ATTACK = (
    '<script>window.hacked=1</script><img src="http://evil.test/a.png" onerror="window.hacked=1"> '
    "![x](http://evil.test/b.png) [click](javascript:window.hacked=1) {{7*7}} ${window.hacked=1}"
)

PAPERS: list[dict[str, Any]] = [
    {
        "id": "lantern",
        "title": "Lanternfish: Fast Retrieval over Sparse Graphs",
        "abstract": "Graph retrieval is slow on large collections. We present Lanternfish, an index that walks sparse "
        "graphs in constant memory. On the Tidepool benchmark, Lanternfish answers queries 4.2 times faster than "
        "Mudskipper. It needs no training.",
        "published": "2024-05-02",
        "organisation": "Blue Lab",
        "authors": ["Ada Marin", "Bo Reef"],
        "url": "https://example.org/lanternfish",
    },
    {
        "id": "mud",
        "title": "Mudskipper: Dense Retrieval on Small Machines",
        "abstract": "Dense retrieval needs large machines. Mudskipper compresses vectors to eight bits and runs on a "
        "laptop. It loses 1.5% of recall on the Tidepool benchmark.",
        "published": "2023-11-20",
        "organisation": "Blue Lab",
        "author_count": 3,
    },
    {
        "id": "whale",
        "title": "WhaleTalk: Transcribing Songs of Humpback Whales",
        "abstract": "Whale songs are long and noisy. WhaleTalk transcribes them with a network of 30 million weights. "
        "Marine biologists confirmed 87% of its transcripts.",
        "published": "2025-02-10",
        "organisation": "Harbour University",
        "author_count": 12,
    },
    {
        "id": "attack",
        "title": f"Zorbula: {ATTACK}",
        "abstract": f"Zorbula is a method for sorting pebbles. {ATTACK} Zorbula sorts 512 pebbles in one minute.",
        "published": "2022-01-01",
        "organisation": ATTACK,
        "url": "javascript:window.hacked=1",
    },
]


@pytest.fixture(scope="session")
def page_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with ``PAPERS`` in the collection ``papers``."""
    folder = tmp_path_factory.mktemp("page")
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    ingest([source], settings=Settings(home=folder))
    return folder


@pytest.fixture(scope="session")
def model_server() -> Iterator[OpenAIServer]:
    """A server with the model ``quill``, to be scripted by each test."""
    with OpenAIServer(models=["quill"]) as server:
        yield server


@pytest.fixture(scope="session")
def page_settings(page_home: Path, model_server: OpenAIServer) -> Settings:
    """The sentences of the papers are the default writer; ``openai/quill`` can be chosen, ``ollama/`` cannot."""
    return Settings(
        home=page_home,
        model="extractive",
        openai_base_url=model_server.url,
        openai_model="quill",
        openai_api_key="secret-of-the-page",
        ollama_host="http://127.0.0.1:1",
        ollama_model="absent",
        model_servers="",
        retries=0,
    )


@pytest.fixture(scope="session")
def site(page_settings: Settings) -> Iterator[str]:
    """The address of the page."""
    with Assistant.open(settings=page_settings) as assistant, serving(assistant) as address:
        yield address


@contextlib.contextmanager
def serving(assistant: Assistant, port: int = 0, **options: Any) -> Iterator[str]:
    """The page over ``assistant`` in a thread, on a free port or ``port``; ``options`` are those of ``application``."""
    from ui.page.server import Server, application

    listens = threading.Event()
    with socket.create_server(("127.0.0.1", port)) as listening:
        server = Server(lambda: application(assistant, **options), listens.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            assert listens.wait(WAIT_MS / 1000)  # Gradio cannot build two pages at the same time
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for most tabs, so that Gradio's many scripts are loaded once; what a tab keeps is still its own."""
    return browser.new_context(viewport={"width": 1280, "height": 800})


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, context: BrowserContext, site: str) -> Iterator[Visit]:
    """Opens the page in a tab; ``visit(viewport=..., color_scheme=...)`` gives it a context of its own.

    In the end no tab may have had an error in its scripts, nor have asked anything of another host.
    """
    problems: list[str] = []
    pages: list[Page] = []

    def open_page(address: str = site, **options: Any) -> Page:
        page = (browser.new_context(**options) if options else context).new_page()
        pages.append(page)
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
        page.on("request", lambda request: _is_ours(request.url, site) or problems.append(f"asked: {request.url}"))
        page.goto(address)
        expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.close() if page.context == context else page.context.close()
    assert problems == []


def _is_ours(url: str, site: str) -> bool:
    parts = urllib.parse.urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == urllib.parse.urlsplit(site).hostname


def ask(page: Page, question: str) -> None:
    """Types a question and sends it with Enter."""
    box = page.get_by_label("Question", exact=True)
    box.fill(question)
    box.press("Enter")


def answered(page: Page, count: int = 1) -> None:
    """Waits until that many answers are complete."""
    expect(page.get_by_text("Written by")).to_have_count(count)


def write_with_model(page: Page) -> None:
    """Chooses the model of ``model_server``."""
    page.get_by_role("button", name="Model, search and filters").click()
    page.get_by_label("Who writes").click()
    page.get_by_role("option", name="openai/quill").click()
    expect(page.get_by_role("button", name="Model, search and filters")).to_contain_text("openai/quill")
    page.get_by_role("button", name="Model, search and filters").click()


_STORE = """
async ([work, ...given]) => {
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await result(indexedDB.open("papertrail:papers", 1));
  const stores = database.transaction(["heads", "texts"], "readwrite");
  const done = await eval(work)(stores.objectStore("heads"), stores.objectStore("texts"), result, ...given);
  database.close();
  return done;
}
"""


def in_store(page: Page, work: str, *given: Any) -> Any:
    """Runs the JavaScript function ``work(heads, texts, result, ...given)`` on what the browser keeps."""
    return page.evaluate(_STORE, [f"({work})", *given])


_COUNTED = """
async (heads, texts, result) => result(heads.count())
"""


def kept(page: Page, count: int) -> None:
    """Waits until the browser keeps that many conversations; it writes them after the page has shown the answer."""
    script = f"""async ([given, count, deadline]) => {{
      while ((await ({_STORE})(given)) !== count) {{
        if (performance.now() > deadline) throw new Error(`not ${{count}} conversations are kept`);
        await new Promise(requestAnimationFrame);
      }}
    }}"""
    page.evaluate(script, [[f"({_COUNTED})"], count, page.evaluate("() => performance.now()") + WAIT_MS])


def rewrite_kept(page: Page, old: str, new: str) -> None:
    """Replaces text in the record of the conversation shown, as a visitor or another program may."""
    page.wait_for_function("() => sessionStorage.getItem('papertrail')")  # set when the record has been written
    work = """async (heads, texts, result, old, new_) => {
      const { id, text } = await result(texts.get(sessionStorage.getItem("papertrail")));
      texts.put({ id, text: text.replaceAll(old, new_) });
    }"""
    in_store(page, work, old, new)
