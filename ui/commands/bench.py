"""``papertrail bench``: how fast answers are, beside what they cannot be faster than."""

from __future__ import annotations

import argparse

from ui.commands.options import Commands, add_collection, add_json, settings_of
from ui.commands.streams import print_json

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("bench", help="measure speed against its floor, in one run on this machine")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_bench)


def _bench(options: argparse.Namespace) -> int:
    from evals.bench import run_bench

    result = run_bench(settings_of(options), options.collection)
    if options.json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name:44} {value}")
    return 0
