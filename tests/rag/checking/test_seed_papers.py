"""The checker on the seed papers themselves, which hold every kind of sentence that abstracts are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.checking import absent, check
from rag.sources import BadRecord, read_papers
from rag.text.naming import short_name
from rag.text.numbers import numbers
from rag.text.sentences import passages_of
from rag.types import Paper, Passage, Verdict
from tests.checkers import built_in

_SEED = Path(__file__).parents[3] / "data" / "daily_papers.txt"


@pytest.fixture(scope="module")
def sentences() -> list[tuple[Paper, Passage]]:
    papers = [paper for paper in read_papers(_SEED) if not isinstance(paper, BadRecord)]
    return [(paper, passage) for paper in papers for passage in passages_of(paper)]


def test_every_sentence_supports_itself_with_and_without_a_lead(sentences: list[tuple[Paper, Passage]]) -> None:
    told = [
        (text, paper) for paper, passage in sentences for text in (passage.text, f"{short_name(paper)}: {passage.text}")
    ]
    found = built_in().judge_each([(text, [paper]) for text, paper in told])

    assert [text for (text, _), one in zip(told, found, strict=True) if one.verdict is not Verdict.SUPPORTED] == []


def test_a_changed_figure_is_found_and_named(sentences: list[tuple[Paper, Passage]]) -> None:
    changed, missed = 0, []
    for paper, passage in sentences:
        for quantity in numbers(passage.text):
            written = passage.text[quantity.start : quantity.end]
            other = written.replace(written[0], "61", 1)
            known = {one.value for place in passages_of(paper) for one in numbers(place.text)}
            if not written[0].isdigit() or {one.value for one in numbers(other)} & known:
                continue
            changed += 1
            problems = absent(f"{passage.text[: quantity.start]}{other}{passage.text[quantity.end :]}", [paper])
            if not any("61" in problem for problem in problems):
                missed.append((written, other, passage.text))

    assert changed > 200
    assert len(missed) < 0.05 * changed, missed


def test_an_answer_of_quoted_sentences_is_supported(sentences: list[tuple[Paper, Passage]]) -> None:
    for paper in {paper.paper_id: paper for paper, _ in sentences}.values():
        cited = passages_of(paper)[1:5]
        text = f"{short_name(paper)}: " + " ".join(
            f"{passage.text.rstrip('.')} [{number}]." for number, passage in enumerate(cited, start=1)
        )
        claims, citations = check(text, cited, {paper.paper_id: paper}, built_in())

        assert {claim.verdict for claim in claims} == {Verdict.SUPPORTED}, text
        assert [citation.marker for citation in citations] == list(range(1, len(cited) + 1))
