"""``papertrail mcp``: the collection as tools for assistants and editors, on stdin and stdout or over HTTP."""

from __future__ import annotations

import argparse

from ui.commands.options import Commands, add_collection, add_listening, open_assistant

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "mcp",
        help="serve assistants and editors by the Model Context Protocol",
        epilog="Without --http it speaks on stdin and stdout: whoever uses it starts it. To let other machines in by "
        "HTTP, name another --host and set PAPERTRAIL_SERVER_TOKENS, or server_tokens in settings.toml.",
    )
    parser.add_argument("--http", action="store_true", help="listen for streamable HTTP instead of stdin and stdout")
    add_listening(parser, "the first free one from 7890")
    add_collection(parser)
    parser.set_defaults(command=_mcp)


def _mcp(options: argparse.Namespace) -> None:
    with open_assistant(options) as assistant:
        if not options.http:
            from ui.server.mcp_tools import mcp_server

            mcp_server(assistant).run("stdio")
            return
        from ui.server.guard import access_for
        from ui.server.serving import MCP_PATH, MCP_PORT, mcp_application, serve

        access = access_for(options.host, assistant.settings, options.rate, options.max_bytes)
        app = mcp_application(assistant, access)
        serve(app, host=options.host, port=options.port, first_port=MCP_PORT, path=MCP_PATH)
