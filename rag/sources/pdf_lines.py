"""Pages of PDF files as lines of text, each with the size and the place of its letters."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject

__all__ = ["LARGER", "SMALLER", "Line", "joined", "lines_of"]

LARGER, SMALLER = 1.1, 0.88
"""To the size of the text: a heading is larger, a footnote smaller. pypdf gives 0.98 to 1.02 for the same."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\0": ""})


@dataclasses.dataclass
class Line:
    """What is printed on one line of a page."""

    text: str
    size: float
    """Of most of its letters, in points."""
    height: float
    """Of its base above the foot of the page, in points."""
    turned: bool
    """It does not run from left to right, as the stamp of arXiv in the margin."""
    bold: bool = False
    """Its first letters are of a bold font."""


def lines_of(page: PageObject) -> list[Line]:
    """The lines of a page in the order in which they are written down, column by column as a rule."""
    lines: list[Line] = []
    sizes: list[dict[float, int]] = []
    ended = True

    def take(text: str, outer: Sequence[float], inner: Sequence[float], font: Any, size: float) -> None:
        nonlocal ended
        if text.strip():
            across, up = _direction(inner, outer)
            points = round(abs(size) * max(abs(across), abs(up)), 1)
            height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            turned = abs(up) > abs(across)
            level = lines and lines[-1].turned == turned and abs(lines[-1].height - height) < 0.6 * points
            if ended or not level:
                lines.append(Line("", points, height, turned, _is_bold(font)))
                sizes.append({})
            lines[-1].text += text
            sizes[-1][points] = sizes[-1].get(points, 0) + len(text)
        elif lines and text:
            lines[-1].text += " "
        ended = text.endswith("\n") if text else ended

    page.extract_text(visitor_text=take)
    for line, counts in zip(lines, sizes, strict=True):
        line.text = " ".join(line.text.translate(_LIGATURES).split())
        line.size = max(counts, key=lambda points: counts[points])
    return lines


def _is_bold(font: Any) -> bool:
    """Whether a font's name says so, as those of LaTeX and of Word do."""
    name = str(font.get("/BaseFont", "")) if hasattr(font, "get") else ""
    return bool(re.search(r"bold|cmb|bx\d|medi(?:$|-)|-bd|black|heavy", name, re.IGNORECASE))


def _direction(inner: Sequence[float], outer: Sequence[float]) -> tuple[float, float]:
    """Where a letter one point wide runs to, in points across and up."""
    return inner[0] * outer[0] + inner[1] * outer[2], inner[0] * outer[1] + inner[1] * outer[3]


def joined(lines: Sequence[str]) -> str:
    """Lines as running text, words that a line end divides made whole."""
    text = ""
    for line in lines:
        divided = re.search(r"[^\W\d_]-$", text) and re.match(r"[^\W\d_]", line) and line[0].islower()
        text = text[:-1] + line if divided else f"{text} {line}"
    return text.strip()
