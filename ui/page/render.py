"""Values of the façade as HTML: pure functions over templates that escape everything put into them."""

from __future__ import annotations

import urllib.parse
from collections import Counter
from collections.abc import Sequence

import jinja2

from rag.assistant import Choice
from rag.errors import PapertrailError
from rag.export import export_papers
from rag.index import Head
from rag.types import Answer, Citation, Paper, Verdict
from rag.types.comparison import Comparison
from ui.answered_text import ANSWERED_WORDS
from ui.page import answer_text, kept, links, turns
from ui.page.finder import Found
from ui.page.turns import Turn
from ui.trace_text import rows

__all__ = [
    "VERDICT_WORDS",
    "choices",
    "chosen_bar",
    "conversation",
    "drawer",
    "evidence",
    "header",
    "html",
    "live",
    "message",
    "notebook",
    "paper_table",
    "scope",
    "sentence",
    "web_url",
]

VERDICT_WORDS = {
    Verdict.SUPPORTED: "supported",
    Verdict.PARTIAL: "partly supported",
    Verdict.UNSUPPORTED: "not supported",
}
"""What each verdict is called."""

MOST_COMPARED = 6
"""Papers that a comparison takes; more columns cannot be read."""

ROWS_SHOWN = 8
"""Rows of a list before the rest is folded: about a screen."""

AUTHORS_SHOWN = 6
"""Names listed before the rest is only counted; six is where most reference styles turn to ``et al.``"""


def web_url(url: str | None) -> str | None:
    """``url`` when it is an address of the web, else ``None``: no other scheme may become a link."""
    if not url or any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # such as an unclosed bracket around an IPv6 address
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def sentence(error: PapertrailError) -> str:
    """What an error says, with a capital and a full stop."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def header(collection: str, papers: Sequence[Head | Paper]) -> str:
    """The head of the page: name, collection, number of papers and their dates."""
    return html("header.html", collection=collection, count=len(papers), dates=_dates(papers))


def conversation(
    asked: Sequence[Turn],
    *,
    collection: str,
    papers: int,
    examples: Sequence[str],
    further: Sequence[str] = (),
    note: str = "",
) -> str:
    """All turns so far; without one, a welcome with ``examples`` to click; before it ``note``, if there is one.

    The newest turn is followed by ``further`` questions.

    While an answer is being written the style sheet hides what would start another.
    """
    shown = [
        {"turn": turn, "copied": turns.plain_text(turn), "note": turns.note(turn), **_checked(turn.shown)}
        for turn in asked
    ]
    return html(
        "conversation.html",
        shown=shown,
        collection=collection,
        papers=papers,
        examples=examples,
        further=further,
        note=note,
        exported=turns.markdown(asked),
        file=turns.file_name(asked),
    )


def drawer(collection: str) -> str:
    """The frame of the list of conversations, which the browser fills with those that it keeps."""
    return html("drawer.html", collection=collection, version=kept.VERSION, most=kept.MOST)


def live(question: str, text: str) -> str:
    """The turn that is being written; without text yet, that the search is on."""
    return html("live.html", question=question, text=text)


def evidence(
    paper: Paper,
    citation: Citation | None = None,
    *,
    quote: str = "",
    turn: int | None = None,
    answer: Answer | None = None,
    similar: Sequence[tuple[str, str]] | None = None,
    more: Sequence[tuple[str, int | None]] | None = None,
    asked: str = "",
    told: str = "",
) -> str:
    """The whole paper, with the cited sentence marked.

    Args:
        paper: The paper as it is in the collection now.
        citation: The citation that was opened; ``None`` for a sentence that no answer cites.
        quote: Without a citation, the sentence to mark; the empty string shows the paper without a mark.
        turn: Position of the answer in the conversation, for finding the way back.
        answer: The answer that cites it, for the sentences that rest on the citation.
        similar: Id and title of papers that say alike; ``None`` while nobody has asked for them.
        more: Further sentences of it and their pages; ``None`` while nobody has asked for them.
        asked: The question that led to it; the empty string: none did, and there is no more to ask for.
        told: What has become of a change to its record; the empty string without one.
    """
    quote = citation.quote if citation else quote
    start, end = _place(paper, quote, citation.start if citation else 0)
    head = len(paper.title)
    rests = [claim for claim in answer.claims if citation and citation.marker in claim.markers] if answer else []
    return html(
        "evidence.html",
        paper=paper,
        citation=citation,
        quote=quote,
        moved=bool(citation or quote) and start == end,
        turn=turn,
        claims=rests,
        title=_cut(paper.title, start, end),
        abstract=_cut(paper.abstract, start - head - 1, end - head - 1),
        pages=_pages(paper, start, end),
        page=paper.page_at(start) if end > start else None,
        authors=_authors(paper),
        bibtex="".join(export_papers([paper], "bibtex")),
        links=_links(paper),
        kept=turns.note_of(paper, quote),
        similar=similar,
        more=more,
        asked=asked,
        told=told,
    )


def message(text: str) -> str:
    """A sentence in the evidence panel, where there is nothing else to show."""
    return html("message.html", text=text)


def paper_table(found: Found, rows: int, query: str, chosen: Sequence[str]) -> str:
    """The first ``rows`` of what was found, those ticked that are ``chosen``, then what is near in meaning."""
    return html(
        "papers.html", found=found, papers=found.heads[:rows], total=len(found.heads), query=query, chosen=chosen
    )


def chosen_bar(named: Sequence[tuple[str, str]]) -> str:
    """What can be done with the papers that are ticked, given by id and title."""
    return html("chosen.html", count=len(named), few=2 <= len(named) <= MOST_COMPARED)


def scope(named: Sequence[tuple[str, str]]) -> str:
    """That only these papers, given by id and title, are asked; nothing for none."""
    return html("scope.html", named=named)


def choices(models: Sequence[Choice], retrievers: Sequence[Choice]) -> str:
    """What can be chosen, and why the rest cannot."""
    return html("choices.html", models=models, retrievers=retrievers)


def html(name: str, **values: object) -> str:
    """A template with these values in it, each escaped."""
    return _TEMPLATES.get_template(name).render(**values)


def notebook(collection: str) -> str:
    """The frame of the notebook, which the browser fills with what it keeps."""
    return html("notebook.html", collection=collection)


def _taken(turn: Turn) -> dict[str, str]:
    """What a visitor takes along of a turn."""
    return {"copied": turns.plain_text(turn), "note": turns.note(turn)}


def _checked(answer: Answer | None) -> dict[str, object]:
    """The parts of an answer that a template cannot work out for itself."""
    if answer is None:
        return {}
    counts = Counter(claim.verdict for claim in answer.claims)
    found = answer_text.spans(answer)
    return {
        "spans": found,
        "groups": answer_text.groups(found),
        "citations": {citation.marker: citation for citation in answer.citations},
        "compared": {c.marker: c for c in answer.comparison.citations} if answer.comparison else {},
        "link": _link(answer.comparison) if answer.comparison else "",
        "steps": [(step, rows(step)) for step in answer.trace],
        "counts": [(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
    }


def _link(comparison: Comparison) -> str:
    """The query of an address that shows a comparison in its tab."""
    ids = [paper.paper_id for paper in comparison.papers]
    return links.to_comparison([*ids, *(name.name for name in comparison.mentioned), *comparison.unknown])


def _place(paper: Paper, quote: str, start: int) -> tuple[int, int]:
    """Start and end of the quoted sentence in the text of the paper; an empty range when it is not there.

    It is looked for when it does not begin at ``start``: a paper that was ingested anew may have moved it.
    """
    if not quote:
        return 0, 0
    if not paper.text.startswith(quote, start):
        start = paper.text.find(quote)
    return (start, start + len(quote)) if start >= 0 else (0, 0)


def _pages(paper: Paper, start: int, end: int) -> list[tuple[int, tuple[str, str, str]]]:
    """Number and text of each page that has any, cut at the quoted sentence."""
    return [
        (number, _cut(text, start - first, end - first))
        for number, (first, text) in enumerate(zip(paper.page_starts(), paper.pages, strict=True), start=1)
        if text
    ]


def _cut(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before, in and after ``text[start:end]``; the range may lie outside."""
    first, last = (min(max(place, 0), len(text)) for place in (start, end))
    return text[:first], text[first:last], text[last:]


