"""Small PDF files for tests, with lines of text of given sizes."""

from __future__ import annotations

from collections.abc import Sequence

_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>"
)


def pdf_file(
    lines: Sequence[tuple[float, str]],
    *,
    stamp: str = "",
    title: str = "",
    before: int = 0,
    after: Sequence[Sequence[tuple[float, str]]] = (),
    foot: str = "",
) -> bytes:
    """A file one page of which has ``lines``, each a size and a text, from its top downwards.

    Args:
        lines: In Latin 1.
        stamp: Written upwards in the margin.
        title: Of the file's properties.
        before: Number of empty pages before it.
        after: The lines of each page after it.
        foot: Written at the foot of it and of those after it, with the number of the page.
    """
    number = before + 1 + len(after)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{5 + 2 * n} 0 R' for n in range(number))}] /Count {number} >>",
        _FONT,
        f"<< /Title ({title}) >>",
    ]
    drawn = [_drawn(page, stamp if n == 0 else "") for n, page in enumerate([lines, *after])]
    feet = [f"\nBT /F1 8 Tf 1 0 0 1 72 40 Tm ({foot} {before + n}) Tj ET" if foot else "" for n in range(1, number + 1)]
    drawn = [content + at_foot for content, at_foot in zip(drawn, feet, strict=False)]
    for n, content in enumerate([""] * before + drawn):
        length = len(content.encode("latin-1"))
        objects += [_PAGE.format(6 + 2 * n), f"<< /Length {length} >>\nstream\n{content}\nendstream"]
    return _joined(objects)


def _drawn(lines: Sequence[tuple[float, str]], stamp: str) -> str:
    margin = [f"BT /F1 20 Tf 0 1 -1 0 30 240 Tm ({stamp}) Tj ET"] if stamp else []
    return "\n".join(
        margin
        + [f"BT /F1 {size} Tf 1 0 0 1 72 {740 - 20 * n} Tm ({text}) Tj ET" for n, (size, text) in enumerate(lines)]
    )


def _joined(objects: Sequence[str]) -> bytes:
    body, places = b"%PDF-1.4\n", list[int]()
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()
