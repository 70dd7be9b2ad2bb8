"""Questions for all papers of a kind: which things they ask for, and the sentences that put a paper on the list."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Collection, Container, Iterable, Sequence

from rag.answering.bounds import Bound, read_bound
from rag.answering.quoting import unmarked, with_marker
from rag.text.mentions import find_mentions
from rag.text.naming import short_name
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, document_terms, fold, stem, words
from rag.types import Draft, Hit, Paper, Passage

__all__ = ["Listing", "answer_with_list", "read_listing"]

LISTED = 20
"""Papers listed at most; the number of all is said."""
NEAR = 0.85
"""Share of the best score from which on a paper belongs to a described kind. Judgement: 0.75 and 0.95 give the same
numbers on the development questions, which describe too few kinds."""
_LEAVING_OUT = "A list can say which papers mention something, not which papers leave it out."
_STOPS = "|".join(sorted(STOP_WORDS - {"same", "other", "more", "most", "any", "all", "few"}))
_MODIFIERS = rf"(?:(?!(?:{_STOPS}|paper|abstract|kinds?|sorts?)\b)[\w'’/.+-]+\s+){{0,3}}"
_SURELY_PAPERS = r"(?:papers|abstracts|preprints)"
_PAPERS = (
    rf"(?:{_MODIFIERS}{_SURELY_PAPERS}|(?<!many )(?:other |recent |different )?"
    r"(?:studies|articles|publications|surveys)(?! of\b| per\b))"
)
_OF_THESE = r"(?:of\s+(?:all\s+)?(?:the|these|those|your)\s+)?"
_NOT_OF_US = (
    r"(?!\s+(?:the|it|they|he|she|we|did|does|do (?!you|not\b)|is|was|has|had)\b)"
    r"(?!\s+(?:are|were|have been)\s+(?:(?:\w+ly\s+)?(?:used|review\w*|cited|covered|included|analy[sz]ed|collected|"
    r"considered|needed|required|read|given|run|described|in)\b|saying\b))"
)
"""What follows when a question is about papers that a paper speaks of: "how many papers does the survey review"."""
_ASKING = re.compile(
    rf"\bin (?:which|what|how many)\s+{_OF_THESE}{_PAPERS}\b"
    rf"|\b(?:are there|do you have|have you got)\s+(?:any\s+|some\s+)?{_PAPERS}\b"
    rf"|^\W*{_SURELY_PAPERS}\s+(?:on|about|that|which|using|with|mentioning|by|from)\b"
    rf"|(?<!\bin )\b(?:which|what|how many)\s+{_OF_THESE}{_PAPERS}\b{_NOT_OF_US}"
    rf"|^\W*(?:please\s+)?(?:all|any|list|name|show|find|give me)\s+(?:(?:me|all|the|any|of|those|your)\s+){{0,4}}"
    rf"{_PAPERS}\b{_NOT_OF_US}",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"^\W*where (?:is|are|does|do|else is|else does)\s+(?:the\s+)?(?P<thing>[\w'’/.+# -]{1,40}?)\s+"
    r"(?:used?|mention\w*|come up|comes up|appear\w*|turn up|occur\w*|named|cited)\b"
    r"(?!\s+(?:in|inside|within|during)\b(?! (?:the|this|your) (?:collection|papers|abstracts)))",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^\W*who (?P<else>else |all )?(?:works?|uses?|compares?|trains?|evaluates?|builds?|tests?|rel(?:y|ies)|runs?|"
    r"mentions?|calls?|combines?|releases?)\b(?:,? (?:with|on|upon|against|to|or|compares?|,)(?= |,))*,?\s*"
    r"(?P<thing>.*)",
    re.IGNORECASE,
)
_WHO_COUNTED = re.compile(r"^\W*who (?:else |all )?(?:train|us|ran|test|evaluat|scale|deploy)\w*\b", re.IGNORECASE)
_SPECIFIC = re.compile(
    r"(?:the|an?|it|its|this|that|these|those|them|him|her|their(?! own)|less|more|fewer|which|whom|what|whether|"
    r"faster|slower|better|worse|longer|shorter|larger|smaller|cheaper|most|(?-i:[a-z]+ly))\b|$|\W",
    re.IGNORECASE,
)
"""How an object begins that is known from one paper ("who calls the tool"), or a comparison ("who trains faster")."""
_CHOICE = re.compile(r"(?<!\bwith)(?<!\bagainst)(?<!\bon), [^,]{1,60} or [^,]{1,60}\?*$", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\b(?:do|does|did|are|is|was|were)(?:\s+not|n['’]t)\b|\bnever\b|\bnot (?:from|mention)\b", re.IGNORECASE
)
_MADE_BY = re.compile(
    rf"\b{_PAPERS}\b(?:\s+(?:are|were|is|was|come|came|published|written|released))*\s+(?:by|from)\b", re.IGNORECASE
)
_REMARK = re.compile(
    r"(?<!\s)[\s,]*\b(?:be it|be they|whether|for whatever|no matter|including|such as)\b.*", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FRAME = frozenset(
    stem(word)
    for word in (
        "about abstract abstracts actual actually address against all also anything anywhere appear application "
        "article articles bring brings call calls cite collection combine come comes compare compares concern "
        "cover covers deal deals discuss do else even exact exactly find focus give hardware have here kind list "
        "make many matter mention mentioned mentions method methods model models name new occur occurs one ones "
        "own paper papers please preprint publication purpose ran related report reports run runs say says "
        "scores show something studies study survey system take takes talk talks tell thank thanks their there "
        "treat tried try turn turns use used uses using various way whatever word words work works yardstick"
    ).split()
)
"""Stems that ask for papers and say nothing about what they must hold."""
_ALTERNATIVE = re.compile(r"[,;](?!\d)|\s/\s|(?<=\w\w\w)/(?=\w\w\w)|\bor\b", re.IGNORECASE)
_TOGETHER = re.compile(r"\band\b|&", re.IGNORECASE)
_WORD = re.compile(r"[.+/-]{0,2}\w+(?:[.+/-]+\w+)*[+#]*")
_PIECE = re.compile(r"\d+(?:\.\d+)*[a-z]*|[a-z]+|[+#]+|[^\W\da-z_]+")
_SIZE = re.compile(r"\d+(?:\.\d+)?[BMT]", re.IGNORECASE)
"""The size of a model, which belongs to its name: ``7B Llama``."""
_WANTED_WORDS = 3
"""A thing asked for in more words of content is described rather than named: it is not looked up to the letter."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """What papers must hold to be listed: one of several things."""

    things: tuple[tuple[str, ...], ...] = ()
    """Each in one part or, "X and Y", in several, as the question writes them; none when a kind is described."""
    described: bool = False
    """A kind of paper is told of in so many words that they are not looked up to the letter."""
    named: bool = False
    """The things are names, which a paper has or has not."""
    made_by: bool = False
    """The things may be organisations ("papers by X")."""
    left_out: bool = False
    """Papers are wanted that lack something."""
    bound: Bound | None = None
    """The thing is to be counted, and its number to keep to this."""

    @property
    def empty(self) -> bool:
        """Whether the question does not say what the papers must hold."""
        return not (self.things or self.described or self.left_out)

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms by which the lexical index finds candidates."""
        parts = (part for thing in self.things for part in thing)
        return tuple(dict.fromkeys(term for part in parts for term in document_terms(part)))

    @property
    def wanted(self) -> str:
        """The things as an answer names them."""
        return self.bound.wanted if self.bound else " or ".join(" and ".join(thing) for thing in self.things)

    def may_stand_in(self, known: Container[str]) -> bool:
        """Whether one of the things is made of known terms only."""
        terms = [
            [stem(word) for part in thing for word in words(part) if word not in STOP_WORDS] for thing in self.things
        ]
        return any(thing and all(term in known for term in thing) for thing in terms)

    def evidence(self, paper: Paper, *, scattered: bool = False) -> Passage | None:
        """The first sentence of the paper that holds one of the things; the title only when no other does.

        With ``scattered`` the words of a thing may stand in different sentences; the first with most of them counts.
        """
        if self.bound:
            return self.bound.evidence(paper)
        passages = passages_of(paper)
        find = _fullest if scattered else _first
        for thing in self.things:
            found = [find(part, (*passages[1:], passages[0])) for part in thing]
            if None not in found:
                return found[0]
        return None


