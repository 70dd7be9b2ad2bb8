"""Search terms: stemmed words, plus the joined spelling of names, so that Light RAG, Light-RAG and LightRAG meet."""

from __future__ import annotations

import functools
import re
import unicodedata

import Stemmer

__all__ = ["STOP_WORDS", "document_terms", "fold", "query_terms", "stem", "words"]

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[a-z0-9]+(?:'[a-z]+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_COMPOUND = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)+|(?<![A-Za-z])[A-Za-z]*[a-z][A-Z][A-Za-z0-9]*"
    r"|(?<![A-Z])[A-Z]{2,}[a-z]{2,}[A-Za-z0-9]*"
)
_ACRONYM_PLURAL = re.compile(r"([bcdfghjklmnpqrstvwxz]{2,5}|[cgnt]pu)s")
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{4})is(?=(?:e[drs]?|ing|ations?)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})our(?=(?:s|ed|ing|al|able)?$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=icen|efen|ffen)ce(?=[sd]?$)"), "se"),
)
_NAME_WITH_VERSION = re.compile(r"([a-z]{3,})\d[a-z0-9]*")
_CAPITALISED_RUN = re.compile(r"\b[A-Z][A-Za-z0-9]*(?: [A-Z][A-Za-z0-9]*){1,2}\b")
_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "λ": "lambda", "μ": "mu", "π": "pi"})

STOP_WORDS = frozenset(
    "a about above across after again against all along also am among an and any are around as at away be because "
    "been before being below between beyond both but by can could did do does doing down during each either every "
    "few for from further had has have having he her here hers him his how however i if in into is it its itself "
    "just let may me might more most must my neither no nor not of off on once only or other our out over own per "
    "please rather same shall she should since so some still such tell than that the their them then there these "
    "they this those though through thus to too toward towards under unless until up upon us very via was we were "
    "what when where whether which while who whom whose why will with within would yet you your yours".split()
)
"""Words too common to search for; kept short on purpose, BM25 weighs the rest."""


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Porter 2 (English Snowball) stem of one lower-case word; plurals of acronyms (llms, gpus) lose their s.

    British and American spellings (initialised, behaviour, centre, licence) have one stem.
    """
    if plural := _ACRONYM_PLURAL.fullmatch(word):
        return plural[1]
    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return str(_STEMMER.stemWord(word))


_STEMMER = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Small letters without accents, Greek letters spelled out: the form in which spellings are compared."""
    if text.isascii():
        return text.lower()
    text = text.translate(_GREEK)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def words(text: str) -> list[str]:
    """Folded words and numbers of ``text`` in order, hyphens split, decimals whole (``12.3``)."""
    return [word.removesuffix("'s") for word in _WORD.findall(fold(text))]


def _joined_names(text: str) -> list[str]:
    """Names written in several pieces, in one: ``Hyper-RAG`` and ``Light RAG`` as ``hyperrag`` and ``lightrag``."""
    spelled = text.translate(_GREEK)
    joined = [re.sub(r"[-_/]", "", match).lower() for match in _COMPOUND.findall(spelled)]
    joined += [match.replace(" ", "").lower() for match in _CAPITALISED_RUN.findall(spelled)]
    return joined


def _camel_parts(text: str) -> list[str]:
    """The pieces of names in camel case: ``TorchTitan`` as ``torch`` and ``titan``."""
    parts = [_CAMEL.split(match) for match in _COMPOUND.findall(text) if "-" not in match]
    return [part.lower() for pieces in parts if len(pieces) > 1 for part in pieces]


def document_terms(text: str) -> list[str]:
    """Terms under which ``text`` is indexed, without stop words.

    Stems; joined names; pieces of names in camel case; names without their version (``llama`` of ``llama2``).
    """
    plain = [stem(word) for word in words(text) if word not in STOP_WORDS]
    bare = [match[1] for match in map(_NAME_WITH_VERSION.fullmatch, plain) if match]
    extra = [stem(word) for word in _joined_names(text) + _camel_parts(text) + bare]
    known = set(plain)
    return plain + [term for term in extra if term not in known]


def query_terms(text: str) -> list[str]:
    """Terms to search for: those of :func:`document_terms` and each pair of neighbours joined (``torch titan``).

    Without repeats, in order of first use.
    """
    plain = words(text)
    pairs = [stem(first + second) for first, second in zip(plain, plain[1:], strict=False)]
    return list(dict.fromkeys(document_terms(text) + pairs))
