"""``papertrail ask``: one answer for a reader, or the answers to a file of questions and conversations."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.errors import PapertrailError, UserError
from ui.commands.layout import answer_notes, trace_lines, wrapped_stream
from ui.commands.options import (
    Commands,
    add_collection,
    add_filter,
    add_json,
    add_retriever,
    filters_of,
    open_assistant,
)
from ui.commands.streams import Record, opened_output, print_json, read_records, report, say

if TYPE_CHECKING:
    from rag import Assistant
    from rag.types import Answer

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("ask", help="answer a question with citations")
    parser.add_argument("question", metavar="QUESTION", nargs="*", help="what to answer")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='questions, a line each: {"id": .., "question": ..} or {"id": .., "turns": [.., ..]}; - is stdin',
    )
    parser.add_argument("--out", metavar="FILE", help="where --batch writes, a line a turn (default: stdout)")
    parser.add_argument(
        "--model", metavar="NAME", help="who writes: auto, extractive, ollama/NAME or openai/NAME (default: auto)"
    )
    parser.add_argument(
        "--unsupported",
        metavar="WAY",
        help="what becomes of a model's sentences that their sources do not bear out: mark, rewrite or drop "
        "(default: mark)",
    )
    parser.add_argument(
        "--trace",
        action="store_true",
        help='tell on stderr how the answer came about, with the exact prompt; with --json as "trace"',
    )
    parser.add_argument(
        "--fresh", action="store_true", help="ask the model even if its answer is kept (PAPERTRAIL_CACHE_ANSWERS)"
    )
    add_retriever(parser)
    add_filter(parser)
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_ask)


def _ask(options: argparse.Namespace) -> int:
    if (options.batch is None) == (not options.question):
        raise UserError("give either a QUESTION or --batch FILE; see `papertrail ask --help`")
    if options.batch is None and options.out is not None:
        raise UserError("--out goes with --batch; see `papertrail ask --help`")
    how = {
        "model": options.model,
        "retriever": options.retriever,
        "filters": filters_of(options),
        "unsupported": options.unsupported,
        "trace": options.trace,
        "fresh": options.fresh,
    }
    if options.batch is not None:
        return _many(options, how)
    question = " ".join(options.question)
    with open_assistant(options) as assistant:
        if options.json:
            print_json(assistant.ask(question, **how).to_json())
        else:
            _show(assistant, question, how)
    return 0


def _show(assistant: Assistant, question: str, how: dict[str, Any]) -> None:
    """Prints the answer, on a terminal while it is written, then what it rests on.

    Where the check has changed it, a terminal gets it once more; a file or a pipe gets the checked answer alone.
    """
    answers: list[Answer] = []
    streams = sys.stdout.isatty()
    shown: list[str] = []

    def pieces() -> Iterator[str]:
        for event in assistant.stream(question, **how):
            if not isinstance(event, str):
                answers.append(event)
            elif streams:
                shown.append(event)
                yield event
        if not streams:
            yield answers[0].text
        elif "".join(shown) != answers[0].text:
            yield f"\n\nAfter the check:\n{answers[0].text}"

    try:
        for text in wrapped_stream(pieces()):
            print(text, end="", flush=True)
    finally:
        print()  # also when the model breaks off: the complaint is not to stand in the line of the answer
    (answer,) = answers
    for line in answer_notes(answer):
        print(line)
    if answer.trace:
        say(trace_lines(answer))
    cost = "" if answer.cost is None else f", cost {answer.cost:.6g}"
    kept = ", kept from earlier" if answer.cached else ""
    seconds = answer.timings_ms.get("total", 0) / 1000
    say(f"written by {answer.model}{kept}{cost}, retriever {answer.retriever}, {seconds:.1f} s")


def _many(options: argparse.Namespace, how: dict[str, Any]) -> int:
    """One line of output a turn; 1 when there are questions and not one was answered."""
    from tqdm import tqdm

    records = read_records(options.batch)
    answered = failed = 0
    with open_assistant(options) as assistant, opened_output(options.out, options.batch) as out:
        for record in tqdm(records, desc="ask", unit=" items", disable=None):
            for line in _turns(assistant, record, how):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                out.flush()
                answered, failed = answered + ("error" not in line), failed + ("error" in line)
    say(f"{answered} turns answered, {failed} failed")
    return 1 if failed and not answered else 0


def _turns(assistant: Assistant, record: Record, how: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of one item; what fails becomes a line with ``error``, and the next turn goes on without it."""
    identity: str | int | None = None
    try:
        identity = record.identity()
        turns = record.texts("turns") if "turns" in record else [record.text("question")]
    except UserError as error:
        report(record.place, error)
        yield {"id": identity, "turn": 0, "error": f"{record.place}: {error}"}
        return
    history: list[Answer] = []
    for turn, question in enumerate(turns):
        try:
            answer = assistant.ask(question, history=history, **how)
        except PapertrailError as error:
            report(record.place, error)
            yield {"id": identity, "turn": turn, "error": str(error)}
            continue
        history.append(answer)
        yield {"id": identity, "turn": turn, **answer.to_json()}
