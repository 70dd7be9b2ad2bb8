"""LaTeX in a text, turned into the characters a reader expects; what is not understood keeps its letters."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.sources.latex_signs import ACCENTS, DROPPED, MATH_ACCENTS, PLACEHOLDERS, accented, word

if TYPE_CHECKING:
    from pylatexenc.macrospec import LatexContextDb

__all__ = ["latex_to_text"]

_DEPTH = 12
"""Levels of nested braces that are resolved, deeper ones are only taken away. The most in 87,308 abstracts is 5."""
_ISLAND_CHARS = 20_000
"""A piece without a blank outside of its braces that is longer is not LaTeX."""

_STYLE = re.compile(
    r"(?:text|math)(?:it|bf|tt|sc|rm|sf|sl|up|md|cal|bb|frak|scr|normal)|"
    r"(?:tt|it|bf|sc|rm|sf|sl|up|md)(?:family|shape|series|default)?|emph|em|cal|bm|boldsymbol|text|mathop|operatorname|"
    r"mbox|hbox|ensuremath|underline|displaystyle|textstyle|limits|nolimits|left|right|middle|[bB]igg?[lrm]?|small|"
    r"large|Large|normalsize|footnotesize|scriptsize|tiny|textnormal|uline|mathit|textup|fontfamily|selectfont"
)
_MATH = re.compile(
    r"(?<!\\)\$\$(.{1,2000}?)(?<!\\)\$\$"
    r"|(?<![\\$])\$(?![\s$\d])([^$]{0,1000}?[^\s$\\])\$"
    r"|(?<![\\$])\$(?=\d)([^$]{0,1000}?[^\s$\\])\$(?!\d)"  # not the two signs of "$5-$10"
    r"|(?<![\\$\w])\$ ([A-Za-z\\][^$]{0,300}) \$(?!\d)"
    r"|\\\((.{1,1000}?)\\\)|\\\[(.{1,2000}?)\\\]",
    re.DOTALL,
)
"""Mathematics, as opposed to money."""
_CITE = re.compile(r"[A-Za-z]*cite([a-z]*)")
_CITATION = re.compile(r"[~\s]{0,9}(\\[A-Za-z]*cite[a-z]*\*?(?:\[[^\[\]]{0,200}\]){0,2}\{[^{}]{0,1000}\})")
_BARE_COMMAND = re.compile(r"(?<!\\)\b((?:text(?:it|bf|tt|sc|rm)|emph|math(?:it|bf|rm|cal|bb|sf)|underline)\{)")
_GLUED_STYLE = re.compile(r"(?:math(?:bb|cal|bf|rm|sf|it)|text(?:it|bf|tt|sc|rm)?|emph)(?=[A-Za-z])")
_PLAIN_SCRIPT = re.compile(r"[+-]?\w*(?:\.\d+)?")
_ORDINAL = re.compile(r"[^\W\d_]{2,}|(?<!\w)[aeo]")
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
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Stand for braces that are signs, until those that group are gone."""
_ESCAPED = {"{": _OPEN, "}": _CLOSE, "\n": " "}


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
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


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
    return text if nodes is None else _Renderer(system, grouped, math).text_of(nodes)


def _parsed(text: str) -> Sequence[Any] | None:
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerError

    try:
        nodes: Sequence[Any] = LatexWalker(text, latex_context=_context(), tolerant_parsing=True).get_latex_nodes()[0]
    except (LatexWalkerError, RecursionError, IndexError, ValueError):
        return None
    return [node for node in nodes if node is not None]


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


_STYLED_BY_ARGUMENT = (
    "textsuperscript", "textsubscript", "enquote", "mkbibquote", "mkbibemph", "mkbibbold", "mkbibitalic", "boldsymbol",
    "bm", "operatorname", "textnormal", "uppercase", "MakeUppercase", "lowercase", "MakeLowercase", "hbox",
    "textgreek", "ensuremath", "footnote", "nolinkurl", "path",
)  # fmt: skip


