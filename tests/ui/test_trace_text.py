from __future__ import annotations

from rag.trace import Step
from ui.trace_text import rows


def test_what_is_empty_is_left_out_and_names_are_put_in_words() -> None:
    step = Step("decide", 1.0, {"refusal": None, "papers": 1, "left_out": [], "removed_keys": 2, "refused": False})

    assert rows(step) == [("papers", "1"), ("made-up citations removed", "2")]


def test_papers_messages_and_numbers_are_lines_of_text() -> None:
    paper = {"paper_id": "p", "title": "T", "score": 0.75, "signals": {"cosine": 0.5, "bm25": 0.25}, "sentence": None}
    message = {"role": "system", "content": "Rules:\n- one"}
    sentence = {"text": "So.", "verdict": "partial", "markers": (1, 2), "problems": ()}
    step = Step("x", 1.0, {"papers": [paper], "messages": [message], "prompt_tokens": 12, "sentences": [sentence]})

    assert rows(step) == [
        ("papers", "1. T: paper id p, score 0.75, signals (cosine 0.5, bm25 0.25)"),
        ("messages", "1. system:\nRules:\n- one"),
        ("tokens read", "12"),
        ("sentences", "1. So.: verdict partial, markers 1; 2"),
    ]
