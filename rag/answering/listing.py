"""Questions for all papers of a kind: which things they ask for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container

from rag.answering.bounds import Bound, read_bound
from rag.answering.things import SIZE
from rag.text.mentions import find_mentions
from rag.text.terms import STOP_WORDS, document_terms, fold, stem, words

__all__ = ["Listing", "read_listing"]

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
    rf"{_PAPERS}\b{_NOT_OF_US}"
    r"|^\W*(?:what|which|any|how much)\s+(?:other\s+|recent\s+)?(?:work|research|literature)\b"
    r"(?=.*\b(?:on|about|into)\b)",
    re.IGNORECASE,
)
"""Ways to ask for papers; "what work is there on X" among them."""
_TOPIC = re.compile(
    rf"(?:{_PAPERS}|\bwho|\b(?:work|research|literature))\b(?:\s+[\w'’]+){{0,5}}?\s+"
    r"(?:about|on|into|covers?|deals? with|address(?:es)?|stud(?:y|ies)|investigates?|explores?|focus(?:es)?|"
    r"concern(?:s|ed)?|works? on|regarding|treats?|discuss(?:es)?|tackles?)\b",
    re.IGNORECASE,
)
"""Asks what papers are about, rather than what they mention or use."""
_AS_TOPIC = re.compile(
    r"\bas (?:the|an?|its|their) (?:\w+ )?(?:application|subject|topic|focus|theme|goal|task|problem)\b", re.IGNORECASE
)
_PASSING = re.compile(
    r"\b(?:mention\w*|us(?:e|es|ed|ing)|com(?:e|es) up|bring up|occur\w*|appear\w*|turn up|call\w*|tell|compar\w*|"
    r"evaluat\w*|r[au]n|train\w*|releas\w*|report\w*)\b",
    re.IGNORECASE,
)
_FROM_MAKER = re.compile(
    r"(?<=\bpapers )(?:(?:are |were )?(?:by|from) )(?P<maker>(?:the )?(?-i:[A-Z])[\w&.-]*(?: (?-i:[A-Z])[\w&.-]*)*)"
    r"(?=,? (?:are|is|that|which|on|about|mention\w*|us(?:e|es|ing)|deal\w*|with)\b)",
    re.IGNORECASE,
)
"""An organisation in front of what its papers must hold: "papers from X that prune"."""
_VERB_OF_PAPERS = re.compile(
    rf"(?P<papers>{_PAPERS}|\bwho(?: else| all)?)\s+(?:(?:that|which)\s+)?(?:(?P<creates>propose[ds]?|present(?:ed)?|"
    r"introduce[ds]?|develop(?:ed)?|creat(?:e|ed)|construct(?:ed)?|contribute[ds]?|buil[dt])|stud(?:y|ied)|"
    r"evaluated?|train(?:ed)?|test(?:ed)?|work(?:ed)?|investigated?|explored?|considere?d?|appl(?:y|ied)|"
    r"adopt(?:ed)?|employ(?:ed)?|measured?|offer(?:ed)?|release[ds]?)\b",
    re.IGNORECASE,
)
"""What papers do with the thing asked for; it says nothing about the thing."""
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
        "own paper papers please preprint publication published purpose ran related report reports run runs say says "
        "scores show something studies study survey system take takes talk talks tell thank thanks their there "
        "treat tried try turn turns use used uses using various way whatever word words work works yardstick"
    ).split()
)
"""Stems that ask for papers and say nothing about what they must hold."""
_PAPER_WORDS = frozenset(
    stem(word)
    for word in (
        "abstract abstracts all also any anything article articles collection do else even exact exactly find give "
        "here kind list many matter mention mentioned mentions name occur occurs paper papers please preprint "
        "publication say says show something take tell thank thanks their there try use used uses using way word words "
        "work"
    ).split()
)
"""Those of them that ask for papers whatever else the question holds."""
_FIELD = frozenset({"ai", "llm", "ml", "nlp"})
"""Acronyms of the whole field: among other words they name nothing."""
_ALTERNATIVE = re.compile(r"[,;](?!\d)|\s/\s|(?<=\w\w\w)/(?=\w\w\w)|\bor\b", re.IGNORECASE)
_TOGETHER = re.compile(r"\band\b|&", re.IGNORECASE)
_WORD = re.compile(r"[.+/-]{0,2}\w+(?:[.+/-]+\w+)*[+#]*")
_WANTED_WORDS = 3
"""A thing asked for in more words of content is described rather than named: it is not looked up to the letter."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """What papers must hold to be listed: one of several things, and a figure where the question sets a bound."""

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
    """A number that the papers must give, and keep to this."""
    about: bool = False
    """Papers are wanted that treat of the things, not that mention them."""
    creates: bool = False
    """Papers are wanted that bring the things into the world ("which papers propose a benchmark")."""
    maker: str | None = None
    """The organisation that the papers must come from, beside what they hold; None: any."""

    @property
    def empty(self) -> bool:
        """Whether the question does not say what the papers must hold."""
        return not (self.things or self.described or self.left_out or self.bound)

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms by which the lexical index finds candidates."""
        parts = [self.bound.searched] if self.bound else [part for thing in self.things for part in thing]
        return tuple(dict.fromkeys(term for part in parts for term in document_terms(part)))

    @property
    def wanted(self) -> str:
        """The things as an answer names them."""
        things = " or ".join(" and ".join(thing) for thing in self.things)
        return " and ".join(filter(None, (self.bound.wanted if self.bound else "", things)))

    def may_stand_in(self, known: Container[str]) -> bool:
        """Whether one of the things is made of known terms only."""
        terms = [
            [stem(word) for part in thing for word in words(part) if word not in STOP_WORDS] for thing in self.things
        ]
        return any(thing and all(term in known for term in thing) for thing in terms)


