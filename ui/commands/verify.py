"""``papertrail verify``: somebody else's text, sentence by sentence, held against the collection."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import PapertrailError, SourceError, UserError
from ui.commands.options import Commands, add_collection, add_json, open_assistant
from ui.commands.streams import Record, opened_output, plain, print_json, read_records, report, say

if TYPE_CHECKING:
    from rag import Assistant
    from rag.verification import Checked

__all__ = ["register"]

_SIGNS = {"supported": "ok     ", "partial": "partly ", "unsupported": "no     "}


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("verify", help="check a text sentence by sentence against the papers")
    parser.add_argument("file", metavar="FILE", nargs="?", help="a text; - is stdin")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='claims, a line each: {"id": .., "claim": .., "cites": [title or id, ..]}; - is stdin',
    )
    parser.add_argument("--out", metavar="FILE", help="where --batch writes its verdicts (default: stdout)")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    if (options.batch is None) == (options.file is None):
        raise UserError("give either a FILE or --batch FILE; see `papertrail verify --help`")
    return _text(options) if options.batch is None else _claims(options)


def _text(options: argparse.Namespace) -> int:
    text = _read(options.file)
    with open_assistant(options) as assistant:
        checked = assistant.verify(text)
    if options.json:
        print_json([one.to_json() for one in checked])
        return 0
    for one in checked:
        print(plain("\n".join(_lines(one))))
    return 0


def _read(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{name} cannot be read ({error.strerror}); name a text file, or - for stdin") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8 text; convert it first") from error


def _lines(one: Checked) -> list[str]:
    lines = [f"{_SIGNS[one.verdict]} {one.claim}"]
    lines += [f"         - {problem}" for problem in one.problems]
    if one.paper is not None:
        lines += [f"         {one.paper.title} ({one.paper.paper_id})", f"         “{one.evidence}”"]
    return lines


def _claims(options: argparse.Namespace) -> int:
    """A verdict a line; 1 when there are claims and not one could be checked."""
    from tqdm import tqdm

    records = read_records(options.batch)
    done = 0
    with open_assistant(options) as assistant, opened_output(options.out, options.batch) as out:
        for record in tqdm(records, desc="verify", unit="claim", disable=None):
            try:
                line = _verdict(assistant, record)
            except PapertrailError as error:
                report(record.place, error)
                continue
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()
            done += 1
    say(f"{done} of {len(records)} claims checked")
    return 0 if done or not records else 1


def _verdict(assistant: Assistant, record: Record) -> dict[str, object]:
    identity, claim = record.identity(), record.text("claim")
    cites = (record.values or {}).get("cites") or []
    if not isinstance(cites, list):
        raise SourceError("`cites` must be a list of titles or ids")
    checked = assistant.verify(claim, [str(cite) for cite in cites] or None)[0]
    return {"id": identity} | {key: checked.to_json()[key] for key in ("verdict", "score", "reason", "evidence")}
