"""Pairs of opposites of general and scholarly English: on each axis the words of one direction and of the other.

Written from the antonym pairs of everyday English; none is listed for a single paper. A word may stand on several axes,
"mitigate" for instance on those of change (less of it) and of quality (better).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rag.text.terms import stem

__all__ = ["COSTS", "GAINS", "PHRASES", "RAISING", "UNRELATED", "axes"]

_AXES = {
    "change": (
        "more higher increase increasing raise rise grow growth expand expansion enlarge widen broaden upward double "
        "triple multiply escalate swell inflate lift climb surge soar elevate augment amplify accumulate additional "
        "extra maximize larger greater longer exceed",
        "less fewer lower decrease reduce reduction cut drop decline shrink shrinkage fall downward halve diminish "
        "lessen minimal minimize negligible tiny save smaller shorter shorten mitigate alleviate curb dampen "
        "attenuate suppress curtail trim deplete slash lighten least narrow",
    ),
    "count": (
        "more most many much numerous plenty abundant ample additional extra considerable huge vast massive high "
        "heavy significant substantial prohibitive available",
        "less least fewer few little scarce scarcity minimal minimum negligible tiny slight limited low light "
        "unavailable",
    ),
    "size": (
        "large larger big bigger huge vast massive enlarge expand widen wide broad greater",
        "small smaller tiny little compact shrink narrow mini lightweight",
    ),
    "length": ("long longer lengthen extend prolong", "short shorter shorten brief"),
    "strength": ("strengthen intensify reinforce tighten", "weaken undermine dilute loosen"),
    "level": ("high higher highest elevated maximum above strong", "low lower lowest minimum below weak"),
    "speed": (
        "fast faster quick quicker quickly accelerate acceleration speed speedup rapid hasten",
        "slow slower slowdown slowly delay decelerate sluggish longer",
    ),
    "quality": (
        "good better best improve improvement benefit excel outperform surpass superior enhance boost gain win beat "
        "exceed advantage strong succeed success help excellent promising beneficial profit mitigate alleviate "
        "ameliorate rescue protect strengthen hope conducive favorable faster quicker",
        "bad worse worst collapse degrade degradation harm harmful hurt suffer inferior lose underperform weak "
        "deteriorate deterioration impair impairment fail failure trail lag struggle decline drop poor poorly "
        "disadvantage worsen exacerbate aggravate damage detrimental compromise disappoint undermine slower",
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
        "prevent forbid prohibit impossible unable hinder block impede inhibit obstruct discourage incapable "
        "suppress preclude",
    ),
    "effect": (
        "promote encourage stimulate induce activate activation trigger foster increase enhance drive",
        "inhibit inhibition suppress suppression block reduce impair impede dampen attenuate deactivate repress "
        "antagonize",
    ),
    "ease": (
        "easy easier easily simple simpler straightforward simplify trivial seamless seamlessly effortless readily "
        "conducive",
        "hard harder difficult difficulty complex complicated challenging complicate laborious cumbersome struggle",
    ),
    "cost": ("cheap cheaper inexpensive affordable economical", "expensive costly costlier prohibitive"),
    "presence": (
        "include contain keep retain preserve maintain add insert",
        "exclude except omit remove discard eliminate strip",
    ),
    "keeping": (
        "keep retain preserve maintain intact unchanged unaffected sustain hold recover restore",
        "lose sacrifice compromise forfeit forgo abandon degrade degradation hurt harm drop decline erode destroy",
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
    "hands": ("automatic automatically automated", "manual manually handmade"),
    "scope": ("global globally", "local locally"),
    "law": ("exponential exponentially quadratic superlinear", "linear linearly sublinear constant"),
    "teaching": ("teacher", "student"),
    "coding": ("encoder", "decoder"),
    "flow": ("input", "output"),
    "width": ("generic generalist universal", "specialized specialist"),
    "agency": ("active actively", "passive passively"),
    "proof": ("theoretical theoretically theory", "empirical empirically experimental"),
    "time": ("before early earlier precede", "after late later follow"),
    "kind": ("homogeneous uniform", "heterogeneous diverse"),
    "source": ("internal inner", "external outer"),
    "supervision": ("supervised", "unsupervised"),
    "liveness": ("online dynamic adaptive", "offline static fixed rigid"),
    "density": ("dense", "sparse"),
    "agreement": ("agree consistent same identical", "disagree inconsistent differ different contradict"),
    "distance": ("near close closer approach converge", "far diverge distant"),
    "gap": ("minimize close narrow shrink reduce bridge align", "maximize widen enlarge open push"),
    "need": (
        "necessary essential needed crucial require required indispensable vital",
        "unnecessary redundant needless optional dispensable",
    ),
    "openness": ("open public", "proprietary private"),
    "frequency": (
        "always often frequent usually common consistent consistently regularly",
        "never rarely seldom rare uncommon",
    ),
    "excess": ("over overestimate overfit overfitting", "under underestimate underfit underfitting"),
    "sign": ("positive positively", "negative negatively"),
    "depth": ("deep deeper", "shallow shallower"),
    "line": ("vertical", "horizontal"),
    "side": ("above beyond exceed", "below beneath"),
    "certainty": (
        "confident confidence overconfident overconfidence certain certainty sure",
        "uncertain uncertainty unsure doubtful doubt hesitant",
    ),
    "order": ("first start begin initial beginning", "last end final"),
    "continuing": ("continue keep uninterrupted", "stop pause halt interrupt suspend cease"),
    "joining": ("combine merge join unify", "separate split divide"),
    "accuracy": ("accurate correct right precise", "inaccurate incorrect wrong imprecise"),
    "reliance": ("dependent depend rely hinge tied bound conditional", "independent agnostic regardless irrespective"),
    "attention": ("focus dwell emphasize stress attend", "overlook neglect ignore"),
}

PHRASES: Mapping[tuple[str, str], tuple[str, int]] = {
    ("fall", "short"): ("quality", -1),
    ("fall", "behind"): ("quality", -1),
    ("fall", "apart"): ("quality", -1),
    ("break", "down"): ("quality", -1),
    ("pay", "off"): ("quality", 1),
    ("give", "up"): ("keeping", -1),
    ("expens", "of"): ("keeping", -1),
    ("price", "of"): ("keeping", -1),
    ("cost", "of"): ("keeping", -1),
    ("drive", "up"): ("change", 1),
    ("push", "up"): ("change", 1),
    ("go", "up"): ("change", 1),
    ("bring", "down"): ("change", -1),
    ("go", "down"): ("change", -1),
}
"""Two words that point one way together, the first by its stem; those with *of* only after *at the*."""

GAINS = frozenset(
    map(
        stem,
        "ability accuracy bandwidth capability capacity competence efficiency effectiveness generalization "
        "performance precision quality recall reliability robustness satisfaction score survival throughput "
        "utilization utility".split(),
    )
)
COSTS = frozenset(
    map(
        stem,
        "bias burden consumption cost damage degradation delay downtime error forgetting hallucination latency loss "
        "misuse mortality noise overfitting overhead perplexity risk severity vulnerability".split(),
    )
)
"""Stems of what is better when there is more, and when there is less of it."""

RAISING = frozenset(map(stem, "boost degrade enhance improve improvement".split()))
"""Stems of what, said of anything but a cost, also says whether there is more or less of it."""

UNRELATED = frozenset(
    "accelerator accelerators additionally limitation limitations significance closed ease position positional "
    "positions prompt prompts prompting prompted shortcut shortcuts compare compared compares comparing comparison "
    "comparisons".split()
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