def read_listing(question: str) -> Listing | None:
    """What papers are listed for; None when no list is asked for."""
    sentence = next((part for part in _SENTENCE.split(question) if _asks_for_papers(part)), None)
    if sentence is None:
        return None
    left_out = bool(_LEFT_OUT.search(sentence))
    made_by = bool(_MADE_BY.search(sentence))
    about = bool(_AS_TOPIC.search(sentence) or (_TOPIC.search(sentence) and not _PASSING.search(sentence)))
    if bound := read_bound(sentence):
        beside = _things(sentence.replace(bound.wanted, " "))
        names = tuple(thing for thing in beside if all(map(_is_name, thing)))
        return Listing(names, named=True, left_out=left_out, bound=bound)
    maker = _FROM_MAKER.search(sentence)
    things = _things(_FROM_MAKER.sub(" ", sentence)) if maker else ()
    if not things:
        maker, things = None, _things(sentence)
    described = any(len(part.split()) > _WANTED_WORDS for thing in things for part in thing)
    named = all(_is_name(part) for thing in things for part in thing) and not described
    verb = _VERB_OF_PAPERS.search(sentence)
    return Listing(
        () if described else things,
        described,
        named,
        made_by,
        left_out,
        about=about,
        creates=bool(verb and verb["creates"]),
        maker=maker["maker"] if maker else None,
    )


def _things(sentence: str) -> tuple[tuple[str, ...], ...]:
    """What is asked for; where nothing is left without the words that ask for papers, those that may be meant too."""
    text = _REMARK.sub("", sentence)
    plain = _VERB_OF_PAPERS.sub(r"\g<papers>", text)
    return _parted(plain, _FRAME) or _parted(plain, _PAPER_WORDS)


def _parted(text: str, frame: Container[str]) -> tuple[tuple[str, ...], ...]:
    pieces = _ALTERNATIVE.split(text)
    parted = (tuple(part for each in _TOGETHER.split(piece) if (part := _thing(each, frame))) for piece in pieces)
    return tuple(dict.fromkeys(thing for thing in parted if thing))


def _is_name(part: str) -> bool:
    return bool(find_mentions(f"about {part}"))


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


def _thing(piece: str, frame: Container[str]) -> str:
    """What a piece of the question names, sizes and the word behind it (``KV cache``); else its words of content."""
    text = f"about {piece.strip()}"  # a name that begins the piece is in mid-sentence in the question as a rule
    mentions = (mention for mention in find_mentions(text) if stem(mention.key) not in frame)
    names = [text[mention.start : mention.end] for mention in mentions if mention.key not in _FIELD]
    named = {word for name in names for word in _WORD.findall(name)}
    every = _WORD.findall(piece)
    content = [
        (place, word)
        for place, word in enumerate(every)
        if fold(word) not in STOP_WORDS and stem(fold(word)) not in frame
    ]
    kept = [
        word
        for place, word in content
        if word in named or SIZE.fullmatch(word) or (place and every[place - 1] in named)
    ]
    return " ".join(kept if named else [word for _, word in content])
