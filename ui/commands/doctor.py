"""``papertrail doctor``: checks the set-up and says how to mend what is wrong."""

from __future__ import annotations

import argparse

from ui.commands.layout import paragraph
from ui.commands.options import Commands, add_collection, add_json
from ui.commands.streams import print_json

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("doctor", help="check the set-up and say how to mend what is wrong")
    parser.add_argument("--repair", action="store_true", help="rebuild what is damaged and can be rebuilt")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    """1 when a check failed."""
    from tqdm import tqdm

    from rag.doctor import examine

    checks = []
    with tqdm(desc="vectors", unit=" papers", disable=None, delay=0.1, leave=False) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            for check in examine(options.collection, home=options.home, repair=options.repair, progress=progress):
                checks.append(check)
                if not options.json:
                    tqdm.write(paragraph(f"{check.name}: {check.message}", f"{check.status:<5} ", " " * 6))
        except KeyboardInterrupt as interrupt:
            if not options.repair:
                raise
            raise KeyboardInterrupt(
                "interrupted; what was done is kept, and the same command goes on from there"
            ) from interrupt
    failed = any(check.status == "fail" for check in checks)
    if options.json:
        print_json({"ok": not failed, "checks": [check.to_json() for check in checks]})
    return 1 if failed else 0
