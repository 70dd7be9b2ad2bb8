"""Which papers of the collection a message names: by id, title, system name in any spelling, or author and year."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import rapidfuzz
from rapidfuzz.distance import OSA

from rag.index.collection import Collection
from rag.index.directory import Directory
from rag.index.entries import Entry, Role, joined
from rag.text.mentions import FIELD, find_mentions
from rag.text.quotes import quotes
from rag.text.terms import document_terms, fold, query_terms, words
from rag.types import Paper
from rag.understanding.query import How, PaperMeant
from rag.understanding.wording import Chunk, Rarity, chunks, runs

__all__ = ["NameReader", "Spelling", "is_identifier"]

NAME_WORDS = 5
"""Longest name, in words of the message."""
TITLE_CANDIDATES = 20
"""Papers whose titles are held against the message: the first by BM25, in which titles count twice."""
TITLE_RUN = 5
"""Words in a row that mean the title they stand in; fewer when they are most of it, or quoted."""
TITLE_MOST, TITLE_SHARE = 4, 0.6
TITLE_LIKENESS = 90.0
"""Percent of letters that agree, from which on a whole title with mistakes in it is recognised (of 25 letters on)."""
TITLE_CHARS = 25
NAME_LIKENESS = 0.8
"""Share of letters that agree, from which on an unknown word is a misspelt name: one slip in five to nine letters."""
FUZZY_CHARS = 5
SPOKEN_CHARS, SPOKEN_SCORE = 3, 0.8
"""Of a name that one paper alone speaks of: how long it is at least, and how sure that this paper is meant."""
OWNERS = 2
"""A name that more papers give to their own thing is nobody's (``GNN``)."""
_NUMBERED = re.compile(
    r"(?<![\w./])(?:10\.\d{4,9}/[^\s\"'<>]+|(?:arxiv:\s*)?\d{4}\.\d{4,5}(?:v\d+)?)(?!\w)", re.IGNORECASE
)
_CITED = re.compile(
    r"(?P<first>[^\W\d_][\w'’-]+)(?:\s+et\s+al\.?|\s+(?:and|&)\s+(?P<second>[^\W\d_][\w'’-]+))?,?\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?"
)


def is_identifier(message: str) -> bool:
    """Whether a message is nothing but a DOI or an arXiv number."""
    return bool(_NUMBERED.fullmatch(message.strip().rstrip("?.!")))


class Spelling:
    """Names of systems by how they are spelt; finds the one that a misspelt word may mean."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Args: keys of the directory."""
        self._buckets: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            if len(key) >= FUZZY_CHARS:
                self._buckets[f"{key[0]}-{len(key)}"].append(key)
                self._buckets[f"-{key[-2:]}{len(key)}"].append(key)

    def nearest(self, word: str) -> tuple[str, float] | None:
        """The key most like ``word``, and how like it is (0 to 1); None: none is like it.

        The first letter or the last two must be right: that leaves some hundreds of 25,000 names to compare.
        """
        lengths = range(len(word) - 1, len(word) + 2)
        near = {key for n in lengths for key in self._buckets.get(f"{word[0]}-{n}", ())}
        near |= {key for n in lengths for key in self._buckets.get(f"-{word[-2:]}{n}", ())}
        best = rapidfuzz.process.extractOne(
            word, sorted(near), scorer=OSA.normalized_similarity, score_cutoff=NAME_LIKENESS
        )
        return (best[0], best[1]) if best else None


