"""The layout of the page, and which event calls which handler."""

from __future__ import annotations

from importlib import resources
from typing import Any

import gradio as gr

from evals.measuring import BUILT_IN
from rag.assistant import Assistant
from rag.errors import PapertrailError
from ui.page import checks, finder, links, options, render, results
from ui.page.chat import HINT, Chat, Parts
from ui.page.compare import Bench, Compare
from ui.page.evaluate import EXTRACTIVE, SETS, Evaluate, Measuring
from ui.page.library import Library
from ui.page.map import Chart, Map, hint
from ui.page.options import OptionInputs
from ui.page.papers import Listing, Papers
from ui.page.shelf import Shelf, ShelfParts, drop_zone
from ui.page.verify import CHECKER_ALONE, READ_FILES, Draft, Verify

__all__ = ["build"]

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no overlay that greys the text out while it is written, and no entry in the page's HTTP API."""

AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}
"""For events that must not wait behind an answer."""

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


def build(library: Library) -> gr.Blocks:
    """The page over the collections of a home; :func:`ui.page.server.application` gives it its looks.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    assistant = library.assistant
    page = gr.Blocks(title="Papertrail", analytics_enabled=False, fill_width=True)
    with page:
        head = _html(render.header(assistant.collection_name, assistant.heads()))
        address = _html(js_on_load=SEND_ADDRESS, elem_id="pt-address")
        keeper = _keeper(assistant.collection_name)
        frame = render.notebook(assistant.collection_name)
        notebook = _html(html_template=frame, js_on_load=FORWARD_CITED, elem_id="pt-notebook")
        with gr.Row(elem_id="pt-columns"):
            with gr.Column(elem_id="pt-main", min_width=0), gr.Tabs() as tabs:
                with _tab("ask"):
                    inputs = _option_inputs(assistant)
                    conversation = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-conversation")
                    live = _html(elem_id="pt-live")
                    scope = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-asked")
                    question, send, stop, clear = _composer()
                with _tab(links.COMPARE):
                    bench = _bench()
                with _tab("verify"):
                    draft = _draft()
                with _tab("papers"):
                    shelf = _shelf(assistant.collection_name)
                    listing = _listing(scope)
                with _tab(links.MAP) as tab:
                    chart = _chart(tab)
                with _tab("evaluate"):
                    measuring = _measuring()
            with gr.Column(elem_id="pt-aside", min_width=0):
                evidence = _html(render.message(HINT), js_on_load=FORWARD_CLICKS + FORWARD_EDITS, elem_id="pt-evidence")
        parts = Parts(question, send, stop, clear, conversation, live, evidence, keeper)
        chat = Chat(library, parts)
        _wire_chat(chat, parts, inputs, listing.chosen)
        page.unload(chat.stop)
        listed, compare = Papers(library), Compare(library)
        _wire_list(page, listed, listing)
        _wire_chosen(listed, listing, compare, bench, tabs)
        notebook.option_select(listed.cited, None, listing.export, **AT_ONCE)
        evidence.example_select(listed.only, None, [tabs, *listing.chosen_shown()], **AT_ONCE)
        shelves = Shelf(library)
        _wire_shelf(page, shelves, shelf, listed, listing, head)
        _wire_record(shelves, chat, evidence, shelf, listed, listing, head)
        _wire_bench(page, compare, bench, tabs, address)
        _wire_draft(page, Verify(library), draft)
        _wire_measuring(page, Evaluate(library), measuring)
        _wire_chart(Map(library), chart, inputs)
        for component in (conversation, bench.result, evidence):
            _wire_way(Map(library), chart, component, keeper, tabs)
        for component in (conversation, listing.table, bench.result, draft.result, chart.picture, chart.detail):
            component.select(chat.open, keeper, evidence, **AT_ONCE)
        evidence.select(chat.open, keeper, evidence, **AT_ONCE)
        evidence.retry(chat.open, keeper, evidence, **AT_ONCE)
        address.option_select(chat.open, keeper, evidence, **AT_ONCE)
        _wire_load(page, library, head, inputs, chart)
    return page


def _html(value: str = "", *, js_on_load: str | None = None, **values: Any) -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, js_on_load=js_on_load, **values)


def _keeper(collection: str) -> gr.HTML:
    script = resources.files("ui.page").joinpath("conversations.js").read_text(encoding="utf-8")
    drawer = render.drawer(collection)
    return _html(html_template=drawer, js_on_load=script, left="", refused="", elem_id="pt-keeper")


def _tab(name: str) -> gr.Tab:
    return gr.Tab(links.TABS[name], id=name)


def _option_inputs(assistant: Assistant) -> OptionInputs:
    model, retriever = assistant.settings.model, assistant.settings.retriever
    with gr.Accordion(options.LABEL, open=False, elem_id="pt-options") as frame:
        with gr.Row():
            writes = gr.Dropdown([model], value=model, label="Who writes")
            searches = gr.Dropdown([retriever], value=retriever, label="Who searches")
            doubts = gr.Dropdown(
                options.UNSUPPORTED, value=assistant.settings.unsupported, label="What nothing bears out is"
            )
        with gr.Row():
            first = gr.Dropdown([("any", 0)], value=0, label="From year")
            last = gr.Dropdown([("any", 0)], value=0, label="To year")
            organisation = gr.Dropdown([("any", "")], value="", label="Organisation")
        return OptionInputs(writes, searches, first, last, organisation, doubts, _html(), frame)


def _composer() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
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


def _listing(scope: gr.HTML) -> Listing:
    label = "Find by title, author, venue, date or meaning"
    with gr.Row(elem_id="pt-find"):
        query = gr.Textbox(label=label, value="", scale=3, min_width=0, elem_id="pt-finder")
        year = gr.Dropdown([("any", 0)], value=0, label="Year", scale=1, min_width=0)
        venue = gr.Dropdown([("any", "")], value="", label="Venue", scale=1, min_width=0)
        order = gr.Dropdown(list(finder.ORDERS), value=finder.ORDERS[0], label="Order", scale=2, min_width=0)
    bar = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-chosen-bar")
    table = _html(js_on_load=FORWARD_CLICKS + FORWARD_TICKS, elem_id="pt-papers")
    more = gr.Button("Show more", visible=False)
    export = _html(html_template="", js_on_load=SAVE)
    return Listing(query, year, venue, order, table, more, gr.State(0), bar, scope, gr.State(()), export)


def _shelf(collection: str) -> ShelfParts:
    script = resources.files("ui.page").joinpath("shelf.js").read_text(encoding="utf-8")
    zone = _html(drop_zone(collection, [collection]), js_on_load=script, elem_id="pt-shelf")
    return ShelfParts(zone, _html(js_on_load=FORWARD_CLICKS, elem_id="pt-added"), gr.State(None))


def _bench() -> Bench:
    query = gr.Textbox(
        label="Find papers to compare",
        value="",
        placeholder="Words of a title, a date…",
        elem_id="pt-pick",
    )
    picker = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-picker")
    with gr.Row(elem_classes="pt-buttons"):
        compare = gr.Button("Compare", variant="primary", scale=0, min_width=0, interactive=False)
    result = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-comparison")
    return Bench(query, picker, compare, result, gr.State(()))


def _draft() -> Draft:
    text = gr.Textbox(
        label="Your draft",
        value="",
        placeholder="Paste some paragraphs: plain text, Markdown or LaTeX, with their citations…",
        lines=6,
        max_lines=14,
        elem_id="pt-draft",
    )
    files = _html(checks.attached([]), js_on_load=FORWARD_CLICKS + READ_FILES, elem_id="pt-files")
    judge = gr.Dropdown([(CHECKER_ALONE, "none")], value="none", label="Who checks", elem_id="pt-judge")
    with gr.Row(elem_classes="pt-buttons"):
        check = gr.Button("Check", variant="primary", scale=0, min_width=0)
        stop = gr.Button("Stop checking", scale=0, min_width=0, visible=False)
        example = gr.Button("Fill in an example", scale=0, min_width=0, visible=False)
    _html(checks.note())
    result = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-checks")
    return Draft(text, files, judge, check, stop, example, result, gr.State(()))


def _chart(tab: gr.Tab) -> Chart:
    with gr.Row(elem_id="pt-scope"):
        topic = "Draw papers about; empty: the newest"
        about = gr.Textbox(label=topic, value="", placeholder="A topic, then Enter…", max_lines=1, scale=3, min_width=0)
        first = gr.Dropdown([("any", 0)], value=0, label="From year", scale=1, min_width=0)
        last = gr.Dropdown([("any", 0)], value=0, label="To year", scale=1, min_width=0)
    with gr.Row(elem_id="pt-way"):
        label = "Light up the way to an answer"
        question = gr.Textbox(label=label, value="", placeholder="Ask a question…", max_lines=3, min_width=0)
        light = gr.Button("Light up", scale=0, min_width=0)
    picture = _html(results.waiting("Drawing the map"), js_on_load=FORWARD_CLICKS, elem_id="pt-map")
    detail = _html(hint(), js_on_load=FORWARD_CLICKS, elem_id="pt-map-detail")
    return Chart(tab, picture, question, light, detail, about, first, last, gr.State(()))


def _measuring() -> Measuring:
    _html(results.evaluate_note())
    with gr.Row():
        suite = gr.Dropdown(list(SETS), value=SETS[0], label="Question set", min_width=240)
        limit = gr.Slider(0, 250, value=0, step=10, label="Questions asked at most (0: all)", min_width=240)
    label = "Who searches; the first is measured, the others are set beside it"
    retrievers = gr.CheckboxGroup([], label=label, elem_id="pt-retrievers")
    with gr.Row():
        model = gr.Dropdown([EXTRACTIVE], value=EXTRACTIVE, label="Who writes the answers", min_width=240)
        judge = gr.Dropdown([BUILT_IN.name], value=BUILT_IN.name, label="Who judges their sentences", min_width=240)
    expected = _html(elem_id="pt-forecast")
    with gr.Row(elem_classes="pt-buttons"):
        start = gr.Button("Measure", variant="primary", scale=0, min_width=0)
        stop = gr.Button("Stop measuring", scale=0, min_width=0, visible=False)
    result = _html(elem_id="pt-evaluation")
    return Measuring(suite, retrievers, model, judge, expected, limit, start, stop, result)


def _wire_chat(chat: Chat, parts: Parts, inputs: OptionInputs, chosen: gr.State) -> None:
    outputs = parts.all()
    asking = [parts.keeper, *inputs.settings(), chosen]
    gr.on(
        [parts.question.submit, parts.send.click, parts.conversation.example_select],
        chat.ask,
        [parts.question, *asking],
        outputs,
        trigger_mode="multiple",  # else a question is lost while a stopped answer is still being checked; see Chat.ask
        concurrency_limit=None,
        **QUIET,
    )
    parts.conversation.retry(chat.again, asking, outputs, concurrency_limit=None, **QUIET)
    parts.stop.click(chat.stop, None, None, **AT_ONCE)
    parts.clear.click(chat.clear, None, outputs, **AT_ONCE)
    parts.keeper.select(chat.restore, None, outputs, trigger_mode="always_last", **AT_ONCE)


def _wire_list(page: gr.Blocks, listed: Papers, listing: Listing) -> None:
    outputs = listing.listed()
    inputs = [*listing.wanted(), listing.chosen]
    page.load(listed.fresh, inputs, [listing.year, listing.venue, *outputs], **AT_ONCE)
    changes = [component.change for component in (listing.query, listing.year, listing.venue, listing.order)]
    gr.on(changes, listed.first, inputs, outputs, trigger_mode="always_last", **AT_ONCE)
    listing.more.click(listed.further, [*inputs, listing.rows], outputs, **AT_ONCE)


def _wire_chosen(listed: Papers, listing: Listing, compare: Compare, bench: Bench, tabs: gr.Tabs) -> None:
    """What is ticked in the list, in the bar above it and beside the question."""
    shown, chosen = listing.chosen_shown(), listing.chosen
    again = [listed.first, [*listing.wanted(), chosen], listing.listed()]
    listing.table.option_select(listed.tick, chosen, shown, trigger_mode="always_last", **AT_ONCE)
    for component in (listing.scope.delete, listing.bar.select):
        component(listed.drop, chosen, shown, **AT_ONCE).then(*again, **AT_ONCE)
    listing.bar.example_select(lambda: gr.Tabs(selected="ask"), None, tabs, **AT_ONCE)
    listing.bar.option_select(listed.export, chosen, listing.export, **AT_ONCE)
    outputs = [tabs, bench.query, bench.picker, bench.compare, bench.chosen, bench.result]
    listing.bar.retry(compare.ticked, chosen, outputs, concurrency_limit=None, **QUIET)


def _wire_shelf(
    page: gr.Blocks, shelf: Shelf, parts: ShelfParts, listed: Papers, listing: Listing, head: gr.HTML
) -> None:
    changed = [parts.report, parts.undo]
    page.load(shelf.collections, None, parts.zone, **AT_ONCE)
    for event in (
        parts.zone.upload(shelf.add, None, changed, concurrency_limit=1, **QUIET),
        listing.bar.delete(shelf.remove, listing.chosen, changed, **AT_ONCE),
        parts.report.delete(shelf.undo, parts.undo, changed, **AT_ONCE),
    ):
        kept = event.then(listed.shown, listing.chosen, listing.chosen_shown(), **AT_ONCE)
        inputs = [*listing.wanted(), listing.chosen]
        kept.then(listed.fresh, inputs, [listing.year, listing.venue, *listing.listed()], **AT_ONCE)
        kept.then(listed.head, None, head, **AT_ONCE)


def _wire_record(
    shelf: Shelf, chat: Chat, evidence: gr.HTML, parts: ShelfParts, listed: Papers, listing: Listing, head: gr.HTML
) -> None:
    """The form of a record in the panel that shows the paper."""

    async def edit(event: gr.EventData) -> tuple[Any, ...]:
        told, paper_id, report, undo = await shelf.edit(event)
        return chat.source(paper_id, "", told=told), report, undo

    changed = evidence.edit(edit, None, [evidence, parts.report, parts.undo], **AT_ONCE)
    changed.then(listed.first, [*listing.wanted(), listing.chosen], listing.listed(), **AT_ONCE)
    changed.then(listed.head, None, head, **AT_ONCE)


def _wire_bench(page: gr.Blocks, compare: Compare, bench: Bench, tabs: gr.Tabs, address: gr.HTML) -> None:
    inputs = [bench.query, bench.chosen]
    outputs = [bench.query, bench.picker, bench.compare, bench.chosen]
    page.load(compare.found, inputs, bench.picker, **AT_ONCE)
    bench.query.change(compare.found, inputs, bench.picker, trigger_mode="always_last", **AT_ONCE)
    bench.query.submit(compare.first, inputs, outputs, **AT_ONCE)
    bench.picker.option_select(compare.pick, inputs, outputs, **AT_ONCE)
    bench.picker.delete(compare.drop, inputs, outputs, **AT_ONCE)
    bench.compare.click(compare.compare, bench.chosen, [bench.compare, bench.result], concurrency_limit=None, **QUIET)
    address.select(compare.linked, None, [tabs, *outputs, bench.result], concurrency_limit=None, **QUIET)


def _wire_draft(page: gr.Blocks, verify: Verify, draft: Draft) -> None:
    gr.on(
        [draft.check.click, draft.text.submit],
        verify.check,
        [draft.text, draft.judge, draft.bibliographies],
        [draft.check, draft.stop, draft.result],
        concurrency_limit=None,
        **QUIET,
    )
    draft.stop.click(verify.stop, None, None, **AT_ONCE)
    kept = [draft.files, draft.bibliographies]
    draft.files.upload(verify.opened, [draft.text, draft.bibliographies], [draft.text, *kept], **AT_ONCE)
    draft.files.delete(verify.drop, draft.bibliographies, kept, **AT_ONCE)
    draft.example.click(verify.example, None, draft.text, **AT_ONCE)
    page.load(verify.offered, None, draft.example, **AT_ONCE)
    page.load(verify.judges, None, draft.judge, **AT_ONCE)


def _wire_measuring(page: gr.Blocks, evaluate: Evaluate, parts: Measuring) -> None:
    page.load(evaluate.offered, None, parts.retrievers, **AT_ONCE)
    page.load(evaluate.models, None, [parts.model, parts.judge], **AT_ONCE)
    changed = [component.change for component in (parts.suite, parts.retrievers, parts.limit, parts.model, parts.judge)]
    gr.on(changed, evaluate.expected, parts.plan(), parts.forecast, trigger_mode="always_last", **AT_ONCE)
    parts.start.click(
        evaluate.run,
        parts.plan(),
        [parts.start, parts.stop, parts.result],
        concurrency_limit=None,
        **QUIET,
    )
    parts.stop.click(evaluate.stop, None, None, **AT_ONCE)


def _wire_chart(chart: Map, parts: Chart, inputs: OptionInputs) -> None:
    scope = parts.scope()
    wanted = [parts.tab.select, parts.about.submit, parts.year_from.input, parts.year_to.input]
    gr.on(wanted, chart.drawn, scope, parts.picture, trigger_mode="always_last", concurrency_limit=None, **QUIET)
    parts.picture.option_select(chart.entity, scope, parts.detail, **AT_ONCE)
    gr.on(
        [parts.light.click, parts.question.submit],
        chart.trail,
        [parts.question, inputs.retriever, *scope],
        [parts.picture, parts.detail, parts.including],
        concurrency_limit=None,
        **QUIET,
    )


def _wire_way(chart: Map, parts: Chart, component: gr.HTML, keeper: gr.HTML, tabs: gr.Tabs) -> None:
    outputs = [tabs, parts.picture, parts.detail, parts.including]
    component.option_select(chart.shown, [keeper, *parts.scope()], outputs, concurrency_limit=None, **QUIET)


def _wire_load(page: gr.Blocks, library: Library, head: gr.HTML, inputs: OptionInputs, chart: Chart) -> None:
    def collection() -> tuple[Any, ...]:
        try:
            assistant = library.assistant
            found = assistant.heads()
        except PapertrailError:  # the conversation and the list of papers say what is wrong
            return (gr.skip(),) * 6
        first, last, organisation = options.in_collection(found)
        return render.header(assistant.collection_name, found), first, last, organisation, first, last

    def available() -> tuple[Any, ...]:
        return options.available(library.assistant)

    settings = inputs.settings()
    years = [inputs.year_from, inputs.year_to, inputs.organisation, chart.year_from, chart.year_to]
    page.load(collection, None, [head, *years], **AT_ONCE)
    page.load(available, None, [inputs.model, inputs.retriever, inputs.notes], **AT_ONCE)
    gr.on([component.change for component in settings], options.summary, settings, inputs.frame, **AT_ONCE)
