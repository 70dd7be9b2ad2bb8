"""What is handed over as it is kept: an abstract, sentence by sentence, or the entry for a reference manager."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.cited_lines import CitedLines
from rag.export import export_papers
from rag.text.sentences import passages_of
from rag.types import Draft, Paper
from rag.understanding.query import Form, Query

__all__ = ["requested"]


def requested(query: Query, papers: Sequence[Paper]) -> Draft:
    """The abstracts or BibTeX entries of the papers.

    Args:
        query: of the form ``abstract`` or ``bibtex``.
        papers: those that it means, at least one.
    """
    lines = CitedLines()
    for paper in papers:
        title, *sentences = passages_of(paper)
        if query.form is Form.BIBTEX:
            lines.cite("", [(title, title.text)])
            lines.say(f"```bibtex\n{''.join(export_papers([paper], 'bibtex')).strip()}\n```")
        elif sentences:
            lines.cite(f"{paper.title}: ", [(one, one.text) for one in sentences])
        else:
            lines.cite("No abstract is kept of ", [(title, title.text)])
    return lines.draft()
