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
    r"|[a-z]+ly|achieves|adapts|adds|aligns|allows|answers|applies|attains|attends|avoids|beats|builds|captures|combines"
    r"|consists|converts|creates|cuts|delivers|detects|differs|divides|doubles|embeds|employs|enables|encodes|ensures"
    r"|exceeds|extends|extracts|finds|gains|generates|gives|halves|handles|identifies|improves|indexes|integrates"
    r"|introduces|keeps|learns|lets|leverages|loses|lowers|makes|matches|merges|mitigates|needs|obtains|offers|operates"
    r"|optimizes|organizes|outperforms|performs|picks|predicts|processes|produces|provides|pulls|raises|reaches|reduces"
    r"|relies|replaces|represents|requires|retrieves|routes|runs|saves|scales|selects|serves|shows|solves|speeds|splits"
    r"|starts|stores|supports|surpasses|tackles|takes|trains|transforms|treats|turns|uses|utilizes|works|yields)\b"
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
    r"\s(?:the\s|a\s|an\s)?(?:(?!(?:has|have|is|are|was|were)\b)[a-z-]+\s){0,3}$"
)
_SUBJECT_WORDS = 2
"""Words of the main clause that may stand before its subject: "the Firefly cache", "Recently Firefly"."""
_SAYS = re.compile(rf"\s(?:\([^()]{{1,60}}\)\s)?{_VERB}")
_ALONE = re.compile(r"\s*(?:[,;:.()]|which\b|that\b|to\b|$)")
"""What follows a name that stands for a thing, and not before a noun as in "a GNN framework"."""
_ARTICLE = re.compile(r"\b(?:[Aa]n?|[Tt]he)\s$")
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
    """The one system that a sentence is about: the only one, the one that it introduces, or its subject.

    What is written like a name but is none of ``names`` counts only as a subject, or where it is introduced. Of 45
    neighbouring sentences of abstracts, read one by one, 40 get the right name so; without this about half, the others
    that of a field or a device ("a CNN", "3D scans").
    """
    opening = re.match(_OPENING, text)
    begin = opening.end() if opening else 0
    found: list[tuple[int, int]] = []
    brought: list[tuple[int, int]] = []
    for start, end, own in _named(text, names):
        if _BESIDE.search(text[max(0, start - 16) : start].lower()):
            continue
        introduced = bool(_BROUGHT.search(text[max(0, start - 60) : start])) and (own or _ALONE.match(text, end))
        leads = not _ARTICLE.search(text[:start]) and len(text[begin:start].split()) <= _SUBJECT_WORDS
        if introduced:
            brought.append((start, end))
        if own or introduced or leads and _SAYS.match(text, end):
            found.append((start, end))
    if len(brought) == 1 or len(found) == 1:
        start, end = (brought if len(brought) == 1 else found)[0]
        return text[start:end]
    if not found or len(text[begin : found[0][0]].split()) > _SUBJECT_WORDS:
        return None
    (start, end), after = found[0], found[1][0]
    return None if _JOINED.fullmatch(text, end, after) else text[start:end]


def _named(text: str, names: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each name of a sentence, each once, in order, and whether it is among ``names``."""
    spans = [
        (*match.span(), True) for name in names for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
    ]
    spans += [
        (_start(text, mention), mention.end, False)
        for mention in find_mentions(text)
        if mention.written and mention.key not in FIELD
    ]
    end, known = 0, set[str]()
    for start, last, own in sorted(spans, key=lambda span: (span[0], not span[2], -span[1])):
        if start >= end and text[start:last] not in known:
            known.add(text[start:last])
            end = last
            yield start, last, own


def _start(text: str, mention: Mention) -> int:
    """Where a name begins: after the preposition that only opens the sentence, as in "Unlike GraphRAG"."""
    first, blank, _ = text[mention.start : mention.end].partition(" ")
    opens = mention.opening and blank and _BESIDE.fullmatch(f"{first.lower()} ")
    return mention.start + len(first) + 1 if opens else mention.start
