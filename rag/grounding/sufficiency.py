"""Deciding before anything is written whether the papers found can answer the question at all."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Collection, Container, Mapping, Sequence

from rag.grounding.details import detail_left_out, detail_told
from rag.grounding.foreign import foreign_term
from rag.text.mentions import FIELD, find_mentions
from rag.text.naming import own_names, papers_meant, short_name
from rag.text.terms import STOP_WORDS, document_terms, fold, query_terms, stem, words
from rag.types import Hit, Paper

__all__ = ["missing_evidence"]

FAR = 0.20
"""When the closest hit is less close, all are about something else. Small talk and off-topic requests of the
development questions reach 0.19. With 0.25 instead no row of those or of the blind ones changes, but riddles of the
held-out fresh half are answered right in 0.42 instead of 0.48; with 0.15 small talk gets a paper for an answer."""
FAR_WHERE_UNKNOWN = 0.35
"""A short question that names nothing and holds a word that no paper has is about something else when the best hit
scores lower. Of 55 unanswerable questions written for this (36 were answered before) it refuses 14 more, with 0.30
11 more, and none of 40 answerable ones; of the held-out fresh half it costs one riddle in 33, no other question."""
SHORT_CONTENT_WORDS = 4
"""Words of content of such a question at most. With 6 it refuses 19 of those more, but riddles of the held-out fresh
half are answered right in 0.39 instead of 0.48: they tell of things in everyday words that stand in no abstract."""
MANY_PAPERS = 50
"""In fewer papers most everyday words are missing, and that one is says nothing. Judgement."""
COVERED_WITH_NAME = 0.30
"""A question that names its paper must share this much of the rest of its words with it. On the development questions
0.20 changes nothing; 0.40 refuses one unanswerable question more and one answerable of 30 too."""
NEAR_IN_MEANING = 0.35
"""Soft maximum of the cosines (``similarity``) from which on a named paper may answer a question in other words than
its own. Of the development questions 2 of 30 answerable ones that name their paper lie below, and share its words."""
COVERED_WITHOUT_NAME = 0.45
"""What a question must share with the best paper when it has a name that only others have, or when the thing it asks
for ("how many hours") is a word the paper lacks. With 0.35 the development questions give 0.75 unanswerable ones
refused instead of 0.83, with 0.55 as many but one answerable question of 30 too."""
COMMON = 0.10
"""A name in more than this share of the papers (LLM, GPU), two at least, says nothing about which is meant.
0.05 and 0.20 give the same numbers on the development questions."""
SHORT_QUESTION_WORDS = 14
"""A longer question may ask several papers: what one of them lacks is then no sign. Judgement; unanswerable questions
of the sets have 9 words on average, those that link papers 24."""
IN_MOST = 0.4
"""A word in more than this share of the papers (model, language) makes no term with its neighbour. Judgement."""

_EXISTS = re.compile(
    r"^\W*(?:is|are) there (?:also )?(?:an?|any|anything|something|some|work|papers?)\b"
    r"|\bdo you have (?:an?|any|anything)\b|^\W*any(?:thing| work| papers?) on\b",
    re.IGNORECASE,
)
"""Asks whether there is something on a subject: one unknown word of a short question settles that there is not."""
_SHORT_QUESTION_WORDS = 10
_LONG_WORD = 7
"""Letters; both bounds are judgement: riddles ask whether there is something in many everyday words unknown here."""
_FEW_LETTERS = 3
"""Shorter words are abbreviations as often as subjects."""
_BEGINNING = 6
"""Words that share so many first letters are taken for forms of one (diagnosis, diagnostic)."""
_ASKING = re.compile(
    r"\b(?:how (?:large|big|long|high|wide|deep) (?:is|are|was|were) (?:the|its|their)"
    r"|what(?: (?:is|are|was|were)|['’]s) the|which|what|whose|how (?:many|much))\s+((?:[\w/'-]+\s*){1,4})",
    re.IGNORECASE,
)
_ASKING_MORE = re.compile(
    r"\b(?:how (?!many|much|(?:large|big|long|high|wide|deep) (?:is|are|was|were) (?:the|its|their)\b)"
    r"|when|where|why|who)\b",
    re.IGNORECASE,
)
"""Asks for more than a thing by its name."""
_COMPARATIVE = re.compile(
    r"(?:fast|slow|cheap|larg|small|high|low|long|short|great|clos|strong|weak|bett|few)er|better|less"
)
"""What follows "how much" is then no thing."""
_WHICH_TOOL = re.compile(
    r"\b(?:which|what)\s+(?:[\w-]+\s+)?([a-z]{3,}(?:[iy][sz]er|[ud]uler|[pi]iler|ever|oder))\s+(?:do|does|did|is|was)\b",
    re.I,
)
"""Tools that are named by what they do: optimizer, tokenizer, scheduler, compiler, retriever, encoder."""
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_ADJECTIVE = re.compile(
    r"[A-Z][a-z]+-[a-z]+|[A-Z][a-z]+(?:ian|ean|ican|ese|ish)|(?:Dutch|French|German|Greek|Swiss|Thai|Turk)"
)
"""``Clip-watching``, ``Eclipse-style``: a capital at the beginning of a described thing, not a name; nor does it name
anything that a thing is ``American`` or ``Chinese``."""
_FRAME = frozenset(
    stem(word)
    for word in (
        "abstract according actually add advice ago already apart article author authors avoid based beat began "
        "best better big boost bring build built call called came cause change claim come compare compared cut "
        "deal describe different done earlier else exact exactly explain far fare figure first fix found four gave "
        "give go gone good got half hand happen held help hold hurt idea instead keep kept kind know large largest "
        "least less like list little long look lower made main make maker many matter mean mention much name need "
        "new newer number older one paper papers part people perform piece please point purpose put question quick "
        "raise ran reach really reason report result run said say score second see show shown side simply size "
        "small solve something sort start study suitable take tell thing three time together took total try two "
        "type use value various versus way well went whole work year "
    ).split()
)
"""Stems of words that frame a question rather than say what it is about."""
_ORDER = frozenset(stem(word) for word in "newest latest oldest earliest recent recently published".split())
"""Stems of words that ask for an order of the papers."""

Frequency = Callable[[Sequence[str]], Mapping[str, int]]
"""In how many papers of the collection each term stands."""


def missing_evidence(
    question: str, hits: Sequence[Hit], frequency: Frequency, papers: int, spoken_of: Collection[str] = ()
) -> str | None:
    """Why the question cannot be answered from ``hits``, in one sentence; None when it can be tried.

    Six signs, each measured on the development questions: the closest hit is far off; it is not near, and the question
    short with a word that no paper has; a name in the question stands in no paper; it stands in other papers only and
    little else agrees; the paper is named but what is asked of it is not in it; or it is a kind of detail that the
    paper has no word of, or a term that only others have.

    Args:
        question: as asked (stand-alone).
        hits: best first, with similarity and closeness where they are known.
        frequency: document frequencies of terms.
        papers: number of papers in the collection.
        spoken_of: titles of the papers that the question points back to.
    """
    if not hits:
        return "The collection holds no paper that matches the question."
    if _closest(hits, FAR) < FAR:
        return "Nothing in the collection is close to this question."
    counts = _Counts(question, frequency, papers)
    named = meant = papers_meant(question, [hit.paper for hit in hits])
    meant = meant or [hit.paper for hit in hits if hit.paper.title in spoken_of]
    vocabulary = frozenset().union(*map(_vocabulary, meant or [hits[0].paper]))
    absent = [name for name in _names(question) if not _stands_in(name, vocabulary)]
    unknown = [name for name in absent if not counts.known(name)]
    if _EXISTS.search(question) and len(question.split()) <= _SHORT_QUESTION_WORDS:
        unknown += [word for word in _things(question) if not counts.of.get(stem(word))]
    if not unknown and not meant:
        unknown = _strange(question, hits, counts)
    if unknown:
        return f"No paper of the collection mentions {' or '.join(dict.fromkeys(unknown))}."
    absent = [name for name in absent if not counts.common(name) and not _of_several(question, name, meant, hits)]
    if reason := _uncovered(question, meant or [hits[0].paper], absent, counts):
        return reason
    if len(named) == 1 and (reason := _of_others(question, named[0], hits, counts)):
        return reason
    if reason := _unspoken(question, [hit for hit in hits if hit.paper in meant], counts):
        return reason
    subject = meant[0] if len(meant) == 1 else None if meant else _holding_a_name(question, hits, counts)
    return _another_thing(question, subject, counts) if subject else None


def _of_several(question: str, name: str, meant: Sequence[Paper], hits: Sequence[Hit]) -> bool:
    """Whether a long question asks another paper too, and that is the one with the name."""
    long = len(question.split()) > SHORT_QUESTION_WORDS
    return bool(meant) and long and any(_stands_in(name, _vocabulary(hit.paper)) for hit in hits)


def _holding_a_name(question: str, hits: Sequence[Hit], counts: _Counts) -> Paper | None:
    """The first paper with a name of the question that is nobody's own (``Ling-Plus``, one of two models)."""
    names = [name for name in _names(question) if not counts.common(name)]
    return next((hit.paper for hit in hits for name in names if _stands_in(name, _vocabulary(hit.paper))), None)


