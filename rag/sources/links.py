"""Addresses named in a text, sorted into code repositories and other pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

__all__ = ["find_links", "sort_links", "web_address"]

_CODE_HOSTS = (
    "anonymous.4open.science", "bitbucket.org", "codeberg.org", "git.sr.ht", "gitee.com", "github.com", "gitlab.com",
    "hf.co", "huggingface.co", "modelscope.cn", "sourceforge.net",
)  # fmt: skip
_ADDRESS = re.compile(
    r"https?://[^\s<>\"{}|\\^`\[\]]+"
    r"|(?<![\w./@-])(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co)/[\w./~#%+-]+"
    r"|(?<![\w./@-])[\w-]+\.(?:github|gitlab)\.io(?:/[\w./~#%+-]*)?",
    re.IGNORECASE,
)
_HINTS = ("://", ".com/", ".org/", ".co/", ".io")
"""One of them is in every address that ``_ADDRESS`` finds, capital letters in the name of a host left aside."""
_HINT = re.compile("|".join(map(re.escape, _HINTS)))
_TRAILING = ".,;:!?'\"*_”’…"


def find_links(text: str) -> list[str]:
    """Addresses in ``text`` in order, without the punctuation around them; ``github.com/...`` gets its ``https://``."""
    if not any(hint in text for hint in _HINTS):
        return []
    found = [_trimmed(match) for word in _hinted(" ".join(text.split())) for match in _ADDRESS.findall(word)]
    return [address for address in map(web_address, found) if address]


def _hinted(text: str) -> Iterator[str]:
    """The words of ``text`` in which an address may be; none has a blank in it."""
    end = 0
    for hint in _HINT.finditer(text):
        if hint.start() >= end:
            end = text.find(" ", hint.end())
            end = len(text) if end < 0 else end
            yield text[text.rfind(" ", 0, hint.start()) + 1 : end]


def sort_links(links: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Code repositories, then other pages, each once and in order of first mention."""
    once: dict[str, str] = {}
    for link in links:
        once.setdefault(link.rstrip("/").lower(), link)
    code = tuple(link for link in once.values() if _is_code(link))
    return code, tuple(link for link in once.values() if not _is_code(link))


def web_address(text: str) -> str | None:
    """``text`` as an http or https address; None when it is none (``javascript:`` and the like included)."""
    address = text.strip()
    if "://" not in address and re.match(r"[\w-]+(?:\.[\w-]+)+(?:/|$)", address):
        address = f"https://{address}"
    if not re.fullmatch(r"https?://[^\s<>\"]+", address, re.IGNORECASE):
        return None
    try:
        return address if urlsplit(address).hostname else None
    except ValueError:  # a port or an IPv6 address that makes no sense
        return None


def _trimmed(address: str) -> str:
    while True:
        shorter = address.rstrip(_TRAILING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _is_code(link: str) -> bool:
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return any(host == known or (known == "gitlab.com" and host.startswith("gitlab.")) for known in _CODE_HOSTS)
