"""Titles and abstracts as a reader expects them: free of LaTeX, HTML and invisible characters, nothing else changed."""

from __future__ import annotations

import html
import re
import unicodedata

from rag.sources.latex import latex_to_text

__all__ = ["clean", "system_name", "tidy"]

_ROUNDS = 6
"""Passes after which a text is taken as it is; of 87,308 real abstracts two needed 4, none more."""

_EATEN = {"\t": "t", "\f": "f", "\b": "b", "\r": "r"}
_EATEN_COMMAND = re.compile(
    r"(?:\t(?=(?:imes|heta|au|ext|ilde)\b)|\f(?=rac\b)|\x08(?=(?:eta|ar|f|m)\b)|\r(?=(?:ho|ightarrow)\b))"
)
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff0-\uffff"
    "\ud800-\udfff\ue000-\uf8ff]"
)
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SCRIPT_TAG = re.compile(r"<su([bp])>([^<>]{1,40})</su[bp]>")
_INLINE_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|su[bp]|span|tt|code|small|jats:(?:italic|bold|su[bp]|monospace))(?:\s[^<>]{0,200})?>"
)
_HEADING_TAG = re.compile(r"<(h[1-6]|jats:title)(?:\s[^<>]{0,200})?>\s*([^<>]{1,80}?)[\s.:]*</\1>")
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|jats:(?:p|title|sec|list|list-item))(?:\s[^<>]{0,200})?/?>")
_URL = re.compile(r"(https?://[^\s{}<>\"]+)")
_LINKED = re.compile(r"(https?://[^\s{}]{1,500})\{([^{}\s]+)\}")

_RULES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    # What is left of commands whose backslash was stripped on the way here.
    ("times", re.compile(r"(?<=\d)times(?![a-z])"), "x"),
    ("sim", re.compile(r"\bsim(?=\d+(?:[.,]\d+)*[BKMTkx%]?(?![A-Za-z0-9]))"), "~"),
    (" sim ", re.compile(r"(?:(?<=\d)|(?<=\d[BKMTkx%])) sim (?=\d)"), " ~ "),
    ("bullet ", re.compile(r"(?<=[.:;?!] )bullet (?=[A-Z])"), "• "),
    ("!", re.compile(r"([<>])!(?=\d)"), r"\1"),
    ("^*", re.compile(r"\^\*(?!\w)"), "*"),
    # Typography of LaTeX, and signs for which people type plain characters.
    ("``", re.compile(r"``([^`]{1,300}?)''"), r'"\1"'),
    ("``", re.compile(r"``"), '"'),
    ("''", re.compile(r"(?<!\w)''([^']{1,300})''(?!\w)"), r'"\1"'),
    ("`", re.compile(r"(?<!\w)`([^`']{1,300})'(?!\w)"), r"'\1'"),
    ("%", re.compile(r"(?:^|(?<=[.!?:;]))\s*%+\s+(?=[A-Z])"), " "),  # a comment sign; "40 % In" stays
    ("×", re.compile(r"(?<=\d)\s?×(?=\s?[^\s\w]|\s+[A-Za-z]{2}|\s*$)"), "x"),
    ("×", re.compile(r"(?<=\d)×(?=[\dA-Z])|(?<=\d )×(?= \w)"), "x"),
    ("∼", re.compile(r"(?<=[A-Za-z.,:;)])\s*∼\s*(?=\d)"), " ~"),
    ("∼", re.compile(r"(?<=[A-Za-z.,:;)])\s*∼|(?<=\d)∼(?=\s*[^\s\d.])"), " ~ "),
    ("∼", re.compile(r"∼\s*(?=\d)|∼"), "~"),
    ("~", re.compile(r"(?<=[A-Za-z.,:;)])~(?=[\w(])|(?<=\d)~(?=[A-Za-z])"), " "),
    # A blank lost after a bracket that holds several words; not in (poly)logarithmic.
    (
        ")",
        re.compile(r"(\([^()]{1,300} [^()]{1,300}\))(?=(?:and|are|for|in|is|of|on|that|to|we|when|which|with)\b)"),
        r"\1 ",
    ),
)
"""What must occur for a rule to be worth a search (it makes cleaning four times as fast), pattern, replacement."""
_SENTENCE_END = re.compile(r"\.(?<=[a-z]{3}\.)(?=[A-Z][a-z]+[ ,])")


def clean(text: str, *, system: str | None = None, latex: bool = False) -> str:
    r"""``text`` on one line, for display, search and the comparison of numbers.

    LaTeX and HTML become plain characters (``5\%`` 5%, ``2.4\times`` 2.4x, ``\sim30B`` ~30B), also where a web page
    has already lost their backslashes; invisible and control characters go, white space is one blank, a blank lost
    after a sentence is put back. No word is dropped but the keys of citations. Cleaning a cleaned text changes nothing.

    Args:
        text: A title, an abstract or another short piece of prose.
        system: What macros for the authors' own system stand for, see :func:`system_name`; None keeps their letters.
        latex: The text is LaTeX throughout (BibTeX), so that its braces do not belong to it. It is read as such once:
            what it prints may be LaTeX again, where a program has escaped an abstract that had some.
    """
    if latex:
        text = latex_to_text(_characters(text), system=system, grouped=True)
    for _ in range(_ROUNDS):
        before = text
        text = _clean_once(text, system)
        if text == before:
            break
    return text


def tidy(text: str) -> str:
    """``text`` on one line without control and invisible characters, otherwise as it is: for ids and keywords."""
    return " ".join(_UNWANTED.sub("", text).split())


def system_name(title: str) -> str | None:
    """The name before the colon of a cleaned title (``eDKM`` in "eDKM: An Efficient ..."); None when there is none."""
    name, colon, _ = title.partition(":")
    name = name.strip()
    return name if colon and name and len(name) <= 40 and len(name.split()) <= 3 else None


def _clean_once(text: str, system: str | None) -> str:
    text = _characters(text)
    text = _markup(text)
    text = _LINKED.sub(_link, text)
    text = latex_to_text(text, system=system)
    pieces = _URL.split(" ".join(text.split()))
    pieces[::2] = [_prose(piece) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def _characters(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = _EATEN_COMMAND.sub(lambda match: "\\" + _EATEN[match[0]], text)
    text = _UNWANTED.sub("", text).replace("\u2011", "-")
    text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = re.sub(r"(?<=[a-z])-[\r\n]+\s*(?=[a-z])(?!(?:and|or|to)\b)", "-", text)  # a compound at the end of a line
    return unicodedata.normalize("NFC", text)


def _markup(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "<" in text:
        text = _SCRIPT_TAG.sub(
            lambda match: ("^" if match[1] == "p" and match[2][-1].isdigit() else "") + match[2], text
        )
        text = _HEADING_TAG.sub(r" \2: ", text)
        text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    return text


def _link(match: re.Match[str]) -> str:
    r"""An address and its text, left over from ``\href``: once when they agree."""
    address, text = match[1], match[2]
    return address if address.rstrip("/") == text.rstrip("/") else f"{text} ({address})"


def _prose(text: str) -> str:
    for needle, pattern, replacement in _RULES:
        if needle in text:
            text = pattern.sub(replacement, text)
    return _SENTENCE_END.sub(_sentence_end, text) if "." in text else text


def _sentence_end(match: re.Match[str]) -> str:
    """A full stop and the blank that was lost after it, unless the word before it looks like a name (Boost.Hana)."""
    text, end = match.string, match.start()
    word = text[text.rfind(" ", max(0, end - 40), end) + 1 : end]
    return ". " if re.fullmatch(r"\(?[a-z-]+", word) else "."
