"""Key phrases of a sentence: runs of words between function words, verbs and punctuation.

The cutting is that of RAKE (https://doi.org/10.1002/9780470689646.ch1) with verbs and empty adjectives among the words
that cut: phrases are not scored by themselves, their weight is how few papers of a collection have them.
"""

from __future__ import annotations

import dataclasses
import functools
import re

from rag.text.terms import STOP_WORDS, fold, stem

__all__ = ["Phrase", "key_phrases", "phrase_key"]

LONGEST = 4
"""Words; of a longer run the last three are taken, which in a run with an unknown verb are its object."""

_TOKEN = re.compile(r"[^\W_]+(?:[-/'’.][^\W_]+)*")
_PIECE = re.compile(r"[a-z0-9]+")
_VERBS = (
    "accelerate accompany accomplish account achieve acquire adapt add address adopt advance aim aid align "
    "alleviate allow analyze apply argue arise ascertain assess assign assume attain attend avoid balance "
    "base become begin benefit bring build calculate call capture cause change choose collect combine "
    "compare complement comprise compute concern conduct confirm consider consist constitute construct "
    "contain continue contribute convert cover create deal decrease define degrade deliver demonstrate "
    "denote depend deploy derive describe deserve design determine develop devise differ discover discuss "
    "display distinguish dub eliminate emerge employ enable encode encompass encounter encourage endow "
    "enforce enhance enlarge ensure entail establish evaluate evolve examine exceed excel exhibit exist "
    "expand expect experience explain exploit explore extend face facilitate fail feature fill find finish "
    "fit focus follow force foster fulfill gain gather generalize get give go grow guarantee handle help "
    "hinder hold identify ignore illustrate impede implement imply impose improve include incorporate "
    "increase incur indicate induce infer inspire integrate intend introduce investigate involve keep know "
    "lack launch lead learn leave lessen let leverage lie limit maintain make manage match maximize mean "
    "measure meet minimize mitigate motivate necessitate need observe obtain occur offer open operate "
    "outline outperform overcome overlook own perform pose possess posit prefer preserve present prevent "
    "produce promise promote propose prove provide publish pursue push put range reach realize receive "
    "recognize reduce refer reflect rely remain remove render replace report represent require resolve "
    "restrict result retain return reveal run satisfy save seek seem select serve set shed show simplify "
    "solve spur stand start state stem struggle study suffer suggest suit summarize support surpass survey "
    "synthesize tackle take tend test train assist combat customize deviate dedicate encapsulate govern "
    "optimize predict prepare quantize raise retrain retrieve showcase span tailor underperform spend "
    "transform treat try turn underscore understand undergo unify unlock use utilize validate vary verify "
    "want yield"
)
_STILL_NOUNS = frozenset(
    "training learning understanding reasoning benchmark benchmarks design range test tests state states "
    "survey surveys study studies result results measure transformer transformers encoder encoders "
    "generalization adaptation alignment meaning testing feature features summarization synthesis prediction "
    "predictions retrieval retriever retrievers optimization optimizer optimizers quantization processing "
    "customization".split()
)
"""Forms of those verbs that are more often nouns, or parts of a term."""
_JOINING = frozenset(
    "e.g i.e eg ie etc namely among amongst per like even often yet thus hence moreover however therefore "
    "furthermore additionally despite without within towards based using used upon beyond via whereas "
    "although because".split()
)
_CUTTING = frozenset(stem(word) for word in _VERBS.split()) - frozenset({"set", "base", "state", "present"})
_WEAK = frozenset(
    "able additional advanced art available better big broad certain challenging clear common comparable "
    "competitive complete complex comprehensive considerable consistent critical crucial current different "
    "difficult diverse due early easy effective efficient emerging end enough entire essential existing "
    "expensive experimental extensive fair first five four free full fundamental future general given good "
    "great growing hard high higher huge important impressive inherent initial innovative insufficient "
    "interesting key large-scale larger last lastly latest less level limited little lower main major many "
    "minimal much multiple necessary new next notable novel numerous one original particular popular "
    "possible potential powerful practical precise present previous primary prior promising proper prominent "
    "rapid real real-world recent related relevant remarkable rich robust same second several severe sheer "
    "significant similar simple single six smaller so-called specific state state-of-the-art strong "
    "substantial substantive sufficient suitable superior tailored third three total traditional two typical "
    "unique unprecedented useful usual valuable varied various vast vital well-known wide widespread whole "
    "ten e.g i.e well much-needed now".split()
)
"""Words that say nothing of what something is; they do not begin a phrase, and alone they are none."""
_EMPTY = frozenset(
    stem(word)
    for word in (
        "ability abstract access accordance addition advance advancement advantage aim analysis application "
        "applications approach area aspect author basis behavior capability capabilities case challenge "
        "challenges choice class code combination community comparison component concern condition "
        "conclusion context contribution data demand detail development difference domain drawback effect "
        "effectiveness effort evaluation evidence example experiment experiments factor fashion feature "
        "field finding findings form foundation gap goal ground group idea impact implementation importance "
        "improvement improvements information input insight insights instance issue issues item kind "
        "knowledge lack landscape level line literature manner means mechanism method methods model models "
        "nature need notion number order output paper part performance period perspective place point "
        "potential practice presence problem problems procedure process processes project property quality "
        "question range rate reason requirement research researcher resource resources result results role "
        "scenario scenarios series setting settings side significance situation solution solutions stage "
        "step strategy strength structure study success system systems task tasks technique techniques "
        "technology term test thing time tool tools topic type use user users value variety version view way "
        "weakness work works world year years github http https www com org url dataset benchmark training "
        "token element elements interaction limitation limitations direction directions attention "
        "consideration intersection scale majority multitude plethora today investigation observation "
        "introduction emergence existence increase decrease"
    ).split()
)
"""Stems of words that are no entity by themselves."""
_NOUN = re.compile(
    r".{3,}(?:tion|sion|ment|ity|ness|sis|ism|ance|ence|ics|logy|graphy|tics|erence|ization)s?|"
    r"(?:pruning|reasoning|training|planning|prompting|parsing|tuning|routing|caching|batching|sampling|"
    r"clustering|decoding|transformer|attention|graph|hypergraph|retriever|encoder|decoder|tokenizer|"
    r"token|embedding|gradient|kernel|robot|protein|molecule|agent|speech|video|audio|math|code|"
    r"benchmark|dataset|corpus|throughput|cache|accuracy|perplexity|bandwidth|memory)s?"
)


