"""LaTeX in a text, turned into the characters a reader expects; what is not understood keeps its letters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.sources.latex_rendering import CLOSE, OPEN, Renderer
from rag.sources.latex_signs import ACCENTS, MATH_ACCENTS

if TYPE_CHECKING:
    from pylatexenc.macrospec import LatexContextDb

__all__ = ["latex_to_text"]

_DEPTH = 12
"""Levels of nested braces that are resolved, deeper ones are only taken away. The most in 87,308 abstracts is 5."""
_ISLAND_CHARS = 20_000
"""A piece without a blank outside of its braces that is longer is not LaTeX."""

_MATH = re.compile(
    r"(?<!\\)\$\$(.{1,2000}?)(?<!\\)\$\$"
    r"|(?<![\\$])\$(?![\s$\d])([^$]{0,1000}?[^\s$\\])\$"
    r"|(?<![\\$])\$(?=\d)([^$]{0,1000}?[^\s$\\])\$(?!\d)"  # not the two signs of "$5-$10"
    r"|(?<![\\$\w])\$ ([A-Za-z\\][^$]{0,300}) \$(?!\d)"
    r"|\\\((.{1,1000}?)\\\)|\\\[(.{1,2000}?)\\\]",
    re.DOTALL,
)
"""Mathematics, as opposed to money."""
_CITATION = re.compile(r"[~\s]{0,9}(\\[A-Za-z]*cite[a-z]*\*?(?:\[[^\[\]]{0,200}\]){0,2}\{[^{}]{0,1000}\})")
_BARE_COMMAND = re.compile(r"(?<!\\)\b((?:text(?:it|bf|tt|sc|rm)|emph|math(?:it|bf|rm|cal|bb|sf)|underline)\{)")
_SPACING = re.compile(r"(?<=\d)\\,(?=\d{3})|\\[-/!@]")
_STACKED = re.compile(
    r"(\\[`'^\"~=.]|\\[cvuHkrdb](?![A-Za-z])\s*)(\\(?:[`'^\"~=.]|[cvuHkrdb](?![A-Za-z])))\s*(?:\{([^{}]+)\}|([A-Za-z]))"
)
"""An accent upon another one without braces, of which pylatexenc would take the second for the letter."""
_SPECIAL = re.compile(r"[\\{}]")
_WORD = re.compile(r"\S+\s*")
_ESCAPE = re.compile(r"\\([%&$#_])")
_ESCAPES = re.compile(r"(?:[\w.,;:!?%&#/+=<>*()-]|\\[%&$#_])+")
"""A word in which nothing but signs that LaTeX wants escaped is LaTeX; it takes the parser a thousand times as long."""
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_APOSTROPHE = re.compile(r"\\'(?=(?:s|t|d|m|ll|re|ve)\b)")


def latex_to_text(text: str, *, system: str | None = None, grouped: bool = False) -> str:
    r"""Commands, accents, scripts and mathematics of ``text`` as plain characters.

    Args:
        text: Prose in which LaTeX may occur; a percent sign never begins a comment.
        system: What a macro for the authors' own system (``\ours``, ``\prjname``) stands for; None keeps its letters.
        grouped: All of the text is LaTeX, so that braces group and do not belong to it.
    """
    if "\\" not in text and "{" not in text and "$" not in text and not (grouped and ("~" in text or "--" in text)):
        return text
    if "\\" not in text and "{" not in text and "}" not in text and text.count("$") < 2:
        return _typed(text) if grouped else text
    if not grouped:
        text = re.sub(r"\\\\(?=[A-Za-z%&_$#{}])", r"\\", text)  # escaped twice on its way here
    text = re.sub(r"\\\\(?:\[[^\]]{0,20}\])?", " ", text)
    text = re.sub(r"\\(?=\s)", "{}" if grouped else " ", text)
    text = _MATH.sub(lambda math: _hidden(_island(next(filter(None, math.groups())), system, True, True)), text)
    text = _CITATION.sub(r" \1", text)
    text = _typed(text) if grouped else _BARE_COMMAND.sub(r"\\\1", text)
    text = "".join(_pieces(text, system, grouped))
    return text.replace(OPEN, "{").replace(CLOSE, "}")


def _hidden(text: str) -> str:
    """Converted text between other LaTeX: its signs stay what they are."""
    return re.sub(r"[\\$%]", r"\\\g<0>", text.replace("\\", "").replace("{", r"\{").replace("}", r"\}"))


def _typed(text: str) -> str:
    """Dashes and unbreakable blanks as LaTeX has them; those of an address stay."""
    pieces = re.split(r"(https?://[^\s{}]+)", text)
    pieces[::2] = [
        re.sub(r"(?<!\\)~", " ", re.sub(r"(?<!-)--(?!-)", "–", re.sub(r"(?<!-)---(?!-)", "—", piece)))
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def _pieces(text: str, system: str | None, grouped: bool) -> Iterator[str]:
    """``text`` converted piece by piece: a piece ends at a blank outside of braces, most hold no LaTeX."""
    text = _balanced(text, grouped)
    place = 0
    while special := _SPECIAL.search(text, place):
        start = special.start()
        while start > place and not text[start - 1].isspace():
            start -= 1
        end = _end_of_piece(text, start)
        yield text[place:start]
        yield _converted(text[start:end], system, grouped)
        place = end
    yield text[place:]


def _end_of_piece(text: str, start: int) -> int:
    """Where the piece ends that begins at ``start``: before a word that neither its braces nor its command take."""
    depth = 0
    last = ""
    for match in _WORD.finditer(text, start):
        part = match[0]
        opens = part[0] in "{[" and last.rstrip()[-1:] == "}"
        if last and not depth and not _goes_on(last) and not opens:
            return match.start()
        depth += sum(1 if brace == "{" else -1 for brace in _BRACE.findall(part) if brace in "{}")
        last = part
    return len(text)


def _goes_on(part: str) -> bool:
    """Whether a command at the end of a piece takes what comes after the blank."""
    return "\\" in part[-40:] and bool(re.search(r"\\(?:[A-Za-z]+\*?|[^A-Za-z\s\d%&_$#{}])\s*$", part))


def _converted(piece: str, system: str | None, grouped: bool) -> str:
    body = piece.rstrip()
    tail = piece[len(body) :]
    if _ESCAPES.fullmatch(body):  # most are: 12\%, R\&D
        return _ESCAPE.sub(r"\1", body) + tail
    return _island(body, system, grouped, False) + tail


def _balanced(text: str, grouped: bool) -> str:
    """``text`` with every brace that groups closed and none too deep; others are signs, or gone where braces group."""
    if "{" not in text and "}" not in text:
        return text
    opened: list[int] = []
    chars = list(text)
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
            if len(opened) > _DEPTH:
                chars[match.start()] = ""
        elif match[0] == "}":
            if not opened:
                chars[match.start()] = "" if grouped else r"\}"
            else:
                if len(opened) > _DEPTH:
                    chars[match.start()] = ""
                opened.pop()
    for place in opened[: _DEPTH + 1]:
        chars[place] = "" if grouped else r"\{"
    return "".join(chars)


@functools.lru_cache(maxsize=4096)
def _island(text: str, system: str | None, grouped: bool, math: bool) -> str:
    """A piece with LaTeX in it, converted; as it stands where it is too long for any."""
    if len(text) > _ISLAND_CHARS:
        return text
    if math:
        text = _balanced(text, grouped=True)
    text = _STACKED.sub(lambda two: f"{two[1].strip()}{{{two[2]}{{{two[3] or two[4]}}}}}", _SPACING.sub("", text))
    text = _APOSTROPHE.sub("'", text)
    text = re.sub(r"\\(?:begin|end)\s*\{[^{}]*\}", " ", text)
    text = re.sub(r"\\[,;:>]", " ", text).replace(r"\|", "‖")
    text = re.sub(r"\\([()\[\]])", r"\1", text)
    text = re.sub(r"(?<!\\)((?:\\\\)*)([%$#&])", r"\1\\\2", text)
    if re.search(r"https?://\S*~", text):
        text = re.sub(r"https?://\S+", lambda url: url[0].replace("~", r"\textasciitilde{}"), text)
    nodes = _parsed(text)
    return text if nodes is None else Renderer(system, grouped, math).text_of(nodes)


def _parsed(text: str) -> Sequence[Any] | None:
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerError

    try:
        nodes: Sequence[Any] = LatexWalker(text, latex_context=_context(), tolerant_parsing=True).get_latex_nodes()[0]
    except (LatexWalkerError, RecursionError, IndexError, ValueError):
        return None
    return [node for node in nodes if node is not None]


_STYLED_BY_ARGUMENT = (
    "textsuperscript", "textsubscript", "enquote", "mkbibquote", "mkbibemph", "mkbibbold", "mkbibitalic", "boldsymbol",
    "bm", "operatorname", "textnormal", "uppercase", "MakeUppercase", "lowercase", "MakeLowercase", "hbox",
    "textgreek", "ensuremath", "footnote", "nolinkurl", "path",
)  # fmt: skip


@functools.cache
def _context() -> LatexContextDb:
    """Pylatexenc's table of commands and their arguments, without what is no LaTeX of titles and abstracts."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import std_macro

    kept = get_default_latex_context_db().filter_context(
        keep_categories=["latex-base", "natbib"], keep_which=["macros"]
    )
    one = [
        *ACCENTS,
        *MATH_ACCENTS,
        *_STYLED_BY_ARGUMENT,
        "noopsort",
        "noop",
        "SortNoop",
        "sortnoop",
        "index",
        "phantom",
    ]
    kept.add_context_category(
        "papertrail",
        prepend=True,
        macros=[
            *(std_macro(name, False, 1) for name in one),
            *(std_macro(name, False, 2) for name in ("dfrac", "tfrac", "cfrac", "sfrac", "href", "foreignlanguage")),
            *(std_macro(name, True, 1) for name in ("parencite", "textcite", "autocite", "footcite", "supercite")),
        ],
    )
    return kept
