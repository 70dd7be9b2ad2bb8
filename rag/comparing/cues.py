"""The words by which a sentence of an abstract is known to speak of one aspect of its paper."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ADDED",
    "ANNOUNCED",
    "AVAILABLE",
    "BASELINE",
    "CHEAPER",
    "COMPARING",
    "CONTRIBUTION",
    "COST",
    "DATA",
    "EVALUATED",
    "HARDWARE",
    "MECHANISM",
    "MODEL",
    "NOVEL",
    "PROBLEM",
    "PROMISING",
    "RESULT",
    "SCALE",
    "STRONG_RESULT",
]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


CONTRIBUTION: Final = _words(
    r"""(?<!how\ )(?<!what\ )\b(?:we|this\ (?:paper|work|study|research|survey|report|article|review)|(?:the
    |our)\ (?:paper|study|work)
    |our\ (?:[\w-]+\ ){0,2}(?:approach|method|framework|model|system)(?:,\ [\w-]+,)?)
    (?P<between>(?:\ (?!not\b|struggle)[\w()/-]+){0,4}?)\ (?:
    (?P<strong>propos\w*|introduc\w*|presents?\b(?!\ (?:results|an?\ in-depth))|re-?defin\w*)
    |(?P<medium>develop\w*|design\w*|devis\w*|build\w*|construct\w*|creat\w*|contribut\w*|formali[sz]\w*|implement\w*
      |improves?|extends?|devis\w*|releas\w*|nam(?:e|ed)|unif\w+|reframe\w*)
    |(?P<weak>stud(?:y|ies)|investigat\w*|explor\w*|examin\w*|analy[sz]e\w*|review\w*|survey\w*|provid\w*|discover\w*
      |benchmark\w*|demonstrat\w*|initiat\w*|aims?|seeks?|endeavors?|delv\w*|tackl\w*|bridg\w*|tak(?:e|es)|identif\w*
      |summari[sz]\w*|evaluat\w*|conduct\w*(?!\ (?:\w+\ )*?experiments)|present|targets?|focus\w*))"""
)
"""What a paper says it does; ``strong`` announces what it brings, ``weak`` only what it looks into."""

ADDED: Final = _words(
    r"""\b(?:also|additionally|furthermore|further|moreover|besides|next|then|finally|first|second|in\ addition)\b"""
)
"""Words that make a contribution one more of several."""

PROBLEM: Final = _words(
    r"""\b(?:however|yet|but(?!\ also)|nevertheless|challeng\w*|limit(?:s|ed|ation|ations)|lacks?|suffers?
    |hinder\w*|hampers?
    |costly|expensive|prohibitiv\w*|difficult\w*|fall\w*\ short|struggl\w*|bottlenecks?|overlook\w*|constrain(?:ed
    |t|ts)
    |insufficient|compromised|unclear|open\ question|under-?explored|unverified|gap|concerns?|inadequate|ill-suited
    |hallucinations?
    |degrad\w*|inefficien\w*|redundan\w*|imbalanced?|significantly\ increases?|scarc\w*|risks?|neglect\w*|ignor\w*
    |substantial|demand\w*|necessitat\w*|crucial|urgent|need\ for|critical|barriers?|rarely|failing|unsustainable
    |over-?fitting)\b"""
)

NOVEL: Final = _words(
    r"""\b(?:novel|(?<!these\ )new(?!er|\ (?:domains|math|knowledge|data\ types|principles|requirements|models\b))
    |the\ (?:\w+\ )?first(?!\ (?:stage|step|phase|method|one|item|three|two))
    |first\ (?:work|attempt|effort|time|\w+\ to\b)|unlike|in\ contrast\ to|core\ of|at\ its\ core|innovat\w+
    |key\ (?:idea|insight|innovations?|contributions?)|(?:main|primary|technical)\ (?:technical\ )?contributions?
    |distinguished\ from|taxonomy|unified|two-stage|three-stage|two-step|multi-level)\b"""
)

MECHANISM: Final = _words(
    r"""\b(?:features?|combin(?:es|ing)|decouples?|employs?|leverag(?:es|ing)|utili[sz](?:es|ing)|consists?\ of
    |adapts?
    |integrates?|adopts?|decompos\w+|conceptuali[sz]es?|quanti[sz]es?|builds?\ on|centers?\ on|partitions?|supports?
    |uses?|selects?|prioriti[sz]es?|connects?|links?|learns?|attends?|keeps?|stores?|routes?|annotates?|extends)\b"""
)

RESULT: Final = _words(
    r"""\b(?:achiev\w*|improv\w*|outperform\w*|surpass\w*|reduc\w*|increas\w*|boosts?|boosted|exceed\w*|gain\w*
    |attain\w*
    |speed-?ups?|superior\w*|competitive|comparable|state-of-the-art|highest|only|lower|higher|better|faster|enhanc\w*
    |reach\w*|maintain\w*|preserv\w*|converg\w*|accura\w*|success|halv\w*|doubl\w*|validat\w*|saving\w*|reveal\w*
    |loses?
    |agrees?|yields?|deliver\w*|effective\w*|evidence|accelerat\w*|consistent\w*|breakdown|promising|fail
    |answers)\b"""
)
"""Outcomes."""

STRONG_RESULT: Final = _words(
    r"""\b(?:achiev(?:es|ed|e|ing)|outperform\w*|surpass\w*|exceed\w*|improv(?:es|ing|ed|ements?)|reduc(?:es|ing|ed
    |tions?)
    |boosts?|attains?|gains|speed-?ups?|accelerations?|increases|yields|reach(?:es|ed)|halves|doubles|converges)\b"""
)
"""Verbs with which outcomes are told first."""

ANNOUNCED: Final = _words(
    r"""\b(?:(?<!preliminary\ )experiments?|experimental|experimentally|evaluations|evaluation\ (?:on|across|of|shows)
    |(?<!art\ )results|findings|we\ (?:find|observe|show|demonstrate|discover)|empirically|empirical\ evidence
    |outperforms?|(?<!to\ )achieves?|surpass(?:es)?|improves|case\ studies|revealing|the\ examples\ show
    |analysis\ (?:reveals|shows|indicates))\b"""
)
"""What comes is found out, not claimed beforehand."""

PROMISING: Final = _words(
    r"""\b(?:we\ (?:hope|believe|envision|anticipate)|future|paves?|potential\ to|advances\ the|offers?\ a\ promising
    |provides?\ (?:new|solid|essential)|holds\ promise|aims?\ to|opening\ up|will\ (?:have|be|release)|opens\ a
    |(?:offers?|provides?)\ (?:an?\ )?(?:actionable|practical|useful|essential|valuable)|highlights?\ the
    |emphasi[sz]es
    |help\ better|re-assessment|we\ (?:then\ |also\ |briefly\ )?(?:discuss|delve|outline|begin))\b"""
)

EVALUATED: Final = _words(
    r"""\b(?:experiment\w*|evaluations?|evaluated?|evaluating|test(?:ed)?|validat(?:e|ed|ing|ion)|assess
    |benchmarks?|trained|training|fine-?tun(?:e|ed|ing)|collected|case\ studies|results|retrieved|review(?:s|ed)
    |compress|apply|achiev\w*|outperform\w*|improv\w*|increases|demonstrated\ (?:on|using)|performance\ on
    |pre-?train(?:ed)?|pretraining|surpass\w*|boosts|yields|applied)\b"""
)
"""Data and models are put to use."""

DATA: Final = _words(
    r"""\b(?:data-?sets?|benchmarks?|corpus|corpora|tasks?|models?|LLMs?|MLLMs?|samples|questions|publications
    |studies|scenarios
    |conversations|recordings|languages|settings|requests|diseases|pairs|notes|images|directions|TAGs|domains)\b"""
)
"""What something is tried on."""

MODEL: Final = re.compile(
    r"(?<![\w-])(?:LL?a?[mM][aA]|Llama|LLaVA|Qwen|GPT|Gemma|Mistral|Gemini|InternVL|RoBERTa|BERT|T5|OPT|BLOOM|Phi|Nemotron|o1)"
    r"[-\d][\w.]*(?:-[\w.]+)*"
)
"""Models of families that papers try their methods on, with version or size."""

COMPARING: Final = _words(
    r"""\b(?:outperform\w*|surpass\w*|exceed(?:s|ing|ed)?\b|compared?\ (?:to|with)|in\ (?:comparison
    |contrast)\ (?:to|with)
    |(?:improv\w*|gains?|advantages?|speed-?ups?|accelerat\w*|reductions?|increase|benefits?|boosts?|points?|success)
     (?:\ [^\s.;]+){0,12}?\ over(?=\ [a-z]*[A-Za-z])|over\ (?:direct|existing|plain|traditional|conventional
    |the\ existing)
    |than\b|vs\b|versus\b|relative\ to|comparable\ to|on\ par\ with|superior\ to|unlike\b|halves\ the)"""
)
"""Something is measured against something else."""

BASELINE: Final = _words(
    r"""\b(?:baselines?|state-of-the-art|existing|prior|previous|conventional|traditional|direct|standard|original
    |direct
    |random\ sampling|other|previous|past|proprietary|trained\ from\ scratch|training\ from\ scratch|larger|plain
    |strong
    |dense\ models|peers|single-LLM|performances|end-to-end\ models|specialized\ models|commonly\ used)\b"""
)

COST: Final = _words(
    r"""(?:\b|-)(?:latency|throughputs?|speed-?ups?|speed|faster|slower|memory|costs?|FLOPs?|FLOPS|TFLOPS|compute
    |computing
    |computational|computation|energy|GPU\ hours|training\ time|tokens|acceleration|accelerations|overhead|storage
    |communication|MFU|FLOPs\ Utili[sz]ation|cheaper|efficiency|cost-effective|KV\ cache|milliseconds|weak\ scaling
    |time
    |days?|hours?|resources|GB|efficient\w*)\b"""
)
"""What it takes: time, memory, money, work."""

CHEAPER: Final = _words(
    r"""\b(?:reduc\w*|lower\w*|(?<!-)improv\w*|enhanc\w*|sav(?:es|ing|ings)|minimi[sz]\w*|minimal|less|fewer
    |decreas\w*|cuts?
    |increas\w*|speeds?\ up|better|excellent|cost-effective|higher|accelerat\w*|gains|low(?!-)|substantially|overlaps?
    |maintaining|compress\w*|require[sd]?|consum\w*|demands)\b"""
)
"""How a cost changes."""

HARDWARE: Final = _words(
    r"""\b(?:\d+x(?:[AH]\d{3}|GH200)|[AHV]\d{3}s?\b|GH200|MI\d{3}X?
    |(?:NVIDIA|AMD|Ascend|commodity)\ (?:\w+\ )?[GNC]PUs?|[GNTC]PUs?\b|GCDs?|accelerators?|nodes?\b|clusters?\b
    |Tensor\ Cores?|supercomput\w+|instances)"""
)
"""Machines, with their product name or their number in front."""

SCALE: Final = _words(
    r"""\d[\d.,~-]*\s?(?:K|M|B|T|million|billion|trillion)\b.{0,40}?\b(?:parameters?|tokens?|models?|LLMs?|SLMs?
    |context|examples
    |samples|requests|budget|variants)\b
    |\b(?:parameters?|tokens?|LLMs?|context\ lengths?|sequence\ lengths?|sizes?)\b.{0,40}?\d[\d.,]*\s?(?:K|M|B|T
    |million|billion|trillion)\b"""
)
"""Sizes of models, data and contexts."""

AVAILABLE: Final = _words(
    r"""https?://|\b(?:codes?|checkpoints?|weights|source|data(?:sets?)?|repository|repositories|model)\b[^.]{0,60}
    \b(?:(?:is|are|be|been|made)\ (?:publicly\ |made\ |also\ |now\ ){0,2}(?:available|released|open-?sourced?
    |accessible|found))
    |\bwe\ (?:will\ |have\ |also\ |fully\ |progressively\ )*(?:released?|open-?sourced?)\b[^.]{0,60}
    \b(?:codes?|checkpoints?|weights|data(?:sets?)?|models?|source)\b|\bby\ open-sourcing\b"""
)