def read_listing(question: str) -> Listing | None:
    """What papers are listed for; None when no list is asked for."""
    sentence = next((part for part in _SENTENCE.split(question) if _asks_for_papers(part)), None)
    if sentence is None:
        return None
    left_out = bool(_LEFT_OUT.search(sentence))
    if bound := read_bound(sentence):
        return Listing(((bound.thing,),), named=True, left_out=left_out, bound=bound)
    pieces = _ALTERNATIVE.split(_REMARK.sub("", sentence))
    parted = (tuple(part for text in _TOGETHER.split(piece) if (part := _thing(text))) for piece in pieces)
    things = tuple(dict.fromkeys(thing for thing in parted if thing))
    described = any(len(part.split()) > _WANTED_WORDS for thing in things for part in thing)
    named = all(find_mentions(f"about {part}") for thing in things for part in thing)
    made_by = bool(_MADE_BY.search(sentence))
    return Listing(() if described else things, described, named and not described, made_by, left_out)


def _asks_for_papers(sentence: str) -> bool:
    if _ASKING.search(sentence):
        return True
    if where := _WHERE.search(sentence):
        return bool(find_mentions(f"about {where['thing']}"))
    who = _WHO.search(sentence)
    if _WHO_COUNTED.match(sentence) and read_bound(sentence):
        return True
    if who is None or _CHOICE.search(sentence):
        return False
    thing = re.sub(r"^(?:the|an?) (?=\S*[A-Z])", "", who["thing"])
    return bool(thing) and (bool(who["else"]) or not _SPECIFIC.match(thing))


