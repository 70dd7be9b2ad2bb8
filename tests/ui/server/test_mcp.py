"""The tools for assistants, called with the SDK's own client: in this process, over HTTP and on stdin and stdout."""

from __future__ import annotations

import os
import sys
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from rag import Assistant
from tests.papers import SPARSE
from tests.ui.command import ROOT
from tests.ui.server.conftest import listening
from ui.server.mcp_tools import mcp_server
from ui.server.serving import mcp_application

QUESTION = "What accuracy does Glasswing reach on the Meadowlark benchmark?"


async def _tour(client: Client) -> dict[str, Any]:
    """One call of each tool."""
    calls: dict[str, dict[str, Any]] = {
        "search": {"query": "soil moisture", "k": 2},
        "ask": {"question": QUESTION},
        "compare": {"names": ["Glasswing", "Firefly"]},
        "verify": {"text": "Firefly answers 9.9 times faster than a plain index.", "cites": ["Firefly"]},
        "read_paper": {"paper_id": "sparse"},
    }
    assert {tool.name for tool in (await client.list_tools()).tools} == set(calls)
    return {name: await client.call_tool(name, arguments) for name, arguments in calls.items()}


def _check(found: dict[str, Any]) -> None:
    records = {name: result.structured_content for name, result in found.items()}
    texts = {name: result.content[0].text for name, result in found.items()}

    assert not any(result.is_error for result in found.values())
    assert records["search"]["hits"][0]["paper_id"] == "soil"
    assert len(records["search"]["hits"]) == 2
    cited = records["ask"]["citations"][0]
    assert SPARSE.text[cited["start"] : cited["end"]] == cited["quote"]
    assert f"“{cited['quote']}”" in texts["ask"]
    assert [paper["paper_id"] for paper in records["compare"]["papers"]] == ["sparse", "cache"]
    assert records["verify"]["sentences"][0]["verdict"] == "unsupported"
    assert SPARSE.abstract in texts["read_paper"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_each_tool_gives_a_text_and_the_facades_record(small: Assistant, mode: str) -> None:
    async def tour() -> dict[str, Any]:
        async with Client(mcp_server(small), mode=mode) as client:  # type: ignore[arg-type]
            return await _tour(client)

    _check(anyio.run(tour))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_over_http(small: Assistant, mode: str) -> None:
    async def tour(address: str) -> dict[str, Any]:
        async with Client(f"{address}mcp", mode=mode) as client:  # type: ignore[arg-type]
            return await _tour(client)

    with listening(mcp_application(small)) as address:
        _check(anyio.run(tour, address))


def test_the_tools_on_stdin_and_stdout(small: Assistant) -> None:
    home = str(small.settings.home)
    words = ["-m", "ui.cli", "mcp", "--home", home]
    environment = {**os.environ, "PAPERTRAIL_MODEL": "extractive"}
    started = StdioServerParameters(command=sys.executable, args=words, env=environment, cwd=str(ROOT))

    async def tour() -> dict[str, Any]:
        async with Client(started) as client:
            return await _tour(client)

    _check(anyio.run(tour))


def test_a_mistake_is_told_to_the_model_in_one_sentence(small: Assistant) -> None:
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("read_paper", {"paper_id": "nothing"}, "no paper has the id"),
        ("compare", {"names": ["Glasswing"]}, "2"),
        ("ask", {"question": " "}, "question"),
        ("search", {"query": "x", "filter": ["nonsense"]}, "nonsense"),
        ("search", {"query": "x", "k": 0}, "k"),
    ]

    async def told() -> list[Any]:
        async with Client(mcp_server(small)) as client:
            return [await client.call_tool(name, arguments) for name, arguments, _ in calls]

    for result, (_, _, word) in zip(anyio.run(told), calls, strict=True):
        assert result.is_error
        assert word in result.content[0].text
