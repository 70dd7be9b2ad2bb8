"""Pairs of opposites of general and scholarly English: on each axis the words of one direction and of the other.

Written from the antonym pairs of everyday English; none is listed for a single paper. A word may stand on several axes,
"mitigate" for instance on those of change (less of it) and of quality (better).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rag.text.terms import stem

__all__ = ["UNRELATED", "axes"]

_AXES = {
    "change": (
        "more higher increase increasing raise rise grow growth expand expansion enlarge widen broaden upward double triple "
        "multiply escalate swell inflate lift climb surge soar elevate augment amplify accumulate "
        "additional extra maximize larger greater longer exceed",
        "less fewer lower decrease reduce reduction cut drop decline shrink shrinkage fall downward halve diminish lessen "
        "minimal minimize negligible tiny save smaller shorter shorten mitigate alleviate curb dampen attenuate suppress "
        "curtail trim deplete slash lighten least narrow",
    ),
    "count": (
        "more most many much numerous plenty abundant ample additional extra considerable huge vast massive high",
        "less least fewer few little scarce scarcity minimal minimum negligible tiny slight limited low",
    ),
    "size": (
        "large larger big bigger huge vast massive enlarge expand widen wide broad greater",
        "small smaller tiny little compact shrink narrow mini lightweight compress",
    ),
    "length": ("long longer lengthen extend prolong", "short shorter shorten brief"),
    "strength": ("strengthen intensify reinforce tighten", "weaken undermine dilute loosen"),
    "level": ("high higher highest elevated maximum above strong", "low lower lowest minimum below weak"),
    "speed": (
        "fast faster quick quicker quickly accelerate acceleration speed speedup rapid hasten",
        "slow slower slowdown slowly delay decelerate sluggish longer hold-up",
    ),
    "quality": (
        "better best improve improvement benefit excel outperform surpass superior enhance boost gain win beat exceed "
        "advantage strong succeed success help excellent promising beneficial profit mitigate alleviate ameliorate "
        "rescue protect strengthen hope",
        "worse worst degrade degradation harm harmful hurt suffer inferior lose underperform weak deteriorate "
        "deterioration impair impairment fail failure trail lag struggle decline drop poor poorly disadvantage worsen "
        "exacerbate aggravate damage detrimental compromise disappoint undermine",
    ),
    "rank": (
        "outperform surpass beat exceed overtake superior outstrip",
        "comparable match par underperform inferior trail equal similar",
    ),
    "stability": (
        "robust robustness stable insensitive reliable steady resilient consistent consistently",
        "sensitive sensitivity fragile brittle unstable unreliable vulnerable vulnerability inconsistent susceptible "
        "susceptibility",
    ),
    "ability": (
        "enable allow permit facilitate possible able promote encourage support let foster stimulate induce",
        "prevent forbid prohibit impossible unable hinder block impede inhibit obstruct discourage incapable suppress "
        "preclude",
    ),
    "effect": (
        "promote encourage stimulate induce activate activation trigger foster increase enhance drive",
        "inhibit inhibition suppress suppression block reduce impair impede dampen attenuate deactivate repress "
        "antagonize",
    ),
    "ease": (
        "easy easier easily simple simpler straightforward simplify trivial seamless seamlessly effortless",
        "hard harder difficult difficulty complex complicated challenging complicate laborious cumbersome",
    ),
    "cost": ("cheap cheaper inexpensive affordable economical", "expensive costly costlier prohibitive"),
    "presence": (
        "include contain keep retain preserve maintain add insert",
        "exclude except omit remove discard eliminate strip",
    ),
    "keeping": (
        "keep retain preserve maintain intact unchanged unaffected sustain hold recover restore",
        "lose sacrifice compromise forfeit degrade degradation hurt harm drop decline erode destroy",
    ),
    "degree": (
        "substantially significantly dramatically drastically considerably remarkably strikingly sharply markedly",
        "slightly marginally barely hardly modestly minimally insignificantly",
    ),
    "weight": (
        "key main major central crucial critical primary chief dominant essential important mainly primarily",
        "minor peripheral secondary negligible unimportant irrelevant marginal marginally",
    ),
    "pace": ("gradual gradually stepwise incremental", "abrupt abruptly sudden suddenly immediate immediately instant"),
    "hands": ("automatic automatically automated", "manual manually hand-crafted handmade"),
    "scope": ("global globally", "local locally"),
    "law": ("exponential exponentially quadratic superlinear", "linear linearly sublinear constant"),
    "teaching": ("teacher", "student"),
    "coding": ("encoder", "decoder"),
    "flow": ("input", "output"),
    "width": ("general generic generalist broad universal", "specialized specific specialist narrow particular"),
    "agency": ("active actively", "passive passively"),
    "proof": ("theoretical theoretically theory", "empirical empirically experimental"),
    "time": ("before early earlier precede", "after late later follow"),
    "kind": ("homogeneous uniform", "heterogeneous diverse"),
    "source": ("internal inner", "external outer"),
    "supervision": ("supervised", "unsupervised"),
    "liveness": ("online dynamic adaptive", "offline static fixed rigid"),
    "density": ("dense", "sparse"),
    "agreement": ("agree consistent same identical", "disagree inconsistent differ different contradict"),
    "distance": ("near close closer approach converge", "far far-off diverge distant"),
    "gap": ("minimize close narrow shrink reduce bridge align", "maximize widen enlarge open push"),
    "need": (
        "necessary essential needed crucial require required indispensable vital",
        "unnecessary redundant needless optional dispensable",
    ),
    "openness": ("open public", "proprietary private"),
    "frequency": ("always often frequent usually common", "never rarely seldom rare uncommon"),
    "excess": ("over overestimate overfit overfitting", "under underestimate underfit underfitting"),
    "sign": ("positive positively", "negative negatively"),
    "depth": ("deep deeper", "shallow shallower"),
    "line": ("vertical", "horizontal"),
    "side": ("above beyond exceed", "below beneath"),
    "certainty": ("confident certain sure", "uncertain unsure doubtful"),
    "order": ("first start begin initial beginning", "last end final"),
    "continuing": ("continue keep uninterrupted", "stop pause halt interrupt suspend cease"),
    "joining": ("combine merge join unify", "separate split divide"),
    "accuracy": ("accurate correct right precise", "inaccurate incorrect wrong imprecise"),
    "reliance": ("dependent depend rely hinge tied bound conditional", "independent agnostic regardless irrespective"),
    "attention": ("focus dwell emphasize stress attend", "overlook neglect ignore"),
}


UNRELATED = frozenset(
    "accelerator accelerators additionally limitation limitations closed ease position positional positions prompt prompts prompting prompted "
    "shortcut shortcuts compress compressed compression"
    .split()
)
"""Words that share a stem with one of these and point nowhere."""


@functools.cache
def axes() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Axis and direction (1 or -1) of each stem that has any."""
    directions: dict[str, list[tuple[str, int]]] = {}
    for axis, (upper, lower) in _AXES.items():
        for sign, listed in ((1, upper), (-1, lower)):
            for word in listed.split():
                directions.setdefault(stem(word), []).append((axis, sign))
    return {word: tuple(dict.fromkeys(found)) for word, found in directions.items()}
