"""What the page does with the map: draws it when it is looked at, opens an entity, lights up the way to an answer."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.maps.atlas import CollectionMap
from rag.maps.trails import Relation, Trail, relations_of, trail_of
from rag.types import Paper
from ui.page import render, results
from ui.page.failures import told
from ui.page.typed import data, well_formed

__all__ = ["Chart", "Map", "hint"]

_HINT = "Choose an entity for the papers and sentences that name it, or ask a question to see the way to its evidence."


@dataclasses.dataclass(frozen=True)
class Chart:
    """The components of the tab."""

    tab: gr.Tab
    picture: gr.HTML
    question: gr.Textbox
    light: gr.Button
    detail: gr.HTML


class Map:
    """The events of the tab; each gives a sentence instead when something fails."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def drawn(self) -> str:
        """The map of the collection as it is now."""
        try:
            return _picture(self._assistant.map())
        except Exception as error:  # a defect must not leave the tab empty; the log has its traceback
            return results.failed(told(error))

    def entity(self, event: gr.EventData) -> str:
        """The papers of the entity that was chosen, and the sentences that join it with others."""
        try:
            return self._entity(str(data(event).get("entity", "")))
        except Exception as error:
            return results.failed(told(error))

    def trail(self, question: str, retriever: str) -> str:
        """The way from a question to the sentences of its answer, which the papers' own sentences make."""
        if not question.strip():
            return hint()
        try:
            answer = self._assistant.ask(well_formed(question), model="extractive", retriever=retriever)
            return _trail(trail_of(answer, self._assistant.knowledge()), answer.reason or "")
        except Exception as error:
            return results.failed(told(error))

    def _entity(self, key: str) -> str:
        knowledge = self._assistant.knowledge()
        number = knowledge.number_of(key)
        if number is None:  # its last paper has gone since the map was drawn
            return results.failed("No paper of the collection names this any more; open the tab again for a new map.")
        vertex = knowledge.vertex(number)
        papers = {paper.paper_id: paper for paper in map(self._assistant.paper, knowledge.papers_of(number))}
        relations = [_joined(relation, papers) for relation in relations_of(vertex.key, knowledge)]
        return render.html("map_entity.html", vertex=vertex, papers=list(papers.values()), relations=relations)


def hint() -> str:
    """What can be done on the map, where nothing is opened on it yet."""
    return render.html("note.html", text=_HINT)


def _picture(drawn: CollectionMap) -> str:
    return render.html("map.html", map=drawn, data=json.dumps(drawn.to_json(), separators=(",", ":")))


def _joined(relation: Relation, papers: dict[str, Paper]) -> dict[str, object]:
    """A hyperedge for the template: the others, and each sentence with its paper."""
    said = [(papers[paper_id], papers[paper_id].text[start:end]) for paper_id, start, end in relation.sentences]
    return {"names": relation.names, "order": relation.order, "sentences": said}


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
