from __future__ import annotations

import pytest

from rag.text.pronouns import goes_on, spelled_out


@pytest.mark.parametrize(
    ("before", "sentence", "read"),
    [
        ("LightRAG indexes text.", "It halves the cost.", "LightRAG halves the cost."),
        ("LightRAG indexes text.", "Its index is small.", "LightRAG's index is small."),
        ("LightRAG is a system for text.", "This system halves the cost.", "LightRAG halves the cost."),
        ("We present LightRAG, an index.", "The method also halves the cost.", "LightRAG also halves the cost."),
        ("LightRAG beats GraphRAG.", "On nine sets it gains 2%.", "On nine sets LightRAG gains 2%."),
        ("Unlike GraphRAG, LightRAG is small.", "Moreover, it is fast.", "Moreover, LightRAG is fast."),
        ("Guo et al. propose LightRAG, not NaiveRAG.", "It is fast.", "LightRAG is fast."),
        ("Firefly is a cache.", "It is fast.", "Firefly is fast."),
    ],
)
def test_a_name_takes_the_place_of_it(before: str, sentence: str, read: str) -> None:
    found = spelled_out(sentence, before, ["Firefly"])

    assert found is not None
    assert found[0] == read
    assert goes_on(sentence)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("LightRAG indexes text.", "It is known that text is long."),
        ("LightRAG indexes text.", "It remains unclear whether text is long."),
        ("LightRAG indexes text.", "GraphRAG shows it all."),
        ("LightRAG indexes text.", "The model size is small."),
        ("LightRAG indexes text.", "Items are many."),
        ("LightRAG and GraphRAG index text.", "It is fast."),
        ("The text was read on A100 cards.", "It is fast."),
        ("The text was read by LightRAG and with GraphRAG.", "It is fast."),
        ("Some of the text, as it was before LLMs, is long.", "It is fast."),
        ("One day GraphRAG was new, LightRAG was not.", "The words of it are few."),
        ("We read two 3D scans.", "It is fast."),
        ("We propose a GNN framework.", "It is fast."),
        ("The UAV is flown by hand.", "It is fast."),
        ("The developed arm has 2DOF.", "It is fast."),
        ("IDOF problems are many.", "It is fast."),
        ("", "It is fast."),
    ],
)
def test_what_is_not_certain_stays_as_it_is(before: str, sentence: str) -> None:
    assert spelled_out(sentence, before) is None


@pytest.mark.parametrize(
    ("sentence", "on"),
    [
        ("They show that text is long.", True),
        ("The authors show that text is long.", True),
        ("It is known that text is long.", False),
        ("This is a problem.", False),
        ("The text is long.", False),
        ("", False),
    ],
)
def test_whether_a_sentence_goes_on(sentence: str, on: bool) -> None:
    assert goes_on(sentence) is on
