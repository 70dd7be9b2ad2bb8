"""What a sentence means by *it*: the system that the sentence before it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.mentions import FIELD, Mention, find_mentions

__all__ = ["goes_on", "spelled_out"]

_NOUN = (
    "(?:algorithm|approach|architecture|benchmark|dataset|design|framework|library|mechanism|method|model|network"
    "|pipeline|scheme|strategy|system|technique|tool|toolkit|variant)"
)
_OPENING = (
    r"(?:(?:Across|After|Among|As|At|Before|By|During|For|From|In|On|Over|Through|To|Under|Unlike|Using|With|Within"
    r"|Without|Compared|Relative)\s(?:[^\s,;]+\s){0,7}?[^\s,;]+,?\s"
    r"|(?:[A-Z][a-z]+ly|Also|Besides|Furthermore|Hence|Here|However|Moreover|Next|Overall|Second|Still|Then|There"
    r"|Third|Thus),?\s)"
)
"""Words before the subject: "Across nine data sets, ...", "Moreover, ..."."""
_VERB = (
    r"(?:also|always|can|could|does|even|further|had|has|is|might|may|never|not|now|only|then|thus|was|will|would"
    r"|[a-z]+ly|achieves|adds|allows|answers|applies|attains|beats|builds|combines|cuts|delivers|doubles|employs|enables"
    r"|exceeds|gains|generates|gives|halves|handles|improves|introduces|keeps|learns|lets|loses|lowers|matches|needs"
    r"|outperforms|performs|processes|produces|provides|raises|reaches|reduces|relies|requires|runs|saves|scales|serves"
    r"|shows|speeds|splits|supports|surpasses|takes|trains|uses|works|yields)\b"
)
_IT = re.compile(
    rf"(?:{_OPENING})?(?P<subject>(?:[Ii]t|(?:[Tt]his|[Tt]hat)\s(?:(?:new|same)\s)?{_NOUN})(?=\s[a-z])"
    rf"|[Tt]he\s(?:(?:new|proposed|same|latter)\s)?{_NOUN}(?=\s{_VERB})|(?P<its>[Ii]ts)(?=\s\w))"
)
_THEY = re.compile(rf"(?:{_OPENING})?(?:[Tt]hey|[Tt]heir|[Tt]he(?:se)?\sauthors)\s[a-z]")
_NOBODY = re.compile(
    r"(?i)it\s(?:is|was|has been|remains|becomes|seems|appears|turns|follows|(?:can|could|should|may|must) be)\b"
    r"[^,.;]{0,40}?\b(?:that|to|whether|how|why|out|if|when)\b"
)
"""An *it* that stands for nothing: "it is known that"."""
_BESIDE = re.compile(
    r"\b(?:about|above|across|against|among|as|at|behind|below|between|beyond|by|for|from|in|into|like|near|of|on|onto"
    r"|over|per|than|through|to|toward|towards|under|unlike|upon|using|versus|via|vs\.?|with|within|without)"
    r"\s(?:the\s|a\s|an\s|both\s)?$|\($"
)
"""What stands before a name that is not what a sentence is about."""
_BROUGHT = re.compile(
    r"\b(?:introduc|propos|present|develop|releas|describ|build|built|nam|call|dub)(?:e[sd]?|s|ed|ing)?"
    r"\s(?:the\s|a\s|an\s)?(?:[a-z-]+\s){0,3}$"
)
_SUBJECT_WORDS = 2
"""Words of the main clause that may stand before its subject: "the Firefly cache", "Recently Firefly"."""
_JOINED = re.compile(r",?\s(?:and|or|&)\s")


def goes_on(sentence: str) -> bool:
    """Whether a sentence begins by speaking of what the one before it speaks of: *it*, *this method*, *they*."""
    match = _IT.match(sentence)
    return bool(match and not _NOBODY.match(sentence, match.start("subject")) or _THEY.match(sentence))


def spelled_out(sentence: str, before: str, names: Sequence[str] = ()) -> tuple[str, str, str] | None:
    """The sentence with a name for its *it*, the word that it replaces, and the name.

    None where its subject is no such word, or where it is not certain what that stands for.

    Args:
        sentence: "It halves the memory."
        before: the sentence before it: "Firefly is a cache."
        names: names that may be meant although they are written like words.
    """
    match = _IT.match(sentence)
    if match is None or _NOBODY.match(sentence, match.start("subject")):
        return None
    name = _subject(before, names)
    if name is None:
        return None
    said = match["subject"]
    instead = f"{name}'s" if match["its"] else name
    return sentence[: match.start("subject")] + instead + sentence[match.end("subject") :], said, name


def _subject(text: str, names: Sequence[str]) -> str | None:
    """The one system that a sentence is about: the only one, the one that it introduces, or its subject."""
    found = [
        (start, end)
        for start, end in _named(text, names)
        if not _BESIDE.search(text[max(0, start - 16) : start].lower())
    ]
    brought = [span for span in found if _BROUGHT.search(text[max(0, span[0] - 60) : span[0]])]
    if len(brought) == 1 or len(found) == 1:
        start, end = (brought if len(brought) == 1 else found)[0]
        return text[start:end]
    opening = re.match(_OPENING, text)
    if not found or len(text[opening.end() if opening else 0 : found[0][0]].split()) > _SUBJECT_WORDS:
        return None
    (start, end), after = found[0], found[1][0]
    return None if _JOINED.fullmatch(text, end, after) else text[start:end]


def _named(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each system that a sentence names, each once, in order."""
    spans = [match.span() for name in names for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    spans += [
        (_start(text, mention), mention.end)
        for mention in find_mentions(text)
        if mention.written and mention.key not in FIELD
    ]
    end, known = 0, set[str]()
    for start, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end and text[start:last] not in known:
            known.add(text[start:last])
            end = last
            yield start, last


def _start(text: str, mention: Mention) -> int:
    """Where a name begins: after the preposition that only opens the sentence, as in "Unlike GraphRAG"."""
    first, blank, _ = text[mention.start : mention.end].partition(" ")
    opens = mention.opening and blank and _BESIDE.fullmatch(f"{first.lower()} ")
    return mention.start + len(first) + 1 if opens else mention.start
