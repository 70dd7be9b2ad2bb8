"""``papertrail ingest``, ``papers``, ``remove`` and ``export``: what is in a collection."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from rag.errors import UserError
from ui.commands.layout import paper_lines
from ui.commands.options import (
    Commands,
    add_collection,
    add_filter,
    add_json,
    filters_of,
    open_assistant,
    positive,
    settings_of,
)
from ui.commands.streams import opened_output, plain, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.index import IngestReport
    from rag.types import Paper

__all__ = ["register"]

_SOURCE_FORMATS: Final = (
    "auto", "daily-papers", "arxiv-json", "arxiv-atom", "bibtex", "jsonl", "csv", "ris", "nbib", "wos", "endnote",
    "endnote-xml", "pubmed-xml", "pdf",
)  # fmt: skip


def register(commands: Commands) -> None:
    """Adds the commands."""
    ingest = commands.add_parser("ingest", help="add papers; safe to repeat, to interrupt and to resume")
    ingest.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="file, folder of files, arxiv:ID, arxiv:QUERY, doi:DOI, or zotero: for the library on this machine "
        "(zotero:users/N, zotero:groups/N: one at zotero.org)",
    )
    ingest.add_argument("--format", choices=_SOURCE_FORMATS, default="auto", help="format of the files (default: auto)")
    ingest.add_argument(
        "--full-text", action="store_true", help="of PDF files also the pages, cited by their numbers (`p. 4`)"
    )
    ingest.add_argument(
        "--max", type=positive, metavar="N", help="papers of each query or library (default: 100 of a query, else all)"
    )
    add_json(ingest)
    add_collection(ingest)
    ingest.set_defaults(command=_ingest)

    papers = commands.add_parser("papers", help="list the papers of the collection")
    papers.add_argument("--duplicates", action="store_true", help="only papers that may be the same work, in groups")
    add_filter(papers)
    add_json(papers)
    add_collection(papers)
    papers.set_defaults(command=_papers)

    remove = commands.add_parser("remove", help="take papers out of the collection")
    remove.add_argument("ids", metavar="ID", nargs="+", help="id of a paper, as `papertrail papers` shows it")
    add_json(remove)
    add_collection(remove)
    remove.set_defaults(command=_remove)

    export = commands.add_parser("export", help="write papers for other programs")
    export.add_argument("ids", metavar="ID", nargs="*", help="id of a paper (default: all)")
    formats = ("bibtex", "csv", "graphml", "jsonl", "ris")
    export.add_argument("--format", choices=formats, required=True, help="what to write")
    export.add_argument("--out", metavar="FILE", help="write into this file (default: stdout)")
    add_filter(export)
    add_collection(export)
    export.set_defaults(command=_export)


def _ingest(options: argparse.Namespace) -> int:
    """1 when there was something to add and nothing of it could be."""
    settings = settings_of(options)
    from tqdm import tqdm

    from rag.shelving import ingest

    with tqdm(desc="ingest", unit=" papers", disable=None) as bar:

        def progress(done: int, what: str) -> None:
            bar.set_postfix_str(plain(what)[:60], refresh=False)
            bar.update(done - bar.n)

        try:
            report = ingest(
                options.paths,
                collection=options.collection,
                settings=settings,
                format=options.format,
                most=options.max,
                full_text=options.full_text,
                progress=progress,
            )
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(
                f"interrupted after {bar.n} papers; they are kept, and the same command goes on from there"
            ) from interrupt
    _print_report(report, options.json)
    return 1 if report.failed and not report.added + report.updated + report.unchanged else 0


def _print_report(report: IngestReport, as_json: bool) -> None:
    if as_json:
        print_json(report.to_json())
        return
    for name in ("added", "updated", "unchanged"):
        print(f"{name:<10}{getattr(report, name):>7}")
    print(f"{'failed':<10}{len(report.failed):>7}")
    for record in report.failed:
        say(f"{record.source}: {record.reason}")
    for one in report.merged:
        say(f"{one.source}: merged into {one.into!r}, which has the same {one.by}")
    for note in report.notes:
        say(f"{note.source}: {note.text}")
    lacking = ", ".join(f"{count} without {what}" for what, count in report.missing.items())
    if report.read:
        say(f"{_papers_text(report.read)}: {lacking or 'all with abstract, authors and year'}")


def _papers_text(count: int) -> str:
    return "1 paper" if count == 1 else f"{count} papers"


def _papers(options: argparse.Namespace) -> None:
    filters = filters_of(options)
    with open_assistant(options) as assistant:
        papers = assistant.papers(filters)
    if options.duplicates:
        _print_duplicates(papers, options.json)
        return
    if options.json:
        print_json([paper.to_json() for paper in papers])
        return
    for line in paper_lines(papers):
        print(line)
    say(_papers_text(len(papers)))


def _print_duplicates(papers: Sequence[Paper], as_json: bool) -> None:
    from rag.index.duplicates import duplicates

    groups = duplicates(papers)
    if as_json:
        print_json([{"reason": one.reason, "papers": [paper.to_json() for paper in one.papers]} for one in groups])
        return
    for number, group in enumerate(groups):
        print(f"{chr(10) if number else ''}{group.reason}:")
        for line in paper_lines(group.papers):
            print(line)
    say("nothing may be twice" if not groups else f"{len(groups)} that may be the same work; `papertrail remove ID`")


def _remove(options: argparse.Namespace) -> None:
    settings = settings_of(options)
    from rag.shelving import remove

    removed = remove(options.ids, collection=options.collection, settings=settings)
    if options.json:
        print_json({"removed": removed})
    else:
        print(f"removed {removed}")


def _export(options: argparse.Namespace) -> None:
    filters = filters_of(options)
    if options.ids and filters is not None:
        raise UserError("give either IDs or --filter; see `papertrail export --help`")
    from rag.export import export_papers

    with open_assistant(options) as assistant:
        papers = [assistant.paper(i) for i in dict.fromkeys(options.ids)] if options.ids else assistant.papers(filters)
        graph = options.format == "graphml"
        lines = assistant.graphml(papers) if graph else export_papers(papers, options.format)
        with opened_output(options.out) as out:
            out.writelines(lines)
