"""Papertrail in the places where LlamaIndex's users put a query engine, a chat engine, an evaluator, a reader."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.llms import ChatMessage
from llama_index.core.schema import QueryBundle
from llama_index.core.tools import QueryEngineTool

from rag import Answer, Assistant
from rag.errors import UserError
from rag.integrations.llama_index import CitationEvaluator, PapersReader, SupportEvaluator, documents, nodes
from rag.text.sentences import passages_of
from tests.papers import CACHE, PAPERS, SOIL

_QUESTION = "Which cache keeps retrieved passages between questions?"
_NEXT = "In how many languages is Firefly evaluated?"
_FASTER = "Firefly answers 3.4 times faster than a plain index."


def _agrees(response: Response, answer: Answer) -> None:
    assert str(response) == answer.text
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in answer.citations]
    assert [node.metadata["marker"] for node in response.source_nodes] == [one.marker for one in answer.citations]
    assert response.metadata["claims"] == answer.to_json()["claims"]


def test_a_query_engine_gives_the_answer_with_the_sentence_behind_each_marker(small: Assistant) -> None:
    response = small.as_query_engine().query(_QUESTION)

    assert isinstance(response, Response)
    _agrees(response, small.ask(_QUESTION))
    assert response.source_nodes
    for number, node in enumerate(response.source_nodes, start=1):
        assert f"[{number}]" in str(response)
        paper = small.paper(node.metadata["paper_id"])
        assert paper.text[node.metadata["start"] : node.metadata["end"]] == node.text


def test_a_query_engine_streams(small: Assistant) -> None:
    response = small.as_query_engine(streaming=True).query(_QUESTION)

    assert isinstance(response, StreamingResponse)
    _agrees(response.get_response(), small.ask(_QUESTION))


def test_a_query_engine_serves_async_programs(small: Assistant) -> None:
    async def ask() -> tuple[Response, Response]:
        whole = await small.as_query_engine().aquery(_QUESTION)
        streamed = await small.as_query_engine(streaming=True).aquery(_QUESTION)
        assert isinstance(whole, Response)
        assert isinstance(streamed, AsyncStreamingResponse)
        return whole, await streamed.get_response()

    for response in asyncio.run(ask()):
        _agrees(response, small.ask(_QUESTION))


def test_a_query_engine_refuses_as_the_assistant_does_and_takes_its_options(small: Assistant) -> None:
    response = small.as_query_engine(model="extractive", retriever="lexical").query("How does QuillForge save memory?")

    assert response.metadata["refused"]
    assert response.metadata["retriever"] == "lexical"
    assert response.source_nodes == []


def test_a_query_engine_is_a_tool_of_agents_and_retrieves(small: Assistant) -> None:
    engine = small.as_query_engine()
    output = QueryEngineTool.from_defaults(engine, name="papers", description="papers").call(_QUESTION)

    assert output.content == small.ask(_QUESTION).text
    found = engine.retrieve(QueryBundle(_QUESTION))
    assert [node.node_id for node in found] == [node.node_id for node in small.as_retriever().retrieve(_QUESTION)]


def test_a_chat_engine_remembers_goes_back_and_begins_anew(small: Assistant) -> None:
    engine, chat = small.as_chat_engine(), small.chat()
    for question in (_QUESTION, _NEXT):
        response, answer = engine.chat(question), chat.ask(question)
        assert response.response == answer.text
        assert [node.metadata["marker"] for node in response.source_nodes] == [one.marker for one in answer.citations]
    history = engine.chat_history
    assert [message.content for message in history[:2]] == [_QUESTION, chat.answers[0].text]
    assert len(history) == 4

    engine.chat(_NEXT, chat_history=history[:2])
    assert engine.chat_history == history
    with pytest.raises(UserError, match="reset"):
        engine.chat(_NEXT, chat_history=[ChatMessage(role="user", content="Something else?")])
    engine.reset()
    assert engine.chat_history == []


def test_a_chat_engine_streams_and_remembers_what_was_read(small: Assistant) -> None:
    async def streamed() -> str:
        response = await small.as_chat_engine().astream_chat(_QUESTION)
        return "".join([piece async for piece in response.async_response_gen()])

    answer = small.ask(_QUESTION)
    engine = small.as_chat_engine()
    response = engine.stream_chat(_QUESTION)
    pieces = "".join(response.response_gen)

    assert pieces == asyncio.run(streamed()) == answer.text
    assert str(response) == answer.text
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in answer.citations]
    assert len(engine.chat_history) == 2
    assert asyncio.run(small.as_chat_engine().achat(_QUESTION)).response == answer.text


def test_our_own_answer_passes_both_evaluators(small: Assistant) -> None:
    response = small.as_query_engine().query(_QUESTION)
    for evaluator in (SupportEvaluator(small.settings), CitationEvaluator(small.settings)):
        result = evaluator.evaluate_response(query=_QUESTION, response=response)
        assert (result.passing, result.score, result.feedback) == (True, 1.0, "")


def test_a_figure_that_no_context_has_is_not_borne_out(small: Assistant) -> None:
    contexts = [CACHE.text, SOIL.text]
    text = f"{_FASTER} It won 19 prizes."
    result = SupportEvaluator(small.settings).evaluate(response=text, contexts=contexts)

    assert (result.passing, result.score) == (False, 0.5)
    assert "19" in (result.feedback or "")


@pytest.mark.parametrize(("marker", "score"), [("[1]", 1.0), ("[Source 1]", 1.0), ("[2]", 0.0), ("[7]", 0.0)])
def test_a_citation_is_right_only_where_its_own_context_bears_the_sentence_out(
    small: Assistant, marker: str, score: float
) -> None:
    contexts = [f"Source 1:\n{CACHE.text}\n", f"Source 2:\n{SOIL.text}\n"]
    text = f"{_FASTER[:-1]} {marker}. This one cites nothing and is not judged."
    result = CitationEvaluator(small.settings).evaluate(response=text, contexts=contexts)

    assert result.score == score
    assert result.passing is (score == 1.0)


def test_what_cannot_be_judged_is_invalid(small: Assistant) -> None:
    cites = CitationEvaluator(small.settings)
    assert cites.evaluate(response="Nothing is cited in this sentence.", contexts=[CACHE.text]).invalid_result
    assert cites.evaluate(response="An answer [1].", contexts=[]).invalid_result
    assert SupportEvaluator(small.settings).evaluate(response="", contexts=[CACHE.text]).invalid_result


def test_papers_come_out_as_documents_and_as_nodes_of_one_sentence(small: Assistant) -> None:
    papers = small.papers()
    out = {document.doc_id: document for document in documents(papers)}

    assert {doc_id: document.text for doc_id, document in out.items()} == {one.paper_id: one.text for one in PAPERS}
    assert out["cache"].metadata["year"] == 2024
    assert out["cache"].get_content(metadata_mode="embed") == CACHE.text
    for node in nodes(papers):
        passage = passages_of(small.paper(node.metadata["paper_id"]))[node.metadata["number"]]
        assert node.text == passage.text == out[node.ref_doc_id].text[node.start_char_idx : node.end_char_idx]


def test_a_reader_reads_what_ingest_reads(tmp_path: Path) -> None:
    file = tmp_path / "papers.bib"
    file.write_text("@article{moss, title={Moss and Stone}, abstract={Moss grows on stone.}, year={2021}}\n@broken{")
    (document,) = PapersReader().load_data(file)

    assert (document.doc_id, document.metadata["title"], document.metadata["year"]) == ("moss", "Moss and Stone", 2021)
    assert document.text.endswith("Moss grows on stone.")
