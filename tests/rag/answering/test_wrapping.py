from __future__ import annotations

import json

import pytest

from rag.answering.wrapping import Unwrapper

SAID = "Recall rises [1]. It costs nothing."


def _unwrapped(text: str, size: int) -> str:
    stage = Unwrapper()
    return "".join(stage.feed(text[start : start + size]) for start in range(0, len(text), size)) + stage.finish()


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        SAID,
        f"```\n{SAID}\n```",
        f"```markdown\n{SAID}\n```\n",
        f"\n~~~md\n{SAID}\n~~~",
        json.dumps({"answer": SAID}),
        json.dumps({"Answer": SAID, "confidence": 0.9}, indent=2),
        f"```json\n{json.dumps({'response': SAID}, indent=1)}\n```",
        json.dumps({"answer": "Recall rises. It costs nothing.", "citations": []}).replace("rises", "rises [1]"),
        json.dumps({"answer": {"text": SAID, "keys": [1]}}),
        json.dumps({"sentences": [{"text": "Recall rises.", "citations": [1]}, {"sentence": "It costs nothing."}]}),
    ],
)
def test_an_answer_comes_out_of_what_it_is_wrapped_in(text: str, size: int) -> None:
    assert _unwrapped(text, size).strip() == SAID


@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        "{x, y} is a set.\nSo is {z}.",
        '{"title": "No answer", "year": 2025}',
        "{" * 3000,
        "{}",
        "It runs\n```python\nprint(1)\n```\nand stops.",
        "A `code` word, and ``two``.",
        "- one\n- two",
        "",
    ],
)
def test_what_wraps_no_answer_stays(text: str, size: int) -> None:
    assert _unwrapped(text, size) == text


def test_a_fence_inside_a_wrapping_stays() -> None:
    text = "```markdown\nIt runs:\n```python\nprint(1)\n"

    assert _unwrapped(text, 5) == "It runs:\n```python\nprint(1)\n"


def test_words_before_and_behind_a_block_of_json_stay() -> None:
    text = f'Here it is:\n```json\n{{"answer": "{SAID}"}}\n```\nDone.'

    assert _unwrapped(text, 3) == f"Here it is:\n{SAID}\nDone."


@pytest.mark.parametrize("end", ["", "\\", "\\u00", ' ", "conf'])
def test_json_that_was_cut_off_gives_what_it_has(end: str) -> None:
    assert _unwrapped(f'{{"answer": "Recall rises [1]{end}', 4).strip() == "Recall rises [1]"


def test_keys_named_beside_the_text_are_cited_at_its_end() -> None:
    text = json.dumps({"answer": "Recall rises.", "citations": [{"key": 1}, "[3]"]})

    assert _unwrapped(text, 6) == "Recall rises [1][3]."


def test_prose_flows_on_before_its_line_ends() -> None:
    assert Unwrapper().feed("Recall ri") == "Recall ri"
