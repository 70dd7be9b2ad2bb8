"""What an entity is - a system, a method, a task ... - told by its last word and by the words around it."""

from __future__ import annotations

import enum
import re

from rag.text.mentions import FIELD
from rag.text.terms import fold, words

__all__ = ["Kind", "kind_of_name", "kind_of_phrase"]


class Kind(enum.StrEnum):
    """What an entity is; where papers differ, the earlier of two equally frequent kinds is taken."""

    SYSTEM = "system"
    """What some paper of the collection brings and gives a name."""
    DATA_SET = "data set"
    METRIC = "metric"
    MODEL = "model"
    TASK = "task"
    METHOD = "method"
    BASELINE = "baseline"
    """What others are held against, and nothing else is known of."""
    NAME = "name"
    """Written as a name; no cue says of what."""
    PHRASE = "phrase"


_HEADS = (
    (
        Kind.DATA_SET,
        frozenset("benchmark benchmarks corpus corpora dataset datasets leaderboard leaderboards testbed".split()),
    ),
    (
        Kind.METRIC,
        frozenset(
            "accuracy bandwidth cost costs error errors fidelity footprint latency overhead perplexity "
            "precision recall score scores speed speedup speedups throughput utilization".split()
        ),
    ),
    (Kind.MODEL, frozenset("llm llms lm lms model models slm slms vlm vlms mllm mllms".split())),
    (
        Kind.TASK,
        frozenset(
            "answering captioning classification comprehension detection dialogue diagnosis extraction "
            "forecasting generation grounding localization modeling navigation planning prediction reasoning "
            "recognition recommendation recommendations reconstruction retrieval segmentation simulation "
            "summarization synthesis task tasks tracking translation understanding".split()
        ),
    ),
    (
        Kind.METHOD,
        frozenset(
            "adaptation adapter adapters algorithm algorithms alignment approximation architecture "
            "architectures attention augmentation batching cache caching clustering compression decoding "
            "decomposition diffusion distillation embedding embeddings encoder encoders estimation "
            "factorization fine-tuning finetuning framework fusion initialization learning loss losses "
            "matching network networks normalization optimization optimizer optimizers parallelism "
            "parallelization pipeline pooling pretraining pre-training prompting pruning quantization "
            "regularization routing sampling scheduling search sharding sparsity strategy supervision "
            "training transformer transformers tuning".split()
        ),
    ),
)
_METRIC_NAME = re.compile(
    r"(?i:f-?1|bleu|rouge(?:-?[l\d])?|meteor|fid|psnr|ssim|lpips|m?ap|au(?:ro)?c|n?dcg(?:@\d+)?|mrr|mfu|[kmgtp]?flops?|wer|cer|"
    r"em|iou|miou|pass@\d+|rmse|mae|mse)(?:-?scores?)?"
)
_MODEL_NAME = re.compile(
    r"(?i:(?:chat)?gpt|llama|(?:ro|distil|al|de)?bert|t5|flan|qwen|mi[sx]tral|gemini|gemma|claude|palm|bloom|falcon|"
    r"deepseek|vicuna|alpaca|mamba|whisper|grok|phi-\d|opt-\d|o1\b|vit\b|resnet|clip\b)"
)
_AFTER = (
    (Kind.DATA_SET, re.compile(r"(?:\s\w+){0,2}?[\s-](?:data ?sets?|benchmarks?|corp(?:us|ora)|leaderboards?)\b")),
    (Kind.MODEL, re.compile(r"(?:\s\w+)?[\s-](?:models?|famil(?:y|ies)|checkpoints?)\b")),
    (Kind.METRIC, re.compile(r"[\s-](?:scores?|metrics?)\b")),
    (
        Kind.METHOD,
        re.compile(r"[\s-](?:algorithms?|methods?|techniques?|loss(?:es)?|attention|training|optimizers?)\b"),
    ),
)
_BEFORE = (
    (
        Kind.DATA_SET,
        re.compile(r"\b(?:(?:data ?sets?|benchmarks?)(?: \w+)?,? (?:such as|like|including|called|named))\s+$"),
    ),
    (
        Kind.DATA_SET,
        re.compile(r"\b(?:evaluat\w+|experiments?|tested|results?|accuracy|score|scores|points?|%) on (?:the )?$"),
    ),
    (
        Kind.BASELINE,
        re.compile(
            r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat\w*|compared (?:to|with)|over|than|against|versus|vs\.?|"
            r"baselines?,? (?:such as|like|including))"
            r" (?:the |existing |state-of-the-art |vanilla |standard )?$"
        ),
    ),
    (Kind.MODEL, re.compile(r"\b(?:(?:language |foundation )?models?|LLMs?),? (?:such as|like|including) $")),
)
_ADJECTIVE = re.compile(r"(?:non-|[A-Z]+-)?[A-Z][a-z]+(?:ian|ean|ese|ish)")
_WINDOW = 60


def kind_of_phrase(phrase: str) -> Kind:
    """What a phrase of small letters names, by its last word."""
    tokens = words(phrase)
    head = tokens[-1] if tokens else ""
    return next((kind for kind, heads in _HEADS if head in heads), Kind.PHRASE)


def kind_of_name(text: str, start: int, end: int) -> Kind:
    """What the name ``text[start:end]`` is of, by itself and by the words around it.

    Acronyms of the whole field, adjectives and possessives say nothing of what stands beside them: of "NLP benchmarks",
    "Bayesian models" and "faster than NVIDIA's CUTLASS" the names are no data set, no model and no baseline.
    """
    name = text[start:end]
    if _METRIC_NAME.fullmatch(name):
        return Kind.METRIC
    by_itself = kind_of_phrase(name) if " " in name or name.removesuffix("s").isupper() else Kind.PHRASE
    named = by_itself if by_itself != Kind.PHRASE else Kind.NAME
    after, before = text[end : end + _WINDOW], text[max(0, start - _WINDOW) : start]
    if fold(name).removesuffix("s") in FIELD or _ADJECTIVE.fullmatch(name) or after.startswith(("'s", "’s")):
        return named
    for kind, pattern in _AFTER:
        if pattern.match(after):
            return kind
    if _MODEL_NAME.match(name):
        return Kind.MODEL
    if named != Kind.NAME:
        return named
    return next((kind for kind, pattern in _BEFORE if pattern.search(before)), Kind.NAME)