def _another_thing(question: str, subject: Paper, counts: _Counts) -> str | None:
    """The reason when what is asked of the paper is a kind of detail, or a thing, that it leaves out."""
    if detail := detail_left_out(question, subject):
        return f"{_abstract_of(subject)} says nothing about {detail}."
    if len(question.split()) > SHORT_QUESTION_WORDS:
        return None
    share, missing = _coverage(question, [subject], [subject], counts)
    lacking = {stem(word): word for word in missing}
    heads = (
        [] if detail_told(question, subject) else [word for term, word in lacking.items() if term in _phrases(question)]
    )
    if heads and share < COVERED_WITHOUT_NAME:
        return f"{_abstract_of(subject)} says nothing about {_quoted(heads)}."
    return None


def _of_others(question: str, subject: Paper, hits: Sequence[Hit], counts: _Counts) -> str | None:
    """The reason when a short question asks the paper it names for what only others speak of."""
    others = [hit.paper for hit in hits if hit.paper != subject]
    if len(question.split()) > SHORT_QUESTION_WORDS:
        return None
    found = foreign_term(question, subject, others, _Plain(subject, counts))
    if found is None:
        return None
    return f"{_abstract_of(subject)} says nothing about {_quoted([found[0]])}; {short_name(found[1])} does."


