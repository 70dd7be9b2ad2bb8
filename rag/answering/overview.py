"""The collection as a whole: its groups of papers, each with an example; and what to read on a subject, in order."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.cited_lines import CitedLines, naming
from rag.maps.atlas import CollectionMap
from rag.text.sentences import passages_of
from rag.text.terms import words
from rag.types import Draft, Hit, Paper, Passage

__all__ = ["READ", "overview_of", "reading_order"]

GROUPS = 8
"""Groups told of, the largest; an overview is to fit a screen."""
READ = 5
"""Papers of a reading order. Judgement: an afternoon's reading."""
EXAMPLE_WORDS = 30
"""A longer sentence is no example: the title stands for it."""


def overview_of(whole: CollectionMap, papers: Sequence[Paper]) -> Draft:
    """How many papers of which years, and its groups with what each is about, their size and an example.

    Args:
        whole: the map of the collection, which has the groups.
        papers: those on the map, at least one.
    """
    lines = CitedLines()
    by_id = {paper.paper_id: paper for paper in papers}
    years = sorted(paper.year for paper in whole.papers if paper.year)
    span = f" from {years[0]} to {years[-1]}" if years and years[0] != years[-1] else f" of {years[0]}" if years else ""
    largest = [number for number, group in enumerate(whole.groups) if group.papers][:GROUPS]
    names = [group.name for group in whole.groups[:3] if group.name]
    about = f" Most of them are about {', '.join(names)}." if names else ""
    held = f"The collection holds {whole.total:,} papers{span}."
    if len(papers) < whole.total:
        held = f"{len(papers):,} of the {whole.total:,} papers of the collection count here{span and f',{span}'}."
    lines.say(held + about)
    for number in largest:
        group = whole.groups[number]
        members = [by_id[one.paper_id] for one in whole.papers if one.group == number and one.paper_id in by_id]
        if members:
            example = members[0]
            passage, shown = _told(example)
            count = f"{group.papers} paper{'s' if group.papers != 1 else ''}"
            lines.cite(f"{group.name or 'Various'} ({count}), for example {naming(example, '')}", [(passage, shown)])
    left = sum(group.papers for group in whole.groups) - sum(whole.groups[number].papers for number in largest)
    notes = (f"{left} more papers are in smaller groups; the Map tab shows them all.",) if left else ()
    return lines.draft(notes=notes)


def reading_order(topic: str, hits: Sequence[Hit]) -> Draft:
    """What to read on a subject: the nearest papers, each with the sentence that is nearest to it.

    Args:
        topic: as asked.
        hits: best first; :data:`READ` are told of.
    """
    lines = CitedLines()
    lines.say(f"On “{topic}”, read in this order; the first is the nearest to it:")
    for place, hit in enumerate(hits[:READ], start=1):
        passage = next((one.passage for one in hit.passages if one.passage.number > 0), hit.passages[0].passage)
        year = f" ({hit.paper.published.year})" if hit.paper.published else ""
        lines.cite(f"{place}. {hit.paper.title}{year}: ", [(passage, passage.text)])
    return lines.draft()


def _told(paper: Paper) -> tuple[Passage, str]:
    """The first short sentence of the abstract, else the title."""
    title, *sentences = passages_of(paper)
    short = next((one for one in sentences if len(words(one.text)) <= EXAMPLE_WORDS), title)
    return short, short.text