@dataclasses.dataclass
class NameReader:
    """Reads names in messages to one collection; what it needs of all papers is made once for each of its states."""

    collection: Collection
    _spelling: tuple[int, Spelling] | None = None

    @property
    def directory(self) -> Directory:
        """Where names are looked up."""
        return self.collection.directory

    def read(self, message: str, rarity: Rarity, closest: bool = True) -> list[PaperMeant]:
        """The papers that the message names, in its order, each once.

        Args:
            message: as typed.
            rarity: knows the words of the message.
            closest: misspelt names count.
        """
        found = [*self._numbered(message), *self._cited(message), *self._titled(message)]
        found += self._named(message, rarity, [(meant.start, meant.end) for meant in found], closest)
        papers = self.collection.get_many({meant.paper_id for meant in found})
        unique: dict[str, PaperMeant] = {}
        for meant in sorted(found, key=lambda one: (one.start, -one.score)):
            if meant.paper_id in papers:
                title = papers[meant.paper_id].title
                unique.setdefault(meant.paper_id, dataclasses.replace(meant, title=title))
        return list(unique.values())

    def _numbered(self, message: str) -> Iterator[PaperMeant]:
        """By DOI, arXiv number or id."""
        spans = [(match.start(), match.end()) for match in _NUMBERED.finditer(message)]
        spans += [
            (one.start, one.end) for one in _spaced(message) if any(map(str.isdigit, one.text)) or "-" in one.text
        ]
        keys: dict[str, tuple[int, int]] = {}
        for start, end in spans:
            written = message[start:end].lower().strip("[](){}.,;:!?\"'")
            keys.setdefault(re.sub(r"^arxiv:\s*|(?<=\d)v\d+$", "", written), (start, end))
        for entry in self.directory.find(Role.IDENTIFIER, keys):
            start, end = keys[entry.key]
            yield PaperMeant(entry.paper_id, "", How.ID, message[start:end], start, end)

    def _cited(self, message: str) -> Iterator[PaperMeant]:
        """By author and year: ``Li and Novak (2021)``, ``Okoye 2021``."""
        for match in _CITED.finditer(message):
            names = [fold(name) for name in (match["first"], match["second"]) if name]
            written = self.directory.find(Role.AUTHOR, names)
            ids = [{entry.paper_id for entry in written if entry.key == name} for name in names]
            papers = self.collection.get_many(set.intersection(*ids)) if ids else {}
            for paper in papers.values():
                if paper.published and paper.published.year == int(match["year"]) and _leads(paper, names[0]):
                    yield PaperMeant(paper.paper_id, "", How.AUTHOR_YEAR, match[0], match.start(), match.end())

    def _titled(self, message: str) -> Iterator[PaperMeant]:
        """By the title, or enough of it in a row."""
        said = [chunk for chunk in _plain(message)]
        if len(said) < 2:
            return
        terms = query_terms(message)
        near = [paper_id for paper_id, _ in self.collection.lexical(terms, TITLE_CANDIDATES)] if terms else []
        quoted = [words(message[start:end]) for start, end in quotes(message)]
        for paper in self.collection.get_many(near).values():
            place = _title_place(message, said, quoted, paper)
            if place:
                start, end, score = place
                yield PaperMeant(paper.paper_id, "", How.TITLE, message[start:end], start, end, score)

    def _named(self, message: str, rarity: Rarity, taken: list[tuple[int, int]], closest: bool) -> Iterator[PaperMeant]:
        said = chunks(message)
        keys = {
            (begin, end): joined(message[said[begin].start : said[end - 1].end])
            for begin, end in runs(said, NAME_WORDS)
        }
        entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.directory.find(Role.NAME, set(keys.values())):
            entries[entry.key].append(entry)
        for (begin, end), key in keys.items():
            start, stop = said[begin].start, said[end - 1].end
            if key not in entries or any(start < last and first < stop for first, last in taken):
                continue
            owners = {entry.paper_id for entry in entries[key]}
            if len(owners) <= OWNERS and self._is_name(message[start:stop], said[begin:end], entries[key], rarity):
                taken.append((start, stop))
                for paper_id in sorted(owners):
                    yield PaperMeant(paper_id, "", How.NAME, message[start:stop], start, stop)
        yield from self._spoken_of(message, rarity, taken)
        if closest:
            yield from self._misspelt(message, said, rarity, taken)

    def _spoken_of(self, message: str, rarity: Rarity, taken: list[tuple[int, int]]) -> Iterator[PaperMeant]:
        """By what is written as a name and stands in one paper only ("the QTL one")."""
        for mention in find_mentions(f"a {message}"):
            start, end = mention.start - 2, mention.end - 2
            if not mention.written or len(mention.key) < SPOKEN_CHARS or mention.key in FIELD:
                continue
            if any(start < last and first < end for first, last in taken) or rarity.papers(message[start:end]) != 1:
                continue
            for paper_id, _ in self.collection.lexical(document_terms(message[start:end])[:1], 1):
                taken.append((start, end))
                yield PaperMeant(paper_id, "", How.NAME, message[start:end], start, end, SPOKEN_SCORE)

    def _is_name(self, written: str, said: Sequence[Chunk], entries: Sequence[Entry], rarity: Rarity) -> bool:
        """Whether the words stand for a name here, rather than for what they mean."""
        as_written = any(entry.written == written for entry in entries)
        owners = len({entry.paper_id for entry in entries})
        if len(said) > 1:
            plain = all(chunk.text.isalpha() and rarity.papers(chunk.text) > owners for chunk in said)
            return as_written or not plain or len(said) >= 3
        word = said[0]
        common = rarity.papers(word.text) > owners + max(2, owners)
        if word.capital and as_written:
            return not common or not written.isupper()
        if not written.isalpha():
            return not common
        return not common and not rarity.asks(written) and len(written) > 2

    def _misspelt(
        self, message: str, said: Sequence[Chunk], rarity: Rarity, taken: list[tuple[int, int]]
    ) -> Iterator[PaperMeant]:
        for begin, end in runs(said, 2):
            start, stop = said[begin].start, said[end - 1].end
            key = joined(message[start:stop])
            unknown = all(rarity.papers(chunk.text) == 0 and not rarity.asks(chunk.text) for chunk in said[begin:end])
            if not unknown or len(key) < FUZZY_CHARS or any(start < last and first < stop for first, last in taken):
                continue
            nearest = self._spellings().nearest(key)
            if nearest:
                taken.append((start, stop))
                owners = {entry.paper_id for entry in self.directory.find(Role.NAME, [nearest[0]])}
                for paper_id in sorted(owners) if len(owners) <= OWNERS else ():
                    yield PaperMeant(paper_id, "", How.NAME, message[start:stop], start, stop, nearest[1])

    def _spellings(self) -> Spelling:
        generation = self.collection.generation
        if self._spelling is None or self._spelling[0] != generation:
            self._spelling = generation, Spelling(self.directory.keys(Role.NAME))
        return self._spelling[1]


