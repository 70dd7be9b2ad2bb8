"""``papertrail extract``: what the papers speak of, read by rules or by a language model."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from ui.commands.options import Commands, add_collection, add_json, open_assistant, positive, settings_of
from ui.commands.streams import print_json

if TYPE_CHECKING:
    from rag.reading import Expected, ModelReading, Outcome

__all__ = ["register"]

_FAILED_SHOWN = 10


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "extract",
        help="read papers for what they speak of, by rules or by a model",
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="let ollama/NAME or openai/NAME read them instead of the rules; says first what that takes",
    )
    parser.add_argument("--yes", action="store_true", help="with --model: do not ask whether to go on")
    parser.add_argument("--limit", metavar="N", type=positive, help="with --model: read so many papers at most")
    parser.add_argument(
        "--parallel", metavar="N", type=positive, default=2, help="with --model: requests at a time (default: 2)"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="let the rules read again what a model has read, in place of its reading"
    )
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_extract)


def _extract(options: argparse.Namespace) -> None:
    from rag.errors import ModelError, UserError

    if options.model and options.fresh:
        raise UserError("--fresh is for the rules: name a model or leave it out")
    outcome = _by_model(options) if options.model else None
    found = _told(outcome) if outcome else {"read": _by_rules(options)}
    with open_assistant(options) as assistant:
        graph = assistant.knowledge()
    found |= {"papers": len(graph.papers), "entities": len(graph), "hyperedges": graph.edge_count}
    if options.json:
        print_json(found)
    else:
        _print(found)
    if outcome and outcome.stopped:
        raise ModelError(f"stopped after {outcome.read} papers, which are kept: {outcome.stopped}")


def _by_rules(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from tqdm import tqdm

    from rag.index import read_entities

    with tqdm(desc="extract", unit=" papers", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            return read_entities(settings, options.collection, progress, fresh=options.fresh)
        except KeyboardInterrupt as interrupt:
            raise _interrupted(bar.n) from interrupt


def _by_model(options: argparse.Namespace) -> Outcome:
    from tqdm import tqdm

    from rag.reading import ModelReading

    reading = ModelReading(settings_of(options), options.collection, options.model, limit=options.limit)
    expected = reading.expected()
    if expected.papers:
        _agree(reading, expected, asked=not options.yes)
    with tqdm(desc="extract", unit=" papers", total=expected.papers, disable=None) as bar:
        try:
            return reading.run(options.parallel, lambda done: bar.update(done - bar.n) and None)
        except KeyboardInterrupt as interrupt:
            raise _interrupted(bar.n) from interrupt


def _agree(reading: ModelReading, expected: Expected, *, asked: bool) -> None:
    """Says what reading takes and, where it is to be asked for, goes on only with a yes.

    Raises:
        UserError: nobody is there to say yes, or they say no.
    """
    from rag.errors import UserError

    if expected.money is None:
        price = f"no price is set for it (PAPERTRAIL_PRICES={reading.model}=READ/WRITTEN, for a million tokens)"
    else:
        price = f"{expected.money:.2f} at your prices"
    usage = expected.usage
    print(
        f"{reading.model} is to read {expected.papers} papers: about {usage.prompt_tokens:,} tokens to read and "
        f"{usage.completion_tokens:,} to write; {price}",
        file=sys.stderr,
    )
    if not asked:
        return
    if not sys.stdin.isatty():
        raise UserError("nothing was read: repeat the command with --yes to let the model read them")
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UserError("nothing was read")


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "read": outcome.read,
        "failed": [{"paper_id": paper_id, "reason": reason} for paper_id, reason in outcome.failed],
        "invented": outcome.invented,
        "prompt_tokens": outcome.usage.prompt_tokens,
        "completion_tokens": outcome.usage.completion_tokens,
        "money": outcome.money,
        "stopped": outcome.stopped,
    }


def _print(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if isinstance(value, int):
            print(f"{name.replace('_', ' '):<18}{value:>9}")
        elif isinstance(value, float):
            print(f"{name:<18}{value:>9.2f}")
        elif isinstance(value, list):
            print(f"{name:<18}{len(value):>9}")
            for failure in value[:_FAILED_SHOWN]:
                print(f"{failure['paper_id']}: {failure['reason']}", file=sys.stderr)
            if len(value) > _FAILED_SHOWN:
                print(f"and {len(value) - _FAILED_SHOWN} more: see --json", file=sys.stderr)


def _interrupted(done: int) -> KeyboardInterrupt:
    return KeyboardInterrupt(f"interrupted after {done} papers; they are kept, and the same command goes on from there")
