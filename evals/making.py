"""Making a question set from a collection: every item is read off the papers and checked against all of them."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from evals.questions import Question
from rag.text.mentions import find_mentions
from rag.text.naming import names_paper, own_names, short_name
from rag.text.sentences import passages_of
from rag.text.terms import document_terms, query_terms, words
from rag.types import Paper

__all__ = ["Made", "Rewrite", "make_questions"]

SEED = 7
"""Any number: the same collection gives the same set."""
KEYWORDS = 5
CONTEXT_WORDS = 7
"""Words on either side of a figure that a question repeats."""
NEIGHBOURS = 40
"""Shared words from which on two abstracts are near; a collection has a pair of them or is too small to compare in."""
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?:\.\d+)?(?:\s?%|x\b| times\b)?(?![\w-])")

Rewrite = Callable[[str, str], str | None]
"""Question and the sentence it came from to the question in other words; None where that did not work."""


@dataclasses.dataclass(frozen=True)
class Made:
    """A question and where it came from."""

    question: Question
    source: str
    """The sentence of the paper that answers it; of an unanswerable one the sentence whose detail was moved."""
    note: str

    def to_json(self) -> dict[str, object]:
        """The item as a line of a question set holds it."""
        item = dataclasses.asdict(self.question)
        return item | {"source": self.source, "note": self.note}


def make_questions(papers: Sequence[Paper], count: int, rewrite: Rewrite | None = None) -> list[Made]:
    """A set of about equal shares of each kind: named, keywords, described, figures, comparisons, unanswerable.

    A name, a figure or a group of keywords is only asked about when no other paper has it; a detail is only moved to a
    paper that lacks it. The same papers give the same set.

    Args:
        papers: the collection.
        count: items wanted, at least 1; there are fewer when the papers do not give so many.
        rewrite: puts questions into other words, for questions of the style ``described``; None: there are none.
    """
    draw = random.Random(SEED)
    shuffled = sorted(papers, key=lambda paper: paper.paper_id)
    draw.shuffle(shuffled)
    collection = _Collection(shuffled)
    kinds = [_about(collection), _keywords(collection), _figures(collection), _pairs(collection), _moved(collection)]
    if rewrite is not None:
        kinds.append(_described(collection, rewrite))
    made: list[Made] = []
    for one in itertools.chain.from_iterable(itertools.zip_longest(*kinds)):
        if one is not None and len(made) < count:
            made.append(one)
        if len(made) == count:
            break
    return made


class _Collection:
    """The papers, and in how many of them each term stands."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self.terms = {paper.paper_id: frozenset(document_terms(paper.text)) for paper in papers}
        self.frequency = Counter(term for terms in self.terms.values() for term in terms)

    def name(self, paper: Paper) -> str | None:
        """A name of the paper that means it alone; None where it has none."""
        for name in own_names(paper):
            if sum(names_paper(name, other) for other in self.papers) == 1:
                return name
        return None

    def shared(self, paper: Paper, other: Paper) -> int:
        """How many terms two papers have in common."""
        return len(self.terms[paper.paper_id] & self.terms[other.paper_id])

    def only(self, text: str, paper: Paper) -> bool:
        """Whether ``text`` stands in this paper and in no other, without regard to case."""
        lower = text.lower()
        return [other for other in self.papers if lower in other.text.lower()] == [paper]

    def sentences(self, paper: Paper) -> list[str]:
        """The sentences of the abstract."""
        return [passage.text for passage in passages_of(paper) if passage.number]


def _item(
    name: str, kind: str, text: str, papers: Sequence[Paper], fact: str | None = None, *, style: str | None = None
) -> Question:
    gold = (tuple(paper.title for paper in papers),)
    facts = (((fact.lower(),),),) if fact else ((),)
    return Question(name, kind, (text,), gold, facts, style)


def _about(collection: _Collection) -> Iterator[Made]:
    """What a system is, by its name; answered by the sentence that introduces it."""
    number = itertools.count(1)
    for paper in collection.papers:
        name = collection.name(paper)
        said = next((s for s in collection.sentences(paper) if name and name in s), None)
        if name and said:
            text = f"What is {name} and what does it do?"
            item = _item(f"named-{next(number)}", "factual", text, [paper], style="named")
            yield Made(item, said, "named: the name is this paper's alone")


