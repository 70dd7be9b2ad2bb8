"""Where the files of a data set lie, and what is said when they do not."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from rag.errors import SourceError

__all__ = ["file_of", "opened"]


def file_of(data: Path, folder: str, name: str) -> Path:
    """The file ``name`` of a set, in the folder named after the set or in ``data`` itself.

    Raises:
        SourceError: it is in neither.
    """
    for place in (data / folder / name, data / name):
        if place.is_file():
            return place
    raise SourceError(f"there is no {folder}/{name} in {str(data)!r}: name the folder of the data with --data DIR")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The text of a file, which may be gzipped.

    Raises:
        SourceError: it cannot be read, or what is in it is not what the reader expects there.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as text:
            yield text
    except OSError as error:
        raise SourceError(f"{str(path)!r} cannot be read ({error.strerror or error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # of the reader: JSON, columns, encodings
        raise SourceError(f"{str(path)!r} is not in the format of its set ({type(error).__name__}: {error})") from error