class _Plain:
    """Stems that are no part of a term: those that frame a question, name the paper, or stand in most papers."""

    def __init__(self, subject: Paper, counts: _Counts) -> None:
        self._names = {term for name in (*own_names(subject), subject.title) for term in document_terms(name)}
        self._counts = counts

    def __contains__(self, term: object) -> bool:
        often = self._counts.of.get(str(term), 0) > IN_MOST * self._counts.papers
        return often or term in _FRAME or term in self._names or not str(term).isalpha()


def _abstract_of(paper: Paper) -> str:
    """``The abstract of MegaScale (“Scaling Large Language Model Training ...”)``: says what is there."""
    name, about = short_name(paper), paper.title.partition(":")[2].strip()
    begins = about and paper.title.startswith(name)
    return f"The abstract of {name} (“{about}”)" if begins else f"The abstract of {name}"


def _quoted(things: Sequence[str]) -> str:
    return ", ".join(f"“{thing}”" for thing in things)


def _strange(question: str, hits: Sequence[Hit], counts: _Counts) -> list[str]:
    """Words of a short question that stand in no paper, where no hit is near; none otherwise."""
    near = _closest(hits, FAR_WHERE_UNKNOWN) >= FAR_WHERE_UNKNOWN
    if near or counts.papers < MANY_PAPERS:
        return []
    framing = _FRAME | _ORDER
    content = [word for word in dict.fromkeys(words(question)) if word not in STOP_WORDS and stem(word) not in framing]
    if len(content) > SHORT_CONTENT_WORDS:
        return []
    return [word for word in content if len(word) > _FEW_LETTERS and not counts.of.get(stem(word))]


