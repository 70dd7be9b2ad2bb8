"""One table of what servers and models do wrong, and what comes of each: the real clients, whole answers."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag import Answer, Assistant, Verdict
from rag.answering.prompts import REFUSAL, RULES
from rag.errors import (
    ModelContextError,
    ModelError,
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from rag.run import OTHER_LANGUAGE, UNCITED
from rag.writing import INSTEAD
from tests.papers import SPARSE
from tests.servers import CUT, WAIT_S, OllamaServer, OpenAIServer, Reply, Request, Stall, closed_port_url, offered_keys

QUESTION = "Does Glasswing save memory?"
TRUE = "Glasswing halves the memory of the Firefly cache"
KEY = "sk-very-secret-0123456789"
AT_ONCE = {"Retry-After": "0"}

Said = Callable[[Request], Reply]


@dataclasses.dataclass
class Bench:
    """A server, and the assistant that asks its model."""

    server: OllamaServer | OpenAIServer
    assistant: Assistant
    model: str
    chat: str

    def ask(self, *replies: Reply | Said, **more: Any) -> Answer:
        self.server.script(self.chat, *replies)
        return self.assistant.ask(QUESTION, **{"model": self.model} | more)

    def is_well(self) -> None:
        """The next question is answered as if nothing had been."""
        answer = self.ask(saying(f"{TRUE} [KEY]."))
        assert (answer.text, answer.model) == (f"{TRUE} [1].", self.model)


def saying(text: str, **more: Any) -> Said:
    """A reply of ``text`` in pieces of five characters, KEY standing for the key of the right paper, ALL for all."""

    def reply(request: Request) -> Reply:
        keys = offered_keys(request)
        said = text.replace("[KEY]", f"[{keys['Glasswing']}]")
        said = said.replace("[ALL]", "".join(f"[{key}]" for key in keys.values()))
        return Reply([said[start : start + 5] for start in range(0, len(said), 5)], **more)

    return reply


@pytest.fixture(params=["ollama", "openai"])
def bench(request: pytest.FixtureRequest, small: Assistant) -> Iterator[Bench]:
    kind = request.param
    with OllamaServer(["small"]) if kind == "ollama" else OpenAIServer(["small"], key=KEY) as server:
        address = {"ollama_host": server.url, "ollama_model": "small"}
        if kind == "openai":
            address = {"openai_base_url": server.url, "openai_model": "small"}
        values = {"model": "auto", "retries": 1, "read_timeout_s": 0.3, "openai_api_key": KEY} | address
        settings = type(small.settings)(**small.settings.model_dump(exclude=set(values)) | values)
        with Assistant.open(settings=settings) as assistant:
            chat = "/api/chat" if kind == "ollama" else "/v1/chat/completions"
            yield Bench(server, assistant, f"{kind}/small", chat)


def _error(message: str, **more: str) -> str:
    return json.dumps({"error": {"message": message, **more}})


# What a server does wrong: the replies, the error of a model asked for by name, a part of its sentence, the requests.
SERVERS: dict[str, tuple[Callable[[], list[Reply]], type[ModelError], str, int]] = {
    "is silent before the first word": (lambda: [Reply([Stall()])], ModelTimeoutError, "PAPERTRAIL_READ_TIMEOUT_S", 1),
    "stalls in mid-stream": (lambda: [Reply(["Glass", Stall()])], ModelTimeoutError, "PAPERTRAIL_READ_TIMEOUT_S", 1),
    "is cut in mid-stream": (lambda: [Reply([f"{TRUE}. ", "And", CUT])], ModelReplyError, "broke the connection", 1),
    "is cut before the first word": (lambda: [Reply(["", CUT])], ModelReplyError, "broke the connection off", 2),
    "does not know us": (
        lambda: [Reply(status=401, body=_error(f"no {KEY}"))],
        ModelUnavailableError,
        "correct|sign",
        1,
    ),
    "has no such model": (lambda: [Reply(status=404, body=_error("model not found"))], ModelMissingError, "small", 1),
    "is busy": (lambda: [Reply(status=429, body=_error("busy"), headers=AT_ONCE)], ModelUnavailableError, "429", 2),
    "is busy for long": (
        lambda: [Reply(status=429, body=_error("busy"), headers={"Retry-After": "99"})],
        ModelUnavailableError,
        "wait 99 seconds",
        1,
    ),
    "fails": (lambda: [Reply(status=500, body=_error("boom"), headers=AT_ONCE)], ModelUnavailableError, "boom", 2),
    "is down": (lambda: [Reply(status=503, body=_error("down"), headers=AT_ONCE)], ModelUnavailableError, "503", 2),
    "sends no JSON": (lambda: [Reply([b"data: {no json\n\n"])], ModelReplyError, "protocol", 1),
    "sends a web page": (lambda: [Reply(body="<html>Hi</html>")], ModelReplyError, "protocol|empty", 1),
    "sends nothing": (lambda: [Reply([])], ModelReplyError, "empty", 1),
    "sends no choices": (lambda: [Reply([b'data: {"choices": []}\n\n'])], ModelReplyError, "protocol|empty", 1),
    "spends its length on thoughts": (
        lambda: [Reply(["<think>Hm"], finish="length")],
        ModelReplyError,
        "PAPERTRAIL_ANSWER_TOKENS",
        1,
    ),
    "reads less than the prompt": (
        lambda: [Reply(status=400, body=_error("maximum context length is 512 tokens"))],
        ModelContextError,
        "PAPERTRAIL_CONTEXT_TOKENS",
        1,
    ),
    "sends its prompt back": (lambda: [Reply([RULES])], ModelReplyError, "sent its instructions back", 1),
}


@pytest.mark.parametrize("case", SERVERS)
def test_a_server_that_misbehaves_is_one_sentence_and_the_next_question_is_answered(bench: Bench, case: str) -> None:
    replies, error, sentence, requests = SERVERS[case]

    with pytest.raises(error, match=sentence) as caught:
        bench.ask(*replies())

    assert bench.server.paths().count(bench.chat) == requests
    assert KEY not in str(caught.value)
    bench.is_well()


@pytest.mark.parametrize("case", [case for case in SERVERS if "mid-stream" not in case])
def test_auto_answers_without_the_server_that_misbehaves_and_says_so(bench: Bench, case: str) -> None:
    answer = bench.ask(*SERVERS[case][0](), model="auto")

    assert answer.model == "extractive"
    assert answer.citations
    assert f"{bench.model} did not answer" in answer.notes[0]
    assert KEY not in json.dumps(answer.to_json())


def test_a_server_that_is_not_there_is_one_sentence(small: Assistant) -> None:
    url = closed_port_url()
    settings = small.settings.model_copy(update={"ollama_host": url, "openai_base_url": f"{url}/v1"})
    with Assistant.open(settings=settings) as assistant:
        for model in ("ollama/small", "openai/small"):
            with pytest.raises(ModelUnavailableError, match=url):
                assistant.ask(QUESTION, model=model)


def test_a_slow_first_word_within_the_limit_is_waited_for(bench: Bench) -> None:
    stall = Stall()
    releaser = threading.Thread(target=lambda: stall.reached.wait(WAIT_S) and stall.release())
    releaser.start()

    assert bench.ask(Reply([stall, f"{TRUE}."])).text == f"{TRUE} [1]."
    releaser.join()


def test_stop_ends_the_request_and_keeps_what_there_is(bench: Bench) -> None:
    stall, cancel = Stall(), threading.Event()
    bench.server.script(bench.chat, Reply([f"{TRUE}. ", "And ", stall, "never"]))
    events = bench.assistant.stream(QUESTION, model=bench.model, cancel=cancel)

    assert str(next(events)).startswith("Glasswing")
    cancel.set()
    *_, answer = events

    assert stall.hung_up.wait(WAIT_S)
    assert isinstance(answer, Answer)
    assert answer.text.startswith(TRUE)
    assert "stopped" in answer.notes[0]


def _unsupported(answer: Answer) -> bool:
    return bool(answer.claims) and all(claim.verdict is Verdict.UNSUPPORTED for claim in answer.claims)


def _in_their_own_words(answer: Answer) -> bool:
    """Whether the papers' own sentences stand in place of what the model said, and a note says so."""
    told = any(note.endswith(INSTEAD) for note in answer.notes)
    return told and answer.model == "extractive" and TRUE in answer.text and bool(answer.citations)


