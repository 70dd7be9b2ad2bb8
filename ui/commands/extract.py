"""``papertrail extract``: what the papers speak of, for collections that an earlier version has made."""

from __future__ import annotations

import argparse

from ui.commands.options import Commands, add_collection, add_json, open_assistant, settings_of
from ui.commands.streams import print_json

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("extract", help="read papers for their entities, where an earlier version has not")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_extract)


def _extract(options: argparse.Namespace) -> None:
    settings = settings_of(options)
    from tqdm import tqdm

    from rag.index import read_entities

    with tqdm(desc="extract", unit=" papers", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            read = read_entities(settings, options.collection, progress)
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(
                f"interrupted after {bar.n} papers; they are kept, and the same command goes on from there"
            ) from interrupt
    with open_assistant(options) as assistant:
        graph = assistant.knowledge()
    numbers = {"read": read, "papers": len(graph.papers), "entities": len(graph), "hyperedges": graph.edge_count}
    if options.json:
        print_json(numbers)
        return
    for name, number in numbers.items():
        print(f"{name:<10}{number:>9}")
