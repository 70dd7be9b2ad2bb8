"""Whom the servers answer, and how much."""

from __future__ import annotations

import httpx
import pytest

from rag import Assistant
from rag.errors import SettingsError
from rag.settings import Settings
from tests.servers import WAIT_S
from tests.ui.server.conftest import listening
from ui.server.guard import Access, access_for
from ui.server.serving import application, mcp_application

TOKENS = ("a-token-of-ada-1815", "a-token-of-bob-1912")


def test_a_token_is_asked_for_where_there_are_some(small: Assistant) -> None:
    with listening(application(small, Access(tokens=TOKENS))) as address:

        def status(path: str, authorization: str | None = None) -> int:
            headers = {"authorization": authorization} if authorization is not None else {}
            return httpx.get(address + path, headers=headers, timeout=WAIT_S).status_code

        assert {status("v1/papers", f"Bearer {token}") for token in TOKENS} == {200}
        assert status("v1/papers", f"bearer {TOKENS[0]}") == 200
        wrong = (None, "", "Bearer", "Bearer nonsense", TOKENS[0], f"Basic {TOKENS[0]}", f"Bearer {TOKENS}")
        assert {status("v1/papers", text) for text in wrong} == {401}
        assert {status(path) for path in ("health", "docs", "openapi.json")} == {200}
        assert {status(path) for path in ("nothing", "docs/x", "v1/models", "//health")} == {401}


def test_the_model_context_protocol_has_the_same_door(small: Assistant) -> None:
    with listening(mcp_application(small, Access(tokens=TOKENS))) as address:
        assert httpx.post(f"{address}mcp", json={}, timeout=WAIT_S).status_code == 401
        assert (
            httpx.post(f"{address}mcp", json={}, headers={"origin": "http://evil.test"}, timeout=WAIT_S).status_code
            == 403
        )


def test_each_client_has_a_rate_of_its_own(small: Assistant) -> None:
    with listening(application(small, Access(tokens=TOKENS, rate=3))) as address:

        def ask(token: str) -> httpx.Response:
            return httpx.get(f"{address}v1/papers", headers={"authorization": f"Bearer {token}"}, timeout=WAIT_S)

        assert [ask(TOKENS[0]).status_code for _ in range(4)] == [200, 200, 200, 429]
        late = ask(TOKENS[0])
        assert 1 <= int(late.headers["retry-after"]) <= 60
        assert late.json()["error"]["retryable"] is True
        assert ask(TOKENS[1]).status_code == 200
        assert httpx.get(f"{address}health", timeout=WAIT_S).status_code == 200


def test_requests_have_a_size(small: Assistant) -> None:
    with listening(application(small, Access(max_bytes=200))) as address:
        fits = httpx.post(f"{address}v1/search", json={"query": "soil"}, timeout=WAIT_S)
        whole = httpx.post(f"{address}v1/search", json={"query": "soil" * 100}, timeout=WAIT_S)
        pieces = httpx.post(f"{address}v1/search", content=(b" " * 50 for _ in range(9)), timeout=WAIT_S)

    assert (fits.status_code, whole.status_code, pieces.status_code) == (200, 413, 413)
    assert "--max-bytes" in whole.json()["error"]["message"]


@pytest.mark.parametrize("headers", [{"host": "evil.test"}, {"origin": "http://evil.test"}, {"origin": "null"}])
def test_other_web_pages_are_turned_away(service: str, headers: dict[str, str]) -> None:
    assert httpx.get(f"{service}v1/papers", headers=headers, timeout=WAIT_S).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "papers.example.org"])
def test_other_machines_are_let_in_with_a_token_only(host: str) -> None:
    with pytest.raises(SettingsError, match="PAPERTRAIL_SERVER_TOKENS"):
        access_for(host, Settings())
    access = access_for(host, Settings(server_tokens=",".join(TOKENS)))
    assert (access.local, access.tokens) == (False, TOKENS)


@pytest.mark.parametrize("tokens", ["short", f"{TOKENS[0]},short", "a" * 15])
def test_a_token_that_can_be_guessed_is_refused(tokens: str) -> None:
    with pytest.raises(SettingsError, match="16 characters"):
        access_for("127.0.0.1", Settings(server_tokens=tokens))


def test_tokens_are_not_shown_and_change_no_answer() -> None:
    settings = Settings(server_tokens=TOKENS[0])

    assert TOKENS[0] not in repr(settings)
    assert settings.hash == Settings().hash
