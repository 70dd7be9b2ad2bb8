"""What a message wants of the records, as the model judges it, and whether the records can say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from rag.understanding.conditions import Conditions
from rag.understanding.judging import ORDERS, Judgement, Tag
from rag.understanding.query import HELD, Condition, Form, Kind, Order, OrderBy, PaperMeant, RecordAsk, RecordField

__all__ = ["Wanted", "form_of", "held", "of_records", "unheld", "without_order"]

FIELD_SURE = 0.35
"""A field of the records, of which several may be asked for, counts from this probability on."""
UNORDERED = 0.65
"""Papers are wanted in an order unless the probability that they are not is so high."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a message wants, before its conditions; the fields are those of :class:`rag.understanding.query.Query`."""

    kind: Kind
    papers: tuple[PaperMeant, ...] = ()
    parts: tuple[str, ...] = ()
    asks: RecordAsk | None = None
    fields: tuple[RecordField, ...] = ()
    order: Order | None = None


def form_of(judged: Judgement) -> Form:
    """The most probable form."""
    return max(judged.forms, key=lambda form: judged.forms[form])


def of_records(judged: Judgement, wanted: Wanted) -> Wanted:
    """With what is asked of the records, at least one field, and the order."""
    asks = max(judged.asks, key=lambda ask: judged.asks[ask])
    ranked = sorted(judged.fields, key=lambda field: -judged.fields[field])
    fields = tuple(field for field in ranked if judged.fields[field] >= FIELD_SURE) or tuple(ranked[:1])
    order = _order(judged, asks, fields)
    if asks is RecordAsk.VALUE and order:
        asks = RecordAsk.ORDER
    elif asks is RecordAsk.VALUE and not wanted.papers and form_of(judged) is Form.COUNT:
        asks = RecordAsk.COUNT
    return dataclasses.replace(wanted, asks=asks, fields=fields, order=order)


def _order(judged: Judgement, asks: RecordAsk, fields: Sequence[RecordField]) -> Order | None:
    if judged.orders["none"] >= UNORDERED:
        return None
    said = max(ORDERS[1:], key=lambda order: judged.orders[order])
    if asks is RecordAsk.GROUPS:
        return Order(OrderBy.PAPERS, said != "fewest")
    if said in ("newest", "oldest"):
        return Order(OrderBy.DATE, said == "newest")
    by = OrderBy.COMMENTS if RecordField.COMMENTS in fields else OrderBy.AUTHOR_COUNT
    return Order(by, said == "most")


def without_order(wanted: Wanted, without: Collection[str]) -> Wanted:
    """The same in no order, where the order is among what is not to hold, told as :attr:`Order.words`."""
    if wanted.order is None or wanted.order.words not in without:
        return wanted
    asks = RecordAsk.PAPERS if wanted.asks is RecordAsk.ORDER else wanted.asks
    return dataclasses.replace(wanted, asks=asks, order=None)


def held(wanted: Wanted, judged: Judgement) -> Wanted:
    """Without a question to the records that these cannot answer where the papers' texts may."""
    if wanted.asks is RecordAsk.VALUE and wanted.papers and not set(wanted.fields) & HELD:
        return Wanted(Kind.PAPER, wanted.papers, wanted.parts)
    if wanted.asks in (RecordAsk.VALUE, RecordAsk.SAME) and not wanted.papers:
        if judged.of(Tag.PAPER):  # what it describes is no paper here, so the records cannot say it
            return Wanted(Kind.PAPER)
        return dataclasses.replace(wanted, asks=RecordAsk.PAPERS)
    return wanted


def unheld(
    judged: Judgement,
    conditions: Conditions,
    named: Sequence[PaperMeant],
    fields: Sequence[RecordField],
    without: Collection[str] = (),
) -> tuple[Condition, ...]:
    """People and organisations whose papers are wanted and that no record names, but those not to hold, ``without``."""
    people = (RecordField.AUTHORS, RecordField.ORGANISATION, RecordField.AFFILIATION)
    field = next((one for one in fields if one in people), RecordField.AUTHORS)
    taken = [*conditions.spans, *((one.start, one.end) for one in named)]
    clear = [
        one for one in judged.of(Tag.WHO) if not any(one.start < last and first < one.end for first, last in taken)
    ]
    found = (Condition(field, one.text, one.text, found=0) for one in clear)
    return tuple(one for one in found if one.told not in without)
