"""``papertrail verify``: somebody else's text, sentence by sentence, held against the collection."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import PapertrailError, SourceError, UserError
from ui.commands.options import Commands, add_collection, add_json, open_assistant
from ui.commands.streams import Record, opened_output, print_json, read_records, report, say

if TYPE_CHECKING:
    from rag import Assistant
    from rag.checking import Examiner
    from rag.drafts import DraftText

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("verify", help="check a draft sentence by sentence against the papers")
    parser.add_argument("file", metavar="FILE", nargs="?", help="plain text, Markdown or LaTeX; - is stdin")
    parser.add_argument(
        "--bib",
        metavar="FILE",
        action="append",
        default=[],
        help="BibTeX file with the draft's citations, besides those that it names itself; may be repeated",
    )
    parser.add_argument(
        "--format", choices=("text", "markdown", "latex"), help="default: by the suffix, else by what is in it"
    )
    parser.add_argument(
        "--judge",
        metavar="NAME",
        help="a model that checks beside the checker: ollama/NAME, openai/NAME, none (default: PAPERTRAIL_JUDGE)",
    )
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
    return _draft(options) if options.batch is None else _claims(options)


def _draft(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ui.commands.verdicts import draft_lines

    draft = _read(options)
    with open_assistant(options) as assistant, tqdm(desc="verify", unit="sentence", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        start = time.perf_counter()
        checked = assistant.verify_draft(draft, judge=options.judge, progress=progress)
        took = time.perf_counter() - start
    say(f"{len(checked.sentences)} sentences checked in {took:.1f} s")
    if options.json:
        print_json(checked.to_json())
        return 0
    for line in draft_lines(checked):
        print(line)
    return 0


def _read(options: argparse.Namespace) -> DraftText:
    from rag.drafts import load_draft, read_draft

    bibliographies = [Path(name) for name in options.bib]
    if options.file != "-":
        return load_draft(Path(options.file), bibliographies, format=options.format)
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise SourceError("what comes from stdin is not UTF-8 text; convert it first") from error
    return read_draft(text, options.format, bibliographies, folder=Path(), name="what comes from stdin")


def _claims(options: argparse.Namespace) -> int:
    """A verdict a line; 1 when there are claims and not one could be checked."""
    from tqdm import tqdm

    records = read_records(options.batch)
    done = 0
    with open_assistant(options) as assistant, opened_output(options.out, options.batch) as out:
        examiner = assistant.examiner(options.judge)
        for record in tqdm(records, desc="verify", unit="claim", disable=None):
            try:
                line = _verdict(assistant, record, examiner)
            except PapertrailError as error:
                report(record.place, error)
                continue
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()
            done += 1
    say(f"{done} of {len(records)} claims checked")
    return 0 if done or not records else 1


def _verdict(assistant: Assistant, record: Record, examiner: Examiner) -> dict[str, object]:
    """The line for one claim; with a judge, the verdict of each layer too."""
    identity, claim = record.identity(), record.text("claim")
    cites = (record.values or {}).get("cites") or []
    if not isinstance(cites, list):
        raise SourceError("`cites` must be a list of titles or ids")
    checked = assistant.verify(claim, [str(cite) for cite in cites], judge=examiner)[0]
    found = checked.to_json()
    line: dict[str, object] = {"id": identity} | {key: found[key] for key in ("verdict", "score", "reason", "evidence")}
    return line | {"layers": found["layers"]} if "judge" in found["layers"] else line
