"""The page as a web server: where it listens, whom it lets in, and what a browser may load from it."""

from __future__ import annotations

import contextlib
import socket
import webbrowser
from collections.abc import Callable
from importlib import resources

import fastapi
import gradio as gr
from starlette.routing import Mount

from rag.assistant import Assistant
from rag.errors import SettingsError
from ui.listening import Announced, address_of, is_loopback, listening, written_out
from ui.page.app import build
from ui.page.guard import Guard
from ui.page.library import Library
from ui.page.shelf import MOST_BYTES

__all__ = ["Server", "application", "serve"]

PORT = 7860
"""Tried first when no port is named; Gradio's own default (https://www.gradio.app/docs/gradio/blocks)."""

PORTS = 20
"""How many ports from ``PORT`` on are tried when none is named."""

STYLES = ("style.css", "results.css", "map.css", "drawer.css", "shelf.css", "reading.css", "notebook.css")


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    auth: tuple[str, str] | None = None,
) -> None:
    """Serves the page until interrupted, and prints its address once it listens.

    Args:
        assistant: The collection to ask.
        host: Address or name to listen on; one that other machines can reach needs ``auth``.
        port: ``None`` takes the first free one from 7860 on, 0 any free one.
        open_browser: Opens the address in the browser of this machine.
        auth: User name and password asked of every visitor; ``None`` lets everyone in.

    Raises:
        SettingsError: the host needs a user name and password, or host and port cannot be listened on.
        PapertrailError: the collection cannot be read.
    """
    local = is_loopback(host)
    if not local and not (auth and all(auth)):
        raise SettingsError(
            f"{host!r} lets other machines in: name a user and a password for the page, or listen on 127.0.0.1"
        )
    with listening(host, range(PORT, PORT + PORTS) if port is None else [port]) as listens:
        address = address_of(listens, host)

        def announce() -> None:
            written_out(address)
            if open_browser:
                webbrowser.open(address)

        with contextlib.suppress(KeyboardInterrupt):
            Server(lambda: application(assistant, local=local, auth=auth), announce).run(sockets=[listens])


class Server(Announced):
    """Runs an application of :func:`application`, says when it listens, and ends open pages when it is told to end."""

    def __init__(self, make: Callable[[], fastapi.FastAPI], announce: Callable[[], None]) -> None:
        # Made on the running event loop: elsewhere, Gradio makes loops of its own and never closes them.
        super().__init__(self._made, announce, factory=True)
        self._make = make
        self._end_streams: Callable[[], None] | None = None
        self._close: Callable[[], None] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the answers being written and the connections that open pages hold, then the server."""
        if self._end_streams:
            self._end_streams()
        await super().shutdown(sockets)
        if self._close:
            self._close()

    def _made(self) -> fastapi.FastAPI:
        app = self._make()
        self._end_streams, self._close = app.state.end_streams, app.state.close
        return app


def application(assistant: Assistant, *, local: bool = True, auth: tuple[str, str] | None = None) -> fastapi.FastAPI:
    """The page with its looks as an ASGI application.

    Args:
        assistant: The collection to ask.
        local: Answers only requests addressed to this machine itself.
        auth: As for :func:`serve`.
    """
    library = Library(assistant)
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, local=local)
    system = ("ui-sans-serif", "system-ui", "sans-serif")
    gr.mount_gradio_app(
        app,
        build(library),
        path="/",
        footer_links=[],
        run_history=False,
        auth=auth,
        blocked_paths=[str(assistant.settings.home.resolve())],
        show_error=False,
        max_file_size=MOST_BYTES,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(
            primary_hue="teal", neutral_hue="stone", font=system, font_mono=("ui-monospace", "monospace")
        ),
        css="".join(map(_file, STYLES)),
        js=_file("page.js"),
        head=f"{_file('head.html')}<script>{_file('map_hands.js')}{_file('map.js')}{_file('reading.js')}{_file('notebook.js')}</script>",
    )
    mounted = next(route.app for route in app.routes if isinstance(route, Mount))
    assert isinstance(mounted, gr.routes.App)  # noqa: S101 -- it was mounted above; tells the type checker
    app.state.end_streams = mounted.stop_event.set
    app.state.close = library.close
    return app


def _file(name: str) -> str:
    return resources.files("ui.page").joinpath(name).read_text(encoding="utf-8")
