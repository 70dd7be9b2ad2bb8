"""The flags that commands share, and what they turn into."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ui.server import MAX_BYTES, RATE

if TYPE_CHECKING:
    from rag import Assistant
    from rag.filters import PaperFilter
    from rag.settings import Settings

__all__ = [
    "Commands",
    "add_collection",
    "add_filter",
    "add_json",
    "add_listening",
    "add_retriever",
    "filters_of",
    "open_assistant",
    "port",
    "positive",
    "settings_of",
]

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:  # argparse has no public name for what add_subparsers returns, and the private one is no generic at run time
    Commands = object


def add_collection(parser: argparse.ArgumentParser) -> None:
    """Adds ``--collection`` and ``--home``."""
    parser.add_argument("--collection", metavar="NAME", default="papers", help="collection to use (default: papers)")
    parser.add_argument("--home", metavar="DIR", help="folder of all collections (default: PAPERTRAIL_HOME)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds ``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_retriever(parser: argparse.ArgumentParser) -> None:
    """Adds ``--retriever``."""
    parser.add_argument(
        "--retriever",
        metavar="NAME",
        help="who finds the papers: hybrid, dense, lexical, or by entities hyper, hyper-lite, light, graph",
    )


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Adds ``--filter``, which may be given several times."""
    parser.add_argument(
        "--filter",
        metavar="EXPR",
        action="append",
        default=[],
        help="only papers that fit, e.g. year>=2024, from=2024-03-01, to=2024-06, org=NAME, authors>=10, id=A,B; "
        "repeat to narrow further",
    )


def add_listening(parser: argparse.ArgumentParser, default_port: str) -> None:
    """Adds ``--host``, ``--port`` and the limits of a server for programs."""
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, metavar="N", help=f"port to listen on; 0: any (default: {default_port})")
    parser.add_argument(
        "--rate",
        type=_count,
        metavar="N",
        default=RATE,
        help=f"requests a minute of one client; 0: any (default: {RATE})",
    )
    parser.add_argument(
        "--max-bytes", type=positive, metavar="N", default=MAX_BYTES, help=f"longest request (default: {MAX_BYTES})"
    )


def port(text: str) -> int:
    """A port, for argparse; 0 is any."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _count(text: str) -> int:
    return 0 if text == "0" else positive(text)


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def filters_of(options: argparse.Namespace) -> PaperFilter | None:
    """What ``--filter`` asks for; None when it was not given.

    Raises:
        UserError: an expression makes no sense.
    """
    from rag.filters import PaperFilter

    return PaperFilter.parse(options.filter) if options.filter else None


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings in force with the flags of this call.

    Raises:
        SettingsError: a setting is unknown or has a value that does not fit.
    """
    from rag.settings import load_settings

    return load_settings(home=options.home)


def open_assistant(options: argparse.Namespace) -> Assistant:
    """The assistant on the collection that the flags name.

    Raises:
        CollectionMissingError: nothing has been ingested under that name.
        PapertrailError: the settings or the collection cannot be used.
    """
    settings = settings_of(options)
    from rag import Assistant

    return Assistant.open(options.collection, settings)
