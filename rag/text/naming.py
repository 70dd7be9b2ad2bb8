"""What a paper calls its own system, and how to tell that a text speaks of it."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence

from rag.text.mentions import Mention, find_mentions, mentions
from rag.text.quotes import quotes
from rag.text.terms import document_terms, query_terms, stem, words
from rag.types import Paper

__all__ = ["names_paper", "own_names", "papers_meant", "short_name", "speaks_of"]

_INTRODUCED = re.compile(
    r"(?s).*\b(?:(?:introduc|propos|releas|creat|unveil|nam|dub|term)(?:e[sd]?|ing|bed)|(?:present|develop|construct|call)"
    r"(?:s|ed|ing)?|namely)\b(?P<between>[^.;:]{1,90}?)$"
)
_PLURAL = re.compile(r"[A-Z]s$")
_WORD_LIKE = re.compile(r"[A-Z]+|[A-Z][a-z]+")
_SYMBOL = re.compile(r"[+#*]")
_SIDE_BY_SIDE = re.compile(
    r"\b(?:vs|versus|against|compar\w*|differ\w*|both|either|each|next to|or|which of|one of the two)\b", re.IGNORECASE
)
_TITLE_NAME_WORDS = 3
"""A title's part before the colon is a name when it has at most so many words; longer ones are phrases."""
_SHORT_TITLE_CHARS = 60
"""A longer title without a name is cut at its colon when an answer refers to it."""
_FEW_PAPERS = 5
"""Among fewer papers nothing is said about how common a name is."""
_TITLE_WORDS = 5
"""A text that repeats so many first words of a title means that paper."""


@functools.lru_cache(maxsize=4096)
def own_names(paper: Paper) -> tuple[str, ...]:
    """Names the paper gives to what it brings, most certain first; empty for most surveys.

    Taken from the title before its colon, and from names of the abstract whose first use follows a word such as
    "propose" and that come back, in the abstract or as the end of the address of its code.
    """
    names: list[str] = []
    head, colon, _ = paper.title.partition(":")
    if colon and len(head.split()) <= _TITLE_NAME_WORDS and _is_name(head):
        names.append(head.strip())
    written = [mention for mention in find_mentions(paper.abstract) if mention.written]
    counts = Counter(mention.key for mention in written)
    first = {mention.key: mention for mention in reversed(written)}
    for mention in sorted(first.values(), key=lambda mention: mention.start):
        name = paper.abstract[mention.start : mention.end]
        comes_back = (
            (counts[mention.key] > 1 or _has_address(name, paper)) and len(mention.key) > 2 and not _PLURAL.search(name)
        )
        if comes_back and _introduced(paper.abstract, mention, written):
            names.append(name)
    return tuple(dict.fromkeys(names))


def _has_address(name: str, paper: Paper) -> bool:
    """Whether the address of its code or page ends in the name."""
    ends = (url.rstrip("/").rpartition("/")[2] for url in (*paper.code_urls, *paper.project_urls))
    return any(end.lower() == name.lower() for end in ends)


def _is_name(head: str) -> bool:
    """A coined word, not a heading: ``HLLM``, ``Zebra-Llama``, ``Zoom Eye``, but not ``A Survey``."""
    return bool(find_mentions(f"about {head.strip()}")) and not re.match(r"(?i)(?:an?|the|on|towards?)\b", head)


def _introduced(abstract: str, mention: Mention, found: list[Mention]) -> bool:
    """Whether "we propose ..." leads to this first use with no other name between, unless it stands in brackets."""
    sentence = abstract[max(0, mention.start - 140) : mention.start]
    match = _INTRODUCED.search(sentence)
    if match is None:
        return False
    begin = mention.start - len(match["between"])
    between = [other for other in found if begin <= other.start < mention.start]
    return not between or (sentence.endswith("(") and "," not in match["between"])


@functools.lru_cache(maxsize=4096)
def short_name(paper: Paper) -> str:
    """What an answer calls the paper: the name before the title's colon, else the first own name, else the title."""
    names = own_names(paper)
    if names:
        return names[0]
    head = paper.title.partition(":")[0].strip() if len(paper.title) > _SHORT_TITLE_CHARS else ""
    return f"“{head or paper.title}”"


def speaks_of(paper: Paper, name: str) -> bool:
    """Whether a name stands in the paper, in some spelling of names (``Light RAG``) or to the letter."""
    return not _names_in(paper).isdisjoint(mentions(f"the {name}")) or bool(_standing(name).search(paper.text))


