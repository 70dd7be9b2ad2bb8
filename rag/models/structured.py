"""Asking a language model for one value of a given shape, and reading it out of whatever the model replies."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pydantic
import pydantic_core
from pydantic.json_schema import GenerateJsonSchema

from rag.errors import ModelReplyError
from rag.models.door import ChatModel
from rag.models.metering import Meter

__all__ = ["Shape", "structured"]

REPAIR = "Your last reply was of no use: {why}. Reply with the JSON object alone."
_OBJECTS = 50
"""Places at which an object is looked for in a reply; one that has more braces is no answer."""
_WORD = re.compile(r"\W*(\w+)")


class Shape(pydantic.BaseModel):
    """What a model is to reply; subclasses say the fields. What it says beside them is passed over."""

    model_config = pydantic.ConfigDict(
        json_schema_extra={"additionalProperties": False}, json_schema_serialization_defaults_required=True
    )


T = TypeVar("T", bound=Shape)
R = TypeVar("R")


def structured(
    model: ChatModel,
    rules: str,
    matter: str,
    shape: type[T],
    use: Callable[[T], R],
    *,
    tokens: int,
    cancel: threading.Event | None = None,
    meter: Meter | None = None,
) -> R:
    """What ``use`` makes of a value of ``shape`` that ``model`` says.

    Servers that can, hold the model to the shape; ``rules`` must say it too, for those that cannot. The model is asked
    once more when its reply is of no use, and told why.

    Args:
        model: who is asked.
        rules: what it is to do, the same each time, so that a server can keep it in its cache.
        matter: what it is to be done with; the caller fences what comes from papers.
        shape: what the reply is to be.
        use: takes what is wanted out of the reply; raises ValueError with the reason where it is of no use.
        tokens: most that the reply may take.
        cancel: once set, the request ends.
        meter: counts the calls, also those that fail; None: nobody does.

    Raises:
        ModelReplyError: no reply was of use, or ``cancel`` was set.
        ModelError: the server does not do its work.
    """
    schema = shape.model_json_schema(schema_generator=_Strict, mode="serialization")
    asked, why = matter, ValueError()
    for _ in range(2):
        reply = model.reply(model.request(rules, asked, tokens, schema), cancel, meter)
        if cancel is not None and cancel.is_set():
            raise ModelReplyError(f"{model.name} was stopped before it had replied; ask again")
        try:
            return use(_read(reply, shape))
        except ValueError as error:
            why, asked = error, f"{matter}\n{REPAIR.format(why=error)}"
    wanted = shape.__name__.strip("_").lower()
    raise ModelReplyError(f"{model.name} gave no {wanted} of use ({why}); name another model")


class _Strict(GenerateJsonSchema):
    """Schemas as OpenAI's strict mode takes them: every field is required, and none has a default."""

    def default_schema(self, schema: pydantic_core.core_schema.WithDefaultSchema) -> dict[str, Any]:
        """The schema of a field without its default."""
        return self.generate_inner(schema["schema"])


def _read(reply: str, shape: type[T]) -> T:
    """The value in a reply, which may have words or a fence around it, be cut off, or be a bare word for one field.

    Raises:
        ValueError: there is none; the message says what is wrong.
    """
    wrong = "it holds no JSON object"
    for value in _values(reply, shape):
        try:
            return shape.model_validate(value)
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            wrong = f"{'.'.join(map(str, first['loc'])) or 'the object'}: {first['msg']}"
    raise ValueError(wrong)


def _values(reply: str, shape: type[T]) -> Iterator[Any]:
    """What the reply may mean, the likeliest first."""
    decoder = json.JSONDecoder(strict=False)
    starts = [brace.start() for brace, _ in zip(re.finditer(r"\{", reply), range(_OBJECTS), strict=False)]
    for start in starts:
        try:
            yield decoder.raw_decode(reply, start)[0]
        except (ValueError, RecursionError):
            continue
    if starts:
        try:
            yield pydantic_core.from_json(
                reply[starts[0] :].rstrip("0123456789"), allow_partial=True
            )  # "1" may be "12"
        except ValueError:
            return
    elif len(shape.model_fields) == 1 and (word := _WORD.match(reply)):
        yield {next(iter(shape.model_fields)): word[1].lower()}
