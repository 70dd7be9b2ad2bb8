"""What can be set beside a question: who writes, who searches, and which papers count."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from rag.assistant import Assistant, Choice
from rag.errors import PapertrailError
from rag.filters import PaperFilter
from rag.index import Head
from ui.page import render

__all__ = [
    "LABEL",
    "UNSUPPORTED",
    "OptionInputs",
    "Options",
    "available",
    "chips",
    "in_collection",
    "named",
    "restored",
    "summary",
    "without",
]

LABEL = "Model, search and filters"

UNSUPPORTED = [("marked", "mark"), ("rewritten once", "rewrite"), ("left out", "drop")]
"""What may become of a model's sentences that nothing bears out, as it is shown and as it is called."""

_SAID = {
    "model": "writer: {}",
    "retriever": "searched by {}",
    "year_from": "from {}",
    "year_to": "to {}",
    "organisation": "{}",
    "unsupported": "what nothing bears out is {}",
}
_SET = tuple(_SAID)
"""What can be set, in the order of the fields of :class:`Options`, and what its chip says."""
_LIMITS = ("year_from", "year_to", "organisation")
"""Those that limit the papers."""

Update = dict[str, Any]
"""New properties of one component."""


@dataclasses.dataclass(frozen=True)
class OptionInputs:
    """The components; those that set something come first, in the order of the fields of :class:`Options`."""

    model: gr.Dropdown
    retriever: gr.Dropdown
    year_from: gr.Dropdown
    year_to: gr.Dropdown
    organisation: gr.Dropdown
    unsupported: gr.Dropdown
    servers: gr.HTML
    """The models of the servers that were found."""
    notes: gr.HTML
    """What each model and retriever is, or why it cannot be had."""
    frame: gr.Accordion
    """What holds them all; says in its label what is set."""

    def settings(self) -> list[gr.Dropdown]:
        """The components whose values make an :class:`Options`."""
        return [self.model, self.retriever, self.year_from, self.year_to, self.organisation, self.unsupported]


@dataclasses.dataclass(frozen=True)
class Options:
    """What was set when a question was asked."""

    model: str
    retriever: str
    year_from: int
    """0 for any."""
    year_to: int
    """0 for any."""
    organisation: str
    """Empty for any."""
    unsupported: str = "mark"
    """What becomes of sentences of a model that nothing bears out."""
    papers: tuple[str, ...] = ()
    """Ids of the only papers that are asked; none for all."""

    def limits(self) -> tuple[tuple[str, str], ...]:
        """What of it limits the papers: the name of each field, and what its chip says."""
        count = len(self.papers)
        chosen = [("papers", f"only {count} chosen paper{'' if count == 1 else 's'}")] if count else []
        set_here = [(name, _SAID[name].format(value)) for name in _LIMITS if (value := getattr(self, name))]
        return (*chosen, *set_here)

    def filters(self) -> PaperFilter:
        """The same as a filter on papers."""
        return PaperFilter(
            ids=frozenset(self.papers) or None,
            date_from=datetime.date(self.year_from, 1, 1) if self.year_from else None,
            date_to=datetime.date(self.year_to, 12, 31) if self.year_to else None,
            organisation=self.organisation or None,
        )


def available(assistant: Assistant) -> tuple[Update, Update, str]:
    """Choices of models and of retrievers as they are now, and notes on each; may wait for model servers."""
    try:
        models, retrievers = assistant.models(), assistant.retrievers()
    except PapertrailError as error:
        return gr.skip(), gr.skip(), render.message(render.sentence(error))
    return gr.update(choices=named(models)), gr.update(choices=named(retrievers)), render.choices(models, retrievers)


def in_collection(papers: Sequence[Head]) -> tuple[Update, Update, Update]:
    """Choices of the first year, the last year and the organisation that occur among ``papers``."""
    years = sorted({paper.published.year for paper in papers if paper.published}, reverse=True)
    names = sorted({paper.organisation for paper in papers if paper.organisation}, key=str.casefold)
    dated = gr.update(choices=[("any", 0), *((str(year), year) for year in years)])
    return dated, dated, gr.update(choices=[("any", ""), *((name, name) for name in names)])


def summary(*values: Any) -> Update:
    """The label of the closed frame: what is set, so that a filter is not forgotten."""
    chosen = Options(*values)
    years = f"{chosen.year_from or ''}–{chosen.year_to or ''}" if chosen.year_from or chosen.year_to else ""
    way = next((name for name, value in UNSUPPORTED if value == chosen.unsupported and value != "mark"), "")
    told = [chosen.model, chosen.retriever, years, chosen.organisation, way]
    return gr.update(label=f"{LABEL}: {', '.join(filter(None, told))}")


def chips(assistant: Assistant, *values: Any) -> str:
    """What is set otherwise than at first, each to be taken back; the browser keeps it over a reload."""
    now, first = dataclasses.asdict(Options(*values)), dataclasses.asdict(_defaults(assistant))
    differs = {name: value for name, value in now.items() if value != first[name]}
    words = {value: word for word, value in UNSUPPORTED}
    told = [(name, _SAID[name].format(words.get(str(value), value))) for name, value in differs.items()]
    return render.html("set.html", chips=told, kept=json.dumps(differs))


def without(assistant: Assistant, name: str) -> list[Any]:
    """New values of the components, of which the one called ``name`` is as at first."""
    first = dataclasses.asdict(_defaults(assistant))
    return [first[field] if field == name else gr.skip() for field in _SET]


def restored(assistant: Assistant, kept: Mapping[str, Any]) -> list[Any]:
    """New values of the components as a browser has kept them; what cannot be chosen any more stays as it is."""
    first, last, organisation = in_collection(assistant.heads())
    offered: dict[str, Sequence[tuple[str, Any]]] = {
        "model": named(assistant.models(look=True)) if "model" in kept else [],
        "retriever": named(assistant.retrievers()),
        "year_from": first["choices"],
        "year_to": last["choices"],
        "organisation": organisation["choices"],
        "unsupported": UNSUPPORTED,
    }

    def update(name: str) -> Any:
        known = [value for _, value in offered[name]]
        fits = name in kept and kept[name] in known
        return gr.update(value=kept[name], choices=offered[name]) if fits else gr.skip()

    return [update(name) for name in _SET]


def _defaults(assistant: Assistant) -> Options:
    settings = assistant.settings
    return Options(settings.model, settings.retriever, 0, 0, "", settings.unsupported)


def named(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    """All choices under their names; one that cannot be had stays, for its reason is told when it is tried."""
    return [(choice.name if choice.available else f"{choice.name} (not available)", choice.name) for choice in choices]
