"""``papertrail eval`` and ``papertrail bench``: how right and how fast answers are."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from ui.commands.options import Commands, add_collection, add_json, add_retriever, open_assistant, settings_of
from ui.commands.streams import opened_output, print_json

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Adds the commands."""
    evaluate = commands.add_parser("eval", help="measure answers on a question set")
    evaluate.add_argument(
        "suite",
        nargs="?",
        default="questions",
        metavar="SUITE",
        help="questions (default), claims, or a question set's file",
    )
    evaluate.add_argument("--model", default="extractive", metavar="NAME", help="who writes (default: extractive)")
    evaluate.add_argument("--out", metavar="FILE", help="write every answer with its measures, one JSON object a line")
    add_retriever(evaluate)
    add_json(evaluate)
    add_collection(evaluate)
    evaluate.set_defaults(command=_evaluate)
    bench = commands.add_parser("bench", help="measure speed against its floor, in one run on this machine")
    add_json(bench)
    add_collection(bench)
    bench.set_defaults(command=_bench)


def _evaluate(options: argparse.Namespace) -> int:
    return _claims(options) if options.suite == "claims" else _questions(options)


def _claims(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.claims import check_claims, claims_table, load_claims

    claims = load_claims()
    with open_assistant(options) as assistant:
        checked = list(tqdm(check_claims(assistant, claims), total=len(claims), unit="claim", disable=None))
    if options.json:
        print_json([dataclasses.asdict(claim) for claim in checked])
    else:
        print(claims_table(checked))
    return 0


def _questions(options: argparse.Namespace) -> int:
    import json

    from tqdm import tqdm

    from evals.questions import QUESTIONS, load_questions
    from evals.report import summary, table
    from evals.suite import run_questions

    questions = load_questions(QUESTIONS if options.suite == "questions" else Path(options.suite))
    with open_assistant(options) as assistant, tqdm(total=len(questions), unit="question", disable=None) as bar:
        measured = list(
            run_questions(
                assistant,
                questions,
                model=options.model,
                retriever=options.retriever,
                progress=lambda _: bar.update() and None,
            )
        )
    if options.out:
        with opened_output(options.out) as out:
            out.writelines(json.dumps(one.to_json(), ensure_ascii=False) + "\n" for one in measured)
    rows = summary(measured)
    if options.json:
        print_json(rows)
    else:
        print(table(rows))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from evals.bench import run_bench

    result = run_bench(settings_of(options), options.collection)
    if options.json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name:44} {value}")
    return 0
