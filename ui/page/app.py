"""The page: its parts in their places, and which event calls which handler."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.errors import PapertrailError
from ui.page import layout, links, options, render
from ui.page.chat import HINT, Chat, Parts
from ui.page.compare import Bench, Compare
from ui.page.evaluate import Evaluate, Measuring
from ui.page.library import Library
from ui.page.map import Chart, Map
from ui.page.options import OptionInputs
from ui.page.overview import Overview, closed
from ui.page.papers import Listing, Papers
from ui.page.servers import Servers
from ui.page.shelf import Shelf, ShelfParts
from ui.page.typed import data
from ui.page.verify import Draft, Verify

__all__ = ["build"]

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no overlay that greys the text out while it is written, and no entry in the page's HTTP API."""

AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}
"""For events that must not wait behind an answer."""


def build(library: Library) -> gr.Blocks:
    """The page over the collections of a home; :func:`ui.page.server.application` gives it its looks.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    assistant = library.assistant
    page = gr.Blocks(title="Papertrail", analytics_enabled=False, fill_width=True)
    with page:
        head = layout.part(render.header(assistant.collection_name, assistant.heads()))
        address = layout.part(js_on_load=layout.SEND_ADDRESS, elem_id="pt-address")
        keeper = layout.keeper_part(assistant.collection_name)
        export = layout.saver_part()
        frame = render.notebook(assistant.collection_name)
        notebook = layout.part(html_template=frame, js_on_load=layout.FORWARD_CITED, elem_id="pt-notebook")
        with gr.Row(elem_id="pt-columns"):
            with gr.Column(elem_id="pt-main", min_width=0), gr.Tabs() as tabs:
                with layout.tab_part("ask"):
                    inputs = layout.option_inputs_part(assistant)
                    conversation = layout.part(js_on_load=layout.FORWARD_CLICKS, elem_id="pt-conversation")
                    live = layout.part(elem_id="pt-live")
                    chips = layout.chips_part()
                    scope = layout.part(js_on_load=layout.FORWARD_CLICKS, elem_id="pt-asked")
                    question, send, stop, clear = layout.composer_part()
                with layout.tab_part(links.COMPARE):
                    bench = layout.bench_part()
                with layout.tab_part("verify"):
                    draft = layout.draft_part()
                with layout.tab_part("papers"):
                    shelf = layout.shelf_part(assistant.collection_name)
                    overview = layout.part(closed(), js_on_load=layout.FORWARD_CLICKS, elem_id="pt-overview")
                    listing = layout.listing_part(scope, export)
                with layout.tab_part(links.MAP) as tab:
                    chart = layout.chart_part(tab)
                with layout.tab_part("evaluate"):
                    measuring = layout.measuring_part()
            with gr.Column(elem_id="pt-aside", min_width=0):
                evidence = layout.part(
                    render.message(HINT), js_on_load=layout.FORWARD_CLICKS + layout.FORWARD_EDITS, elem_id="pt-evidence"
                )
        parts = Parts(question, send, stop, clear, conversation, live, evidence, keeper)
        chat = Chat(library, parts)
        listed, compare = Papers(library), Compare(library)
        _wire_chat(chat, parts, inputs, listing.chosen)
        _wire_limits(library, chat, parts, inputs, listed, listing)
        page.unload(chat.closed)
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
        atlas = Map(library, chat.talks)
        _wire_chart(atlas, chart, inputs)
        for component in (conversation, bench.result, evidence):
            _wire_way(atlas, chart, component, keeper, tabs)
        for component in (
            conversation,
            overview,
            listing.table,
            bench.result,
            draft.result,
            chart.picture,
            chart.detail,
            evidence,
        ):
            component.select(chat.open, keeper, [evidence, keeper], **AT_ONCE)
        evidence.retry(chat.open, keeper, [evidence, keeper], **AT_ONCE)
        address.option_select(chat.open, keeper, [evidence, keeper], **AT_ONCE)
        _wire_load(page, library, head, inputs, chart)
        _wire_set(library, inputs, chips)
        _wire_servers(Servers(library), inputs)
        shown = Overview(library)
        overview.retry(shown.shown, None, overview, **AT_ONCE)
        overview.example_select(shown.year, None, listing.year, **AT_ONCE)
    return page


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
    parts.keeper.upload(chat.remember, None, outputs, **AT_ONCE)
    parts.keeper.select(chat.restore, None, outputs, trigger_mode="always_last", **AT_ONCE)


def _wire_limits(
    library: Library, chat: Chat, parts: Parts, inputs: OptionInputs, listed: Papers, listing: Listing
) -> None:
    """What limited the papers of the last answer: taken back there, its question is asked again."""
    settings, shown = inputs.settings(), listing.chosen_shown()

    def taken_back(event: gr.EventData) -> list[Any]:
        name = str(data(event).get("name", ""))
        chosen = listed.shown(()) if name == "papers" else (gr.skip(),) * len(shown)
        return [*options.without(library.assistant, name), *chosen]

    taken = parts.conversation.delete(taken_back, None, [*settings, *shown], **AT_ONCE)
    asking = [parts.keeper, *settings, listing.chosen]
    taken.then(chat.again, asking, parts.all(), concurrency_limit=None, **QUIET)


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
    # one after another, and each of them: two quick ticks are two
    listing.table.option_select(listed.tick, chosen, shown, trigger_mode="multiple", concurrency_limit=1, **QUIET)
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
    outputs = [tabs, parts.picture, parts.detail, parts.including, keeper]
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


def _wire_servers(servers: Servers, inputs: OptionInputs) -> None:
    outputs = [inputs.servers, inputs.model]
    inputs.servers.retry(servers.look, None, outputs, concurrency_limit=None, **QUIET)
    inputs.servers.option_select(servers.use, None, outputs, concurrency_limit=None, **QUIET)


def _wire_set(library: Library, inputs: OptionInputs, chips: gr.HTML) -> None:
    """What is set beside the question, as chips that take it back, kept by the browser over a reload."""
    settings = inputs.settings()

    def shown(*values: Any) -> str:
        return options.chips(library.assistant, *values)

    def taken_back(event: gr.EventData) -> list[Any]:
        return options.without(library.assistant, str(data(event).get("name", "")))

    def restored(event: gr.EventData) -> list[Any]:
        return options.restored(library.assistant, data(event))

    changes = [component.change for component in settings]
    gr.on(changes, shown, settings, chips, trigger_mode="always_last", **AT_ONCE)
    chips.delete(taken_back, None, settings, **AT_ONCE)
    chips.select(restored, None, settings, **AT_ONCE)
