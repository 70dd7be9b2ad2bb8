"""Parsed LaTeX written as plain characters: what each command, group and script becomes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rag.sources.latex_signs import ACCENTS, DROPPED, MATH_ACCENTS, PLACEHOLDERS, accented, word

__all__ = ["CLOSE", "OPEN", "Renderer"]

_STYLE = re.compile(
    r"(?:text|math)(?:it|bf|tt|sc|rm|sf|sl|up|md|cal|bb|frak|scr|normal)|"
    r"(?:tt|it|bf|sc|rm|sf|sl|up|md)(?:family|shape|series|default)?|emph|em|cal|bm|boldsymbol|text|mathop|operatorname|"
    r"mbox|hbox|ensuremath|underline|displaystyle|textstyle|limits|nolimits|left|right|middle|[bB]igg?[lrm]?|small|"
    r"large|Large|normalsize|footnotesize|scriptsize|tiny|uline|fontfamily|selectfont"
)
_CITE = re.compile(r"[A-Za-z]*cite([a-z]*)")
_GLUED_STYLE = re.compile(r"(?:math(?:bb|cal|bf|rm|sf|it)|text(?:it|bf|tt|sc|rm)?|emph)(?=[A-Za-z])")
_PLAIN_SCRIPT = re.compile(r"[+-]?\w*(?:\.\d+)?")
_ORDINAL = re.compile(r"[^\W\d_]{2,}|(?<!\w)[aeo]")
OPEN, CLOSE = "\ue000", "\ue001"
"""Stand for braces that are signs, until those that group are gone."""
_ESCAPED = {"{": OPEN, "}": CLOSE, "\n": " "}


class Renderer:
    """Writes parsed LaTeX as plain characters."""

    def __init__(self, system: str | None, grouped: bool, math: bool) -> None:
        """Takes how the text is to be read.

        Args:
            system: what a macro for the authors' own system stands for; None keeps its letters.
            grouped: braces group; else those around prose are a part of it.
            math: the nodes stand inside mathematics.
        """
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
                text += Renderer(self._system, grouped=True, math=True).text_of(node.nodelist)
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
        return f"{text}{OPEN}{content}{CLOSE}"

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
            space = ""
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
