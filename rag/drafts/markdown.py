"""Reading a draft in Markdown, its blocks and inline markup as markdown-it-py finds them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.drafts.blocks import Block, blank
from rag.drafts.cites import Located, arxiv_ids, dois
from rag.drafts.draft import Cite
from rag.drafts.plain import HEADING, is_heading
from rag.drafts.references import FRONT_MATTER

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["markdown_blocks"]

_SKIPPED = {"fence": "code", "code_block": "code", "html_block": "HTML", "table_open": "a table"}
_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_NOTE_HEAD = re.compile(r"\[\^[^\[\]\s]{1,40}\]:")
_PIECE = re.compile(r"\w+|[^\w\s]")
_NEAR_CHARS = 40
"""A piece of text that markdown-it has changed (an entity, an escape) is looked for so far on."""
_TELLING_CHARS = 20
"""Text of so many characters is looked for to the end: it hardly stands there by chance before its place."""
_TARGET = r"\](?:\((?:[^()\\]|\\.|\([^()]{0,1000}\)){0,4000}\)|\[[^\[\]]{0,1000}\])?"
"""What closes a link or a picture: its address in brackets, or the name of one given elsewhere."""
_LINK_END = re.compile(rf"[*_`~]*{_TARGET}", re.DOTALL)
_PICTURE = re.compile(rf"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]{{0,1000}}\]){{0,4000}}{_TARGET}", re.DOTALL)


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of a draft; headings, code, tables, HTML and the head of the file are not checked."""
    from markdown_it import MarkdownIt

    front = FRONT_MATTER.match(text)
    if front:
        yield Block(0, front[0], "front matter")
    body = blank(text, [front.span()] if front else [])
    starts = _line_starts(body)
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    inside_table = heading = False
    items = 0
    for token in tokens:
        if token.type in ("table_open", "table_close"):
            inside_table = token.type == "table_open"
        elif token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type in ("list_item_open", "list_item_close"):
            items += token.nesting
        if token.map is None or inside_table and token.type != "table_open":
            continue
        start, end = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if token.type in _SKIPPED:
            yield Block(start, body[start:end], _SKIPPED[token.type])
        elif token.type == "inline":
            block = dataclasses.replace(_inline(body[start:end], start, token), item=items > 0)
            yield Block(start, block.text, HEADING) if heading or is_heading(block.text.strip()) else block


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text)), len(text)]


def _inline(source: str, start: int, token: Token) -> Block:
    """A paragraph: everything blanked out that is not its text, with the papers that its links lead to."""
    kept = bytearray(len(source))
    links: list[Located] = []
    open_links: list[tuple[int, str]] = []
    place = 0
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            place = _keep(source, place, child.content, kept)
        elif child.type == "link_open":
            open_links.append((place, str(child.attrs.get("href", ""))))
        elif child.type == "link_close" and open_links:
            links += _link(source, *open_links.pop(), place)
            place = _after(_LINK_END.match(source, place), place)
        elif child.type == "image":
            place = _after(_PICTURE.search(source, place, place + 5000), place)
        elif child.type == "html_inline":
            found = source.find(child.content, place)
            place = found + len(child.content) if found >= 0 else place
    covered = [match.span() for pattern in (_FORMULA, _NOTE_HEAD) for match in pattern.finditer(source)]
    masked = blank(source, [*_gaps(kept), *covered])
    return Block(start, masked, cites=_apart(links))


def _keep(source: str, place: int, content: str, kept: bytearray) -> int:
    """Marks where ``content`` stands in ``source`` from ``place`` on; gives the place after it."""
    far = len(source) if len(content) >= _TELLING_CHARS else place + len(content) + _NEAR_CHARS
    whole = source.find(content, place, far) >= 0
    for piece in [content] if whole else _PIECE.findall(content):
        found = source.find(piece, place, far if whole else place + len(piece) + _NEAR_CHARS)
        if found >= 0:
            place = found + len(piece)
            kept[found:place] = b"\1" * len(piece)
    return place


def _after(match: re.Match[str] | None, place: int) -> int:
    """The place behind a match; without one the same."""
    return match.end() if match else place


def _gaps(kept: bytearray) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rb"\0+", bytes(kept)):
        yield match.span()


def _link(source: str, start: int, address: str, end: int) -> Iterator[Located]:
    """The paper that a link leads to; its words stay, unless they are a number or an address."""
    begin = start + (len(source[start:end]) - len(source[start:end].lstrip(" \n[<(!")))
    cites = [Cite("arxiv", name, True) for name in arxiv_ids(address)]
    cites += [Cite("doi", name, True) for name in dois(address)]
    words = source[begin:end]
    if end > begin:
        hidden = words.strip("^").isdigit() or "://" in words
        yield Located(begin, end, tuple(cites or [Cite("url", address, False)]), hidden=hidden)


def _apart(links: Sequence[Located]) -> tuple[Located, ...]:
    """Those that do not overlap an earlier one."""
    found: list[Located] = []
    for link in sorted(links, key=lambda link: link.start):
        if not found or link.start >= found[-1].end:
            found.append(link)
    return tuple(found)
