"""The layout of the page: its components, and the scripts that hand what a visitor does to Python."""

from __future__ import annotations

from importlib import resources
from typing import Any

import gradio as gr

from evals.measuring import BUILT_IN
from rag.assistant import Assistant
from ui.page import checks, finder, links, options, render, results
from ui.page.compare import Bench
from ui.page.evaluate import EXTRACTIVE, SETS, Measuring
from ui.page.map import Chart, hint
from ui.page.options import OptionInputs
from ui.page.papers import Listing
from ui.page.servers import servers
from ui.page.shelf import ShelfParts, drop_zone
from ui.page.verify import CHECKER_ALONE, READ_FILES, Draft

__all__ = [
    "FORWARD_CITED",
    "FORWARD_CLICKS",
    "FORWARD_EDITS",
    "SEND_ADDRESS",
    "bench_part",
    "chart_part",
    "chips_part",
    "composer_part",
    "draft_part",
    "keeper_part",
    "listing_part",
    "measuring_part",
    "option_inputs_part",
    "part",
    "saver_part",
    "shelf_part",
    "tab_part",
]

FORWARD_CLICKS = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (!button) return;
  const { event: name, ...data } = button.dataset;
  if (["select", "retry", "example_select", "option_select", "delete"].includes(name)) trigger(name, data);
});
"""
"""Hands clicks on buttons with ``data-event`` to Python, with the rest of their data attributes."""

SEND_ADDRESS = """
trigger("select", { search: location.search });
const paper = new URLSearchParams(location.search).get("paper");
if (paper) new MutationObserver((_, waiting) => { // the conversation, when it comes, closes every source
  if (!document.querySelector("#pt-conversation :is(.pt-welcome, .pt-turn)")) return;
  waiting.disconnect();
  trigger("option_select", { paper });
}).observe(document, { subtree: true, childList: true });
document.addEventListener("papertrail:open", ({ detail }) => trigger("option_select", { paper: detail }));
"""
"""Tells Python what the address of the page asks to be shown, now and when Back or Forward change it."""

FORWARD_TICKS = """
element.addEventListener("change", ({ target }) => {
  if (target.dataset.tick === undefined) return;
  const named = (boxes) => [...element.querySelectorAll(boxes)].map((box) => box.dataset.tick);
  trigger("option_select", { shown: named("[data-tick]"), ticked: named("[data-tick]:checked") });
});
"""
"""Hands the boxes with ``data-tick`` to Python, all of them, so that none is lost when two are ticked at once."""

FORWARD_EDITS = """
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.closest("form[data-record]");
  if (form) trigger("edit", { paper: form.dataset.record, ...Object.fromEntries(new FormData(form)) });
});
"""
"""Hands the form of a record to Python."""

FORWARD_CITED = """
document.addEventListener("papertrail:cite", ({ detail }) => trigger("option_select", detail));
"""
"""Asks Python for papers by their ids, in the form that is wanted."""

SAVE = """
watch("value", () => {
  if (props.value) document.dispatchEvent(new CustomEvent("papertrail:save", { detail: props.value }));
});
"""
"""Has the browser save what Python hands it."""


def part(value: str = "", *, js_on_load: str | None = None, **values: Any) -> gr.HTML:
    """An element of our own HTML, without the looks of Gradio."""
    return gr.HTML(value, apply_default_css=False, js_on_load=js_on_load, **values)


def keeper_part(collection: str) -> gr.HTML:
    """The list of conversations that the browser keeps; see :class:`ui.page.chat.Parts`."""
    script = resources.files("ui.page").joinpath("conversations.js").read_text(encoding="utf-8")
    drawer = render.drawer(collection)
    return part(
        html_template=drawer,
        js_on_load=script,
        record="",
        left="",
        refused="",
        forgotten="",
        known="",
        elem_id="pt-keeper",
    )


def tab_part(name: str) -> gr.Tab:
    """A tab of ``ui.page.links.TABS``."""
    return gr.Tab(links.TABS[name], id=name)


def option_inputs_part(assistant: Assistant) -> OptionInputs:
    """What can be set beside a question."""
    model, retriever = assistant.settings.model, assistant.settings.retriever
    with gr.Accordion(options.LABEL, open=False, elem_id="pt-options") as frame:
        with gr.Row():
            first = gr.Dropdown([("any", 0)], value=0, label="From year")
            last = gr.Dropdown([("any", 0)], value=0, label="To year")
            organisation = gr.Dropdown([("any", "")], value="", label="Organisation")
        with gr.Row():
            # A model found before a reload is not among those that are configured, so any name may stand there.
            writes = gr.Dropdown([model], value=model, label="Who writes", allow_custom_value=True)
            doubts = gr.Dropdown(
                options.UNSUPPORTED, value=assistant.settings.unsupported, label="What nothing bears out is"
            )
            searches = gr.Dropdown([retriever], value=retriever, label="Who searches (advanced)")
        found = part(servers(), js_on_load=FORWARD_CLICKS, elem_id="pt-servers")
        return OptionInputs(writes, searches, first, last, organisation, doubts, found, part(), frame)


def composer_part() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
    """The box for a question, and the buttons that send it, stop the answer and begin anew."""
    with gr.Row(elem_id="pt-composer"):
        question = gr.Textbox(
            label="Question",
            value="",
            placeholder="Ask a question…",
            container=False,
            lines=1,  # so that Enter sends, and Shift and Enter begin a line
            max_lines=8,
            autofocus=True,
            elem_id="pt-question",
            min_width=0,
        )
        send = gr.Button("Ask", variant="primary", elem_id="pt-send", scale=0, min_width=0)
        stop = gr.Button("Stop", variant="stop", elem_id="pt-stop", scale=0, min_width=0, visible=False)
        return question, send, stop, gr.Button("New", elem_id="pt-clear", scale=0, min_width=0)


def chips_part() -> gr.HTML:
    """What is set beside the question, as chips; their script keeps it over a reload."""
    script = resources.files("ui.page").joinpath("chips.js").read_text(encoding="utf-8")
    return part(js_on_load=FORWARD_CLICKS + script, elem_id="pt-set")


def saver_part() -> gr.HTML:
    """What the browser is to save; outside of all tabs, as one that has not been opened yet hears nothing."""
    return part(html_template="", js_on_load=SAVE, elem_id="pt-saver")


def listing_part(scope: gr.HTML, export: gr.HTML) -> Listing:
    """The list of papers, with what is found and chosen in it."""
    label = "Find by title, author, venue, date or meaning"
    with gr.Row(elem_id="pt-find"):
        query = gr.Textbox(label=label, value="", scale=3, min_width=0, elem_id="pt-finder")
        year = gr.Dropdown([("any", 0)], value=0, label="Year", scale=1, min_width=0)
        venue = gr.Dropdown([("any", "")], value="", label="Venue", scale=1, min_width=0)
        order = gr.Dropdown(list(finder.ORDERS), value=finder.ORDERS[0], label="Order", scale=2, min_width=0)
    bar = part(js_on_load=FORWARD_CLICKS, elem_id="pt-chosen-bar")
    table = part(js_on_load=FORWARD_CLICKS + FORWARD_TICKS, elem_id="pt-papers")
    more = gr.Button("Show more", visible=False)
    return Listing(query, year, venue, order, table, more, gr.State(0), bar, scope, gr.State(()), export)


def shelf_part(collection: str) -> ShelfParts:
    """Where papers are added."""
    script = resources.files("ui.page").joinpath("shelf.js").read_text(encoding="utf-8")
    zone = part(drop_zone(collection, [collection]), js_on_load=script, elem_id="pt-shelf")
    return ShelfParts(zone, part(js_on_load=FORWARD_CLICKS, elem_id="pt-added"), gr.State(None))


def bench_part() -> Bench:
    """Where papers are compared."""
    query = gr.Textbox(
        label="Find papers to compare",
        value="",
        placeholder="Words of a title, a date…",
        elem_id="pt-pick",
    )
    picker = part(js_on_load=FORWARD_CLICKS, elem_id="pt-picker")
    with gr.Row(elem_classes="pt-buttons"):
        compare = gr.Button("Compare", variant="primary", scale=0, min_width=0, interactive=False)
    result = part(js_on_load=FORWARD_CLICKS, elem_id="pt-comparison")
    return Bench(query, picker, compare, result, gr.State(()))


def draft_part() -> Draft:
    """Where a draft is checked."""
    text = gr.Textbox(
        label="Your draft",
        value="",
        placeholder="Paste some paragraphs: plain text, Markdown or LaTeX, with their citations…",
        lines=6,
        max_lines=14,
        elem_id="pt-draft",
    )
    files = part(checks.attached([]), js_on_load=FORWARD_CLICKS + READ_FILES, elem_id="pt-files")
    judge = gr.Dropdown([(CHECKER_ALONE, "none")], value="none", label="Who checks", elem_id="pt-judge")
    with gr.Row(elem_classes="pt-buttons"):
        check = gr.Button("Check", variant="primary", scale=0, min_width=0)
        stop = gr.Button("Stop checking", scale=0, min_width=0, visible=False)
        example = gr.Button("Fill in an example", scale=0, min_width=0, visible=False)
    part(checks.note())
    result = part(js_on_load=FORWARD_CLICKS, elem_id="pt-checks")
    return Draft(text, files, judge, check, stop, example, result, gr.State(()))


def chart_part(tab: gr.Tab) -> Chart:
    """The map, with its controls folded."""
    with gr.Accordion("What is drawn, and the way to an answer", open=False, elem_id="pt-map-controls"):
        with gr.Row(elem_id="pt-scope"):
            topic, hint_of = "Draw papers about; empty: the newest", "A topic, then Enter…"
            about = gr.Textbox(label=topic, value="", placeholder=hint_of, max_lines=1, scale=3, min_width=0)
            first = gr.Dropdown([("any", 0)], value=0, label="From year", scale=1, min_width=0)
            last = gr.Dropdown([("any", 0)], value=0, label="To year", scale=1, min_width=0)
        with gr.Row(elem_id="pt-way"):
            label = "Light up the way to an answer"
            question = gr.Textbox(label=label, value="", placeholder="Ask a question…", max_lines=3, min_width=0)
            light = gr.Button("Light up", scale=0, min_width=0)
    picture = part(results.waiting("Drawing the map"), js_on_load=FORWARD_CLICKS, elem_id="pt-map")
    detail = part(hint(), js_on_load=FORWARD_CLICKS, elem_id="pt-map-detail")
    return Chart(tab, picture, question, light, detail, about, first, last, gr.State(()))


def measuring_part() -> Measuring:
    """Where answers are measured."""
    part(results.evaluate_note())
    with gr.Row():
        suite = gr.Dropdown(list(SETS), value=SETS[0], label="Question set", min_width=240)
        limit = gr.Slider(0, 250, value=0, step=10, label="Questions asked at most (0: all)", min_width=240)
    label = "Who searches; the first is measured, the others are set beside it"
    retrievers = gr.CheckboxGroup([], label=label, elem_id="pt-retrievers")
    with gr.Row():
        model = gr.Dropdown([EXTRACTIVE], value=EXTRACTIVE, label="Who writes the answers", min_width=240)
        judge = gr.Dropdown([BUILT_IN.name], value=BUILT_IN.name, label="Who judges their sentences", min_width=240)
    expected = part(elem_id="pt-forecast")
    with gr.Row(elem_classes="pt-buttons"):
        start = gr.Button("Measure", variant="primary", scale=0, min_width=0)
        stop = gr.Button("Stop measuring", scale=0, min_width=0, visible=False)
    result = part(elem_id="pt-evaluation")
    return Measuring(suite, retrievers, model, judge, expected, limit, start, stop, result)
