"""What one paper speaks of, sentence by sentence; rules and word lists only, no model.

On the seed collection and on 10,000 other abstracts this takes 1 to 2 ms a paper.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Final

from rag.knowledge.expansions import expansions
from rag.knowledge.kinds import Kind, kind_of_name, kind_of_phrase
from rag.knowledge.phrases import key_phrases, phrase_key
from rag.text.mentions import Mention, find_mentions, pieces
from rag.text.naming import own_names
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, fold, stem
from rag.types import Paper

__all__ = ["VERSION", "Entity", "Extract", "Spoken", "entity_key", "extract", "keywords"]

VERSION: Final = "rules-2"
"""Raise it when the same paper gives other entities; papers that older rules have read are read again."""

_LIST_GAP = re.compile(r"\s*(?:,|,? and|,? or|/|&)\s*")
_ADDRESS = re.compile(r"https?://\S+|\b(?:www|github|huggingface)\.\S+|\b[\w-]+\.github\.io\S*")
_HYPHENATED = re.compile(r"[A-Z][a-z]+(?:-(?:[A-Z][a-z]+|[a-z]+))+")
_NO_NAMES = frozenset(
    "january february march april may june july august september october november december billion million trillion "
    "monday sunday appendix figure section table theorem additionally english sota".split()
)
_KINDLESS = (Kind.NAME, Kind.BASELINE)


@dataclasses.dataclass(frozen=True)
class Entity:
    """Something that a paper speaks of."""

    key: str
    """Equal for all spellings: of a name its folded letters (``lightrag``), of a phrase its stems with blanks."""
    name: str
    """As the paper first writes it."""
    kind: Kind


@dataclasses.dataclass(frozen=True)
class Spoken:
    """One sentence, and which of the paper's entities it speaks of."""

    start: int
    """First character in ``Paper.text``."""
    end: int
    """One past the last character."""
    entities: tuple[int, ...]
    """Places in :attr:`Extract.entities`, ascending, each once; may be empty."""


