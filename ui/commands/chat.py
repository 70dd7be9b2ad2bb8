"""``papertrail chat``: the page, for this machine alone unless a user and a password are set."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rag.errors import SettingsError
from ui.commands.options import Commands, add_collection, open_assistant, port

if TYPE_CHECKING:
    from rag.settings import Settings

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "chat",
        help="open the chat page",
        epilog="To let other machines in, name another --host and set PAPERTRAIL_PAGE_USER and "
        "PAPERTRAIL_PAGE_PASSWORD, or page_user and page_password in settings.toml.",
    )
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=port, metavar="N", help="port to listen on; 0: any (default: the first free one from 7860)"
    )
    parser.add_argument("--browser", action="store_true", help="open the page in the browser")
    add_collection(parser)
    parser.set_defaults(command=_chat)


def _chat(options: argparse.Namespace) -> None:
    with open_assistant(options) as assistant:
        auth = _auth(assistant.settings)
        from ui.page import serve

        serve(assistant, host=options.host, port=options.port, open_browser=options.browser, auth=auth)


def _auth(settings: Settings) -> tuple[str, str] | None:
    """The user and the password that the page asks for; None when neither is set."""
    user, password = settings.page_user, settings.page_password
    if user is None and password is None:
        return None
    if user is None or password is None:
        raise SettingsError("page_user and page_password go together: set both or neither")
    return user, password.get_secret_value()
