"""The page over a collection whose vectors are on a Chroma server, when that goes away and comes back."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.shelving import ingest
from tests.chroma import ChromaServer
from tests.ui.conftest import PAPERS, answered, ask, serving

QUESTION = "What does Lanternfish do?"


def test_the_page_says_that_the_server_is_away_and_answers_once_it_is_back(
    browser: Browser, page_home: Path, tmp_path: Path
) -> None:
    source = tmp_path / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(page_home / "models")
    with ChromaServer(tmp_path / "chroma") as server:
        settings = Settings(home=home, model="extractive", chroma=server.url, retries=0)
        ingest([source], settings=settings)
        with Assistant.open(settings=settings) as assistant, serving(assistant) as address:
            server.stop()
            page = browser.new_page()
            page.goto(address)
            expect(page.get_by_role("button", name="What is WhaleTalk about?")).to_be_visible()
            ask(page, QUESTION)
            expect(page.get_by_text("does not answer: start it with")).to_be_visible()

            server.start()
            page.get_by_role("button", name="Try again").click()
            answered(page)
            expect(page.get_by_role("log").get_by_text("Lanternfish answers queries").first).to_be_visible()
            page.close()
