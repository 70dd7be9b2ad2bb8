"""The program's own addresses over HTTP: what they give, and what they say when they cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from rag import Assistant
from rag.settings import Settings
from tests.papers import PAPERS, SPARSE
from tests.servers import CUT, OpenAIServer, Reply, Stall, cite_first_key
from tests.ui.server.conftest import listening
from ui.server.serving import application

QUESTION = "What accuracy does Glasswing reach on the Meadowlark benchmark?"


@pytest.fixture
def http(service: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service, timeout=60) as client:
        yield client


def _events(response: httpx.Response) -> list[tuple[str, dict[str, object]]]:
    """Name and value of each server-sent event."""
    blocks = response.text.replace("\r\n", "\n").strip().split("\n\n")
    pairs = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks if not block.startswith(":")]
    return [(pair["event"], json.loads(pair["data"])) for pair in pairs]


def test_an_answer_is_the_facades_record(http: httpx.Client, small: Assistant) -> None:
    got = http.post("v1/ask", json={"question": QUESTION}).json()
    wanted = small.ask(QUESTION).to_json()

    assert {**got, "timings_ms": 0} == json.loads(json.dumps({**wanted, "timings_ms": 0}))
    cited = got["citations"][0]
    assert SPARSE.text[cited["start"] : cited["end"]] == cited["quote"]


def test_a_streamed_answer_comes_in_pieces_and_ends_with_the_record(http: httpx.Client) -> None:
    response = http.post("v1/ask", json={"question": QUESTION, "stream": True})
    *pieces, (name, answer) = _events(response)

    assert response.headers["content-type"].startswith("text/event-stream")
    assert name == "answer"
    assert {name for name, _ in pieces} == {"piece"}
    assert "".join(str(piece["text"]) for _, piece in pieces) == answer["answer"]


def test_a_conversation_goes_on_from_the_answers_that_come_back(http: httpx.Client) -> None:
    first = http.post("v1/ask", json={"question": "What is Firefly?"}).json()
    second = http.post("v1/ask", json={"question": "How fast is it?", "history": [first]}).json()

    assert "Firefly" in second["searched"]
    assert second["citations"][0]["paper_id"] == "cache"


def test_a_question_is_asked_again_without_a_piece_of_its_reading(http: httpx.Client) -> None:
    first = http.post("v1/ask", json={"question": "papers since 2025"}).json()
    second = http.post("v1/ask", json={"question": "papers since 2025", "without": first["readings"]}).json()

    cited = [{one["paper_id"] for one in answer["citations"]} for answer in (first, second)]
    assert (len(first["readings"]), second["readings"]) == (1, [])
    assert cited[0] < cited[1]


@pytest.mark.parametrize("record", [{}, {"question": "x"}, {"answer": 5}])
def test_history_that_is_none_is_refused(http: httpx.Client, record: dict[str, object]) -> None:
    response = http.post("v1/ask", json={"question": "x y z", "history": [record]})

    assert response.status_code == 400
    assert "history" in response.json()["error"]["message"]


def test_search_gives_hits_as_the_command_line_does(http: httpx.Client) -> None:
    body = {"query": "soil moisture", "k": 2, "filter": ["year<=2024"]}
    hits = http.post("v1/search", json=body).json()["hits"]

    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["paper_id"] == "soil"


def test_compare_has_three_forms(http: httpx.Client) -> None:
    names = {"names": ["Glasswing", "Firefly"]}
    record = http.post("v1/compare", json=names).json()
    markdown = http.post("v1/compare", json=names | {"format": "markdown"})
    csv = http.post("v1/compare", json=names | {"format": "csv"})

    assert [paper["paper_id"] for paper in record["papers"]] == ["sparse", "cache"]
    assert "| Glasswing" in markdown.text
    assert csv.headers["content-type"].startswith("text/csv")


def test_verify_checks_drafts_and_claims(http: httpx.Client) -> None:
    draft = {"text": r"Firefly answers 9.9 times faster than a plain index \cite{f}.", "format": "latex"}
    draft["bibliography"] = "@article{f, title={Firefly: A Cache for Retrieval-Augmented Generation}}"
    checked = http.post("v1/verify", json=draft).json()
    claim = {"text": "Firefly answers 3.4 times faster than a plain index.", "cites": ["Firefly"]}
    held = http.post("v1/verify", json=claim).json()

    assert checked["sentences"][0]["status"] == "unsupported"
    assert checked["sentences"][0]["basis"] == "cited"
    assert held["sentences"][0]["verdict"] == "supported"


def test_a_draft_reads_no_file_of_the_server(http: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.tex"
    secret.write_text("The secret word is Mudskipper.", encoding="utf-8")
    text = rf"\begin{{document}}\input{{{secret}}} Firefly is a cache.\end{{document}}"

    assert "Mudskipper" not in http.post("v1/verify", json={"text": text, "format": "latex"}).text


def test_papers_are_listed_a_page_at_a_time(http: httpx.Client, small: Assistant) -> None:
    pages = [http.get("v1/papers", params={"offset": start, "limit": 4}).json() for start in (0, 4)]
    narrowed = http.get("v1/papers", params={"filter": ["year>=2024", "year<=2024"]}).json()

    assert [paper["paper_id"] for page in pages for paper in page["papers"]] == [
        paper.paper_id for paper in small.papers()
    ]
    assert {page["total"] for page in pages} == {len(PAPERS)}
    assert (narrowed["total"], narrowed["papers"][0]["paper_id"]) == (1, "cache")


def test_one_paper_by_its_id(http: httpx.Client) -> None:
    assert http.get("v1/papers/sparse").json()["text"] == SPARSE.text
    missing = http.get("v1/papers/no/such")
    assert (missing.status_code, missing.json()["error"]["type"]) == (404, "UnknownPaperError")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("ask", {"question": " "}, 400),
        ("ask", {"question": "x" * 5000}, 400),
        ("ask", {"question": "What?", "model": "gpt"}, 400),
        ("ask", {"question": "What?", "stream": True, "model": "gpt"}, 400),
        ("ask", {"question": "What?", "unsupported": "hide"}, 400),
        ("ask", {"question": 5}, 422),
        ("ask", {"question": "What?", "color": "red"}, 422),
        ("ask", {}, 422),
        ("search", {"query": "x", "k": 0}, 422),
        ("search", {"query": "x", "retriever": "magic"}, 400),
        ("search", {"query": "x", "filter": ["nonsense"]}, 400),
        ("compare", {"names": ["Glasswing"]}, 400),
        ("verify", {"text": ""}, 400),
        ("nothing", {}, 404),
    ],
)
def test_a_mistake_is_told_in_one_sentence(http: httpx.Client, path: str, body: dict[str, object], status: int) -> None:
    response = http.post(f"v1/{path}", json=body)
    error = response.json()["error"]

    assert response.status_code == status
    assert error["message"]
    assert "\n" not in error["message"]
    assert error["retryable"] is False


@pytest.mark.parametrize("content", [b"{", b'"\\ud800"', b"\xff", b"[" * 100_000, b'{"question": "\\ud800"}'])
def test_what_is_no_json_is_refused(http: httpx.Client, content: bytes) -> None:
    response = http.post("v1/ask", content=content, headers={"content-type": "application/json"})

    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]


def test_the_description_is_served_as_json_and_as_a_page_that_loads_nothing(http: httpx.Client, service: str) -> None:
    paths = http.get("openapi.json").json()["paths"]
    page = http.get("", follow_redirects=True)

    assert {"/v1/ask", "/v1/search", "/v1/compare", "/v1/verify", "/v1/papers", "/v1/chat/completions"} <= set(paths)
    assert all(f"<code>POST {path}</code>" in page.text for path, methods in paths.items() if "post" in methods)
    assert f"curl -s {service}v1/ask" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text


@pytest.fixture
def models() -> Iterator[OpenAIServer]:
    with OpenAIServer(models=["quill"]) as server:
        yield server


@pytest.fixture
def written(small: Assistant, models: OpenAIServer) -> Iterator[httpx.Client]:
    """A server whose answers ``models`` writes."""
    given = small.settings.model_dump() | {"openai_base_url": models.url, "openai_api_key": "key", "retries": 0}
    settings = Settings(**given | {"model": "openai/quill"})
    with (
        Assistant.open(settings=settings) as assistant,
        listening(application(assistant)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_a_model_that_fails_before_it_writes_gives_a_status(written: httpx.Client, models: OpenAIServer) -> None:
    models.script("/v1/chat/completions", Reply(status=503, body='{"error": {"message": "busy"}}'))
    response = written.post("v1/ask", json={"question": QUESTION, "stream": True})

    assert response.status_code == 503
    assert response.json()["error"]["retryable"] is True


def test_a_model_that_fails_while_it_writes_ends_the_stream_with_an_error(
    written: httpx.Client, models: OpenAIServer
) -> None:
    models.script("/v1/chat/completions", Reply(["Glasswing reaches 81.5% accuracy. ", "It is ", CUT]))
    events = _events(written.post("v1/ask", json={"question": QUESTION, "stream": True}))

    assert events[-1][0] == "error"
    assert "piece" in {name for name, _ in events}


def test_a_reader_that_hangs_up_stops_the_model(written: httpx.Client, models: OpenAIServer) -> None:
    stall = Stall()
    models.script("/v1/chat/completions", Reply(["Glasswing reaches 81.5% accuracy. ", "It ", "is ", stall, "fast."]))
    with written.stream("POST", "v1/ask", json={"question": QUESTION, "stream": True}) as response:
        assert next(response.iter_lines())

    assert stall.hung_up.wait(30)


def test_the_text_is_the_checked_one(written: httpx.Client, models: OpenAIServer) -> None:
    models.script(
        "/v1/chat/completions", cite_first_key("On the Meadowlark benchmark, Glasswing reaches 81.5% accuracy")
    )
    answer = written.post("v1/ask", json={"question": QUESTION}).json()

    assert answer["model"] == "openai/quill"
    assert answer["claims"][0]["verdict"] == "supported"