@dataclasses.dataclass(frozen=True)
class Extract:
    """All that one paper speaks of."""

    entities: tuple[Entity, ...]
    """In order of first use, each key once."""
    sentences: tuple[Spoken, ...]
    """Sentence n is passage n of ``rag.text.sentences.passages_of``: the title comes first."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Other keys and the keys of the entities they stand for, as this paper says (``moe``, ``mixtur expert``)."""

    def to_json(self) -> str:
        """The extract as a line of JSON, for the catalogue."""
        return json.dumps(
            [
                [[entity.key, entity.name, entity.kind] for entity in self.entities],
                [[said.start, said.end, said.entities] for said in self.sentences],
                self.aliases,
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, line: str) -> Extract:
        """The inverse of :meth:`to_json`."""
        entities, sentences, aliases = json.loads(line)
        return cls(
            tuple(Entity(key, name, Kind(kind)) for key, name, kind in entities),
            tuple(Spoken(start, end, tuple(numbers)) for start, end, numbers in sentences),
            tuple((alias, key) for alias, key in aliases),
        )


def extract(paper: Paper) -> Extract:
    """The entities of ``paper``: its own names first of all, other names, and key phrases of two to four words.

    Spellings of a name are joined, short forms with what they stand for, and variants of an own name
    (``Hyper-RAG-Lite``) with that name.
    """
    reader = _Reader(paper)
    passages = passages_of(paper)
    for passage in passages:
        reader.read(passage.text, title=passage.number == 0)
    entities = tuple(reader.entities.values())
    place = {key: number for number, key in enumerate(reader.entities)}
    sentences = tuple(
        Spoken(passage.start, passage.end, tuple(sorted({place[key] for key in keys})))
        for passage, keys in zip(passages, reader.spoken, strict=True)
    )
    return Extract(entities, sentences, tuple(sorted(reader.aliases.items())))


def keywords(text: str) -> list[str]:
    """Keys of the names and key phrases in a question, names first, without repeats."""
    names = [_key(text, mention) for mention in find_mentions(text)]
    return list(dict.fromkeys([*names, *(phrase.key for phrase in key_phrases(text))]))


def entity_key(name: str) -> str:
    """The key under which an entity of that name stands, if there is one: ``lightrag`` for Light RAG."""
    said = f"a {name.strip()}"
    found = find_mentions(said)
    if len(found) == 1 and said[found[0].start : found[0].end] == name.strip():
        return _key(said, found[0])
    return phrase_key(name)


class _Reader:
    """Reads the sentences of one paper in their order."""

    def __init__(self, paper: Paper) -> None:
        self._own = {entity_key(name): name for name in own_names(paper)}
        self.entities: dict[str, Entity] = {}
        self.spoken: list[list[str]] = []
        self.aliases = _spelled_out(paper.abstract, self._own)

    def read(self, text: str, *, title: bool) -> None:
        """Notes what one sentence speaks of."""
        text = _ADDRESS.sub(lambda address: "|" * len(address[0]), text)
        names = self._with_own(self._title_names(text) if title else _names(text), text)
        keys = []
        kinds = _kinds(text, names)
        for mention, kind in zip(names, kinds, strict=True):
            written = text[mention.start : mention.end]
            key = entity_key(written) if written in self._own.values() else _key(text, mention)
            key, known = self._resolved(key, mention.parts)
            own = key in self._own
            keys.append(self._note(key, written, _own_kind(self._own[key]) if own else kind, known))
        for phrase in key_phrases(text):
            if not any(mention.start <= phrase.start and phrase.end <= mention.end for mention in names):
                name = _in_sentence(text[phrase.start : phrase.end])
                key, known = self._resolved(phrase.key, ())
                keys.append(self._note(key, name, kind_of_phrase(name), known))
        self.spoken.append(keys)

    def _title_names(self, title: str) -> list[Mention]:
        """The names in a title, where all words have capitals: its own name, and words that only names are like."""
        found: list[Mention] = []
        for mention in find_mentions(title):
            for word in re.finditer(r"\S+", title[mention.start : mention.end]) if mention.written else ():
                for part in find_mentions(f"a {word[0]}"):
                    start = mention.start + word.start() + part.start - len("a ")
                    end = start + part.end - part.start
                    if part.written and not _HYPHENATED.fullmatch(title[start:end]):
                        found.append(dataclasses.replace(part, start=start, end=end))
        return found

    def _with_own(self, names: list[Mention], text: str) -> list[Mention]:
        """Adds own names that are written like plain words, where one opens a sentence or has several words."""
        for name in self._own.values():
            for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                start, end = match.span()
                if not any(one.start < end and start < one.end and one.end - one.start >= end - start for one in names):
                    names = [one for one in names if one.end <= start or end <= one.start]
                    names.append(Mention(entity_key(name), pieces(name), start, end, written=True))
        return sorted(names, key=lambda one: one.start)

    def _resolved(self, key: str, parts: tuple[str, ...]) -> tuple[str, bool]:
        """The key that this one stands for in this paper, and whether it is itself."""
        for own, name in self._own.items():
            own_parts = pieces(name)
            variant = len(parts) > len(own_parts) and parts[: len(own_parts)] == own_parts
            if variant and not parts[len(own_parts)][0].isdigit():
                self.aliases[key] = own
        return self.aliases.get(key, key), key not in self.aliases

    def _note(self, key: str, name: str, kind: Kind, itself: bool) -> str:
        known = self.entities.get(key)
        if known is None or (itself and known.kind in _KINDLESS and kind not in _KINDLESS):
            self.entities[key] = Entity(key, known.name if known else name, kind)
        return key


def _names(text: str) -> list[Mention]:
    """The names in a sentence; several plain words with capitals are left to the phrases."""
    return [one for one in find_mentions(text) if one.key not in _NO_NAMES and (one.written or len(one.parts) == 1)]


def _key(text: str, mention: Mention) -> str:
    """A coined name by its letters; ordinary words with capitals (``Mixture-of-Experts``) as a phrase."""
    written = text[mention.start : mention.end]
    if not mention.written:
        return stem(mention.key) if " " not in written else phrase_key(written)
    plain = re.fullmatch(r"[A-Z]?[a-z]+(?:-[A-Za-z]?[a-z]+){2,}|[A-Z][a-z]+-[a-z]+(?: [A-Z]?[a-z]+)*", written)
    return phrase_key(written) if plain else mention.key


def _kinds(text: str, names: list[Mention]) -> list[Kind]:
    """The kind of each name; names of one list ("MMLU, GSM8K and HumanEval benchmarks") share what is said of one."""
    kinds = [kind_of_name(text, mention.start, mention.end) for mention in names]
    steps = range(1, len(names))
    joined = {n for n in steps if _LIST_GAP.fullmatch(text, names[n - 1].end, names[n].start)}
    for number in [*steps, *reversed(steps)]:
        if number in joined:
            for one, other in ((number - 1, number), (number, number - 1)):
                if kinds[one] == Kind.NAME and kinds[other] not in (Kind.NAME, Kind.METRIC):
                    kinds[one] = kinds[other]
    return kinds


def _own_kind(name: str) -> Kind:
    """A system; but a title may also begin with a saying ("Small but Mighty: ..."), which is a phrase like others."""
    words = fold(name).split()
    return kind_of_phrase(name) if len(words) > 1 and STOP_WORDS.intersection(words) else Kind.SYSTEM


def _in_sentence(phrase: str) -> str:
    """The phrase without the capitals that a title or the beginning of a sentence gives to plain words."""
    return re.sub(r"\b[A-Z](?=[a-z]+(?![\w]*[A-Z]))", lambda letter: letter[0].lower(), phrase)


def _spelled_out(text: str, own: dict[str, str]) -> dict[str, str]:
    """Short forms by what they stand for; where the short form is an own name, the other way round."""
    aliases: dict[str, str] = {}
    for found in expansions(text):
        short = entity_key(text[found.short_start : found.short_end])
        long = phrase_key(text[found.long_start : found.long_end])
        if short and long and short != long:
            alias, key = (long, short) if short in own else (short, long)
            aliases[alias] = key
    return aliases
