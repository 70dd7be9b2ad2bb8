"""What single LaTeX commands stand for: accents, letters, signs and macros that authors define alike."""

from __future__ import annotations

import functools
import re
import unicodedata

__all__ = ["ACCENTS", "DROPPED", "MATH_ACCENTS", "PLACEHOLDERS", "accented", "sign", "word"]

ACCENTS = {
    "'": "\u0301", '"': "\u0308", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "h": "\u0309", "t": "\u0361", "U": "\u030e", "G": "\u030f", "f": "\u0311",
    "textcommabelow": "\u0326", "textcommaabove": "\u0313", "textogonekcentered": "\u0328",
    "capitalacute": "\u0301", "capitalcaron": "\u030c", "newtie": "\u0361",
}  # fmt: skip
"""The combining character of each accent of text: LaTeX's own, T1's, T2A's and T5's."""
MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "Tilde": "\u0303",
    "bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
    "acute": "\u0301", "grave": "\u0300", "breve": "\u0306", "mathring": "\u030a",
}  # fmt: skip
_WORDS = {
    "aka": "a.k.a.", "cf": "cf.", "eg": "e.g.", "etal": "et al.", "etc": "etc.", "ie": "i.e.", "iid": "i.i.d.",
    "vs": "vs.", "wrt": "w.r.t.", "bullet": "•", "item": " • ", "degree": "°", "mid": "|", "lvert": "|", "rvert": "|",
    "par": " ", "newline": " ", "linebreak": " ", "today": "today", "quad": " ", "qquad": " ", "space": " ",
    "enspace": " ", "thinspace": " ", "nobreakspace": " ", "ast": "*", "dots": "...", "ldots": "...", "cdots": "...",
    "textellipsis": "...", "slash": "/", "textasciicircum": "^", "textasciitilde": "~", "textperiodcentered": "·",
    "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_", "textbraceleft": "{",
    "textbraceright": "}", "lbrace": "{", "rbrace": "}", "textmu": "µ", "textquotedbl": '"', "quotedblbase": "„",
    "quotesinglbase": "‚", "glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "lq": "'", "rq": "'",
    "guillemetleft": "«", "guillemetright": "»", "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e",
    "BibTeX": "BibTeX", "XeTeX": "XeTeX", "SS": "SS", "S": "§", "P": "¶", "pounds": "£", "copyright": "©",
    "textcopyright": "©", "euro": "€", "EUR": "€", "textnumero": "№", "textordmasculine": "º", "textordfeminine": "ª",
    "nobreakdash": "", "hyp": "-", "textminus": "−", "bigstar": "★", "checkmark": "✓", "dag": "†", "ddag": "‡",
    "textdagger": "†", "textdaggerdbl": "‡", "textasteriskcentered": "*", "and": " and ",
    "ohorn": "ơ", "OHORN": "Ơ", "uhorn": "ư", "UHORN": "Ư",
}  # fmt: skip
"""Macros that authors define alike, signs for which a reader expects plain characters, and those pylatexenc lacks."""
_NOTHING = frozenset(
    "relax xspace noindent allowbreak nobreak protect null bgroup egroup begingroup endgroup ignorespaces unskip "
    "leavevmode cyrchar textcompwordmark strut hfill hfil newblock sloppy frenchspacing nonumber notag".split()
)
"""Macros that print nothing."""
PLACEHOLDERS = frozenset(
    {"our", "ours", "ourmethod", "ourmodel", "method", "model", "system", "approach", "framework", "tool"}
)
"""Macros that stand for the authors' own system."""
DROPPED = frozenset(
    "Cref autoref begin bibliography color cref end eqref hspace includegraphics label pageref ref vspace noopsort "
    "noop SortNoop sortnoop switchargs index hypersetup phantom hphantom vphantom nocite pagecolor "
    "selectlanguage".split()
)
"""Macros whose first argument is not printed."""


def word(name: str) -> str | None:
    r"""What ``\name`` without arguments stands for; None when nobody here knows it."""
    if name in _NOTHING:
        return ""
    if name in _WORDS:
        return _WORDS[name]
    return sign(name) or (sign(name.removeprefix("text")) if name.startswith("text") else "") or None


@functools.lru_cache(maxsize=2048)
def sign(name: str) -> str:
    """The character for a LaTeX macro in pylatexenc's tables; empty when they have none."""
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    found = getattr(spec, "simplify_repl", None)
    if isinstance(found, str) and "%" not in found and (len(found) == 1 or "<" not in found):  # no "<cit.>"
        return found or _encoded().get(name, "")
    return _encoded().get(name, "")


@functools.cache
def _encoded() -> dict[str, str]:
    """Characters by macro, from the table with which pylatexenc writes LaTeX; it knows more than it reads."""
    from pylatexenc.latexencode import _uni2latexmap_xml

    found: dict[str, str] = {}
    for code, latex in _uni2latexmap_xml.uni2latex.items():
        match = re.fullmatch(r"\{?(?:\\cyrchar)?\\([A-Za-z]{2,})\s*(?:\{\})?\}?", latex) or re.fullmatch(
            r"\\ensuremath\{\\([A-Za-z]+)\}", latex
        )
        if match:
            found.setdefault(match[1], chr(code))
    return found


def accented(base: str, mark: str) -> str:
    """``base`` with a combining mark on its first character; the dotless i and j lose their form under it."""
    if not base.strip():
        return base
    dotless = {"ı": "i", "ȷ": "j"}
    first, rest = base[0], base[1:]
    while rest and unicodedata.combining(rest[0]):
        first, rest = first + rest[0], rest[1:]
    return unicodedata.normalize("NFC", dotless.get(first, first) + mark) + rest
