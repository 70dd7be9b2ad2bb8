"""Messages read by a language model, through the real clients, against a collection; models here are scripted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from rag.errors import ModelError, ModelTimeoutError
from rag.index import Collection
from rag.models.budget import estimate_tokens
from rag.models.metering import Call, Meter
from rag.models.spending import Spending
from rag.retrieval.retrievers import retriever_for
from rag.settings import READ_FIELDS, Settings
from rag.trace import Tracer
from rag.types import Answer, Citation, Usage, Verdict
from rag.understanding.judging import Tag
from rag.understanding.message_reader import RULES, MessageReader
from rag.understanding.query import Flag, Form, How, Kind, Query, RecordAsk, RecordField
from rag.understanding.reader import read
from tests.servers import OllamaServer, OpenAIServer, Reply, Stall

SERVERS = {"ollama": (OllamaServer, "/api/chat"), "openai": (OpenAIServer, "/v1/chat/completions")}


class Asked:
    """A scripted model that reads messages to the collection."""

    def __init__(self, kind: str, server: OllamaServer | OpenAIServer, collection: Collection) -> None:
        self.kind, self.server, self.collection = kind, server, collection

    def settings(self, **more: Any) -> Settings:
        address = {"ollama_host" if self.kind == "ollama" else "openai_base_url": self.server.url}
        return Settings(home=self.collection.embedder.home, retries=0, **address, **more)  # type: ignore[attr-defined]

    def script(self, *replies: str | Reply | dict[str, Any]) -> None:
        said = (json.dumps(one) if isinstance(one, dict) else one for one in replies)
        ready = (Reply([one], usage=(400, 60)) if isinstance(one, str) else one for one in said)
        self.server.script(SERVERS[self.kind][1], *ready)

    def reader(self, **more: Any) -> MessageReader:
        return MessageReader(f"{self.kind}/m", self.settings(**more))

    def __call__(
        self, message: str, *replies: str | Reply | dict[str, Any], history: tuple[Answer, ...] = (), **more: Any
    ) -> Query:
        self.script(*replies)
        said = self.reader(**more).read(message, history, self.collection)
        find, home = retriever_for("hybrid"), self.settings().home
        return read(message, history, self.collection, home, lambda t, k: find(self.collection, t, k), said=said)

    @property
    def sent(self) -> list[Any]:
        return [request.json for request in self.server.requests if request.path == SERVERS[self.kind][1]]


@pytest.fixture(params=SERVERS)
def asked(request: pytest.FixtureRequest, collection: Collection) -> Iterator[Asked]:
    make, _ = SERVERS[request.param]
    with make(["m"]) as server:
        yield Asked(request.param, server, collection)


def _answer(question: str, *papers: tuple[str, str]) -> Answer:
    cited = tuple(
        Citation(marker, paper_id, title, None, "It works.", 0, 9, Verdict.SUPPORTED, 1.0)
        for marker, (paper_id, title) in enumerate(papers, start=1)
    )
    return Answer(question, "It works [1].", False, None, cited, (), (), "extractive", "hybrid", "0")


TIDE = _answer("how does TideNet read?", ("2105.00003", "TideNet: gated readers of gauges"))


def test_the_prompt_is_short_and_the_same_and_the_message_comes_last(asked: Asked) -> None:
    asked("who sings?", {"kind": "list"}, history=(TIDE,))

    [body] = asked.sent
    system, user = (message["content"] for message in body["messages"])
    assert system == RULES
    assert estimate_tokens(RULES) < 600
    assert user.splitlines()[0] == "User: how does TideNet read?"
    assert "TideNet: gated readers of gauges" in user
    assert user.splitlines()[-1] == "Message: who sings?"
    schema = body.get("format") or body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["kind"]["enum"] == [*Kind]


def test_what_the_model_says_takes_the_place_of_what_the_small_one_says(asked: Asked) -> None:
    query = asked(
        "anything with legs, but nothing on dunes?",
        {"kind": "list", "subject": ["legs"], "left_out": ["dunes"], "form": "table"},
    )

    assert (query.kind, query.topic, query.left_out, query.form) == (Kind.LIST, "legs", "dunes", Form.TABLE)
    assert sum(query.kinds.values()) == pytest.approx(1)


def test_records_are_asked_as_it_says(asked: Asked) -> None:
    query = asked(
        "which of the ROBO ones came first?",
        {"kind": "records", "asks": "order", "fields": ["date"], "order": "oldest", "conditions": ["ROBO"]},
    )

    assert (query.kind, query.asks, query.fields) == (Kind.RECORDS, RecordAsk.ORDER, (RecordField.DATE,))
    assert query.order is not None
    assert not query.order.descending
    assert [condition.value for condition in query.conditions] == ["ROBO"]


def test_words_that_set_no_condition_set_none(asked: Asked) -> None:
    message = "which papers by Okafor mention ROBO"

    assert len(asked(message, {"kind": "list"}).conditions) == 2
    [condition] = asked(message, {"kind": "list", "conditions": ["by Okafor"]}).conditions
    assert condition.field is RecordField.AUTHORS


def test_a_follow_up_stands_alone_and_its_papers_are_those_of_the_conversation(asked: Asked) -> None:
    query = asked(
        "and how much better is it?", {"kind": "paper", "question": "How much better is TideNet?"}, history=(TIDE,)
    )

    assert query.text == "How much better is TideNet?"
    assert query.message == "and how much better is it?"
    assert [(paper.paper_id, paper.how) for paper in query.papers] == [("2105.00003", How.CONVERSATION)]
    assert Flag.FOLLOWUP in query


def test_the_name_as_the_collection_writes_it_may_take_the_place_of_a_misspelt_one(asked: Asked) -> None:
    query = asked("and foxwalkr?", {"kind": "paper", "question": "How does Fox-Walker work?"}, history=(TIDE,))

    assert query.paper_ids == ("2106.00004",)


@pytest.mark.parametrize(
    "question", ["How much better is DuneNet?", "How does it save 45% of TideNet?", "What of TideNet in 2019?"]
)
def test_a_question_with_names_or_figures_of_nobody_is_dropped(asked: Asked, question: str) -> None:
    query = asked("and how much better is it?", {"kind": "paper", "question": question}, history=(TIDE,))

    assert question not in query.text
    assert query.paper_ids == ("2105.00003",)


def test_a_message_that_stands_alone_is_read_as_it_stands(asked: Asked) -> None:
    query = asked("how does TideNet read?", {"kind": "paper", "question": "How does the dense reader work?"})

    assert query.text == "how does TideNet read?"


def test_a_message_in_another_language_is_read_in_english(asked: Asked) -> None:
    message = "¿cómo lee TideNet los mareógrafos?"
    query = asked(message, {"kind": "paper", "question": "How does TideNet read tide gauges?"})

    assert query.text == "How does TideNet read tide gauges?"
    assert (Flag.FOREIGN in query, query.language) == (True, "es")
    assert [(paper.paper_id, paper.words) for paper in query.papers] == [("2105.00003", "TideNet")]


def test_words_that_are_not_there_are_dropped_and_the_small_models_stand(asked: Asked) -> None:
    plain = asked("list all papers about animals", {"kind": "list"})
    asked.script({"kind": "list", "subject": ["zebras"], "papers": ["ZebraNet"], "people": ["Zoe Zander"]})
    said = asked.reader().read("list all papers about animals", (), asked.collection)
    query = asked("list all papers about animals", {"kind": "list", "subject": ["zebras"], "people": ["Zoe Zander"]})

    assert set(said.dropped) == {"zebras", "ZebraNet", "Zoe Zander"}
    assert (query.topic, query.conditions) == (plain.topic, plain.conditions)


@pytest.mark.parametrize(
    "reply",
    [
        {"kind": "poem", "question": "list all papers about animals", "form": "haiku", "fields": ["smell"]},
        'Well: ```json\n{"kind": "chat ',
    ],
    ids=["names that there are not", "cut off"],
)
def test_what_is_none_of_the_names_counts_as_not_said(asked: Asked, reply: str | dict[str, Any]) -> None:
    query = asked("list all papers about animals", reply, {"kind": "", "question": "x"})
    plain = read("list all papers about animals", (), asked.collection, asked.settings().home)

    assert (query.kind, query.form, query.topic) == (plain.kind, plain.form, plain.topic)


@pytest.mark.parametrize(
    "reply",
    [
        '<think>It is {"kind": "chat"}</think>{"kind": "overview"}',
        'Sure!\n```json\n{"kind": "overview"}\n```',
        '{"kind": "overview", "papers": null, "subject": "animals"}',
    ],
    ids=["thinking", "fenced", "null and bare"],
)
def test_replies_with_something_around_them_are_read(asked: Asked, reply: str) -> None:
    assert asked("list all papers about animals", reply).kind is Kind.OVERVIEW


@pytest.mark.parametrize("field", READ_FIELDS)
def test_only_the_fields_that_are_set_are_taken_from_it(asked: Asked, field: str) -> None:
    asked.script(
        {
            "kind": "records",
            "question": "Which TideNet?",
            "papers": ["TideNet"],
            "subject": ["Which"],
            "people": ["TideNet"],
            "conditions": ["TideNet"],
            "form": "table",
            "asks": "count",
            "fields": ["date"],
            "order": "newest",
            "parts": ["Which TideNet?", "TideNet?"],
        }
    )
    said = asked.reader(read_fields=field).read("TideNet which", (TIDE,), asked.collection)

    held = {
        "kind": said.kind,
        "question": said.model_text,
        "papers": said.words.get(Tag.PAPER),
        "subject": said.words.get(Tag.SUBJECT),
        "people": said.words.get(Tag.WHO),
        "conditions": said.conditions,
        "form": said.form,
        "records": said.asks,
        "parts": said.parts,
    }
    assert [name for name, value in held.items() if value] == [field]


def test_a_silent_server_is_a_timeout_and_leaves_the_small_model(asked: Asked) -> None:
    asked.script(Reply([Stall()]))
    reader = asked.reader(read_timeout_s=0.2)

    with pytest.raises(ModelTimeoutError):
        reader.read("who sings?", (), asked.collection)
    said, note = reader.heard("who sings?", (), asked.collection, Tracer(), Meter(), threading.Event())
    assert said is None
    assert f"{reader.name} did not read the message" in note


def test_a_budget_that_ran_out_is_said_and_no_server_asked(asked: Asked, tmp_path: Any) -> None:
    settings = asked.settings(budget_tokens=700, read_messages=f"{asked.kind}/m")
    settings = settings.model_copy(update={"home": tmp_path})
    Spending(settings).add([Call("ollama/other", Usage(600, 50), estimated=False)])
    reader = MessageReader(f"{asked.kind}/m", settings)
    meter = Meter()

    with pytest.raises(ModelError, match="PAPERTRAIL_BUDGET_TOKENS"):
        reader.read("who sings?", (), asked.collection, meter)
    assert asked.sent == []
    assert meter.calls == []


def test_a_server_that_knows_no_schema_is_asked_without(asked: Asked) -> None:
    error: Any = "no schemas here" if asked.kind == "ollama" else {"message": "no schemas here"}
    refusal = Reply(status=400, body=json.dumps({"error": error}))

    assert asked("list all papers about animals", refusal, {"kind": "overview"}).kind is Kind.OVERVIEW
    assert len(asked.sent) == 2


def test_the_reading_is_shown_step_by_step(asked: Asked) -> None:
    asked.script({"kind": "list", "subject": ["animals"], "people": ["Zoe"]})
    tracer, meter = Tracer(), Meter()

    asked.reader().heard("papers about animals", (), asked.collection, tracer, meter, threading.Event())

    [step] = tracer.steps
    assert (step.name, step.details["model"], step.details["kind"]) == ("read", f"{asked.kind}/m", Kind.LIST)
    assert step.details["dropped"] == ("Zoe",)
    assert meter.usage == Usage(400, 60)
