"""What a program is told when something fails: a status, and one sentence in the shape that OpenAI's clients read."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import fastapi
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag import errors
from rag.errors import PapertrailError

__all__ = ["DEFECT", "TOO_LARGE", "add_handlers", "failure", "refused"]

DEFECT: Final = "Something went wrong inside Papertrail; its log says what, and it can be tried again."
TOO_LARGE: Final = "the request is too large; send less, or start the server with a greater --max-bytes"
_STATUS: Final[tuple[tuple[type[PapertrailError], int], ...]] = (
    (errors.UnknownPaperError, 404),
    (errors.UserError, 400),
    (errors.CollectionBusyError, 503),
    (errors.CollectionUnavailableError, 503),
    (errors.CollectionError, 500),
    (errors.ModelTimeoutError, 504),
    (errors.ModelUnavailableError, 503),
    (errors.ModelError, 502),
)
"""The first kind that an error is of decides: 4xx is for the caller to change, 5xx is not."""
_log = logging.getLogger(__name__)


def failure(error: Exception) -> tuple[int, dict[str, Any]]:
    """Status and body for an error; of a defect the log has the traceback and the caller none of it."""
    if isinstance(error, PapertrailError):
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        return status, _body(str(error), type(error).__name__, retryable=error.retryable)
    _log.error("a request failed", exc_info=error)
    return 500, _body(DEFECT, "defect", retryable=True)


def refused(
    status: int, sentence: str, kind: str, headers: Mapping[str, str] | None = None, *, retryable: bool = False
) -> JSONResponse:
    """A response that says in one sentence why a request is not answered."""
    return JSONResponse(_body(sentence, kind, retryable=retryable), status_code=status, headers=headers)


def add_handlers(app: fastapi.FastAPI) -> None:
    """Makes every failure of ``app`` one of ours."""
    app.add_exception_handler(PapertrailError, _failed)
    app.add_exception_handler(Exception, _failed)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _not_served)


async def _failed(request: fastapi.Request, error: Exception) -> JSONResponse:
    status, body = failure(error)
    return JSONResponse(body, status_code=status)


async def _not_understood(request: fastapi.Request, error: Exception) -> JSONResponse:
    """The first thing that is wrong with a request, without the value, which may be long."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for it; tells the type checker
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    return refused(422, f"{place}: {first['msg']}; /docs says what is understood", "invalid_request_error")


async def _not_served(request: fastapi.Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for it; tells the type checker
    sentence = {
        404: "there is nothing at this address; /docs lists what there is",
        413: TOO_LARGE,
    }.get(error.status_code, str(error.detail))
    return refused(error.status_code, sentence, "invalid_request_error", error.headers)


def _body(sentence: str, kind: str, *, retryable: bool) -> dict[str, Any]:
    return {"error": {"message": sentence, "type": kind, "code": None, "param": None, "retryable": retryable}}
