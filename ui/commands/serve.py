"""``papertrail serve``: the collection over HTTP, for this machine alone unless there is a token."""

from __future__ import annotations

import argparse

from ui.commands.options import Commands, add_collection, add_listening, open_assistant

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "serve",
        help="answer other programs over HTTP, OpenAI's clients too",
        epilog="The address that is printed shows what there is. To let other machines in, name another --host and set "
        "PAPERTRAIL_SERVER_TOKENS, or server_tokens in settings.toml.",
    )
    add_listening(parser, "the first free one from 7870")
    add_collection(parser)
    parser.set_defaults(command=_serve)


def _serve(options: argparse.Namespace) -> None:
    with open_assistant(options) as assistant:
        from ui.server.guard import access_for
        from ui.server.serving import PORT, application, serve

        access = access_for(options.host, assistant.settings, options.rate, options.max_bytes)
        serve(application(assistant, access), host=options.host, port=options.port, first_port=PORT)