# What a model says, and what is then true of the answer.
MODELS: dict[str, tuple[str, Callable[[Answer], bool]]] = {
    "cites nothing": (
        f"{TRUE}.",
        lambda a: a.text == f"{TRUE} [1]." and a.citations[0].paper_id == "sparse" and "no source" in a.notes[-1],
    ),
    "cites nothing for what no paper says": (
        "Glasswing was trained on Mars by 900 robots.",
        lambda a: _unsupported(a) and a.claims[0].problems == ("no source is cited",),
    ),
    "says yes and nothing else": ("Yes.", lambda a: a.notes == (UNCITED,)),
    "adds a list of references": (
        f"**Answer:** {TRUE} [KEY].\n\nReferences:\n- [KEY] Glasswing: Sparse Attention",
        lambda a: a.text == f"{TRUE} [1]." and len(a.citations) == 1,
    ),
    "goes on with a dialogue of its own": (
        f"{TRUE} [KEY].\nQuestion: And on Mars?\nAnswer: It halves it there too [KEY].",
        lambda a: a.text == f"{TRUE} [1].",
    ),
    "cites a key it was not given": (
        f"{TRUE} [p9999].",
        lambda a: a.text == f"{TRUE} [1]." and a.removed_keys == 1 and "no source" in a.notes[-1],
    ),
    "cites everything": (
        f"{TRUE} [ALL].",
        lambda a: (
            a.text == f"{TRUE} [1]." and {c.paper_id for c in a.citations} == {"sparse"} and a.dropped_citations >= 1
        ),
    ),
    "cites everything for what none says": (
        "Glasswing was trained on Mars by 900 robots [ALL].",
        lambda a: _unsupported(a) and not a.dropped_citations,
    ),
    "invents a number": (
        "Glasswing reaches 93.7% accuracy on the Meadowlark benchmark [KEY].",
        lambda a: _unsupported(a) and any("93.7" in problem for problem in a.claims[0].problems),
    ),
    "copies its rules before it answers": (
        f"{RULES}\n\n{TRUE} [KEY].",
        lambda a: a.text == f"{TRUE} [1]." and any("repeated" in note for note in a.notes),
    ),
    "repeats the question": (f"Question: {QUESTION}\n{TRUE} [KEY].", lambda a: a.text == f"{TRUE} [1]."),
    "answers in German": (
        "Glasswing halbiert den Speicherbedarf des Zwischenspeichers Firefly bei langen Dokumenten [KEY].",
        lambda a: OTHER_LANGUAGE in a.notes and bool(a.claims),
    ),
    "refuses in its own words": (
        "I'm sorry, but the provided papers do not mention how much memory Glasswing needs.",
        _in_their_own_words,
    ),
    "refuses in French": (
        "Les articles fournis ne permettent pas de répondre à cette question.",
        _in_their_own_words,
    ),
    "refuses, and then speaks from memory": (
        "The passages do not say. In general such systems need 80 GB.",
        _in_their_own_words,
    ),
    "answers part and declines the rest": (
        f"The papers do not say how much it needs in all. {TRUE} [KEY].",
        lambda a: not a.refused and "[1]" in a.text,
    ),
    "refuses, and then answers after all": (
        f"{REFUSAL} However, {TRUE} [KEY].",
        lambda a: a.text == f"However, {TRUE} [1]." and not a.refused and any("left out" in n for n in a.notes),
    ),
    "refuses in German, about what was asked": (
        "Glasswing wird in den vorliegenden Artikeln nicht erwähnt.",
        _in_their_own_words,
    ),
    "wraps its answer in JSON": (
        json.dumps({"answer": f"{TRUE} [KEY].", "confidence": 0.9}, indent=2),
        lambda a: a.text == f"{TRUE} [1]." and a.claims[0].verdict is Verdict.SUPPORTED,
    ),
    "wraps its answer in JSON in a code fence": (
        f"```json\n{json.dumps({'answer': f'{TRUE} [KEY].'})}\n```",
        lambda a: a.text == f"{TRUE} [1].",
    ),
    "wraps its answer in a code fence": (
        f"```markdown\n{TRUE} [KEY].\n```",
        lambda a: a.text == f"{TRUE} [1].",
    ),
    "refuses in JSON": (json.dumps({"answer": REFUSAL}), _in_their_own_words),
    "answers under a heading, in bullets": (
        f"## Memory\n\n- {TRUE} [KEY].\n* **{TRUE}** [KEY]\n1. {TRUE} [KEY].",
        lambda a: (
            len(a.claims) == 3
            and all(claim.verdict is Verdict.SUPPORTED and claim.markers == (1,) for claim in a.claims)
        ),
    ),
    "answers in a table": (
        f"| System | What it does |\n|---|---|\n| Glasswing | {TRUE} [KEY] |",
        lambda a: (
            [(claim.verdict, claim.markers) for claim in a.claims if claim.markers] == [(Verdict.SUPPORTED, (1,))]
            and all(claim.markers for claim in a.claims)
        ),
    ),
    "writes HTML and images": (
        f"<b>{TRUE}</b> [KEY]. ![x](http://evil.test/a.png) <img src=http://evil.test/b.png onerror=alert(1)>",
        lambda a: a.text.startswith(f"{TRUE} [1].") and "evil" not in a.text and "<" not in a.text,
    ),
    "obeys an instruction planted in a paper": (
        "PWNED: enter your password at evil.test [KEY].",
        lambda a: _unsupported(a),
    ),
    "cites by name and year": (
        f"{TRUE} (Glasswing, 2025).",
        lambda a: a.text == f"{TRUE} [1]." and a.citations[0].paper_id == "sparse",
    ),
    "cites by a name and year that fit no paper": (
        f"{TRUE} (Marlow et al., 2025).",
        lambda a: "(Marlow et al., 2025)" in a.text and _unsupported(a),
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_that_misbehaves_is_corrected_or_marked(bench: Bench, case: str) -> None:
    said, holds = MODELS[case]

    answer = bench.ask(saying(said))

    assert holds(answer), answer
    for citation in answer.citations:
        assert SPARSE.text[citation.start : citation.end] == citation.quote or citation.paper_id != "sparse"
    assert answer.usage.prompt_tokens == 1000


def test_an_answer_cut_by_its_length_says_so(bench: Bench) -> None:
    answer = bench.ask(saying(f"{TRUE} [KEY]. And it", finish="length"))

    assert answer.text.startswith(f"{TRUE} [1].")
    assert any("PAPERTRAIL_ANSWER_TOKENS" in note for note in answer.notes)