def _thing(piece: str) -> str:
    """What a piece of the question names, sizes and the word behind it (``KV cache``); else its words of content."""
    text = f"about {piece.strip()}"  # a name that begins the piece is in mid-sentence in the question as a rule
    names = [text[mention.start : mention.end] for mention in find_mentions(text) if stem(mention.key) not in _FRAME]
    named = {word for name in names for word in _WORD.findall(name)}
    content = [word for word in _WORD.findall(piece) if fold(word) not in STOP_WORDS and stem(fold(word)) not in _FRAME]
    kept = [
        word
        for place, word in enumerate(content)
        if word in named or _SIZE.fullmatch(word) or (place and content[place - 1] in named)
    ]
    return " ".join(kept if named else content)


def _first(thing: str, passages: Sequence[Passage]) -> Passage | None:
    return next((passage for passage in passages if _holds(passage.text, thing)), None)


def _fullest(thing: str, passages: Sequence[Passage]) -> Passage | None:
    """The passage with most words of the thing; None when all of them together lack some."""
    if not _in_plain_words(thing) or not _stems(thing) <= frozenset().union(*(_stems(p.text) for p in passages)):
        return None
    return max(passages, key=lambda passage: len(_stems(thing) & _stems(passage.text)))


@functools.lru_cache(maxsize=512)
def _pattern(thing: str) -> re.Pattern[str]:
    """The thing in any spelling: pieces with or without blanks and hyphens between, the last one in any number."""
    pieces = _PIECE.findall(fold(thing))
    sizes = [piece for piece in pieces if _SIZE.fullmatch(piece)]
    if sizes and len(sizes) < len(pieces):
        return _sized([piece for piece in pieces if piece not in sizes], sizes[0])
    ending = r"(?![a-z0-9]|\.\d)" if pieces[-1][-1].isdigit() else r"(?:e?s)?(?![a-z])"
    return re.compile(r"(?<![a-z0-9])" + r"[\s\-/]*".join(map(re.escape, pieces)) + ending)