class _Renderer:
    """Writes parsed LaTeX as plain characters."""

    def __init__(self, system: str | None, grouped: bool, math: bool) -> None:
        self._system = system
        self._grouped = grouped
        self._math = math

    def text_of(self, nodes: Sequence[Any]) -> str:
        """The characters that ``nodes`` stand for."""
        text = ""
        pending = list(nodes)
        while pending:
            node = pending.pop(0)
            kind = type(node).__name__
            if kind == "LatexCharsNode":
                text += node.chars
            elif kind == "LatexGroupNode":
                text = self._group(text, node)
            elif kind == "LatexMacroNode":
                text = self._macro(text, node, pending)
            elif kind == "LatexMathNode":
                text += _Renderer(self._system, grouped=True, math=True).text_of(node.nodelist)
            elif hasattr(node, "nodelist") and node.nodelist is not None:
                text += self.text_of(node.nodelist)
            elif hasattr(node, "specials_chars"):
                text += node.specials_chars
        return _finished(text)

    def _group(self, text: str, node: Any) -> str:
        content = self.text_of(node.nodelist)
        if node.delimiters[0] == "[":
            return f"{text}[{content}]"
        if text[-1:] in ("^", "_") and (len(text) > 1 or self._math):
            return text + _script(content)
        styled = node.nodelist and type(node.nodelist[0]).__name__ == "LatexMacroNode"
        if self._grouped or styled or re.fullmatch(r"[^\W\d_a-zA-Z]", content):
            return text + content
        return f"{text}{_OPEN}{content}{_CLOSE}"

    def _macro(self, text: str, node: Any, pending: list[Any]) -> str:
        """``text`` with what a command stands for; groups that an unknown one takes are taken from ``pending``."""
        name: str = node.macroname
        arguments = [arg for arg in (node.nodeargd.argnlist if node.nodeargd else []) or [] if arg is not None]
        if not name[:1].isalpha() and name not in ACCENTS:
            return f"{text}{_ESCAPED.get(name, name)}{node.macro_post_space}"
        if name in ACCENTS or name in MATH_ACCENTS:
            return self._accent(text, name, arguments, node)
        if cite := _CITE.fullmatch(name):
            return _citation(text, cite[1], self._contents(arguments, pending))
        if name in DROPPED:
            return f"{text} " + " ".join(self._contents(arguments, pending)[1:])
        if _STYLE.fullmatch(name):
            return text + self._styled(arguments)
        made = self._with_arguments(name, text, arguments)
        return made if made is not None else self._symbol(text, name, arguments, node, pending)

    def _accent(self, text: str, name: str, arguments: list[Any], node: Any) -> str:
        mark = ACCENTS.get(name) or MATH_ACCENTS[name]
        base = "".join(map(self._argument, arguments))
        loose = bool(arguments) and type(arguments[0]).__name__ == "LatexCharsNode"
        if name in ACCENTS and not base.strip():
            return text + (name if not name.isalpha() else "")
        if name in MATH_ACCENTS:
            return text + (accented(base, mark) if len(base) == 1 else base)
        made = accented(base, mark)
        if name.isalpha() and loose and not node.macro_post_space and not self._grouped:
            return f"{text}{name}{base}"  # no letter, but a command of one letter in prose
        quotes = not self._grouped or name in "'\"`"
        if quotes and loose and (len(made) > len(base) or not base[0].isalpha()):
            return f"{text}{name}{node.macro_post_space}{base}"  # an escaped quotation mark
        return text + made

    def _styled(self, arguments: list[Any]) -> str:
        return "".join(map(self._argument, arguments))

    def _with_arguments(self, name: str, text: str, arguments: list[Any]) -> str | None:
        """What a known command with arguments gives; None: it is none."""
        contents = [self._argument(argument) for argument in arguments]
        if not contents:
            return None
        first, last = contents[0], contents[-1]
        if name.endswith("frac") and len(contents) == 2:
            return f"{text}{_operand(first)}/{_operand(last)}"
        if name == "sqrt":
            return f"{text}√{_operand(last)}"
        if name == "footnote":
            return f"{text} ({last})"
        if name == "href":
            return text + (last if first.rstrip("/") == last.rstrip("/") else f"{last} ({first})")
        if name in ("textcolor", "colorbox", "foreignlanguage", "fcolorbox", "texorpdfstring"):
            return text + (first if name == "texorpdfstring" else last)
        if name in ("textsuperscript", "textsubscript"):
            return text + _raised(text, first, up=name == "textsuperscript")
        if name in ("enquote", "mkbibquote"):
            return f'{text}"{last}"'
        if name in ("uppercase", "MakeUppercase", "lowercase", "MakeLowercase"):
            return text + (last.upper() if "pper" in name else last.lower())
        known = word(name)
        return None if known else text + "".join(contents)

    def _symbol(self, text: str, name: str, arguments: list[Any], node: Any, pending: list[Any]) -> str:
        """A command without arguments that are known: its sign, or else its letters unless groups come after it."""
        value = word(name)
        own = self._named(name)
        contents = self._contents(arguments, pending) if pending or arguments else []
        if value is None and own is None and any(contents):
            return text + " ".join(contents)
        value = own if own is not None else value if value is not None else _GLUED_STYLE.sub("", name, count=1)
        rest = " ".join(contents)
        space = node.macro_post_space
        following = rest or (space and " ") or _first_char(pending)
        if space and not contents and value and self._eats(name, value):
            space = following = ""
            following = _first_char(pending)
        if value.endswith(".") and following[:1] == ".":
            value = value[:-1]
        if value.isascii() and value[:1].isalnum() and text[-1:].isalnum():
            value = f" {value}"
        if value.isascii() and value[-1:].isalnum() and following[:1].isalnum() and not space:
            value = f"{value} "
        return f"{text}{value}{space}{rest}"

    def _eats(self, name: str, value: str) -> bool:
        """Whether the blank after a command only ends its name: after letters, and signs of running text."""
        if self._math or len(value) != 1:
            return False
        return value.isalpha() and not ("α" <= value <= "ω") or (self._grouped and name.startswith("text"))

    def _named(self, name: str) -> str | None:
        system = self._system
        if system and (name in PLACEHOLDERS or name.endswith("name") or name.lower() == system.lower()):
            return system
        return None

    def _contents(self, arguments: list[Any], pending: list[Any]) -> list[str]:
        """Contents of the arguments and of the groups that follow a command at once."""
        found = [self._argument(argument) for argument in arguments]
        while pending and type(pending[0]).__name__ == "LatexGroupNode" and pending[0].delimiters[0] == "{":
            found.append(self.text_of(pending.pop(0).nodelist))
        return found

    def _argument(self, node: Any) -> str:
        if type(node).__name__ == "LatexGroupNode":
            return self.text_of(node.nodelist)
        return self.text_of([node])


