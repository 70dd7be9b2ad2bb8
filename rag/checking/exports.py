"""The result of a check for other programs: a report in Markdown, CSV, SARIF for code scanning, a list for editors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from rag.checking.checked import Checked, CheckedDraft, Status
from rag.errors import UserError
from rag.tables import csv_table, markdown_table, markdown_text

__all__ = ["EXPORTS", "STATUS_WORDS", "exported"]

STATUS_WORDS: Final = {
    Status.SUPPORTED: "supported",
    Status.PARTIAL: "partly supported",
    Status.UNSUPPORTED: "not supported",
    Status.UNCITED: "uncited",
    Status.UNKNOWN: "cites what is not here",
    Status.SKIPPED: "not checked",
}
"""What a person calls each result."""
_LEVELS: Final = {
    Status.UNSUPPORTED: "error",
    Status.PARTIAL: "warning",
    Status.UNKNOWN: "note",
    Status.UNCITED: "note",
}
"""What there is to do something about, by the levels of SARIF; the others are in no list of problems."""
_RULES: Final = {
    Status.UNSUPPORTED: "The papers that the sentence cites do not bear it out.",
    Status.PARTIAL: "The papers that the sentence cites may bear out only a part of it.",
    Status.UNKNOWN: "The sentence cites a paper that is not in the collection.",
    Status.UNCITED: "The sentence states something and cites no paper.",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_HEAD: Final = (
    *("file", "line", "column", "status", "score", "sentence", "reason"),
    *("paper_id", "title", "evidence", "supporters", "instead"),
)


def exported(checked: CheckedDraft, form: str, path: str) -> str:
    """The result as text of one format; ends with a line break, but an empty list of problems is empty.

    Args:
        checked: what was found.
        form: one of :data:`EXPORTS`. ``markdown`` is a report of all sentences that were checked, ``csv`` a row for
            each sentence, ``sarif`` (2.1.0) and ``list`` (``file:line:column: message``) have what is not borne out,
            cites what is not here or cites nothing.
        path: the draft as an editor opens it; files that it reads in are named from its folder on.

    Raises:
        UserError: the format is unknown.
    """
    if form not in _WRITERS:
        raise UserError(f"unknown format {form!r}; choose one of {', '.join(EXPORTS)}")
    return _WRITERS[form](checked, path)


def _file(one: Checked, path: str) -> str:
    return path if one.file is None else str(PurePath(path).parent / one.file)


def _place(one: Checked, path: str) -> str:
    return f"{_file(one, path)}:{one.line}:{one.column}"


def _problems(checked: CheckedDraft) -> Iterator[Checked]:
    return (one for one in checked.sentences if one.status in _LEVELS)


def _reasons(one: Checked) -> list[str]:
    """Why it is not supported; nothing of the nearest paper where an uncited sentence has found its own."""
    return [] if one.status is Status.UNCITED and one.suggestion else list(one.problems)


def _message(one: Checked) -> str:
    """What is wrong with a sentence, and what to read, on one line."""
    parts = _reasons(one)
    if one.paper is not None and not (one.status is Status.UNCITED and one.suggestion):
        parts.append(f"nearest sentence of “{one.paper.title}”: “{one.evidence}”")
    if one.suggestion is not None:
        parts.append(f"{one.suggestion.text}: “{one.suggestion.paper.title}”")
    return " ".join(f"{STATUS_WORDS[one.status]}: {'; '.join(parts)}".split())


def _list(checked: CheckedDraft, path: str) -> str:
    return "".join(f"{_place(one, path)}: {_message(one)}\n" for one in _problems(checked))


def _csv(checked: CheckedDraft, path: str) -> str:
    return csv_table([_HEAD, *(_row(one, path) for one in checked.sentences)])


def _row(one: Checked, path: str) -> tuple[str, ...]:
    return (
        _file(one, path),
        str(one.line),
        str(one.column),
        one.status.value,
        f"{one.score:.3f}" if one.verdict else "",
        one.claim,
        "; ".join(_reasons(one)),
        one.paper.paper_id if one.paper else "",
        one.paper.title if one.paper else "",
        one.evidence,
        "; ".join(supporter.paper.paper_id for supporter in one.supporters),
        one.suggestion.paper.paper_id if one.suggestion else "",
    )


def _markdown(checked: CheckedDraft, path: str) -> str:
    counts = checked.counts()
    found = ", ".join(f"{counts[status]} {STATUS_WORDS[status]}" for status in counts if counts[status])
    judge = f" and {markdown_text(checked.judge)}" if checked.judge else ""
    rows = [_cells(one, path) for one in checked.sentences if one.status is not Status.SKIPPED]
    blocks = [
        f"# Check of {markdown_text(path)}\n",
        f"{len(checked.sentences)} sentences: {found or 'none'}; checked by the small model{judge}.\n",
        markdown_table(["place", "result", "sentence", "why", "papers"], rows) if rows else "",
        "".join(f"- {markdown_text(note)}\n" for note in checked.notes),
    ]
    return "\n".join(filter(None, blocks))


def _cells(one: Checked, path: str) -> list[str]:
    """A row of the report: where, what, the sentence, the reasons, and the papers with their sentences."""
    papers = [(supporter.paper.title, supporter.evidence) for supporter in one.supporters]
    if not papers and one.paper is not None:
        papers = [(one.paper.title, one.evidence)]
    reasons = [markdown_text(problem) for problem in _reasons(one)]
    if one.suggestion is not None:
        reasons.append(markdown_text(f"{one.suggestion.text}: {one.suggestion.paper.title}"))
    quoted = [f"{markdown_text(title)}: “{markdown_text(evidence)}”" for title, evidence in papers]
    place = markdown_text(f"{one.file or PurePath(path).name}:{one.line}")
    return [place, STATUS_WORDS[one.status], markdown_text(one.claim), "<br>".join(reasons), "<br>".join(quoted)]


def _sarif(checked: CheckedDraft, path: str) -> str:
    rules = list(_RULES)
    driver = {
        "name": "papertrail",
        "version": version("papertrail"),
        "rules": [
            {
                "id": status.value,
                "shortDescription": {"text": _RULES[status]},
                "defaultConfiguration": {"level": _LEVELS[status]},
            }
            for status in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, path, rules.index(one.status)) for one in _problems(checked)],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _result(one: Checked, path: str, rule: int) -> dict[str, Any]:
    region = {
        "startLine": one.line,
        "startColumn": one.column,
        "endLine": one.last_line,
        "endColumn": one.last_column,
        "snippet": {"text": one.claim},
    }
    return {
        "ruleId": one.status.value,
        "ruleIndex": rule,
        "level": _LEVELS[one.status],
        "message": {"text": _message(one)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(_file(one, path))}, "region": region}}],
    }


def _uri(file: str) -> str:
    """The address of a file: an absolute one of the scheme ``file``, else from where the check was run."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


_WRITERS: Final[dict[str, Callable[[CheckedDraft, str], str]]] = {
    "markdown": _markdown,
    "csv": _csv,
    "sarif": _sarif,
    "list": _list,
}
EXPORTS: Final = tuple(_WRITERS)