def _sized(name: Sequence[str], size: str) -> re.Pattern[str]:
    """A name with a size close before or behind it and no other name's between: ``Llama-2-7B``, ``7B-Llama``."""
    written, number = r"[\s\-/]*".join(map(re.escape, name)), re.escape(size)
    behind = (
        rf"{written}(?:[\s-]+[\d.]+)?(?:[\s-]+(?:chat|instruct|base))?[\s-]*[(]?(?:[\d.]+b[\s,/]+(?:and\s+)?)*{number}"
    )
    return re.compile(rf"(?<![a-z0-9])(?:{behind}|(?<!\.){number}[\s-]+(?:parameter[\s-]+)?{written})(?![a-z0-9])")


def _holds(text: str, thing: str) -> bool:
    """Whether the thing stands in the text as it is spelled, or all of its words do."""
    if not _PIECE.search(fold(thing)):
        return False
    in_its_words = _in_plain_words(thing) and _stems(thing) <= _stems(text)
    return in_its_words or bool(_pattern(thing).search(fold(text)))


def _in_plain_words(thing: str) -> bool:
    """Whether its words say it all, unlike those of ``C++`` and of other scripts."""
    sized = any(map(_SIZE.fullmatch, thing.split()))
    return thing.isascii() and not sized and not set("+#") & set(thing) and any(len(word) > 1 for word in _stems(thing))


@functools.lru_cache(maxsize=65536)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def answer_with_list(
    listing: Listing,
    papers: Iterable[Paper],
    *,
    near: Sequence[Hit] = (),
    known: Container[str] = (),
    apart_from: Collection[Paper] = (),
) -> Draft:
    """A sentence from each paper that belongs on the list, cited, most certain first.

    Args:
        listing: what papers are listed for.
        papers: candidates that may hold what is named.
        near: found for the whole question; they serve when a kind of paper is described, or no sentence has all the
            words of a thing. Those whose score comes near that of the best are listed, and said to be likely only.
        known: terms that stand in some paper; a thing with another term is in none.
        apart_from: papers that others are asked for in addition to.

    Returns:
        A draft; refused when no paper belongs on the list.
    """
    if listing.left_out:
        return Draft(_LEAVING_OUT, (), refused=True)
    candidates = [paper for paper in papers if paper not in apart_from]
    found = _evidence(listing, candidates) or _evidence(listing, candidates, scattered=True)
    likely = not found
    if not found and listing.things and (listing.named or not listing.may_stand_in(known)):
        other = "other " if apart_from else ""
        return Draft(f"No {other}paper of the collection mentions {listing.wanted}.", (), refused=True)
    if not found:
        best = [hit for hit in near if hit.score >= NEAR * near[0].score]
        found = [(hit.paper, hit.passages[0].passage) for hit in best]
    if not found:
        return Draft("The collection holds no paper of that kind.", (), refused=True)
    shown = found[:LISTED]
    lines = [_line(paper, passage, marker) for marker, (paper, passage) in enumerate(shown, start=1)]
    more = len(found) - LISTED
    notes = (f"{more} more {'belongs' if more == 1 else 'belong'} on the list.",) if more > 0 else ()
    lead = _lead(len(found), "" if likely else listing.wanted)
    return Draft("\n\n".join([lead, *lines]), tuple(passage for _, passage in shown), notes=notes)


def _evidence(listing: Listing, papers: Iterable[Paper], *, scattered: bool = False) -> list[tuple[Paper, Passage]]:
    found = ((paper, listing.evidence(paper, scattered=scattered)) for paper in papers)
    return [(paper, passage) for paper, passage in found if passage is not None]


def _lead(papers: int, wanted: str) -> str:
    many = "1 paper" if papers == 1 else f"{papers} papers"
    if not wanted:
        return f"{many} {'is' if papers == 1 else 'are'} likely to be meant:"
    return f"{many} of the collection {'mentions' if papers == 1 else 'mention'} {wanted}:"


def _line(paper: Paper, passage: Passage, marker: int) -> str:
    name = unmarked(short_name(paper))
    lead = "" if passage.text.startswith(name) else f"{name}: "
    return f"{lead}{with_marker(passage.text, marker)}"
