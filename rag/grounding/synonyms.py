"""Everyday near-synonyms of scholarly English, looked up by stem."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from rag.text.terms import stem

__all__ = ["synonyms"]

_SYNONYMS = """
accelerate accelerator quick fast speed speedup swift rapid brisk;
accuracy accurate correct precise precision correctness right; acquire gain obtain get;
adapt tailor customize specialize adjust adaptation fine-tune tune; additional extra further supplementary added;
affordable cheap inexpensive economical cost-effective frugal; answer reply respond response;
assess evaluate evaluation measure gauge benchmark test judge rate; assign allocate distribute share split;
attain achieve reach; automatic automated unattended; avoid prevent sidestep circumvent bypass;
balance trade-off tradeoff; beat outperform surpass exceed outdo overtake top win better superior outstrip;
benefit advantage merit gain help; big large huge giant vast massive enormous sizeable great;
bottleneck limit limitation constraint constrain restrict; build construct create develop make form assemble;
category class group type kind family; challenge difficulty obstacle hurdle problem;
chip hardware gpu accelerator processor device card; choose select pick selection choice;
clinical medical hospital health healthcare patient doctor; close near nearly comparable similar;
code program programming software; collaborate cooperate cooperation collaboration team joint;
combine merge unify integrate fuse blend join mix mixture;
common frequent widespread prevalent popular usual ordinary;
compact small smaller tiny little lightweight modest light mini; compare comparison contrast versus relative;
complex complicated sophisticated elaborate intricate hard;
compress compression shrink condense squeeze quantize prune;
compute computation computational computing calculation flop; consistent steady stable constant;
continue continual ongoing keep; corpus data dataset text collection; cost expense price budget spend expensive pay;
cover span range include comprise; cut reduce reduction decrease lower lessen diminish save saving drop shrink;
dataset corpus benchmark collection; decline degrade degradation deteriorate drop worsen fall suffer hurt harm;
demonstrate show prove reveal indicate exhibit; depend rely reliance dependence hinge;
deploy deployment serve serving roll-out run; detect identify spot recognize find discover notice locate;
diagnose diagnosis diagnostic; disease illness condition disorder; distinct different separate differing diverse;
divide split partition separate segment; effect influence impact affect; efficient efficiency economical;
effort engineering labour work; enable let allow permit make;
engage use employ utilize utilization leverage exploit harness apply; enlarge expand extend grow increase scale;
error mistake fault flaw bug; examine study investigate explore analyze inspect look;
example sample instance demonstration shot; expert specialist; explain interpret interpretability understand;
external outside outer web; fabricate hallucinate hallucination; failure fail unsuccessful;
feedback criticism response; few scarce scarcity limited little minimal rare handful;
fine-tune finetune train tune teach adapt; first initial initially; fix repair mend correct; formula law equation;
frequent often repeatedly; future coming upcoming; general generic universal broad;
generate produce create write synthesize generation; goal objective aim target purpose; good strong high excellent;
grow growth increase rise scale climb; guarantee ensure assure assurance; guide steer direct;
huge extreme extraordinarily extremely very; image picture photo visual vision;
improve improvement enhance better boost gain raise increase lift; infer inference deduce predict;
information knowledge fact know; inner internal inside within own; input prompt query context;
interrupt stop pause halt interruption downtime; issue problem concern question; job task;
keep maintain retain preserve hold; label annotate annotation tag labelled; language linguistic text textual;
large-scale massive huge; latency delay wait response; layer level tier stage; lead result yield cause bring;
learn learning train training teach; length long extend; length sequence context;
lose loss lost; mainly primarily chiefly mostly largely; many numerous multiple several various;
match equal par rival comparable; memorize memorisation memory overfit overfitting; memory storage footprint vram ram;
method approach technique procedure way strategy scheme recipe; mimic imitate simulate emulate;
missing lack absent lacking without; model network system llm; modify change alter adapt edit;
move transfer shift pass migrate; necessary need require required requirement demand; network net model;
next subsequent following then; node vertex; novel new original fresh; obvious clear evident apparent;
old prior previous earlier past existing traditional conventional; online live real-time;
opaque black-box closed proprietary; open public release; operate function work run; optimal best optimum ideal;
optimize optimization tune improve refine; order sequence rank; overview survey review; paradigm approach;
parallel concurrent simultaneous together; parameter weight; part component portion piece section module fraction;
people human person user humans; perform performance result score quality; phase stage step period; phenomenon effect;
plan planner planning; precise exact exactly accurate; predict forecast anticipate prediction predictor foresee;
privacy private confidential; propose introduce present suggest put; question query ask; rank order rerank;
reason reasoning think thought; recommend recommendation suggest advise; refine polish improve;
related relevant pertinent; reliable dependable trustworthy trust; remove eliminate drop discard delete strip;
repeat again repetition reuse multi-epoch; replace substitute swap; request query call; require need demand call;
researcher author scientist; resource compute budget; restart reboot; retrieve retrieval search fetch find lookup;
robust resilient stable insensitive; rule principle guideline; safe safety secure security; score grade mark rating;
sensitive fragile brittle vulnerable; sentence statement; several few some;
significant substantial considerable notable marked markedly considerably noticeably;
simple easy straightforward plain; simplify ease; size scale magnitude amount;
skill ability capability capacity competence; slow sluggish; source origin;
special particular specific dedicated purpose-built specialized; start begin launch initialize initialization;
student learner; superfluous redundant redundancy needless; supervise oversee; support back aid assist help;
surface expose reveal; technology technique; theory theoretical; throughput speed bandwidth;
tool api function; traditional conventional classic classical standard; translate translation;
trend tendency pattern; trouble difficulty hassle; trust rely; typical usual standard;
uncommon rare infrequent unusual; uncover discover find reveal; update revise change; user people customer person;
valuable useful helpful; variant version form variety; varied diverse heterogeneous;
verify check validate validation confirm; video clip; weak poor limited; whole entire full complete
"""
"""Groups of words that may stand for one another in a summary, divided by semicolons. Written from everyday
English and the common words of the field."""


@functools.cache
def synonyms() -> Mapping[str, tuple[int, ...]]:
    """The groups of near-synonyms that a stem belongs to, by number; comparatives count as their adjective."""
    groups: dict[str, list[int]] = {}
    for number, group in enumerate(_SYNONYMS.split(";")):
        for word in group.split():
            for form in (word, f"{word}r", f"{word}er"):
                groups.setdefault(stem(form.replace("-", "")), []).append(number)
    return {word: tuple(dict.fromkeys(numbers)) for word, numbers in groups.items()}