@functools.lru_cache(maxsize=4096)
def _names_in(paper: Paper) -> frozenset[str]:
    return frozenset(mentions(paper.text))


@functools.lru_cache(maxsize=1024)
def _standing(name: str) -> re.Pattern[str]:
    """Finds the name as it is written, not as a part of another one."""
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


@functools.lru_cache(maxsize=4096)
def _name_forms(paper: Paper) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Own names by how they are looked for: joined (``zoomeye``), in words, and to the letter.

    A name that could be a word (``SCALE``, ``Parrot``) or needs its symbols (``C++``) counts only as it is written.
    """
    names = own_names(paper)
    exact = tuple(name for name in names if _WORD_LIKE.fullmatch(name) or _SYMBOL.search(name))
    spelled = [words(name) for name in names if name not in exact]
    joined = frozenset(stem("".join(re.findall("[a-z0-9]+", " ".join(name)))) for name in spelled)
    return joined, tuple(f" {' '.join(name)} " for name in spelled if len(name) > 1), exact


@functools.lru_cache(maxsize=64)
def _read(text: str) -> tuple[frozenset[str], str]:
    """The terms of a text, and its words between blanks."""
    return frozenset(query_terms(text)), f" {' '.join(words(text))} "


def names_paper(text: str, paper: Paper) -> bool:
    """Whether ``text`` names the paper: one of its own names in any spelling, or the beginning of its title."""
    joined, spelled, exact = _name_forms(paper)
    terms, padded = _read(text)
    if not joined.isdisjoint(terms):
        return True
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in exact):
        return True
    if any(name in padded for name in spelled):
        return True
    title = words(paper.title)[:_TITLE_WORDS]
    return len(title) >= _TITLE_NAME_WORDS and f" {' '.join(title)} " in padded


def papers_meant(text: str, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that ``text`` speaks of by name, in the order of ``papers``.

    Those it names and those of whose title it quotes two words or more in a row; and where it sets several things side
    by side, the paper that alone among the others uses a name which is nobody's own ("the bipolar-INT work").
    """
    told = [paper for paper in papers if len(paper.title.split()) > 1 and paper.title.lower() in text.lower()]
    rest = text
    for paper in told:  # "Scaling Large Language Models ..." of one whole title is the beginning of others too
        rest = re.sub(re.escape(paper.title), " ", rest, flags=re.IGNORECASE)
    found = [
        paper
        for paper in papers
        if paper in told
        or (names_paper(rest, paper) and not _common_name(rest, paper, papers))
        or _quotes_title(text, paper)
    ]
    if found and _SIDE_BY_SIDE.search(text):
        owned = {term for paper in found for name in own_names(paper) for term in document_terms(name)}
        for mention in find_mentions(rest):
            terms = {stem(word) for word in words(rest[mention.start : mention.end])}
            named = words(rest[mention.start : mention.end])
            users = [paper for paper in papers if paper not in found and terms <= _vocabulary(paper)]
            users = [paper for paper in users if len(named) > 1 and _in_a_row(named, paper.title)] or users
            if len(users) == 1 and not terms <= owned:
                found.append(users[0])
    return [paper for paper in papers if paper in found]


def _common_name(text: str, paper: Paper, papers: Sequence[Paper]) -> bool:
    """Whether all that ``text`` says of the paper's names is a word that most of ``papers`` use (``LLM``, ``GPU``).

    In a large collection some paper calls its own thing so, and would be taken for what the question is about.
    """
    if len(papers) < _FEW_PAPERS:
        return False
    said = [written for written in map(_as_written, own_names(paper)) if written.search(text)]
    others = [other for other in papers if other is not paper]
    return bool(said) and all(
        2 * sum(bool(written.search(other.text)) for other in others) > len(others) for written in said
    )


@functools.lru_cache(maxsize=4096)
def _as_written(name: str) -> re.Pattern[str]:
    """The name to the letter (``SCALE`` is not ``scale``), also in the plural."""
    return re.compile(rf"(?<!\w){re.escape(name)}s?(?!\w)")


def _in_a_row(some: Sequence[str], text: str) -> bool:
    return f" {' '.join(some)} " in f" {' '.join(words(text))} "


def _quotes_title(text: str, paper: Paper) -> bool:
    quoted = (words(text[start:end]) for start, end in quotes(text))
    return any(len(quote) > 1 and _in_a_row(quote, paper.title) for quote in quoted)


@functools.lru_cache(maxsize=4096)
def _vocabulary(paper: Paper) -> frozenset[str]:
    return frozenset(document_terms(paper.text))
