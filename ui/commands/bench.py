"""``papertrail bench``: how fast answers are, beside what they cannot be faster than, and how that grows."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from rag.errors import UserError
from ui.commands.options import Commands, add_collection, add_json, positive, settings_of
from ui.commands.streams import print_json, say

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("bench", help="measure speed against its floor, in one run on this machine")
    parser.add_argument("--peers", metavar="DIR", help="the environment of `make peers`: set other systems beside ours")
    parser.add_argument("--scale", metavar="N,N,..", help="grow a collection with --data to these numbers of papers")
    parser.add_argument("--retrievers", metavar="A,B,..", help="measured with --scale (default: hybrid)")
    parser.add_argument("--data", metavar="DIR", help="folder with abstracts/abstracts.jsonl.gz, for --scale")
    parser.add_argument("--reading", action="store_true", help="how fast files are read, and with how much memory")
    parser.add_argument(
        "--faults", type=positive, metavar="N", help="kill ingests, removals and repairs N times and look what is lost"
    )
    parser.add_argument("--seed", type=int, default=0, help="of --faults (default: 0)")
    parser.add_argument(
        "--load", type=positive, metavar="N", help="N people asking at once over the library, HTTP and the page"
    )
    parser.add_argument("--minutes", type=_minutes, default=1.0, help="of --load, at each of the three (default: 1)")
    parser.add_argument(
        "--pause", type=_pause, default=0.0, metavar="S", help="of --load: seconds that each reads (default: 0)"
    )
    parser.add_argument("--report", metavar="DIR", help="write the numbers into this folder as Markdown")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_bench)


def _bench(options: argparse.Namespace) -> int:
    if (options.scale is None) != (options.data is None):
        raise UserError("--scale and --data go together; see `papertrail bench --help`")
    if options.retrievers is not None and options.scale is None:
        raise UserError("--retrievers goes with --scale; see `papertrail bench --help`")
    if options.reading:
        return _reading(options)
    if options.faults is not None:
        return _faults(options)
    if options.load is not None:
        return _load(options)
    return _speed(options) if options.scale is None else _scale(options)


def _reading(options: argparse.Namespace) -> int:
    from evals.bench.reading import measure_reading, reading_table

    results = measure_reading()
    if options.json:
        print_json([dataclasses.asdict(one) for one in results])
    else:
        print(reading_table(results))
    return 0


def _faults(options: argparse.Namespace) -> int:
    """1 when something was lost; what is left of the collection then stays."""
    from evals.bench.faults import faults_table, measure_faults

    result = measure_faults(settings_of(options), options.faults, options.seed, say)
    if options.json:
        print_json(result.to_json())
    else:
        print(faults_table(result))
    return 1 if result.problems else 0


def _load(options: argparse.Namespace) -> int:
    """1 when someone met an error."""
    from evals.bench.load import load_table, measure_load

    result = measure_load(
        settings_of(options), options.collection, options.load, options.minutes, options.pause, progress=say
    )
    if options.json:
        print_json(result.to_json())
    else:
        print(load_table(result))
    return 1 if any(step.errors for step in result.steps) else 0


def _speed(options: argparse.Namespace) -> int:
    from evals.bench.beside import measure_peers
    from evals.bench.report import peers_table, write_speed
    from evals.bench.speed import measure_speed, speed_table

    settings = settings_of(options)
    result = measure_speed(settings, options.collection)
    peers = []
    if options.peers:
        rate = result.values["ingest, papers a second"]
        peers = measure_peers(settings, options.collection, Path(options.peers), rate)
    if options.report:
        write_speed(result, peers, Path(options.report), "papertrail bench" + " --peers .peers" * bool(peers))
    if options.json:
        print_json(result.to_json() | {"peers": [dataclasses.asdict(peer) for peer in peers]})
        return 0
    print(speed_table(result))
    if peers:
        print(f"\n{peers_table(peers)}")
    return 0


def _scale(options: argparse.Namespace) -> int:
    from evals.bench.report import scale_markdown, write_scale
    from evals.bench.scale import measure_scale

    sizes = _sizes(options.scale)
    names = [name.strip() for name in (options.retrievers or "hybrid").split(",")]
    data = Path(options.data)
    result = measure_scale(settings_of(options), options.collection, data, sizes, say, retrievers=names)
    command = f"papertrail bench --scale {options.scale} --data DIR"
    command += f" --retrievers {options.retrievers}" if options.retrievers else ""
    if options.report:
        write_scale(result, Path(options.report), command)
    if options.json:
        print_json(result.to_json())
    else:
        print(scale_markdown(result, command))
    return 0


def _minutes(text: str) -> float:
    """A number above 0, for argparse."""
    if (value := float(text)) > 0:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not above 0")


def _pause(text: str) -> float:
    """A number of seconds, 0 or more, for argparse."""
    if (value := float(text)) >= 0:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is below 0")


def _sizes(text: str) -> list[int]:
    """The numbers of a list such as ``1000,10000``."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) for part in parts):
        raise UserError(f"{text!r} is no list of numbers of papers such as 1000,10000")
    return [int(part) for part in parts]