def _keywords(collection: _Collection) -> Iterator[Made]:
    """The words of one sentence that its paper uses most and others least, which no other paper has together."""
    number = itertools.count(1)
    for paper in collection.papers:
        names = {term for name in own_names(paper) for term in document_terms(name)}
        uses = Counter(document_terms(paper.text))
        best: tuple[list[str], str] | None = None
        for sentence in collection.sentences(paper):
            plain = [w for w in dict.fromkeys(words(sentence)) if len(w) > 3 and w.isalpha()]
            rare = [w for w in plain if not names.intersection(query_terms(w)) and query_terms(w)]
            rare.sort(key=lambda w: (-uses[query_terms(w)[0]], collection.frequency[query_terms(w)[0]], w))  # noqa: B023
            chosen = sorted(rare[:KEYWORDS], key=plain.index)
            if len(chosen) == KEYWORDS and (best is None or len(sentence) > len(best[1])):
                best = chosen, sentence
        if best is not None and _only_here(best[0], paper, collection):
            question = _item(f"keywords-{next(number)}", "factual", " ".join(best[0]), [paper], style="keywords")
            yield Made(question, best[1], "keywords: no other paper has all of them")


def _only_here(chosen: Sequence[str], paper: Paper, collection: _Collection) -> bool:
    wanted = {query_terms(word)[0] for word in chosen}
    return [other for other in collection.papers if wanted <= collection.terms[other.paper_id]] == [paper]


def _figures(collection: _Collection) -> Iterator[Made]:
    """A figure taken out of its sentence; it stands in no other paper."""
    number = itertools.count(1)
    for paper in collection.papers:
        found = next(_figures_of(paper, collection), None)
        if found is not None:
            figure, blank, sentence = found
            text = f"Which figure does {short_name(paper)} give in “{blank}”?"
            item = _item(f"figure-{next(number)}", "factual", text, [paper], figure, style="named")
            yield Made(item, sentence, "a figure left out")


def _figures_of(paper: Paper, collection: _Collection) -> Iterator[tuple[str, str, str]]:
    """Figure, its surroundings with a gap, and its sentence."""
    for sentence in collection.sentences(paper):
        for match in _FIGURE.finditer(sentence):
            figure = match[0].strip()
            if len(figure) > 1 and sentence.count(figure) == 1 and collection.only(figure, paper):
                before = sentence[: match.start()].split()[-CONTEXT_WORDS:]
                after = sentence[match.end() :].split()[:CONTEXT_WORDS]
                if len(before) + len(after) >= CONTEXT_WORDS:
                    yield figure, " ".join([*before, "…", *after]), sentence


def _pairs(collection: _Collection) -> Iterator[Made]:
    """Two papers that share many words, by names that are theirs alone."""
    number = itertools.count(1)
    named = [(paper, name) for paper in collection.papers if (name := collection.name(paper))]
    used: set[str] = set()
    for paper, name in named:
        near = [
            (collection.shared(paper, other), other.paper_id, other, other_name)
            for other, other_name in named
            if other is not paper and other.paper_id not in used
        ]
        if paper.paper_id in used or not near or max(near)[0] < NEIGHBOURS:
            continue
        _, _, other, other_name = max(near)
        used |= {paper.paper_id, other.paper_id}
        text = f"What is the difference between {name} and {other_name}?"
        item = _item(f"compare-{next(number)}", "compare", text, [paper, other])
        yield Made(item, paper.title, "a comparison of near neighbours")


def _moved(collection: _Collection) -> Iterator[Made]:
    """A name out of one paper, asked of the nearest other one, which lacks it."""
    number = itertools.count(1)
    for paper in collection.papers:
        name = collection.name(paper)
        others = [other for other in collection.papers if other is not paper]
        donors = sorted(others, key=lambda other: (-collection.shared(paper, other), other.paper_id))  # noqa: B023
        for donor in donors[:3] if name else ():
            detail = _detail(donor, paper, collection)
            if detail is not None:
                mention, sentence = detail
                text = f"Which results does {name} report on {mention}?"
                note = f"unanswerable: {mention} is of {short_name(donor)}"
                yield Made(_item(f"unanswerable-{next(number)}", "unanswerable", text, []), sentence, note)
                break


def _detail(donor: Paper, paper: Paper, collection: _Collection) -> tuple[str, str] | None:
    """A name of the donor's abstract, not its own, that stands in no other paper, and its sentence."""
    own = {term for name in own_names(donor) for term in document_terms(name)}
    for sentence in collection.sentences(donor):
        for mention in find_mentions(sentence):
            text = sentence[mention.start : mention.end]
            named = mention.written and len(text) > 3 and text.isalnum() and not own & set(document_terms(text))
            if named and collection.only(text, donor):
                return text, sentence
    return None


def _described(collection: _Collection, rewrite: Rewrite) -> Iterator[Made]:
    """A figure asked for in other words, without the paper's name."""
    number = itertools.count(1)
    for paper in collection.papers:
        found = next(_figures_of(paper, collection), None)
        if found is None:
            continue
        figure, _, sentence = found
        text = rewrite(f"Which figure is given? (It is {figure}.)", sentence)
        if text and figure not in text and not names_paper(text, paper):
            item = _item(f"described-{next(number)}", "factual", text, [paper], figure, style="described")
            yield Made(item, sentence, "written by a language model from the sentence")
