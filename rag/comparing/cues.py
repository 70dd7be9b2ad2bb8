"""The words by which a sentence of an abstract is known to speak of one aspect of its paper."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ADDED",
    "ANNOUNCED",
    "AVAILABLE",
    "BASELINE",
    "COMPARING",
    "CONTRIBUTION",
    "COST",
    "DATA",
    "EVALUATED",
    "HARDWARE",
    "MECHANISM",
    "NOVEL",
    "PROBLEM",
    "PROMISING",
    "RESULT",
    "SCALE",
]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


CONTRIBUTION: Final = _words(
    r"""\b(?:we|this\ (?:paper|work|study|research|survey|report|article|review)|(?:the|our)\ (?:paper|study|work)
    |our\ (?:[\w-]+\ ){0,2}(?:approach|method|framework|model|system)(?:,\ [\w-]+,)?)
    (?P<between>(?:\ (?!not\b|struggle)[\w()/-]+){0,4}?)\ (?:
    (?P<strong>propos\w*|introduc\w*|presents?\b(?!\ (?:results|an?\ in-depth))|re-?defin\w*)
    |(?P<medium>develop\w*|design\w*|devis\w*|build\w*|construct\w*|creat\w*|contribut\w*|formali[sz]\w*|implement\w*
      |improves?|extends?|devis\w*|releas\w*|nam(?:e|ed)|unif\w+|reframe\w*)
    |(?P<weak>stud(?:y|ies)|investigat\w*|explor\w*|examin\w*|analy[sz]e\w*|review\w*|survey\w*|provid\w*|discover\w*
      |benchmark\w*|demonstrat\w*|initiat\w*|aims?|seeks?|endeavors?|delv\w*|tackl\w*|bridg\w*|tak(?:e|es)|conduct\w*
      |present|targets?|focus\w*))"""
)
"""What a paper says it does; ``strong`` announces what it brings, ``weak`` only what it looks into."""

ADDED: Final = _words(
    r"""\b(?:also|additionally|furthermore|further|moreover|besides|next|then|finally|first|second|in\ addition)\b"""
)
"""Words that make a contribution one more of several."""

PROBLEM: Final = _words(
    r"""\b(?:however|yet|but|nevertheless|challeng\w*|limit(?:s|ed|ation|ations)|lacks?|suffers?|hinder\w*|hampers?
    |costly|expensive|prohibitiv\w*|difficult\w*|fall\w*\ short|struggl\w*|bottlenecks?|overlook\w*|constrain(?:ed|t|ts)
    |insufficient|unclear|open\ question|under-?explored|unverified|gap|concerns?|inadequate|ill-suited|hallucinations?
    |degrad\w*|inefficien\w*|redundan\w*|imbalanced?|significantly\ increases?|scarc\w*|risks?|neglect\w*|ignor\w*
    |substantial|demand\w*|crucial|urgent|need\ for|critical|barriers?|rarely|failing|unsustainable|over-?fitting)\b"""
)

NOVEL: Final = _words(
    r"""\b(?:novel|new(?!er)|the\ (?:\w+\ )?first(?!\ (?:stage|step|phase|method|one|item|three|two))
    |first\ (?:work|attempt|effort|time|\w+\ to\b)|unlike|in\ contrast\ to|core\ of|at\ its\ core|innovat\w+
    |key\ (?:idea|insight|innovations?|contributions?)|(?:main|primary|technical)\ (?:technical\ )?contributions?
    |distinguished\ from|taxonomy|unified|two-stage|three-stage|two-step|multi-level)\b"""
)

MECHANISM: Final = _words(
    r"""\b(?:features?|combin(?:es|ing)|decouples?|employs?|leverag(?:es|ing)|utili[sz](?:es|ing)|consists?\ of|adapts?
    |integrates?|adopts?|decompos\w+|conceptuali[sz]es?|quanti[sz]es?|builds?\ on|centers?\ on|partitions?|supports?
    |uses?|selects?|prioriti[sz]es?|connects?|links?|learns?|attends?|keeps?|stores?|routes?|annotates?)\b"""
)

RESULT: Final = _words(
    r"""\b(?:achiev\w*|improv\w*|outperform\w*|surpass\w*|reduc\w*|increas\w*|boosts?|boosted|exceed\w*|gain\w*|attain\w*
    |speed-?ups?|superior\w*|competitive|comparable|state-of-the-art|highest|only|lower|higher|better|faster|enhanc\w*
    |reach\w*|maintain\w*|preserv\w*|converg\w*|accura\w*|success|halv\w*|doubl\w*|validat\w*|saving\w*|reveals?|loses?
    |agrees?|show\w*|yields?|deliver\w*|effective\w*|evidence|accelerat\w*|struggle|consistent\w*|holds?)\b"""
)

ANNOUNCED: Final = _words(
    r"""\b(?:experiments?|experimental|experimentally|evaluations?|results?|findings|we\ (?:find|observe|show|demonstrate)
    |evaluated|empirical(?:ly)?|outperforms?|achieves?|achieved|surpass(?:es)?|improves?|exhibits?|case\ studies)\b"""
)

PROMISING: Final = _words(
    r"""\b(?:we\ (?:hope|believe|envision|anticipate)|future|paves?|potential\ to|advances\ the|offers?\ a\ promising
    |provides?\ (?:new|solid|essential)|holds\ promise|aims?\ to|opening\ up|will\ (?:have|be|release)|opens\ a)\b"""
)

EVALUATED: Final = _words(
    r"""\b(?:experiment\w*|evaluat\w*|test(?:ed|s)?|validat\w*|assess\w*|benchmark\w*|train(?:ed|ing)?|fine-?tun\w*|collected
    |case\ studies|trials?|measur\w+|analysis\ of|retrieved|reviewed|compress|appl(?:y|ied)|results|on\ the)\b"""
)

DATA: Final = _words(
    r"""\b(?:data-?sets?|benchmarks?|corpus|corpora|tasks?|models?|LLMs?|MLLMs?|SLMs?|samples|questions|publications|studies
    |conversations|recordings|languages|domains|settings|parameters|tokens|requests|diseases|pairs|notes|images)\b"""
)

COMPARING: Final = _words(
    r"""\b(?:outperform\w*|surpass\w*|exceed(?:s|ing|ed)?\b|compared?\ (?:to|with)|in\ (?:comparison|contrast)\ (?:to|with)
    |in\ contrast\ to|improvements?\ over|over\ (?=\w)|than\b|vs\b|versus\b|against\b|relative\ to|comparable\ to
    |on\ par\ with|superior\ to|unlike\b|match(?:es)?\ or\ (?:outperform|exceed)\w*|rivals?\b|beats?\b|halves\ the)"""
)

BASELINE: Final = _words(
    r"""\b(?:baselines?|state-of-the-art|existing|prior|previous|conventional|traditional|direct|standard|original|direct
    |random\ sampling|other|previous|past|proprietary|trained\ from\ scratch|training\ from\ scratch|larger|plain|strong
    |dense\ models|single-LLM|end-to-end\ models|specialized\ models|commonly\ used)\b"""
)

COST: Final = _words(
    r"""(?:\b|-)(?:latency|throughputs?|speed-?ups?|speed|faster|slower|memory|costs?|FLOPs?|FLOPS|TFLOPS|compute|computing
    |computational(?:ly)?|computation|energy|GPU\ hours|training\ time|fewer|acceleration|accelerations|overhead
    |communication|MFU|FLOPs\ Utili[sz]ation|cheaper|efficiency|efficient|cost-effective|KV\ cache|milliseconds
    |tokens?\ per|storage|inference\ acceleration|weak\ scaling|days?|hours?)\b"""
)

HARDWARE: Final = _words(
    r"""\b(?:[AHVB]\d{2,3}s?\b|GH200|MI\d{3}X?|\d+x(?:[AH]\d{3}|GH200)|NVIDIA|AMD|Ascend|[GNTC]PUs?\b|GCDs?|accelerators?
    |nodes?\b|supercomput\w+|cluster\b|Tensor\ Cores?|mobile\ devices|edge\ devices|commodity|hardware|devices)"""
)

SCALE: Final = _words(
    r"""\d(?:[\d.,~-]*)\s?(?:K|M|B|T|million|billion|trillion)\b.{0,40}?\b(?:parameters?|tokens?|models?|LLMs?|context|examples
    |samples|requests|budget|variants)\b
    |\b(?:parameters?|tokens?|models?|LLMs?|context\ lengths?|sequence\ lengths?|sizes?)\b.{0,40}?\d[\d.,]*\s?(?:K|M|B|T
    |million|billion|trillion)\b|\b(?:LLa?MA|Llama|Qwen|Gemma|Mistral|GPT)[\w.-]*[- ]\d+B\b"""
)

AVAILABLE: Final = _words(
    r"""https?://|\b(?:codes?|checkpoints?|weights|source|data(?:sets?)?|repository|repositories|model)\b[^.]{0,60}
    \b(?:(?:is|are|be|been|made)\ (?:\w+\ ){0,3}(?:available|released|open-?sourced?|accessible|found))
    |\bwe\ (?:will\ |have\ |also\ |fully\ |progressively\ )*(?:released?|open-?sourced?)\b[^.]{0,60}
    \b(?:codes?|checkpoints?|weights|data(?:sets?)?|models?|source)\b|\bby\ open-sourcing\b"""
)
