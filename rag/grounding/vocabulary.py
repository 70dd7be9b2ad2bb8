"""The word lists of the checker: short, of general and scholarly English, looked up by stem."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rag.text.terms import stem

__all__ = [
    "BOUNDING",
    "COMPARING",
    "CONTRASTS",
    "COUNTING",
    "FUNCTION",
    "GENERAL",
    "LINKING",
    "NEGATING",
    "axes",
    "general_stems",
    "passing_stems",
    "synonyms",
]

GENERAL = (
    "able achieve actual add address aim allow already also among analysis analyze apply approach associated attain "
    "author based become besides bring build call carry case certain challenge claim clear come conduct consider contain "
    "current demonstrate depend describe design develop discuss emphasize enable end entire establish even evaluate "
    "ever evidence examine exhibit existing experiment explore extensive extra fall feature find finding first fit focus "
    "following form framework gain general get give go good handle help hold identify impact important include "
    "indicate introduce investigate issue keep key know last lead level look main make many method much need new notable "
    "note novel number observe obtain offer order overall paper part particular perform piece place point possible "
    "potential present problem produce propose provide purpose put question range reach real recent remain report "
    "research result reveal review run scheme second set several show significant side simply single solution specific "
    "start state stay step still strategy study suggest survey system take task technique term thing together tool turn "
    "type use various want warn way well whole work yet yield"
)
"""Scholarly words that say little about one paper; each weighs a third of a content word.

