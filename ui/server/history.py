"""Answers of a conversation as its other side hands them back: nothing is kept here, so that any node can go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pydantic

from rag.errors import UserError
from rag.types import Answer

__all__ = ["answers_of"]

_ANSWER = pydantic.TypeAdapter(Answer)


def answers_of(records: Sequence[Mapping[str, Any]]) -> tuple[Answer, ...]:
    """The answers whose ``to_json()`` these are, without traces.

    Raises:
        UserError: one is none.
    """
    return tuple(_answer(place, record) for place, record in enumerate(records, start=1))


def _answer(place: int, record: Mapping[str, Any]) -> Answer:
    values = {key: value for key, value in record.items() if key not in {"answer", "nearest", "trace"}}
    try:
        nearest = tuple((near["paper_id"], near["title"]) for near in record.get("nearest", ()))
        return _ANSWER.validate_python(values | {"text": record.get("answer"), "nearest": nearest})
    except (pydantic.ValidationError, TypeError, KeyError) as error:
        raise UserError(
            f"entry {place} of `history` is no answer as /v1/ask returns them; send it unchanged"
        ) from error
