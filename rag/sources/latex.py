"""LaTeX left in a text, turned into the characters a reader expects; what is not understood keeps its letters."""

from __future__ import annotations

import functools
import re
import unicodedata

__all__ = ["latex_to_text"]

_OPEN, _CLOSE = "\ue000", "\ue001"  # stand for \{ and \} until the grouping braces are gone

_DEPTH = 12
"""Levels of nested braces that are resolved, deeper ones stay as written. The most in 87,308 abstracts is 5."""

_STYLE = (
    r"(?:text|math)(?:it|bf|tt|sc|rm|sf|sl|up|md|cal|bb|frak|scr|normal)|"
    r"(?:tt|it|bf|sc|rm|sf|sl)(?:family|shape|series)?|emph|em|cal|bm|boldsymbol|text|mathop|operatorname|mbox|"
    r"ensuremath|underline|displaystyle|limits|nolimits|left|right|[bB]igg?[lrm]?|small|large|normalsize"
)
_MATH = re.compile(
    r"(?<!\\)\$\$(.{1,2000}?)(?<!\\)\$\$"
    r"|(?<![\\$])\$(?![\s$\d])([^$]{0,1000}?[^\s$\\])\$"
    r"|(?<![\\$])\$(?=\d)([^$]{0,1000}?[^\s$\\])\$(?!\d)"  # not the two signs of "$5-$10"
    r"|(?<![\\$\w])\$ ([A-Za-z\\][^$]{0,300}) \$(?!\d)"
    r"|\\\((.{1,1000}?)\\\)|\\\[(.{1,2000}?)\\\]",
    re.DOTALL,
)
_CITATION = re.compile(r"[~\s]{0,9}\\[A-Za-z]*cite([a-z]*)\*?(?:\[[^\[\]]{0,200}\]){0,2}\{([^{}]{0,1000})\}")
_ACCENT = re.compile(
    r"""(?<!/)\\(?!'s\b)(['"`^~=.])\s?(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))|\\([cvuHkrd])\{\\?([A-Za-z])\}"""
)
_SWITCH = re.compile(rf"\{{\s*\\(?:{_STYLE})(?![A-Za-z])\s*([^{{}}]*)\}}")
_SYMBOL = re.compile(r"\\([A-Za-z]+)(?![A-Za-z{])\*?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?(?:\[[^\[\]{}]{0,200}\])?((?:\{[^{}]*\}){1,9})(?!\{)")
_BARE_COMMAND = re.compile(r"\b(?:text(?:it|bf|tt|sc|rm)|emph|math(?:it|bf|rm|cal|bb|sf)|underline)\{([^{}]*)\}")
_SCRIPT = re.compile(r"([_^])\{([^{}\\]*)\}")
_GLUED_STYLE = re.compile(r"(?:math(?:bb|cal|bf|rm|sf|it)|text(?:it|bf|tt|sc|rm)?|emph)(?=[A-Za-z])")
_PLAIN_SCRIPT = re.compile(r"[+-]?\w*(?:\.\d+)?")
_SPACING = re.compile(r"(?<=\d)\\,(?=\d{3})|\\[-/!@]")

_COMBINING = {
    "'": "\u0301", '"': "\u0308", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "Tilde": "\u0303",
    "bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
}  # fmt: skip
_WORDS = {
    "aka": "a.k.a.", "cf": "cf.", "eg": "e.g.", "etal": "et al.", "etc": "etc.", "ie": "i.e.", "iid": "i.i.d.",
    "vs": "vs.", "wrt": "w.r.t.", "bullet": "•", "item": " • ", "degree": "°", "mid": "|", "lvert": "|", "rvert": "|",
    "par": " ", "newline": " ", "today": "today", "quad": " ", "qquad": " ", "xspace": "", "ast": "*",
    "dots": "...", "ldots": "...",
}  # fmt: skip
"""Macros that authors define alike, and signs for which a reader expects plain characters."""
_PLACEHOLDERS = frozenset(
    {"our", "ours", "ourmethod", "ourmodel", "method", "model", "system", "approach", "framework", "tool"}
)
_DROPPED = frozenset(
    {
        "Cref", "autoref", "begin", "bibliography", "color", "cref", "end", "eqref", "hspace", "includegraphics",
        "label", "pageref", "ref", "vspace",
    }
)  # fmt: skip


def latex_to_text(text: str, *, system: str | None = None, grouped: bool = False) -> str:
    r"""Commands, accents, scripts and mathematics of ``text`` as plain characters.

    Args:
        text: Prose in which LaTeX may occur; a percent sign never begins a comment.
        system: What a macro for the authors' own system (``\ours``, ``\prjname``) stands for; None keeps its letters.
        grouped: All of the text is LaTeX, so that braces group and do not belong to it.
    """
    if "\\" not in text and "{" not in text and "$" not in text:
        return text
    text = re.sub(r"\\\\(?=[A-Za-z%&_$#{}])", r"\\", text)  # escaped twice on its way here
    text = re.sub(r"\\\\|\\(?=\s)", " ", text)
    text = _MATH.sub(lambda math: _commands(next(filter(None, math.groups())), system, grouped=True), text)
    return _commands(text, system, grouped)