def _first_char(pending: list[Any]) -> str:
    return str(pending[0].chars[:1]) if pending and type(pending[0]).__name__ == "LatexCharsNode" else ""


def _citation(text: str, form: str, contents: list[str]) -> str:
    r"""Nothing for a citation in brackets; its keys where it is part of the sentence (``\citet``)."""
    keys = next((content for content in reversed(contents) if content), "")
    return f"{text.rstrip()} {keys}" if form in ("t", "author", "alt") else text.rstrip()


def _operand(text: str) -> str:
    """``text`` in parentheses unless it is one number or word."""
    return text if re.fullmatch(r"[\w.√]*", text.strip()) else f"({text})"


def _script(content: str) -> str:
    content = content.strip()
    return content if len(content) < 2 or _PLAIN_SCRIPT.fullmatch(content) else f"({content})"


def _raised(text: str, content: str, *, up: bool) -> str:
    """A raised or lowered text: ``10^-3``, but ``1st`` and ``CO2``."""
    content = content.strip()
    if not up or _ORDINAL.fullmatch(content) or not text[-1:].strip():
        return content
    return f"^{_script(content)}" if content[-1:].isalnum() else content


def _finished(text: str) -> str:
    return text.replace("^*", "*").replace("^∘", "°").replace("^'", "'")
