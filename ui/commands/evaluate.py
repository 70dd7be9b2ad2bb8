"""``papertrail eval``: how right answers are, on a question set or a claim set."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UserError
from ui.commands.options import Commands, add_collection, add_json, add_retriever, open_assistant, positive, settings_of
from ui.commands.streams import opened_output, plain, print_json, say

if TYPE_CHECKING:
    from evals.result import Result
    from evals.run import Plan
    from rag.settings import Settings

__all__ = ["register"]

_GATED = 1
"""Exit code of a run outside the bounds of its gate."""


def register(commands: Commands) -> None:
    """Adds the command."""
    parser = commands.add_parser("eval", help="measure how right the answers are, on a question set")
    parser.add_argument(
        "suite",
        nargs="?",
        default="questions",
        metavar="SUITE",
        help="questions (default), linked, claims, a file of either, or with --data: scifact, npl, pubmedqa, "
        "healthver, scholarqabench, wide",
    )
    parser.add_argument("--data", metavar="DIR", help="folder of public data sets, read in place")
    parser.add_argument("--model", default="extractive", metavar="NAME", help="who writes (default: extractive)")
    parser.add_argument(
        "--models",
        metavar="A,B,..",
        help="with wide: set models side by side on the questions about one paper; what is kept in --report goes on",
    )
    parser.add_argument(
        "--compare", metavar="A,B,..", help="retrievers to set side by side; `direct` is the --model without papers"
    )
    parser.add_argument(
        "--judge",
        metavar="NAME",
        help="ollama/NAME or openai/NAME says what papers bear out, not the built-in checker; on claims beside it",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="ask only N of the questions, spread over the set")
    parser.add_argument(
        "--report", metavar="DIR", help="write the run into this folder: run.json, report.md, report.html"
    )
    parser.add_argument("--against", metavar="FILE", help="an earlier run.json: say what got better and worse")
    parser.add_argument("--gate", metavar="FILE", help="fail when a number is out of the bounds in this file")
    parser.add_argument("--check", metavar="FILE", help="say what is wrong with a question set or a claim set")
    parser.add_argument("--make", type=positive, metavar="N", help="write N questions about the collection to --out")
    parser.add_argument("--fresh", action="store_true", help="ask everything anew, also what an earlier run has asked")
    parser.add_argument("--out", metavar="FILE", help="write every answer with its measures, one JSON object a line")
    add_retriever(parser)
    add_json(parser)
    add_collection(parser)
    parser.set_defaults(command=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    from evals.claims import CLAIMS, holds_claims
    from evals.external.sets import SETS

    if options.check is not None:
        return _check(options)
    if options.make is not None:
        return _make(options)
    if options.data is not None and options.suite not in SETS:
        raise UserError(f"--data goes with one of {', '.join(SETS)}; see `papertrail eval --help`")
    if options.models is not None:
        return _models(options)
    if options.suite in SETS:
        return _external(options)
    claims = CLAIMS if options.suite == "claims" else Path(options.suite)
    return _claims(options, claims) if holds_claims(claims) else _questions(options)


def _check(options: argparse.Namespace) -> int:
    """A sentence a finding; 1 when there is one."""
    from evals.checking import check_set

    with open_assistant(options) as assistant:
        findings = check_set(Path(options.check), assistant.papers())
    if options.json:
        print_json(findings)
    for sentence in [] if options.json else findings:
        print(plain(sentence))
    say(f"{options.check}: {len(findings) or 'no'} finding{'s' * (len(findings) != 1)}")
    return 1 if findings else 0


def _make(options: argparse.Namespace) -> int:
    """A question a line; fewer than wanted are said to be."""
    import json

    from evals.making import make_questions
    from evals.rewriting import rewriter

    with open_assistant(options) as assistant:
        rewrite = None if options.model == "extractive" else rewriter(options.model, assistant.settings)
        made = make_questions(assistant.papers(), options.make, rewrite)
    with opened_output(options.out) as out:
        out.writelines(json.dumps(one.to_json(), ensure_ascii=False) + "\n" for one in made)
    say(f"{len(made)} questions" + ("" if len(made) == options.make else f"; the papers give no {options.make}"))
    return 0


def _external(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.external.sets import measure_set, set_table, write_set

    if options.data is None:
        raise UserError(f"{options.suite} is read from a folder of yours: name it with --data DIR")
    with tqdm(disable=None) as bar:

        def progress(step: str, done: int, of: int) -> None:
            if done == 1:
                bar.set_description_str(step)
                bar.reset(of or None)
            bar.update(done - bar.n)

        settings, names = settings_of(options), _retrievers(options)
        result = measure_set(
            options.suite, Path(options.data), settings, model=options.model, retrievers=names, progress=progress
        )
    if options.report:
        write_set(result, Path(options.report), f"papertrail eval {options.suite} --data DIR")
    if options.json:
        print_json(result.to_json())
    else:
        print(set_table(result))
    return 0


def _models(options: argparse.Namespace) -> int:
    """Every answer is kept in the folder of the report, so that the same call goes on where one was stopped."""
    from tqdm import tqdm

    from evals.external.sets import opened_set
    from evals.external.wide import wide_sets
    from evals.external.wide_models import compare_models, models_table, write_models

    if options.suite != "wide" or options.data is None or options.report is None:
        raise UserError("--models goes with `papertrail eval wide --data DIR --report DIR`")
    models, settings = [name.strip() for name in options.models.split(",")], settings_of(options)
    with tqdm(unit="question", disable=None) as bar:

        def progress(step: str, done: int, of: int) -> None:
            bar.set_description_str(step)
            bar.total = of
            bar.update(done - bar.n)

        answers = compare_models(
            wide_sets(Path(options.data)),
            models,
            settings,
            Path(options.report),
            lambda one: opened_set(settings, one),
            limit=options.limit,
            fresh=options.fresh,
            progress=progress,
        )
    limit = f" --limit {options.limit}" if options.limit else ""
    command = f"papertrail eval wide --data DIR --models {','.join(models)}{limit} --report DIR"
    write_models(answers, Path(options.report), command)
    if options.json:
        print_json([dataclasses.asdict(one) for one in answers])
    else:
        print(models_table(answers))
    return 0


def _claims(options: argparse.Namespace, path: Path) -> int:
    from tqdm import tqdm

    from evals.claims import check_claims, claims_table, load_claims
    from evals.tracing import trace_claims, traces_table

    claims = load_claims(path)
    with open_assistant(options) as assistant:
        checking = check_claims(assistant, claims, options.judge or "none")
        checked = list(tqdm(checking, total=len(claims), unit="claim", disable=None))
        traced = [] if options.json else list(tqdm(trace_claims(assistant, claims), unit="claim", disable=None))
    if options.json:
        print_json([dataclasses.asdict(claim) for claim in checked])
        return 0
    print(claims_table(checked))
    print("\nThe same as sentences that cite nothing, by the rules alone")
    print(traces_table(traced))
    return 0


def _questions(options: argparse.Namespace) -> int:
    from evals.gate import failures, load_gate
    from evals.result import load_result

    if options.gate and options.limit:
        raise UserError("--gate needs the whole set: leave --limit out")
    gate = load_gate(Path(options.gate)) if options.gate else {}
    before = load_result(Path(options.against)) if options.against else None
    result = _run(options)
    _write(options, result, before)
    fallen = failures(gate, next(iter(result.summaries.values())))
    for sentence in fallen:
        say(f"gate: {sentence}")
    return _GATED if fallen else 0


def _run(options: argparse.Namespace) -> Result:
    from tqdm import tqdm

    from evals.run import execute

    with open_assistant(options) as assistant, tqdm(unit="question", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        result = execute(assistant, _plan(options, assistant.settings), progress)
    assert result is not None  # noqa: S101 -- nothing here cancels it; tells the type checker
    return result


def _plan(options: argparse.Namespace, settings: Settings) -> Plan:
    from evals.measuring import BUILT_IN, Judge
    from evals.questions import IN_THE_BOX
    from evals.run import Plan
    from rag.checking.model_judge import ModelJudge

    judge: Judge = ModelJudge(options.judge, settings) if options.judge else BUILT_IN
    retrievers = _retrievers(options)
    return Plan(
        path=IN_THE_BOX.get(options.suite) or Path(options.suite),
        model=options.model,
        retrievers=retrievers,
        limit=options.limit,
        fresh=options.fresh,
        costs=len(retrievers) > 1,
        judge=judge,
    )


def _retrievers(options: argparse.Namespace) -> tuple[str, ...]:
    """The retrievers that the call names; empty: none."""
    if options.retriever and options.compare:
        raise UserError("give either --retriever or --compare; the first name of --compare is the one measured")
    names = options.compare.split(",") if options.compare else [options.retriever] if options.retriever else []
    return tuple(name.strip() for name in names)


def _write(options: argparse.Namespace, result: Result, before: Result | None) -> None:
    import json

    from evals.report.markdown import changes_table
    from evals.report.side_by_side import remarks, side_by_side_text
    from evals.report.table import comparison, table
    from evals.summary import changes

    if options.out:
        with opened_output(options.out) as out:
            out.writelines(json.dumps(one.to_json(), ensure_ascii=False) + "\n" for one in result.main)
    if options.report:
        _report(options, result, before)
    if options.json:
        print_json(result.summary_json())
        return
    if len(result.header.retrievers) > 1:
        print(side_by_side_text(result))
        print("\n" + "\n".join(remarks(result)))
    else:
        print(table(next(iter(result.summaries.values()))))
        print()
        print(comparison(result.summaries, result.retrieve_ms))
    if before is not None:
        print()
        print(changes_table(changes(before.main, result.main)))


def _report(options: argparse.Namespace, result: Result, before: Result | None) -> None:
    from evals.report.files import PAGE, write_report

    write_report(result, Path(options.report), _command(options), before)
    say(f"report: {Path(options.report) / PAGE}")


def _command(options: argparse.Namespace) -> str:
    """The call that gives the same numbers again, without what only says where things lie."""
    said = {"--model": options.model, "--retriever": options.retriever, "--compare": options.compare}
    said |= {"--judge": options.judge, "--limit": options.limit, "--collection": options.collection}
    flags = [f"{flag} {value}" for flag, value in said.items() if value is not None]
    return " ".join(["papertrail eval", Path(options.suite).name if "/" in options.suite else options.suite, *flags])
