"""``papertrail search``: retrieval alone, one query for a reader or many as a run file for evaluation tools."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.errors import PapertrailError, UserError
from ui.commands.layout import hit_lines
from ui.commands.options import (
    Commands,
    add_collection,
    add_filter,
    add_json,
    add_retriever,
    filters_of,
    open_assistant,
    positive,
)
from ui.commands.streams import Record, opened_output, print_json, read_records, report, say
from ui.hits import hits_json

if TYPE_CHECKING:
    from rag import Assistant
    from rag.filters import PaperFilter

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("search", help="find papers, without writing an answer")
    parser.add_argument("query", metavar="QUERY", nargs="*", help="what to look for")
    parser.add_argument("-k", type=positive, metavar="N", help="how many papers (default: 10, with --batch 100)")
    parser.add_argument("--batch", metavar="FILE", help='queries, a line each: {"id": .., "query": ..}; - is stdin')
    parser.add_argument("--run", metavar="FILE", help="where --batch writes its TREC run (default: stdout)")
    add_retriever(parser)
    add_filter(parser)
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_search)


def _search(options: argparse.Namespace) -> int:
    if (options.batch is None) == (not options.query):
        raise UserError("give either a QUERY or --batch FILE; see `papertrail search --help`")
    if options.batch is None and options.run is not None:
        raise UserError("--run goes with --batch; see `papertrail search --help`")
    filters = filters_of(options)
    return _one(options, filters) if options.batch is None else _many(options, filters)


def _one(options: argparse.Namespace, filters: PaperFilter | None) -> int:
    query = " ".join(options.query)
    with open_assistant(options) as assistant:
        hits = assistant.search(query, options.k or 10, retriever=options.retriever, filters=filters, not_ranked=say)
    if options.json:
        print_json(hits_json(hits))
        return 0
    for line in hit_lines(hits):
        print(line)
    if not hits:
        say("nothing found")
    return 0


def _many(options: argparse.Namespace, filters: PaperFilter | None) -> int:
    """The run of a whole file; 1 when there are queries and not one went through."""
    from tqdm import tqdm

    records = read_records(options.batch)
    done = 0
    with open_assistant(options) as assistant, opened_output(options.run, options.batch) as out:
        for record in tqdm(records, desc="search", unit=" queries", disable=None):
            try:
                lines = _run_lines(assistant, record, options, filters)
            except PapertrailError as error:
                report(record.place, error)
                continue
            out.writelines(lines)
            out.flush()
            done += 1
    say(f"{done} of {len(records)} queries done")
    return 0 if done or not records else 1


def _run_lines(
    assistant: Assistant, record: Record, options: argparse.Namespace, filters: PaperFilter | None
) -> list[str]:
    """The TREC run lines of one query: query id, Q0, paper id, rank from 1, score and the name of the run."""
    query_id = _word(str(record.identity()))
    hits = assistant.search(record.text("query"), options.k or 100, retriever=options.retriever, filters=filters)
    run = _word(f"papertrail-{options.retriever or assistant.settings.retriever}")
    return [
        f"{query_id} Q0 {_word(hit.paper.paper_id)} {rank} {hit.score:.9g} {run}\n"
        for rank, hit in enumerate(hits, start=1)
    ]


def _word(text: str) -> str:
    """The text as one word of a run file: white space, which separates its columns, is percent-encoded."""
    return re.sub(r"\s", lambda space: quote(space[0]), text)