def _closest(hits: Sequence[Hit], unknown: float) -> float:
    """How close the closest hit is; ``unknown`` where that was measured for none."""
    return max((hit.closeness for hit in hits if hit.closeness is not None), default=unknown)


def _uncovered(question: str, meant: Sequence[Paper], absent: Sequence[str], counts: _Counts) -> str | None:
    """The reason when names stand in other papers only, and little else of the question in the papers meant.

    Args:
        question: as asked.
        meant: the papers it names, or the nearest one.
        absent: names in the question that those papers lack, though others have them.
        counts: of the question's terms.
    """
    share, _ = _coverage(question, meant, papers_meant(question, meant), counts)
    if absent and share < COVERED_WITHOUT_NAME:
        return f"The nearest paper, {short_name(meant[0])}, does not mention {' or '.join(absent)}."
    return None


def _unspoken(question: str, named: Sequence[Hit], counts: _Counts) -> str | None:
    """The reason when the one paper that the question names does not speak of what is asked.

    Either the thing asked for ("how many hours") is not in it and little else is; or it shares few words with the
    question and none of its sentences is near in meaning.
    """
    if len(named) != 1:
        return None
    paper = named[0].paper
    share, missing = _coverage(question, [paper], [paper], counts)
    lacks_the_thing = _asked_for(question).isdisjoint(_vocabulary(paper) | _FRAME) and share < COVERED_WITHOUT_NAME
    if tool := _tool_asked_for(question, paper):
        return f"{_abstract_of(paper)} does not name any {tool}."
    far = named[0].signals.get("similarity", 0.0) < NEAR_IN_MEANING and share < COVERED_WITH_NAME and len(missing) > 1
    if not (missing and (lacks_the_thing or far)):
        return None
    return f"{_abstract_of(paper)} says nothing about {_quoted(missing[:3])}."


class _Counts:
    """Document frequencies of everything in one question, asked for once."""

    def __init__(self, question: str, frequency: Frequency, papers: int) -> None:
        self.papers = papers
        plain = (stem(word) for word in words(question))
        found = frequency(tuple(dict.fromkeys([*query_terms(question), *plain])))
        self.of = {term: count for term, count in found.items() if count}

    def weight(self, term: str) -> float:
        count = min(self.of.get(term, 0), self.papers)  # papers replaced since may still be counted
        return math.log(1 + (self.papers - count + 0.5) / (count + 0.5))

    def known(self, name: str) -> bool:
        """Whether some paper may hold the name: joined, or all of its pieces."""
        return _stands_in(name, self.of)

    def common(self, name: str) -> bool:
        """Whether so many papers hold the name (its rarest piece, where none holds it joined) that it tells nothing."""
        if name.isupper() and not name.endswith("S") and _joined(name) != fold(name):
            return False  # AIME has the stem of "aims": what was counted is not the name
        pieces = [self.of.get(stem(word), 0) for word in words(name) if word not in STOP_WORDS]
        count = self.of.get(_joined(name)) or min(pieces, default=0)
        return count > max(1.0, COMMON * self.papers)


def _names(question: str) -> list[str]:
    """What the question names, as written; a mere capital makes a name in English only."""
    if STOP_WORDS.isdisjoint(words(question)):
        return [word for word in question.split() if find_mentions(word)]
    return [
        question[mention.start : mention.end]
        for mention in find_mentions(question)
        if mention.key not in FIELD and (mention.written or stem(mention.key) not in _FRAME)
        if not _ADJECTIVE.fullmatch(question[mention.start : mention.end])
    ]