def _authors(paper: Paper) -> str | None:
    count = paper.author_count or len(paper.authors)
    if not count:
        return None
    if not paper.authors:
        return "1 author" if count == 1 else f"{count} authors"
    names = ", ".join(paper.authors[:AUTHORS_SHOWN])
    rest = count - min(AUTHORS_SHOWN, len(paper.authors))
    return f"{names} and {rest} more" if rest > 0 else names


def _links(paper: Paper) -> list[tuple[str, str]]:
    doi = f"https://doi.org/{urllib.parse.quote(paper.doi, safe='/():;.')}" if paper.doi else None
    named = [("Paper", paper.url), ("DOI", doi)]
    named += [("Code", url) for url in paper.code_urls] + [("Project", url) for url in paper.project_urls]
    return [(name, address) for name, url in named if (address := web_url(url))]


def _dates(papers: Sequence[Head | Paper]) -> str | None:
    dates = sorted(paper.published for paper in papers if paper.published)
    if not dates:
        return None
    first, last = f"{dates[0]:%Y-%m}", f"{dates[-1]:%Y-%m}"
    return first if first == last else f"{first} to {last}"


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("ui.page"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["seconds"] = lambda milliseconds: f"{milliseconds / 1000:.2f} s"
_TEMPLATES.globals["words"] = VERDICT_WORDS
_TEMPLATES.globals["rows_shown"] = ROWS_SHOWN
_TEMPLATES.globals["answered_words"] = ANSWERED_WORDS