def _commands(text: str, system: str | None, grouped: bool) -> str:
    text = text.replace(r"\{", _OPEN).replace(r"\}", _CLOSE)
    text = _SPACING.sub("", text)
    text = re.sub(r"\\[dt]?frac\s?(\d)\s?(\d)", r"\1/\2", text)
    text = re.sub(r"\\[,;:>]", " ", text).replace(r"\|", "‖")
    for _ in range(_DEPTH):
        before = text
        text = _CITATION.sub(_citation, text)
        text = _SWITCH.sub(r"\1", text)
        text = _ACCENT.sub(_accent, text)
        text = _SYMBOL.sub(functools.partial(_symbol, system=system), text)
        text = _COMMAND.sub(functools.partial(_command, system=system), text)
        text = _BARE_COMMAND.sub(r"\1", text)
        text = _SCRIPT.sub(_script, text)
        if text == before:
            break
    text = re.sub(r"""\\([%&#_$()\[\]~'"`])""", r"\1", text)
    text = re.sub(rf"\\(?:{_STYLE})(?![A-Za-z])", "", text)
    text = re.sub(r"[{}]", "", text) if grouped else re.sub(r"\{([^\W\d_a-zA-Z])\}", r"\1", text)
    return text.replace("^*", "*").replace("^∘", "°").replace("^'", "'").replace(_OPEN, "{").replace(_CLOSE, "}")


def _citation(match: re.Match[str]) -> str:
    r"""Nothing for a citation in brackets; its keys where it is part of the sentence (``\citet``)."""
    return f" {match[2]}" if match[1] in ("t", "author", "alt") else ""


def _accent(match: re.Match[str]) -> str:
    mark, letter = match[1] or match[4], match[2] or match[3] or match[5]
    composed = unicodedata.normalize("NFC", letter + _COMBINING[mark])
    return composed if len(composed) == 1 else match[0].lstrip("\\")  # an escaped quotation mark


def _symbol(match: re.Match[str], system: str | None) -> str:
    name, text = match[1], match.string
    preceding = text[max(0, match.start() - 1) : match.start()]
    following = text[match.end() : match.end() + 1]
    if re.fullmatch(_STYLE, name):
        return match[0] if preceding == "{" else ""  # a group to come is resolved with its braces
    value = _named(name, system)
    if value.endswith(".") and following == ".":
        value = value[:-1]
    if value.isascii() and value[:1].isalnum() and preceding.isalnum():
        value = f" {value}"
    if value.isascii() and value[-1:].isalnum() and following.isalnum():
        value = f"{value} "
    return value


def _named(name: str, system: str | None) -> str:
    """What the macro ``name`` without arguments stands for."""
    if name in _WORDS:
        return _WORDS[name]
    if system and (name in _PLACEHOLDERS or name.endswith("name") or name.lower() == system.lower()):
        return system
    return _sign(name) or _GLUED_STYLE.sub("", name, count=1)


@functools.lru_cache(maxsize=1024)
def _sign(name: str) -> str:
    """The character for a LaTeX macro in pylatexenc's tables; empty when it has none."""
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    sign = getattr(spec, "simplify_repl", None)
    usable = isinstance(sign, str) and "%" not in sign and (len(sign) == 1 or "<" not in sign)  # no "<cit.>"
    return str(sign) if usable else ""


def _command(match: re.Match[str], system: str | None) -> str:
    name = match[1]
    arguments: list[str] = re.findall(r"\{([^{}]*)\}", match[2])
    first, last = arguments[0], arguments[-1]
    if name in _DROPPED:
        return " " if name == "begin" else " " + " ".join(arguments[1:])
    if name in _MATH_ACCENTS:
        return unicodedata.normalize("NFC", first + _MATH_ACCENTS[name]) if len(first) == 1 else "".join(arguments)
    if name.endswith("frac") and len(arguments) == 2:
        return f"{_operand(first)}/{_operand(last)}"
    if name == "sqrt":
        return f"√{_operand(first)}" + " ".join(arguments[1:])
    if name == "footnote":
        return f" ({first})"
    if name == "href" and len(arguments) == 2:
        return last if first == last else f"{last} ({first})"
    if name in ("textcolor", "colorbox") and len(arguments) == 2:
        return last
    if re.fullmatch(_STYLE, name):
        return "".join(arguments)
    known = name in _WORDS or bool(_sign(name))
    if known or not first:
        value = _named(name, system)
        joint = " " if value.isascii() and first and value[-1:].isalnum() else ""
        return value + joint + " ".join(arguments)
    return " ".join(arguments)


def _operand(text: str) -> str:
    """``text`` in parentheses unless it is one number or word."""
    return text if re.fullmatch(r"[\w.√]*", text.strip()) else f"({text})"


def _script(match: re.Match[str]) -> str:
    content = match[2].strip()
    return match[1] + (content if len(content) < 2 or _PLAIN_SCRIPT.fullmatch(content) else f"({content})")