They are of the kind listed as general academic vocabulary (Coxhead's Academic Word List,
https://www.wgtn.ac.nz/lals/resources/academicwordlist), picked as the stems found in most abstracts.
"""

_SYNONYMS = """
accelerate accelerator quick fast speed speedup swift rapid brisk
accuracy accurate correct precise precision correctness right
acquire gain obtain get
adapt tailor customize specialize adjust adaptation fine-tune tune
additional extra further supplementary added
affordable cheap inexpensive economical cost-effective frugal
answer reply respond response
assess evaluate evaluation measure gauge benchmark test judge rate
assign allocate distribute share split
attain achieve reach
automatic automated unattended
avoid prevent sidestep circumvent bypass
balance trade-off tradeoff
beat outperform surpass exceed outdo overtake top win better superior outstrip
benefit advantage merit gain help
big large huge giant vast massive enormous sizeable great
bottleneck limit limitation constraint constrain restrict
build construct create develop make form assemble
category class group type kind family
challenge difficulty obstacle hurdle problem
chip hardware gpu accelerator processor device card
choose select pick selection choice
close near nearly comparable similar
clinical medical hospital health healthcare patient doctor
code program programming software
collaborate cooperate cooperation collaboration team joint
combine merge unify integrate fuse blend join mix mixture
common frequent widespread prevalent popular usual ordinary commodity
compact small smaller tiny little lightweight modest light mini
compare comparison contrast versus relative
complex complicated sophisticated elaborate intricate hard
compress compression shrink condense squeeze quantize prune
compute computation computational computing calculation flop
consistent steady stable constant
continue continual ongoing keep
corpus data dataset text collection
cost expense price budget spend expensive pay
cover span range include comprise
cut reduce reduction decrease lower lessen diminish save saving drop shrink
dataset corpus benchmark collection
decline degrade degradation deteriorate drop worsen fall suffer hurt harm
demonstrate show prove reveal indicate exhibit
depend rely reliance dependence hinge
deploy deployment serve serving roll-out run
detect identify spot recognize find discover notice locate
diagnose diagnosis diagnostic
disease illness condition disorder
distinct different separate differing diverse
divide split partition separate segment
effect influence impact affect
efficient efficiency economical
effort engineering labour work
enable let allow permit make
engage use employ utilize utilization leverage exploit harness apply
enlarge expand extend grow increase scale
error mistake fault flaw bug
examine study investigate explore analyze inspect look
example sample instance demonstration shot
expert specialist
explain interpret interpretability understand
external outside outer web
fabricate hallucinate hallucination
failure fail unsuccessful
feedback criticism response
few scarce scarcity limited little minimal rare handful
fine-tune finetune train tune teach adapt
first initial initially
fix repair mend correct
formula law equation
frequent often repeatedly
future coming upcoming
general generic universal broad
generate produce create write synthesize generation
goal objective aim target purpose
good strong high excellent
grow growth increase rise scale climb
guarantee ensure assure assurance
guide steer direct
huge extreme extraordinarily extremely very
image picture photo visual vision
improve improvement enhance better boost gain raise increase lift
infer inference deduce predict
information knowledge fact know
inner internal inside within own
input prompt query context
interrupt stop pause halt interruption downtime
issue problem concern question
job task
keep maintain retain preserve hold
label annotate annotation tag labelled
language linguistic text textual
large-scale massive huge
latency delay wait response
layer level tier stage
lose loss lost
lead result yield cause bring
learn learning train training teach
length long extend
length sequence context
list enumerate candidate shortlist
mainly primarily chiefly mostly largely
many numerous multiple several various
match equal par rival comparable
memorize memorisation memory overfit overfitting
memory storage footprint vram ram
method approach technique technique procedure way strategy scheme recipe
mimic imitate simulate emulate
missing lack absent lacking without
model network system llm
modify change alter adapt edit
move transfer shift pass migrate
necessary need require required requirement demand
network net model
next subsequent following then
node vertex
novel new original fresh
obvious clear evident apparent
old prior previous earlier past existing traditional conventional
online live real-time
open public release
opaque black-box closed proprietary
operate function work run
optimal best optimum ideal
optimize optimization tune improve refine
order sequence rank
overview survey review
paradigm approach
parallel concurrent simultaneous together
parameter weight
part component portion piece section module fraction
people human person user humans
perform performance result score quality
phase stage step period
phenomenon effect
plan planner planning
precise exact exactly accurate
predict forecast anticipate prediction predictor foresee
privacy private confidential
propose introduce present suggest put
question query ask
rank order rerank
reason reasoning think thought
recommend recommendation suggest advise
refine polish improve
related relevant pertinent
reliable dependable trustworthy trust
remove eliminate drop discard delete strip
repeat again repetition reuse multi-epoch
replace substitute swap
request query call
require need demand call
researcher author scientist
resource compute budget
restart reboot
retrieve retrieval search fetch find lookup
robust resilient stable insensitive
rule principle guideline
safe safety secure security
scratch zero
score grade mark rating
sensitive fragile brittle vulnerable
sentence statement
several few some
significant substantial considerable notable marked markedly considerably noticeably
simple easy straightforward plain
simplify ease
size scale magnitude amount
skill ability capability capacity competence
slow sluggish
source origin
special particular specific dedicated purpose-built specialized
start begin launch initialize initialization
student learner
superfluous redundant redundancy needless
supervise oversee
support back aid assist help
surface expose reveal
technology technique
theory theoretical
throughput speed bandwidth
tool utility api function
traditional conventional classic classical standard
translate translation
trend tendency pattern
trouble difficulty hassle
trust rely
typical usual standard
uncommon rare infrequent unusual
uncover discover find reveal
update revise change
user people customer person
valuable useful helpful
variant version form variety
varied diverse heterogeneous
verify check validate validation confirm
video clip
weak poor limited
whole entire full complete
zoom closer magnify
"""
"""Groups of words that may stand for one another in a summary; everyday near-synonyms, one group a line."""

_AXES = {
    "amount": (
        "more higher larger greater bigger increase raise grow growth rise expand enlarge high large long longer most "
        "maximum above upward double",
        "less fewer lower smaller decrease reduce reduction cut drop decline shrink fall low small short shorter least "
        "minimum below save downward halve diminish lessen minimal compress",
    ),
    "speed": ("fast faster quick quicker accelerate speedup rapid", "slow slower slowdown delay decelerate"),
    "quality": (
        "better best improve improvement benefit excel outperform surpass superior enhance boost gain win beat "
        "exceed advantage strong succeed success help",
        "worse worst degrade degradation harm hurt suffer inferior lose underperform weak deteriorate impair fail "
        "failure trail lag struggle decline drop poor disadvantage",
    ),
    "rank": (
        "outperform surpass beat exceed overtake superior outstrip",
        "comparable match par underperform inferior trail equal similar",
    ),
    "stability": (
        "robust robustness stable insensitive reliable steady resilient consistent",
        "sensitive fragile brittle unstable unreliable vulnerable inconsistent sensitivity susceptible",
    ),
    "ability": (
        "enable allow permit facilitate possible able",
        "prevent forbid prohibit impossible unable hinder block",
    ),
    "ease": ("easy easier simple simpler straightforward", "hard harder difficult complex complicated challenging"),
    "cost": ("cheap cheaper inexpensive affordable", "expensive costly costlier"),
    "presence": ("include contain keep retain preserve maintain", "exclude except omit remove discard"),
    "time": ("before early earlier precede", "after late later follow"),
    "kind": ("homogeneous uniform", "heterogeneous diverse"),
    "source": ("internal inner", "external outer"),
    "supervision": ("supervised", "unsupervised"),
    "liveness": ("online dynamic", "offline static"),
    "density": ("dense", "sparse"),
    "agreement": ("agree consistent same identical", "disagree inconsistent differ different contradict"),
    "cause": ("necessary essential needed crucial", "unnecessary redundant needless optional"),
    "openness": ("open public", "proprietary closed private"),
    "frequency": ("always often frequent usually common", "never rarely seldom rare uncommon"),
    "excess": ("over overestimate", "under underestimate"),
    "positive": ("positive", "negative"),
    "depth": ("deep deeper", "shallow shallower"),
    "vertical": ("vertical", "horizontal"),
}
"""Pairs of opposites: on each axis the words of one direction and those of the other."""

_SCOPE = (
    ("all any always every", "all every each any arbitrary always entire whole universal both consistent invariable 100"),
    ("never", "never not no without cannot"),
    (
        "complete completely entire entirely full fully",
        "complete entire full whole all pure total only without no eliminate",
    ),
    ("perfect perfectly flawless flawlessly", "perfect flawless exact lossless"),
    ("guarantee guarantees guaranteeing guaranteed", "guarantee ensure provable prove theorem"),
    ("prove proves proved proven proving provably", "prove provable proof theorem theoretical guarantee"),
    ("eliminate eliminates eliminated eliminating", "eliminate remove without no avoid free discard"),
    ("prevent prevents prevented preventing", "prevent avoid without no eliminate block"),
    ("equals equal equalled identical", "equal same identical match equivalent par lossless"),
    ("best", "best highest top optimal outperform surpass exceed art superior most leading win excel"),
    ("only solely exclusively", "only sole mere just exclusive alone unless except pure"),
    ("impossible", "impossible cannot never unable infeasible"),
)
"""Words that widen or harden a statement, each with those that carry as much."""

WINNING = frozenset("beat exceed outperform outstrip overtak superior surpass".split())
"""Stems of words that put one thing above another."""

MATCHING = frozenset("compar compet match par rival".split())
"""Stems of words that put two things level."""

NEGATING = frozenset(
    "not no never cannot without hardly barely lack fail unable instead unlike avoid eliminate".split()
)
"""Words that turn what follows into its opposite."""

COMPARING = {
    "outperform": 1, "surpass": 1, "exceed": 1, "beat": 1, "overtake": 1, "outstrip": 1, "superior": 1,
    "underperform": -1, "trail": -1, "inferior": -1, "lag": -1,
}  # fmt: skip
"""Verbs that put what stands before them above (1) or below (-1) what follows."""

CONTRASTS = frozenset(
    "and or but while whereas although though yet however because since which whose so when if unless plus "
    "despite besides".split()
)
"""Words at which one part of a sentence ends and another begins."""

LINKING = frozenset(
    "about across against along among amid at between beyond for from in into like of on onto over per throughout to "
    "toward towards upon via with within".split()
)
"""Prepositions; the reach of a negation ends at them."""

FUNCTION = frozenset(
    "cannot every hence neither however instead itself may maybe might never nevertheless none nor respectively shall since "
    "therefore thereby thus together toward unlike versus vs whether whose within without would yet".split()
)
"""Words without content of their own beyond the stop words of search."""

BOUNDING = frozenset("above below fewer greater higher less lower more most over under".split())
"""Words that before a figure only bound it."""

COUNTING = frozenset(
    "one ones two three four five six seven eight nine ten eleven twelve fifteen sixteen twenty hundred thousand million "
    "billion trillion dozen half third quarter fifth tenth twice thrice double fold times percent".split()
)
"""Words of figures; what they say is held against the paper as figures."""


@functools.cache
def general_stems() -> frozenset[str]:
    """Stems of :data:`GENERAL`."""
    return frozenset(stem(word) for word in GENERAL.split())


@functools.cache
def passing_stems() -> frozenset[str]:
    """Stems of verbs that hand a negation on to what follows them, as in "not associated with"."""
    return frozenset(stem(word) for word in "associate correlate lead link relate result".split())


@functools.cache
def scope_words() -> Mapping[str, frozenset[str]]:
    """For each word of scope the stems that carry as much."""
    return {
        word: frozenset(stem(other) for other in carrying.split())
        for words, carrying in _SCOPE
        for word in words.split()
    }


@functools.cache
def synonyms() -> Mapping[str, tuple[int, ...]]:
    """The groups of near-synonyms that a stem belongs to, by number."""
    groups: dict[str, list[int]] = {}
    for number, line in enumerate(_SYNONYMS.strip().splitlines()):
        for word in line.split():
            for form in (word, f"{word}r", f"{word}er"):  # fast, faster; large, larger
                groups.setdefault(stem(form.replace("-", "")), []).append(number)
    return {word: tuple(dict.fromkeys(numbers)) for word, numbers in groups.items()}


@functools.cache
def axes() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Axis and direction (1 or -1) of each stem that has any."""
    directions: dict[str, list[tuple[str, int]]] = {}
    for axis, (upper, lower) in _AXES.items():
        for sign, listed in ((1, upper), (-1, lower)):
            for word in listed.split():
                directions.setdefault(stem(word), []).append((axis, sign))
    return {word: tuple(dict.fromkeys(found)) for word, found in directions.items()}
