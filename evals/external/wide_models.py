"""Language models side by side on the questions about one paper of the wide sets; kept as it goes, so it can go on."""

from __future__ import annotations

import dataclasses
import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from evals.external.wide import WideQuestion, WideSet
from evals.external.wide_scores import NO_ANSWER, given_by, score_turn
from evals.machine import environment
from evals.sampling import spread
from evals.statistics import mean_of
from rag import Assistant
from rag.errors import PapertrailError, SourceError
from rag.settings import Settings

__all__ = ["ModelAnswer", "compare_models", "models_table", "write_models"]

KEPT = "models.jsonl"
"""In the folder of the report: every answer with its measures, one a line."""


@dataclasses.dataclass(frozen=True)
class ModelAnswer:
    """One answer of one model, measured."""

    model: str
    """As it was asked for."""
    set: str
    question: str
    """Its id in the set."""
    settings_hash: str
    values: Mapping[str, float]
    """As :func:`evals.external.wide_scores.score_turn` gives them, and ``fell back``: another model wrote it."""
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    text: str
    """With its markers."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is not asked twice."""
        return self.model, self.set, self.question, self.settings_hash


def compare_models(
    sets: Sequence[WideSet],
    models: Sequence[str],
    settings: Settings,
    folder: Path,
    opened: Callable[[WideSet], Assistant],
    *,
    limit: int | None = None,
    fresh: bool = False,
    progress: Callable[[str, int, int], None] = lambda step, done, of: None,
) -> list[ModelAnswer]:
    """Asks each model the questions about one paper, those that an earlier run has asked excepted.

    Args:
        sets: the wide sets.
        models: as ``--model`` names them.
        settings: of the answers; those with other ones count as not asked.
        folder: where the answers are kept as they come.
        opened: gives the assistant over a set's papers.
        limit: how many questions, at even distances over all sets; None: all.
        fresh: asks everything anew.
        progress: told the model, how many of its questions are done, and of how many.

    Raises:
        SourceError: the folder cannot be written to, or what is kept there is of another format.
    """
    questions = spread([(one, each) for one in sets for each in one.questions if each.kind == "paper"], limit)
    wanted = {(model, one.name, each.id, settings.hash) for model in models for one, each in questions}
    kept = {} if fresh else {answer.key: answer for answer in _read(folder / KEPT)}
    for model in models:
        done = 0
        for one in sets:
            asked = [each for of, each in questions if of is one]
            left = [each for each in asked if (model, one.name, each.id, settings.hash) not in kept]
            done += len(asked) - len(left)
            if not left:
                continue
            with opened(one) as assistant:
                for each in left:
                    answer = _asked(assistant, model, one.name, each)
                    kept[answer.key] = answer
                    _write(folder / KEPT, kept.values())
                    done += 1
                    progress(model, done, len(questions))
    return [answer for key, answer in kept.items() if key in wanted]


def _asked(assistant: Assistant, model: str, name: str, question: WideQuestion) -> ModelAnswer:
    start = time.perf_counter()
    given, text, tokens, writer = NO_ANSWER, "", (0, 0), model
    try:
        answer = assistant.ask(question.turns[0], model=model)
    except PapertrailError as error:
        text = str(error)
    else:
        given, text, writer = given_by(answer), answer.text, answer.model
        tokens = answer.usage.prompt_tokens, answer.usage.completion_tokens
    values = {**score_turn(question, 0, given), "fell back": float(writer != model), "cited": float(bool(given.titles))}
    seconds = time.perf_counter() - start
    return ModelAnswer(model, name, question.id, assistant.settings.hash, values, seconds, *tokens, text)


def _read(file: Path) -> list[ModelAnswer]:
    if not file.exists():
        return []
    try:
        return [ModelAnswer(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(f"{file} is not what an earlier run has kept: delete it, or give --fresh") from error


def _write(file: Path, answers: Iterable[ModelAnswer]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        lines = (json.dumps(dataclasses.asdict(one), ensure_ascii=False) + "\n" for one in answers)
        part.write_text("".join(lines), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise SourceError(f"the report cannot be written to {str(file.parent)!r}: {error.strerror}") from error


_COLUMNS = {
    "right": "right",
    "first": "right paper first",
    "cited": "cites",
    "facts": "facts",
    "wrongly refused": "wrongly refused",
    "fell back": "another wrote it",
}


def models_table(answers: Sequence[ModelAnswer]) -> str:
    """A Markdown row a model: means with 95 % intervals in brackets, medians of seconds and tokens."""
    names = ["model", "questions", *_COLUMNS.values(), "seconds", "tokens in", "tokens out"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for model in dict.fromkeys(answer.model for answer in answers):
        group = [answer for answer in answers if answer.model == model]
        cells = [f"`{model}`", str(len(group)), *(_mean(group, measure) for measure in _COLUMNS)]
        cells.append(f"{statistics.median(one.seconds for one in group):.1f}")
        cells += [f"{statistics.median(one.prompt_tokens for one in group):.0f}"]
        cells += [f"{statistics.median(one.completion_tokens for one in group):.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(group: Sequence[ModelAnswer], measure: str) -> str:
    values = [one.values[measure] for one in group if measure in one.values]
    if not values:
        return "-"
    mean = mean_of(values)
    return f"{mean.value:.2f} [{mean.low:.2f}, {mean.high:.2f}]"


def write_models(answers: Sequence[ModelAnswer], folder: Path, command: str) -> None:
    """Writes the table as ``models.md`` into ``folder``, with the command that made it.

    Raises:
        SourceError: the folder cannot be written to.
    """
    made = ", ".join(f"{name}: {value}" for name, value in environment().items())
    head = f"# Language models\n\nMade by `{command}`; in brackets 95 % intervals, seconds and tokens are medians."
    try:
        (folder / "models.md").write_text(f"{head}\n\n{models_table(answers)}\n\n{made}\n", encoding="utf-8")
    except OSError as error:
        raise SourceError(f"the report cannot be written to {str(folder)!r}: {error.strerror}") from error
