"""The command line: stdout is data, stderr is talk; exit 0 done, 1 failed, 2 the user's mistake in one sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from rag.errors import CollectionMissingError, PapertrailError, UserError
from ui.commands import (
    ask,
    bench,
    chat,
    collection,
    compare,
    doctor,
    evaluate,
    extract,
    mcp,
    move,
    search,
    serve,
    verify,
)

__all__ = ["main"]

_GROUPS: Final = (collection, move, extract, search, ask, compare, verify, chat, serve, mcp, evaluate, bench, doctor)
"""Each module has ``register(commands)``, which adds its subcommands with ``command`` set to what they do."""

_DONE: Final = 0
_FAILED: Final = 1
_MISTAKE: Final = 2
_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
_READER_GONE: Final = 141  # 128 + SIGPIPE


class _Parser(argparse.ArgumentParser):
    """Reports a mistake as one sentence instead of a page of usage, and takes flags by their full name only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code.

    Args:
        arguments: the words after ``papertrail``; None takes those of the process.
    """
    _speak_utf8()
    try:
        options = _parser().parse_args(_readable(sys.argv[1:] if arguments is None else arguments))
        code: int | None = options.command(options)
        sys.stdout.flush()  # here, so that a reader that has gone is noticed here
    except (UserError, CollectionMissingError) as error:
        print(f"papertrail: {error}", file=sys.stderr)
        return _MISTAKE
    except PapertrailError as error:
        print(f"papertrail: {error}", file=sys.stderr)
        return _FAILED
    except BrokenPipeError:
        # What is still buffered has no reader; without this the interpreter complains when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except OSError as error:  # a full disk, a folder without rights: the words of the system say what to do
        print(f"papertrail: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt as interrupt:
        print(f"papertrail: {str(interrupt) or 'interrupted'}", file=sys.stderr)
        return _INTERRUPTED
    return _DONE if code is None else code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="papertrail",
        description="Answers questions about a collection of papers; every sentence leads to the sentence it rests on.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in _GROUPS:
        group.register(commands)
    return parser


def _readable(arguments: Sequence[str]) -> Sequence[str]:
    """Refuses words that are not valid text: Python smuggles undecodable bytes in as lone surrogates."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise UserError(f"{argument!r} is not valid UTF-8; check the encoding of your terminal") from error
    return arguments


def _speak_utf8() -> None:
    """Data is UTF-8 whatever the locale says; talk must never fail for a character the terminal lacks."""
    for stream, encoding in ((sys.stdout, "utf-8"), (sys.stderr, None)):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
