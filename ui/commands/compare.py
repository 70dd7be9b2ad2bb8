"""``papertrail compare``: papers side by side, aspect by aspect, with the sentence behind every cell."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from ui.commands.options import Commands, add_collection, open_assistant
from ui.commands.streams import plain, print_json, say

__all__ = ["register"]

_FORMATS: Final = ("markdown", "csv", "json")


def register(commands: Commands) -> None:
    """Adds the command."""
    compare = commands.add_parser("compare", help="set papers side by side")
    compare.add_argument(
        "names",
        metavar="NAME",
        nargs="+",
        help="2 to 6: name of a system, title or its beginning, id, or a description",
    )
    shape = compare.add_mutually_exclusive_group()
    shape.add_argument("--format", choices=_FORMATS, default="markdown", help="what to print (default: markdown)")
    shape.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    add_collection(compare)
    compare.set_defaults(command=_compare)


def _compare(options: argparse.Namespace) -> None:
    with open_assistant(options) as assistant:
        comparison = assistant.compare(options.names)
    if options.format == "json":
        print_json(comparison.to_json())
    elif options.format == "markdown":
        sys.stdout.write(plain(comparison.to_markdown()))
    else:
        sys.stdout.write(plain(comparison.to_csv()))
        for name in comparison.mentioned:
            say(f"{name.name} has no paper of its own in this collection; --format markdown shows what is said of it")
        for name_unknown in comparison.unknown:
            say(f"{name_unknown} is not in this collection")
        for note in comparison.notes:
            say(note)
