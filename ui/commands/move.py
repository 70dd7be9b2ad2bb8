"""``papertrail collection move``: another database for the catalogue of a collection."""

from __future__ import annotations

import argparse
import dataclasses

from ui.commands.options import Commands, add_collection, add_json, settings_of
from ui.commands.streams import print_json, say

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    group = commands.add_parser("collection", help="move a collection between SQLite and PostgreSQL")
    move = group.add_subparsers(title="commands", metavar="COMMAND", required=True).add_parser(
        "move", help="move the catalogue; safe to interrupt and to repeat"
    )
    places = "sqlite, or postgresql://USER@HOST:PORT/DATABASE (the password may stand in ~/.pgpass)"
    move.add_argument("--to", metavar="PLACE", required=True, help=f"where it is to be: {places}")
    move.add_argument("--from", metavar="PLACE", dest="origin", help="where it is (default: PAPERTRAIL_CATALOGUE)")
    add_json(move)
    add_collection(move)
    move.set_defaults(command=_move)


def _move(options: argparse.Namespace) -> None:
    settings = settings_of(options)
    from tqdm import tqdm

    from rag.index.move import move
    from rag.settings import load_settings

    source = load_settings(home=options.home, catalogue=options.origin) if options.origin else settings
    target = load_settings(home=options.home, catalogue=options.to)
    with tqdm(desc="move", unit=" papers", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            moved = move(source, target, options.collection, progress)
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(
                f"interrupted after {bar.n} papers; nothing is lost, and the same command goes on from there"
            ) from interrupt
    if options.json:
        print_json(dataclasses.asdict(moved))
        return
    print(f"moved {moved.papers} papers from {moved.origin} to {moved.goal}")
    mend = f"set PAPERTRAIL_CATALOGUE={moved.goal}" if target.catalogue_server else "unset PAPERTRAIL_CATALOGUE"
    say(f"{mend} now, and start programs anew that have the collection open")