def _things(question: str) -> list[str]:
    """Long words that say what the question is about."""
    return [word for word in words(question) if len(word) >= _LONG_WORD and stem(word) not in _FRAME]


def _asked_for(question: str) -> frozenset[str]:
    """Stems of the things asked for: ``hours`` of "how many hours did", ``license`` of "which open-source license is".

    The whole vocabulary of framing words when nothing is asked for by name, or something else too ("how long").
    """
    if _ASKING_MORE.search(question):
        return _FRAME
    heads = [phrase[-1] for phrase in _asked_phrases(question) if not _COMPARATIVE.fullmatch(phrase[-1])]
    return frozenset(map(stem, heads)) or _FRAME


def _phrases(question: str) -> frozenset[str]:
    """Stems of the last two words of the things asked for: ``reward`` and ``model`` of "which reward model does"."""
    asked = (word for phrase in _asked_phrases(question) for word in phrase[-2:])
    return frozenset(stem(word) for word in asked if not _COMPARATIVE.fullmatch(word))


def _asked_phrases(question: str) -> list[list[str]]:
    """The words behind "which", "what", "how many" and their like, up to the first that is no word of content."""
    phrases = (words(phrase) for phrase in _ASKING.findall(question))
    kept = [list(itertools.takewhile(lambda word: word not in STOP_WORDS, phrase)) for phrase in phrases]
    return [phrase for phrase in kept if phrase]


def _tool_asked_for(question: str, paper: Paper) -> str | None:
    """``optimizer`` of "which optimizer does X use" where the paper has no such word, only verbs of the same stem."""
    match = _WHICH_TOOL.search(question)
    if match is None:
        return None
    tool = match[1].lower()
    text = fold(f"{paper.title} {paper.abstract}")
    spellings = {tool, tool.replace("iser", "izer"), tool.replace("izer", "iser")}
    return None if any(spelling in text for spelling in spellings) else tool


def _vocabulary(paper: Paper) -> frozenset[str]:
    return frozenset(document_terms(paper.title) + document_terms(paper.abstract))


def _joined(name: str) -> str:
    """The term of a name in every spelling: ``lightrag`` for Light RAG."""
    return stem(re.sub(r"[^a-z0-9]", "", fold(name)))


def _stands_in(name: str, vocabulary: Container[str]) -> bool:
    return _joined(name) in vocabulary or all(stem(word) in vocabulary or word in STOP_WORDS for word in words(name))


def _coverage(
    question: str, meant: Sequence[Paper], named: Sequence[Paper], counts: _Counts
) -> tuple[float, list[str]]:
    """The share of the question that the papers meant hold, 0 to 1, and the words they lack, rarest first.

    Counted by weight, without the words that frame the question and without the names of the papers named;
    of a question in several sentences the best one counts, so that remarks around it do no harm.
    """
    vocabulary = frozenset().union(*map(_vocabulary, meant))
    naming = {term for paper in named for name in (*own_names(paper), paper.title) for term in document_terms(name)}
    beginnings = {term[:_BEGINNING] for term in vocabulary if len(term) >= _BEGINNING}
    best, lacking = -1.0, []
    for sentence in _SENTENCE.split(question):
        asked = {stem(word): word for word in words(sentence) if word not in STOP_WORDS}
        asked = {term: word for term, word in asked.items() if term not in naming and term not in _FRAME}
        total = sum(counts.weight(term) for term in asked)
        if not total:
            continue
        absent = [term for term in asked if term not in vocabulary and term[:_BEGINNING] not in beginnings]
        share = 1 - sum(counts.weight(term) for term in absent) / total
        if share > best:
            best, lacking = share, [asked[term] for term in sorted(absent, key=lambda term: -counts.weight(term))]
    return (best, lacking) if best >= 0 else (1.0, [])
