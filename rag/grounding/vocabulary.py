"""The word lists of the checker: short, of general and scholarly English, looked up by word or stem."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rag.text.terms import STOP_WORDS, stem

__all__ = [
    "BOUNDING",
    "COMPARING",
    "CONTRASTS",
    "DEGREES",
    "DOUBTING",
    "HEDGED",
    "HEDGING",
    "LINKING",
    "MATCHING",
    "NEGATING",
    "STATES",
    "WINNING",
    "general_stems",
    "passing_stems",
    "scope_words",
    "weightless",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENERAL = """
able achieve actual add address aim allow already also among analysis analyze apply approach associated attain author
based become besides bring build call carry case certain challenge claim clear come conduct consider contain current
demonstrate depend describe design develop discuss emphasize enable end entire establish even evaluate ever evidence
examine exhibit existing experiment explore extensive extra fall feature find finding first fit focus following form
framework gain general get give go good handle help hold identify impact important include indicate introduce
investigate issue keep key know last lead level look main make many method much need new notable note novel number
observe obtain offer order overall paper part particular perform piece place point possible potential present problem
produce propose provide purpose put question range reach real recent remain report research result reveal review run
scheme second set several show significant side simply single solution specific start state stay step still strategy
study suggest survey system take task technique term thing together tool turn type use various want warn way well whole
work yet yield
"""
"""Words that say little about one paper: the commonest verbs and those of most abstracts, of the kind listed as general
academic vocabulary (Coxhead 2000, https://doi.org/10.2307/3587951)."""

CONTRASTS = _words(
    "although and because besides but despite however if or plus since so though unless when whereas which while "
    "whose yet"
)
"""Words at which one part of a sentence ends and another begins."""

LINKING = _words(
    "about across against along among amid at between beyond for from in into like of on onto over per throughout to "
    "toward towards upon via with within"
)
"""Prepositions; the reach of a negation ends at them."""

NEGATING = _words(
    "avoid barely cannot eliminate fail hardly instead lack never no non not nothing unable unlike without"
)
"""Words, and stems of words, that turn what follows into its opposite."""

DOUBTING = _words("absent except few lacking little missing neither none nor rarely")
"""Words that deny a little."""

_FUNCTION = _words(
    "every except hence itself least less may maybe might neither nevertheless none nor respectively shall therefore "
    "thereby thus together versus vs whether would"
)
"""Words without content of their own beyond the stop words of search."""

_COUNTING = _words(
    "one ones two three four five six seven eight nine ten eleven twelve fifteen sixteen twenty hundred thousand "
    "million billion trillion dozen half third quarter fifth tenth twice thrice double fold times percent"
)
"""Words of figures; what they say is held against the paper as figures."""

STATES = _words(
    "abundant ample available big closed common complex complicated considerable dense difficult expensive few great "
    "hard heavy high huge large light limited little long low many minimal much negligible poor prohibitive "
    "prohibitively rare scarce short significant slow small sparse substantial tiny vast weak"
)
"""Adjectives of how something is, which a change may start from: who "reduces high costs" does not contradict them."""

DEGREES = _words(
    "best better bigger cheaper closer deeper easier faster fewer greater harder higher larger least less longer "
    "lower more most quicker shorter simpler slower smaller stronger superior weaker worse worst"
)
"""Comparatives and superlatives of words that point one way."""

BOUNDING = _words("above below fewer greater higher less lower more most over under")
"""Words that before a figure only bound it."""

COMPARING = dict.fromkeys(_words("beat exceed outperform outstrip overtake superior surpass"), 1) | dict.fromkeys(
    _words("inferior lag trail underperform"), -1
)
"""Words that put what stands before them above (1) or below (-1) what follows."""

HEDGING = _words("whether")
"""Words that leave open whether something is so."""

HEDGED = HEDGING | _words(
    "ask asks could examines explore explores if investigate investigates likely likelihood may might perhaps "
    "possible possibly potential potentially question questions should suggest suggests tend tends unclear would"
)
"""Words by which a sentence leaves it open too."""

WINNING = _words("beat exceed outperform outstrip overtak superior surpass")
"""Stems of words that put one thing above another."""

MATCHING = _words("compar compet match par rival")
"""Stems of words that put two things level."""

_SCOPE = (
    (
        "all any always every",
        "all every each any arbitrary always entire whole universal both consistent invariable 100",
    ),
    ("never", "never not no without cannot"),
    (
        "complete completely entire entirely full fully",
        "complete entire full whole all pure total only without no eliminate",
    ),
    ("perfect perfectly flawless flawlessly", "perfect flawless exact lossless"),
    ("guarantee guarantees guaranteeing guaranteed", "guarantee ensure provable prove theorem"),
    ("prove proves proved proven proving provably", "prove provable proof theorem theoretical guarantee"),
    ("eliminate eliminates eliminated eliminating", "eliminate remove without no avoid free discard"),
    ("prevent prevents prevented preventing", "prevent prevention avoid without no eliminate block"),
    ("equals equal equalled identical", "equal same identical match equivalent par lossless"),
    ("best", "best highest top optimal outperform surpass exceed art superior most leading win excel"),
    (
        "only solely exclusively alone",
        "only sole mere just exclusive alone unless except pure single limit restrict confine select subset",
    ),
    (
        "regardless irrespective whichever whatever wherever",
        "regardless irrespective any all every independent agnostic whichever invariant universal arbitrary consistent",
    ),
    ("unlimited limitless infinite infinitely endless boundless", "unlimited limitless infinite endless arbitrary any"),
    ("exactly", "exact precise lossless identical same"),
    ("consistently invariably", "consistent invariable all always every each uniform robust throughout across"),
    ("undoubtedly unquestionably definitely certainly", "undoubted unquestionable definite certain clear"),
    ("impossible", "impossible cannot never unable infeasible"),
)
"""Words that widen or harden a statement, each line with those that carry as much."""


@functools.cache
def weightless() -> frozenset[str]:
    """Words that are not looked for in a source: function words, and those of figures and of negation."""
    return STOP_WORDS | CONTRASTS | LINKING | NEGATING | _FUNCTION | _COUNTING


@functools.cache
def general_stems() -> frozenset[str]:
    """Stems of words that say little about one paper."""
    return frozenset(stem(word) for word in _words(_GENERAL))


@functools.cache
def passing_stems() -> frozenset[str]:
    """Stems of verbs that hand a negation on to what follows them, as in "not associated with"."""
    return frozenset(stem(word) for word in _words("associate correlate lead link relate result"))


@functools.cache
def scope_words() -> Mapping[str, frozenset[str]]:
    """For each word of scope the stems that carry as much."""
    return {
        word: frozenset(stem(other) for other in _words(carrying))
        for listed, carrying in _SCOPE
        for word in _words(listed)
    }