def _spaced(message: str) -> Iterator[Chunk]:
    """What stands between blanks."""
    return (Chunk(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", message))


def _plain(message: str) -> list[Chunk]:
    """The words as :func:`rag.text.terms.words` cuts them, with their places."""
    found = []
    for match in re.finditer(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][a-z]+)?", message):
        found += [Chunk(word, match.start(), match.end()) for word in words(match[0])]
    return found


def _leads(paper: Paper, surname: str) -> bool:
    """Whether the first author has that family name, or another one where it is unlike all given names."""
    return bool(paper.authors) and surname in words(paper.authors[0])


def _title_place(
    message: str, said: Sequence[Chunk], quoted: Sequence[Sequence[str]], paper: Paper
) -> tuple[int, int, float] | None:
    """Where the message has the title or enough of it, and how sure that is; None: it has not."""
    title = words(paper.title)
    begin, length = _longest_run([chunk.text for chunk in said], title)
    quotes_it = any(len(quote) > 1 and f" {' '.join(quote)} " in f" {' '.join(title)} " for quote in quoted)
    whole = length == len(title) and length > 2
    enough = whole or length >= TITLE_RUN or (length >= TITLE_MOST and length >= TITLE_SHARE * len(title))
    if length and (enough or quotes_it):
        return said[begin].start, said[begin + length - 1].end, 1.0 if whole or quotes_it else 0.9
    if len(paper.title) < TITLE_CHARS or len(message) < TITLE_SHARE * len(paper.title):
        return None
    near = rapidfuzz.fuzz.partial_ratio_alignment(fold(paper.title), fold(message), score_cutoff=TITLE_LIKENESS)
    return (near.dest_start, near.dest_end, near.score / 100) if near and near.dest_end <= len(message) else None


def _longest_run(said: Sequence[str], title: Sequence[str]) -> tuple[int, int]:
    """Beginning in ``said`` and length of the longest run of words that stands in ``title`` too."""
    best, ends = (0, 0), [0] * (len(title) + 1)
    for place, word in enumerate(said):
        here = [0] * (len(title) + 1)
        for number, other in enumerate(title):
            if word == other:
                here[number + 1] = ends[number] + 1
                if here[number + 1] > best[1]:
                    best = place - here[number + 1] + 1, here[number + 1]
        ends = here
    return best
