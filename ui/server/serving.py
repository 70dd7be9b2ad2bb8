"""The servers as applications, and how they are run."""

from __future__ import annotations

import contextlib
from importlib.metadata import version
from typing import Any

import fastapi
from starlette.types import ASGIApp

from rag.assistant import Assistant
from ui.listening import Announced, address_of, listening, written_out
from ui.server import api, completions
from ui.server.docs import add_docs
from ui.server.failures import add_handlers
from ui.server.guard import Access, Guard

__all__ = ["MCP_PATH", "MCP_PORT", "PORT", "application", "mcp_application", "serve"]

PORT = 7870
"""Where ``papertrail serve`` listens unless told otherwise: beside the page's 7860 and the ports it tries after it."""
MCP_PORT = 7890
"""Where ``papertrail mcp --http`` does."""
PORTS = 20
"""How many ports from there on are tried when none is named."""
MCP_PATH = "/mcp"
"""Where the Model Context Protocol is spoken, as the SDK's own servers have it."""


def application(assistant: Assistant, access: Access | None = None) -> ASGIApp:
    """HTTP for other programs as an ASGI application; ``access`` None: this machine alone, without a token."""
    access = access or Access()
    app = fastapi.FastAPI(
        title="Papertrail",
        description=f"Answers from the collection {assistant.collection_name!r}, every sentence with the sentence of "
        "the paper that it rests on.",
        version=version("papertrail"),
        docs_url=None,
        redoc_url=None,
        max_body_size=access.max_bytes,
    )
    app.include_router(api.routes(assistant))
    app.include_router(completions.routes(assistant))
    add_docs(app)
    add_handlers(app)

    @app.get("/health", tags=["papers"])
    def health() -> dict[str, Any]:
        """Whether the collection can be read; for load balancers, without a token."""
        assistant.count()
        return {"status": "ok"}

    return Guard(app, access=access)  # not as middleware: FastAPI would put its limit of size before it


def mcp_application(assistant: Assistant, access: Access | None = None) -> ASGIApp:
    """The Model Context Protocol over streamable HTTP: no session is kept, so that any node answers any request."""
    from mcp.server.transport_security import TransportSecuritySettings

    from ui.server.mcp_tools import mcp_server

    access = access or Access()
    app = mcp_server(assistant).streamable_http_app(
        streamable_http_path=MCP_PATH,
        stateless_http=True,
        max_request_body_size=access.max_bytes,
        # Guard has looked at the host and the origin already.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Guard(app, access=access)


def serve(app: ASGIApp, *, host: str, port: int | None, first_port: int, path: str = "") -> None:
    """Runs an application until interrupted, and prints its address once it listens.

    Args:
        app: of :func:`application` or :func:`mcp_application`.
        host: address or name to listen on; see :func:`ui.server.guard.access_for`.
        port: ``None`` takes the first free one from ``first_port`` on, 0 any free one.
        first_port: tried first when no port is named.
        path: printed after the address.

    Raises:
        SettingsError: host and port cannot be listened on.
    """
    with listening(host, range(first_port, first_port + PORTS) if port is None else [port]) as listens:
        address = address_of(listens, host).removesuffix("/" if path else "") + path
        with contextlib.suppress(KeyboardInterrupt):
            Announced(app, lambda: written_out(address)).run(sockets=[listens])
