"""What both writers with a model server do alike; the real clients talk to servers on loopback."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from rag.answering.prompts import REFUSAL
from rag.answering.writer import Writer, WriteRequest
from rag.errors import ModelReplyError, PapertrailError
from rag.text.sentences import passages_of
from rag.types import Usage
from tests.rag.answering.bench import Bench
from tests.rag.answering.material import GLACIER, GLACIER_KEY, MEADOW, MEADOW_KEY, drain, locate, request_for
from tests.servers import WAIT_S, Reply, Stall, closed_port_url


def _run_until(
    writer: Writer, stall: Stall, cancel: threading.Event
) -> tuple[threading.Thread, list[Any], threading.Event]:
    """Writes in a thread, whose outcome comes into the list, and waits until the server has come to ``stall``."""
    outcome: list[Any] = []
    ended = threading.Event()

    def work() -> None:
        try:
            outcome.append(drain(writer.write(request_for(cancel=cancel))))
        except PapertrailError as error:
            outcome.append(error)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert stall.reached.wait(WAIT_S)
    return thread, outcome, ended


def test_an_answer_streams_in_with_its_markers_numbered(bench: Bench) -> None:
    halves = (GLACIER_KEY[:3], GLACIER_KEY[3:])
    bench.reply(
        Reply(
            [
                "Glacier raises recall",
                f" by 12.3% [{halves[0]}",
                f"{halves[1]}]. ",
                f"Meadow takes 4 ms [{MEADOW_KEY}].",
            ]
        )
    )

    pieces, draft = bench.write()

    assert draft.text == "Glacier raises recall by 12.3% [1]. Meadow takes 4 ms [2]."
    assert "".join(pieces) == draft.text
    assert len(pieces) > 1
    assert draft.cited == (passages_of(GLACIER)[2], passages_of(MEADOW)[2])
    assert draft.usage == Usage(1000, 20)
    assert (draft.refused, draft.unknown_keys, draft.notes) == (False, (), ())


def test_the_first_piece_is_shown_before_the_answer_is_finished(bench: Bench) -> None:
    stall = Stall()
    bench.reply(Reply(["Glacier keeps all passages nearby ", stall, "in a cache."]))
    writing = bench.writer().write(request_for())

    assert next(writing) == "Glacier keeps all passages nearby"
    stall.release()
    assert drain(writing)[1].text == "Glacier keeps all passages nearby in a cache."


def test_the_model_is_given_the_rules_the_papers_and_the_question(bench: Bench) -> None:
    bench.reply(Reply(["Yes."]))

    bench.write()

    system, *example, user = bench.server.requests[-1].json["messages"]
    assert (system["role"], [message["role"] for message in example]) == ("system", ["user", "assistant"])
    assert REFUSAL not in str(bench.server.requests[-1].json)
    assert all(f" Glacier: {passage.text}\n" in user["content"] for passage in passages_of(GLACIER)[1:])
    assert user["content"].endswith("How much does Glacier raise recall?")


def test_the_writer_is_named_after_server_and_model(bench: Bench) -> None:
    assert bench.writer().name == bench.name


def test_made_up_keys_are_taken_out_and_listed(bench: Bench) -> None:
    bench.reply(Reply(["Recall rises [p99", "99]. Twice [7", "]."]))

    _, draft = bench.write()

    assert (draft.text, draft.cited, draft.unknown_keys) == ("Recall rises. Twice.", (), ("p9999", "7"))


def test_an_answer_that_cites_nothing_is_handed_on_as_it_is(bench: Bench) -> None:
    bench.reply(Reply(["Recall ", "rises."]))

    _, draft = bench.write()

    assert (draft.text, draft.cited, draft.refused) == ("Recall rises.", (), False)


def test_thoughts_tags_and_links_do_not_reach_the_reader(bench: Bench) -> None:
    bench.reply(Reply(["<thi", "nk>Hm.</th", "ink>Recall <b", ">rises</b> [here](http", "s://example.org).<script>"]))

    pieces, draft = bench.write()

    assert "".join(pieces) == draft.text == "Recall rises here."


@pytest.mark.parametrize(
    "said",
    [REFUSAL, f"  **{REFUSAL}**\n", f'"{REFUSAL}"', f"{REFUSAL} [{GLACIER_KEY}]", f"{REFUSAL} But bees make honey."],
)
def test_a_refusal_is_recognised_and_shown_as_the_constant_alone(bench: Bench, said: str) -> None:
    bench.reply(Reply([said[:9], said[9:30], said[30:]]))

    pieces, draft = bench.write()

    assert draft.refused
    assert pieces == []
    assert (draft.text, draft.cited) == (REFUSAL, ())


def test_a_refusal_inside_other_words_is_recognised_when_nothing_is_cited(bench: Bench) -> None:
    bench.reply(Reply([f"Sorry! {REFUSAL}"]))

    _, draft = bench.write()

    assert draft.refused


def test_an_answer_that_only_begins_like_the_refusal_is_shown_whole(bench: Bench) -> None:
    bench.reply(Reply(["The papers in ", "this collection do", f" not agree on recall [{GLACIER_KEY}]."]))

    pieces, draft = bench.write()

    assert not draft.refused
    assert "".join(pieces) == draft.text == "The papers in this collection do not agree on recall [1]."


def test_an_answer_cut_by_its_length_says_so_and_ends_before_half_a_marker(bench: Bench) -> None:
    bench.reply(Reply(["Recall rises by 12.3% [", GLACIER_KEY[:3]], finish="length"))

    _, draft = bench.write()

    assert draft.text == "Recall rises by 12.3%"
    assert any("PAPERTRAIL_ANSWER_TOKENS" in note for note in draft.notes)


def test_a_length_spent_on_thoughts_is_named(bench: Bench) -> None:
    bench.reply(Reply(["<think>Hm, let me see"], finish="length"))

    with pytest.raises(ModelReplyError, match="PAPERTRAIL_ANSWER_TOKENS"):
        bench.write()


def test_cancel_before_the_first_word_closes_the_connection_and_ends_without_error(bench: Bench) -> None:
    stall, cancel = Stall(), threading.Event()
    bench.reply(Reply([stall, "Too late."]))

    thread, outcome, ended = _run_until(bench.writer(), stall, cancel)
    cancel.set()

    assert ended.wait(WAIT_S)
    assert stall.hung_up.wait(WAIT_S)
    thread.join()
    [(pieces, draft)] = outcome
    assert (pieces, draft.text, draft.cited) == ([], "", ())
    assert draft.notes == ("The answer was stopped before it was finished.",)
    assert bench.server.paths().count(bench.chat) == 1


def test_cancel_in_mid_stream_closes_the_connection_and_keeps_what_is_written(bench: Bench) -> None:
    stall, cancel = Stall(), threading.Event()
    bench.reply(Reply([f"Recall rises by 12.3% over a plain index [{GLACIER_KEY}], and [p", stall, "never"]))
    request = request_for(cancel=cancel)
    writing = bench.writer().write(request)

    first = next(writing)
    assert stall.reached.wait(WAIT_S)
    cancel.set()
    rest, draft = drain(writing)

    assert stall.hung_up.wait(WAIT_S)
    assert first + "".join(rest) == draft.text == "Recall rises by 12.3% over a plain index [1], and"
    assert draft.cited == (passages_of(GLACIER)[2],)
    assert draft.notes == ("The answer was stopped before it was finished.",)


def test_closing_the_generator_closes_the_connection(bench: Bench) -> None:
    stall = Stall()
    bench.reply(Reply(["Recall rises a great deal ", stall, "never"]))
    writing = bench.writer().write(request_for())

    assert next(writing) == "Recall rises a great deal"
    assert stall.reached.wait(WAIT_S)
    writing.close()

    assert stall.hung_up.wait(WAIT_S)


def test_without_papers_the_question_is_refused_and_no_server_asked(bench: Bench) -> None:
    pieces, draft = drain(bench.writer().write(WriteRequest("Why?", (), locate)))

    assert (pieces, draft.text, draft.refused) == ([], REFUSAL, True)
    assert bench.server.requests == []


def test_a_cancel_set_beforehand_sends_nothing(bench: Bench) -> None:
    cancel = threading.Event()
    cancel.set()

    _, draft = drain(bench.writer().write(request_for(cancel=cancel)))

    assert draft.text == ""
    assert bench.server.requests == []


def test_no_thread_is_left_behind(bench: Bench) -> None:
    bench.reply(Reply(["Yes."]))

    bench.write()

    assert not [thread for thread in threading.enumerate() if thread.name == "papertrail-model"]


def test_a_proxy_of_the_environment_does_not_come_between_us_and_this_machine(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", closed_port_url())
    bench.reply(Reply(["Yes."]))

    assert bench.write()[1].text == "Yes."


def test_the_servers_of_the_environment_play_no_part(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", closed_port_url())
    monkeypatch.setenv("OPENAI_BASE_URL", closed_port_url())
    bench.reply(Reply(["Yes."]))

    assert bench.write()[1].text == "Yes."
