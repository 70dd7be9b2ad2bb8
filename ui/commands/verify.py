"""``papertrail verify``: somebody else's text, sentence by sentence, held against the collection."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rag.errors import PapertrailError, SourceError, UserError
from ui.commands.options import Commands, add_collection, add_json, open_assistant
from ui.commands.streams import Record, opened_output, read_records, report, say

if TYPE_CHECKING:
    from rag import Assistant
    from rag.checking import CheckedDraft, Examiner
    from rag.drafts import DraftText

__all__ = ["register"]

_EXPORTS: Final = ("markdown", "csv", "sarif", "list")
_FAILING: Final = ("unsupported", "partial", "uncited", "unknown")
"""What a sentence can be besides supported or not checked."""


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
    parser.add_argument(
        "--export",
        choices=_EXPORTS,
        help="instead of what a person reads: a report, a table, SARIF 2.1.0 for code scanning, or what is not borne "
        "out as file:line:column: message for an editor",
    )
    parser.add_argument(
        "--fail-on",
        metavar="RESULT[,RESULT...]",
        type=_results,
        default=frozenset(),
        help=f"exit with 1 when a sentence has one of these results: {', '.join(_FAILING)}",
    )
    parser.add_argument("--out", metavar="FILE", help="where the result is written (default: stdout)")
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    if (options.batch is None) == (options.file is None):
        raise UserError("give either a FILE or --batch FILE; see `papertrail verify --help`")
    if options.export and (options.json or options.batch is not None):
        raise UserError("--export is for a FILE and stands instead of --json; leave one of them out")
    return _draft(options) if options.batch is None else _claims(options)


def _results(said: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in said.split(","))
    if unknown := sorted(found - set(_FAILING)):
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no result; choose among {', '.join(_FAILING)}")
    return found


def _failed(results: Iterable[str], options: argparse.Namespace) -> int:
    """1 when some result is one that the call wants to fail on, which is said; else 0."""
    found = Counter(result for result in results if result in options.fail_on)
    if found:
        say(f"failed: {', '.join(f'{count} {result}' for result, count in sorted(found.items()))} (--fail-on)")
    return 1 if found else 0


def _draft(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    draft = _read(options)
    with open_assistant(options) as assistant, tqdm(desc="verify", unit="sentence", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        start = time.perf_counter()
        checked = assistant.verify_draft(draft, judge=options.judge, progress=progress)
        took = time.perf_counter() - start
    say(f"{len(checked.sentences)} sentences checked in {took:.1f} s")
    with opened_output(options.out, None if options.file == "-" else options.file) as out:
        out.write(_shown(checked, options))
    return _failed((one.status for one in checked.sentences), options)


def _shown(checked: CheckedDraft, options: argparse.Namespace) -> str:
    """The result as it was asked for."""
    from rag.checking.exports import exported
    from ui.commands.verdicts import draft_lines

    if options.json:
        return json.dumps(checked.to_json(), ensure_ascii=False) + "\n"
    if options.export:
        return exported(checked, options.export, "stdin" if options.file == "-" else options.file)
    return "".join(f"{line}\n" for line in draft_lines(checked))


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
    verdicts: list[str] = []
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
            verdicts.append(str(line["verdict"]))
    say(f"{len(verdicts)} of {len(records)} claims checked")
    failed = _failed(verdicts, options)
    return failed if verdicts or not records else 1


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