_ADJECTIVES = ("aware", "based", "ed", "free", "ing", "level")
"""How a word in pieces ends that is no noun (``cost-free``)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """A key phrase of a text."""

    key: str
    """Stems with blanks between, without stop words: ``mixtur expert`` for mixture-of-experts."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""


def key_phrases(text: str) -> list[Phrase]:
    """The key phrases of one sentence in order, repeats included.

    A word alone is one only where its form says that it is a noun and it is no empty one ("approach", "result").
    """
    found: list[Phrase] = []
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if run and (token.start() - run[-1].end() != 1 or text[run[-1].end()] != " "):
            found += _closed(run, text)
            run = []
        if _cuts(token[0]):
            found += _closed(run, text)
            run = []
        else:
            run.append(token)
    return found + _closed(run, text)


def phrase_key(text: str) -> str:
    """The stems of ``text`` with blanks between, without stop words; empty when nothing else is left."""
    return " ".join(_stem_of(piece) for piece in _PIECE.findall(fold(text)) if piece not in STOP_WORDS)


@functools.lru_cache(maxsize=65536)
def _cuts(token: str) -> bool:
    """Whether a word ends a phrase and is no part of one."""
    word = fold(token)
    if word in STOP_WORDS or word in _JOINING or len(word) < 2 or word[0].isdigit() or word.endswith("ly"):
        return True
    if word in _STILL_NOUNS or "-" in word:
        return False
    return stem(word) in _CUTTING


@functools.lru_cache(maxsize=65536)
def _weak(token: str) -> bool:
    return fold(token) in _WEAK


@functools.lru_cache(maxsize=65536)
def _stem_of(piece: str) -> str:
    return stem(piece)


def _closed(run: list[re.Match[str]], text: str) -> list[Phrase]:
    while run and _weak(run[0][0]):
        run = run[1:]
    while run and _weak(run[-1][0]):
        run = run[:-1]
    if len(run) > LONGEST:
        run = run[-3:]
    if not run:
        return []
    start, end = run[0].start(), run[-1].end()
    key = phrase_key(text[start:end])
    if len(run) == 1 and not _stands_alone(run[0][0], key):
        return []
    return [Phrase(key, start, end)] if key else []


@functools.lru_cache(maxsize=65536)
def _stands_alone(token: str, key: str) -> bool:
    if "-" in token:
        return (
            " " in key and token[-1].isalpha() and not token.endswith(("ed", "ing", "aware", "free", "based", "level"))
        )
    word = fold(token)
    return key not in _EMPTY and _NOUN.fullmatch(word) is not None
