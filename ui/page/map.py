"""What the page does with the map: draws the papers that were asked for, opens an entity, lights up a way on it."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.filters import PaperFilter
from rag.maps.atlas import MOST_PAPERS, CollectionMap
from rag.maps.trails import Relation, Trail, relations_of, trail_of
from rag.types import Citation, Paper
from rag.types.comparison import Comparison
from ui.page import links, render, results
from ui.page.failures import told
from ui.page.library import Events, Library
from ui.page.talks import ForgottenError, Talks, forgotten
from ui.page.turns import Turn
from ui.page.typed import data, well_formed

__all__ = ["Chart", "Map", "hint"]

_HINT = "Choose an entity for the papers and sentences that name it, or ask a question to see the way to its evidence."

_Ids = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Chart:
    """The components of the tab."""

    tab: gr.Tab
    picture: gr.HTML
    question: gr.Textbox
    light: gr.Button
    detail: gr.HTML
    about: gr.Textbox
    year_from: gr.Dropdown
    year_to: gr.Dropdown
    including: gr.State
    """Ids of papers that something led to, and that are drawn in any case."""

    def scope(self) -> list[gr.components.Component]:
        """The components whose values make a scope."""
        return [self.about, self.year_from, self.year_to, self.including]


@dataclasses.dataclass(frozen=True)
class _Scope:
    """Which papers are to be drawn."""

    about: str
    """A topic; empty for the newest papers."""
    year_from: int
    """0 for any."""
    year_to: int
    """0 for any."""
    including: _Ids

    def drawn(self, assistant: Assistant) -> CollectionMap:
        """The map of these papers as they are now."""
        filters = PaperFilter(
            date_from=datetime.date(self.year_from, 1, 1) if self.year_from else None,
            date_to=datetime.date(self.year_to, 12, 31) if self.year_to else None,
        )
        return assistant.map(well_formed(self.about).strip(), filters, self.including)

    def said(self, drawn: CollectionMap) -> str:
        """Which papers of the collection they are, in words."""
        if not drawn.total:
            return "No papers yet"
        count = f"{len(drawn.papers):,} of {drawn.total:,} papers"
        years = f"{self.year_from or ''}–{self.year_to or ''}" if self.year_from or self.year_to else ""
        of = f" of {self.year_from if self.year_from == self.year_to else years}" if years else ""
        if topic := well_formed(self.about).strip():
            return f"{count}{of}, the nearest to “{topic}”"
        if len(drawn.papers) == drawn.total:
            return "1 paper" if drawn.total == 1 else f"All {drawn.total:,} papers"
        return f"{count}{of}" + (", the newest" if len(drawn.papers) >= MOST_PAPERS else "")


@dataclasses.dataclass(frozen=True)
class _Lit:
    """What is shown on the map."""

    question: str
    citations: Sequence[Citation] = ()
    searched: str | None = None
    reason: str = ""
    """Why there is nothing to show."""
    paper: str = ""
    """Id of a paper to show by itself."""

    def papers(self) -> _Ids:
        """Ids of those that must be on the map."""
        cited = (citation.paper_id for citation in self.citations)
        return tuple(dict.fromkeys(paper for paper in (*cited, self.paper) if paper))


class Map(Events):
    """The events of the tab; each gives a sentence instead when something fails."""

    def __init__(self, library: Library, talks: Talks) -> None:
        super().__init__(library)
        self._talks = talks

    def drawn(self, *scope: Any) -> str:
        """The map as the collection is now."""
        try:
            return self._picture(_Scope(*scope))
        except Exception as error:  # a defect must not leave the tab empty; the log has its traceback
            return results.failed(told(error))

    def entity(self, event: gr.EventData, *scope: Any) -> str:
        """The papers of the entity that was chosen, and the sentences that join it with others."""
        try:
            return self._entity(str(data(event).get("entity", "")), _Scope(*scope))
        except Exception as error:
            return results.failed(told(error))

    def trail(self, question: str, retriever: str, *scope: Any) -> tuple[Any, str, Any]:
        """The way from a question to the sentences of its answer, which the papers' own sentences make.

        As outputs the picture, the detail, and the papers to include.
        """
        if not question.strip():
            return gr.skip(), hint(), gr.skip()
        try:
            answer = self._assistant.ask(well_formed(question), model="extractive", retriever=retriever)
            return self._lit(_Lit(question, answer.citations, answer.searched, answer.reason or ""), _Scope(*scope))
        except Exception as error:
            return gr.skip(), results.failed(told(error)), gr.skip()

    def shown(self, event: gr.EventData, request: gr.Request, shown: str, *scope: Any) -> tuple[Any, ...]:
        """The map with what an answer of the conversation, a comparison or an opened paper rests on.

        As outputs the tabs, then those of :meth:`trail`, then the keeper of the conversation.
        """
        tab = gr.Tabs(selected=links.MAP)
        try:
            sent = dict(data(event))
            turns = self._talks.of(request.session_hash, shown).turns if "turn" in sent else ()
            return tab, *self._lit(self._wanted(sent, turns), _Scope(*scope)), gr.skip()
        except ForgottenError:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), forgotten()
        except Exception as error:
            return tab, gr.skip(), results.failed(told(error)), gr.skip(), gr.skip()

    def _wanted(self, sent: dict[str, Any], turns: Sequence[Turn]) -> _Lit:
        if "turn" in sent:
            turn = turns[int(sent["turn"])]
            answer = turn.shown
            if answer is None:
                return _Lit(turn.question)
            return _Lit(turn.question, answer.citations, answer.searched, answer.reason or "")
        if "compared" in sent:
            comparison = self._assistant.compare(links.read(str(sent["compared"])).papers)
            return _Lit(" and ".join(paper.name for paper in comparison.papers), _told(comparison))
        return _Lit("", paper=str(sent.get("paper", "")))

    def _lit(self, lit: _Lit, scope: _Scope) -> tuple[Any, str, Any]:
        drawn = scope.drawn(self._assistant)
        missing = set(lit.papers()) - {paper.paper_id for paper in drawn.papers}
        if missing:
            scope = dataclasses.replace(scope, including=tuple(dict.fromkeys((*lit.papers(), *scope.including))))
            drawn = scope.drawn(self._assistant)
        if lit.paper:
            detail = _card(self._assistant.paper(lit.paper), drawn)
        else:
            detail = _trail(trail_of(lit.question, lit.citations, drawn.knowledge, lit.searched), lit.reason)
        return _picture(drawn, scope), detail, scope.including

    def _picture(self, scope: _Scope) -> str:
        return _picture(scope.drawn(self._assistant), scope)

    def _entity(self, key: str, scope: _Scope) -> str:
        knowledge = scope.drawn(self._assistant).knowledge
        number = knowledge.number_of(key)
        if number is None:  # its last paper has gone since the map was drawn
            return results.failed("No paper on the map names this any more; open the tab again for a new map.")
        vertex = knowledge.vertex(number)
        papers = {paper.paper_id: paper for paper in map(self._assistant.paper, knowledge.papers_of(number))}
        relations = [_joined(relation, papers) for relation in relations_of(vertex.key, knowledge)]
        return render.html("map_entity.html", vertex=vertex, papers=list(papers.values()), relations=relations)


def hint() -> str:
    """What can be done on the map, where nothing is opened on it yet."""
    return render.html("note.html", text=_HINT)


def _picture(drawn: CollectionMap, scope: _Scope) -> str:
    told = json.dumps(drawn.to_json(), separators=(",", ":"))
    return render.html("map.html", map=drawn, said=scope.said(drawn), data=told)


def _told(comparison: Comparison) -> list[Citation]:
    """The sentences that a comparison says in words, and one of each other paper: its table has too many to draw."""
    of_others = (claim for name in comparison.mentioned for claim in name.claims)
    claims = [*comparison.summary, *comparison.direct, *of_others]
    markers = {marker for claim in claims for marker in claim.markers}
    told = [citation for citation in comparison.citations if citation.marker in markers]
    for citation in comparison.citations:
        if all(citation.paper_id != other.paper_id for other in told):
            told.append(citation)
    return told


def _joined(relation: Relation, papers: dict[str, Paper]) -> dict[str, object]:
    """A hyperedge for the template: the others, and each sentence with its paper."""
    said = [(papers[paper_id], papers[paper_id].text[start:end]) for paper_id, start, end in relation.sentences]
    return {"names": relation.names, "order": relation.order, "sentences": said}


def _card(paper: Paper, drawn: CollectionMap) -> str:
    place = next((n for n, one in enumerate(drawn.papers) if one.paper_id == paper.paper_id), None)
    entities = [entity for entity in drawn.entities if place in entity.papers]
    lit = json.dumps({"vertices": [], "steps": [], "names": {}, "paper": paper.paper_id})
    return render.html("map_paper.html", paper=paper, entities=entities, data=lit)


def _trail(trail: Trail, reason: str) -> str:
    steps: list[dict[str, Any]] = [
        {
            "paper": step.citation.paper_id,
            "marker": step.citation.marker,
            "asked": step.asked,
            "by_paper": step.by_paper,
            "members": step.members,
        }
        for step in trail.steps
    ]
    lit = json.dumps({"vertices": trail.vertices, "steps": steps, "names": trail.names}, separators=(",", ":"))
    return render.html("map_trail.html", trail=trail, data=lit, reason=reason)
