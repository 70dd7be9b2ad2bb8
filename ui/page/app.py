"""The layout of the page, and which event calls which handler."""

from __future__ import annotations

from importlib import resources
from typing import Any

import gradio as gr

from evals.measuring import BUILT_IN
from rag.assistant import Assistant
from rag.errors import PapertrailError
from ui.page import checks, links, options, papers, render, results
from ui.page.chat import HINT, Chat, Parts
from ui.page.compare import Bench, Compare
from ui.page.evaluate import EXTRACTIVE, SETS, Evaluate, Measuring
from ui.page.map import Chart, Map, hint
from ui.page.options import OptionInputs
from ui.page.papers import Listing, Papers
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

SEND_ADDRESS = 'trigger("select", { search: location.search });'
"""Tells Python what the address of the page asks to be shown."""


def build(assistant: Assistant) -> gr.Blocks:
    """The page over one collection; :func:`ui.page.server.application` gives it its looks.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    page = gr.Blocks(title="Papertrail", analytics_enabled=False, fill_width=True)
    with page:
        head = _html(render.header(assistant.collection_name, assistant.papers()))
        address = _html(js_on_load=SEND_ADDRESS, elem_id="pt-address")
        keeper = _keeper(assistant.collection_name)
        with gr.Row(elem_id="pt-columns"):
            with gr.Column(elem_id="pt-main", min_width=0), gr.Tabs() as tabs:
                with _tab("ask"):
                    inputs = _option_inputs(assistant)
                    conversation = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-conversation")
                    live = _html(elem_id="pt-live")
                    question, send, stop, clear = _composer()
                with _tab(links.COMPARE):
                    bench = _bench()
                with _tab("verify"):
                    draft = _draft()
                with _tab("papers"):
                    listing = _listing()
                with _tab(links.MAP) as tab:
                    chart = _chart(tab)
                with _tab("evaluate"):
                    measuring = _measuring()
            with gr.Column(elem_id="pt-aside", min_width=0):
                evidence = _html(render.message(HINT), js_on_load=FORWARD_CLICKS, elem_id="pt-evidence")
        parts = Parts(question, send, stop, clear, conversation, live, evidence, keeper)
        chat = Chat(assistant, parts)
        _wire_chat(chat, parts, inputs)
        page.unload(chat.stop)
        _wire_list(page, Papers(assistant), listing)
        _wire_bench(page, Compare(assistant), bench, tabs, address)
        _wire_draft(page, Verify(assistant), draft)
        _wire_measuring(page, Evaluate(assistant), measuring)
        _wire_chart(Map(assistant), chart, inputs)
        for component in (conversation, bench.result, evidence):
            _wire_way(Map(assistant), chart, component, keeper, tabs)
        for component in (conversation, listing.table, bench.result, draft.result, chart.picture, chart.detail):
            component.select(chat.open, keeper, evidence, **AT_ONCE)
        _wire_load(page, assistant, head, inputs, chart)
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


def _listing() -> Listing:
    with gr.Row(elem_id="pt-find"):
        query = gr.Textbox(label="Find in titles, organisations, authors and dates", value="", scale=3, min_width=0)
        order = gr.Dropdown(list(papers.ORDERS), value=papers.ORDERS[0], label="Order", scale=1, min_width=0)
    table = _html(js_on_load=FORWARD_CLICKS, elem_id="pt-papers")
    return Listing(query, order, table, gr.Button("Show more", visible=False), gr.State(0))


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


def _wire_chat(chat: Chat, parts: Parts, inputs: OptionInputs) -> None:
    outputs = parts.all()
    asking = [parts.keeper, *inputs.settings()]
    gr.on(
        [parts.question.submit, parts.send.click, parts.conversation.example_select],
        chat.ask,
        [parts.question, *asking],
        outputs,
        concurrency_limit=None,
        **QUIET,
    )
    parts.conversation.retry(chat.again, asking, outputs, concurrency_limit=None, **QUIET)
    parts.stop.click(chat.stop, None, None, **AT_ONCE)
    parts.clear.click(chat.clear, None, outputs, **AT_ONCE)
    parts.keeper.select(chat.restore, None, outputs, trigger_mode="always_last", **AT_ONCE)


def _wire_list(page: gr.Blocks, listed: Papers, listing: Listing) -> None:
    outputs = [listing.table, listing.more, listing.rows]
    inputs = [listing.query, listing.order]
    page.load(listed.fresh, inputs, outputs, **AT_ONCE)
    changes = [listing.query.change, listing.order.change]
    gr.on(changes, listed.first, inputs, outputs, trigger_mode="always_last", **AT_ONCE)
    listing.more.click(listed.further, [*inputs, listing.rows], outputs, **AT_ONCE)


def _wire_bench(page: gr.Blocks, compare: Compare, bench: Bench, tabs: gr.Tabs, address: gr.HTML) -> None:
    inputs = [bench.query, bench.chosen]
    outputs = [bench.query, bench.picker, bench.compare, bench.chosen]
    page.load(compare.fresh, inputs, bench.picker, **AT_ONCE)
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


def _wire_load(page: gr.Blocks, assistant: Assistant, head: gr.HTML, inputs: OptionInputs, chart: Chart) -> None:
    def collection() -> tuple[Any, ...]:
        try:
            found = assistant.papers()
        except PapertrailError:  # the conversation and the list of papers say what is wrong
            return (gr.skip(),) * 6
        first, last, organisation = options.in_collection(found)
        return render.header(assistant.collection_name, found), first, last, organisation, first, last

    def available() -> tuple[Any, ...]:
        return options.available(assistant)

    settings = inputs.settings()
    years = [inputs.year_from, inputs.year_to, inputs.organisation, chart.year_from, chart.year_to]
    page.load(collection, None, [head, *years], **AT_ONCE)
    page.load(available, None, [inputs.model, inputs.retriever, inputs.notes], **AT_ONCE)
    gr.on([component.change for component in settings], options.summary, settings, inputs.frame, **AT_ONCE)
