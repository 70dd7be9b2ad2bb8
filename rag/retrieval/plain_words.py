"""Everyday words for the terms of machine-learning papers, so that a lay question meets the field's language.

The table was written after reading the 49 development riddles and helps there above all; questions written without
knowledge of it gain nothing from it alone. So it is read beside the question as asked, never instead of it. Right paper
ranked first on riddles, without it, with it alone, with both: development 0.35, 0.51, 0.53; blind 0.47, 0.50, 0.56;
fresh 0.50, 0.44, 0.47; fresh, held out, 0.52, 0.48, 0.58. Other kinds of questions do not change.
"""

from __future__ import annotations

import functools
import re

__all__ = ["in_field_terms"]

_MODELS = {
    "chatbots?|talking machines?|chat assistants?": "language models",
    "assistants?|bots?": "language model",
    "text (?:models?|networks?|generators?)": "language models",
    "networks?|nets?": "neural networks",
    "giants?": "large language model",
    "brains?": "model",
    "sparse-expert": "mixture-of-experts",
    "specialists": "experts",
    "helpers?": "model agent",
    "teams? of (?:models|bots|assistants)": "multi-agent system",
    "add-ons?|plug-ins?": "adapter",
}
_MEDIA = {
    "pictures?|photos?|photographs?": "images",
    "clips?|films?|movies?|footage": "video",
    "spoken words|voice recordings?": "speech audio",
    "shapes? in space": "3D",
    "tables? of figures|spreadsheets?": "tabular data",
}
_HARDWARE = {
    "graphics cards?|cards?": "GPUs",
    "chips?|silicon": "accelerator hardware",
    "boxes": "servers",
    "phones?|handsets?|gadgets?": "mobile device",
    "wires?|cables?": "network interconnect",
}
_TRAINING = {
    "schooling|teaching|lessons": "training",
    "taught|schooled": "trained",
    "tutors?|masters?": "teacher model",
    "pupils?|apprentices?": "student model",
    "imitat(?:e|es|ing)|copy(?:ing)?": "distill",
    "rewards?": "reinforcement learning reward",
    "knobs?|dials?": "hyperparameters",
    "examples": "samples",
    "marked-up|hand-marked|annotated by hand": "labeled",
    "unmarked": "unlabeled",
    "everyday": "general",
    "trade": "domain-specific",
}
_EFFICIENCY = {
    "tiny|little|pocket-sized|miniature|compact": "small",
    "slim|lean": "lightweight",
    "huge|bulky|enormous": "large",
    "quick(?:er|ly)?|speed(?:ier|y)": "faster",
    "snip(?:s|ping|ped)?|trim(?:s|ming|med)?": "pruning",
    "squeez(?:e|es|ing|ed)|shrink(?:s|ing)?|shrunk": "compression",
    "digits|rounding": "low-precision quantization",
    "electricity|power bill": "energy consumption",
    "visitors?|customers?|shoppers?": "users",
}
_EVALUATION = {
    "exams?|tests?|yardsticks?|quiz(?:zes)?": "benchmark",
    "sums|arithmetic": "math problems",
    "riddles?|brain-teasers?": "reasoning problems",
    "overviews?": "survey",
    "made-up|make things up|makes things up|fibs?|fibbing|lies": "hallucination",
    "shops?|shopping|online stores?": "e-commerce recommendation",
    "hospitals?|doctors?": "clinical medical",
    "illness(?:es)?|sickness(?:es)?": "disease",
    "look(?:ing)? up|lookup": "retrieval",
    "orders|wishes": "instructions",
    "pages": "documents",
    "books": "long documents",
    "snippets": "short sequences",
    "tongues?": "languages",
}
_TABLE = _MODELS | _MEDIA | _HARDWARE | _TRAINING | _EFFICIENCY | _EVALUATION


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Longest entries first, so that "graphics cards" is not read as "cards"."""
    entries = sorted(_TABLE.items(), key=lambda entry: -max(map(len, entry[0].split("|"))))
    return tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), term) for words, term in entries)


def in_field_terms(question: str) -> str:
    """The question with everyday words replaced by the field's terms; unchanged when there are none."""
    for pattern, term in _patterns():
        question = pattern.sub(term, question)
    return question
