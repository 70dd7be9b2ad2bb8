"""The page as a server: where it listens, whom it answers, what it sends along."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rag.assistant import Assistant
from rag.errors import SettingsError
from rag.settings import Settings
from tests.servers import OpenAIServer, Reply, Stall
from tests.ui.conftest import WAIT_MS, ask, serving
from ui.listening import is_loopback
from ui.page import serve

_ROOT = Path(__file__).parents[2]
_SERVE = """
import sys
from rag.assistant import Assistant
from rag.settings import load_settings
from ui.page import serve

with Assistant.open(settings=load_settings(home=sys.argv[1])) as assistant:
    serve(assistant, port=0)
"""


@pytest.fixture(scope="module")
def assistant(page_settings: Settings) -> Assistant:
    return Assistant.open(settings=page_settings)


def _get(site: str, path: str = "/", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(site).netloc, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers
    finally:
        connection.close()


def test_every_response_forbids_loading_from_elsewhere(site: str) -> None:
    status, _, headers = _get(site)

    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.test", "evil.test:7860", "[", ""])
def test_requests_under_another_name_are_refused(site: str, host: str) -> None:
    status, text, _ = _get(site, Host=host)

    assert status == 403
    assert "127.0.0.1" in text


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://127.0.0.1:1", "http://["])
def test_requests_from_other_pages_are_refused(site: str, origin: str) -> None:
    assert _get(site, "/gradio_api/info", Origin=origin)[0] == 403


def test_requests_from_the_page_itself_are_answered(site: str) -> None:
    assert _get(site, "/gradio_api/info", Origin=site.rstrip("/"))[0] == 200


def test_a_visitor_needs_the_password_when_there_is_one(assistant: Assistant) -> None:
    with serving(assistant, local=False, auth=("ada", "secret")) as site:
        assert "papers" not in _get(site, "/config")[1].replace("Papers", "")
        assert _get(site, "/gradio_api/info")[0] == 401
        form = urllib.parse.urlencode({"username": "ada", "password": "secret"}).encode()
        with urllib.request.urlopen(f"{site}login", form, timeout=20) as response:
            cookie = response.headers["set-cookie"].partition(";")[0]
        assert _get(site, "/gradio_api/info", Cookie=cookie)[0] == 200


@pytest.mark.parametrize("auth", [None, ("", ""), ("ada", "")])
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "papers.example.org", "::"])
def test_other_machines_are_let_in_with_a_password_only(
    assistant: Assistant, host: str, auth: tuple[str, str] | None
) -> None:
    with pytest.raises(SettingsError, match="a user and a password"):
        serve(assistant, host=host, auth=auth)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


def test_a_port_that_is_taken_is_named(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1 at port {port}"):
            serve(assistant, port=port)


def test_the_address_is_printed_when_it_listens_and_an_interrupt_ends_it_quietly(
    page_home: Path, browser: Browser, model_server: OpenAIServer
) -> None:
    stall = Stall()
    model_server.script("/v1/chat/completions", Reply(["Lanternfish walks ", "sparse graphs ", stall, "fast."]))
    settings = {"PAPERTRAIL_MODEL": "openai/quill", "PAPERTRAIL_OPENAI_BASE_URL": model_server.url}
    proxies = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(page_home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env=os.environ | settings | proxies | {"PAPERTRAIL_OPENAI_API_KEY": "k"},
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        page = browser.new_page()
        page.goto(address)
        ask(page, "What does Lanternfish do?")
        assert stall.reached.wait(WAIT_MS / 1000)

        process.send_signal(signal.SIGINT)

        rest, talk = process.communicate(timeout=30)
        page.close()
    assert stall.hung_up.wait(WAIT_MS / 1000)
    assert (process.returncode, rest, talk) == (0, "", "")
