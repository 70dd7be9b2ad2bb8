"""The checker on the seed papers themselves, which hold every kind of sentence that abstracts are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.checking import check, judge
from rag.sources import BadRecord, read_papers
from rag.text.naming import short_name
from rag.text.numbers import numbers
from rag.text.sentences import passages_of
from rag.types import Paper, Passage, Verdict

_SEED = Path(__file__).parents[3] / "data" / "daily_papers.txt"


@pytest.fixture(scope="module")
def sentences() -> list[tuple[Paper, Passage]]:
    papers = [paper for paper in read_papers(_SEED) if not isinstance(paper, BadRecord)]
    return [(paper, passage) for paper in papers for passage in passages_of(paper)]


def _in_title(paper: Paper, passage: Passage) -> str:
    first = passage.text[0] if passage.text[:2].isupper() else passage.text[0].lower()
    return f"In “{paper.title}”, {first}{passage.text[1:]}"


def test_every_sentence_supports_itself_with_and_without_a_lead(sentences: list[tuple[Paper, Passage]]) -> None:
    doubted = [
        text
        for paper, passage in sentences
        for text in (passage.text, f"{short_name(paper)}: {passage.text}", _in_title(paper, passage))
        if judge(text, [(paper, passage)]).verdict is not Verdict.SUPPORTED
    ]
    assert doubted == []


def test_the_sentences_of_one_paper_do_not_pass_for_those_of_another(sentences: list[tuple[Paper, Passage]]) -> None:
    papers = list({paper.paper_id: paper for paper, _ in sentences}.values())
    following = dict(zip(papers, [*papers[1:], papers[0]], strict=True))
    told = [(paper, passage) for paper, passage in sentences if passage.number]
    passed = [
        passage
        for paper, passage in told
        if judge(passage.text, [(following[paper], passages_of(following[paper])[0])]).verdict is Verdict.SUPPORTED
    ]
    found_out = [
        passage
        for paper, passage in told
        if judge(
            passage.text, [(following[paper], passages_of(following[paper])[0])], also=[paper, following[paper]]
        ).verdict
        is Verdict.UNSUPPORTED
    ]
    assert len(passed) < 0.06 * len(told)
    assert len(found_out) > 0.98 * len(told)


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
            judgement = judge(
                f"{passage.text[: quantity.start]}{other}{passage.text[quantity.end :]}", [(paper, passage)]
            )
            named = any("61" in problem for problem in judgement.problems)
            if judgement.verdict is Verdict.SUPPORTED or not named:
                missed.append((written, other, passage.text))
    assert changed > 200
    assert len(missed) < 0.05 * changed, missed


def test_an_answer_of_quoted_sentences_is_supported(sentences: list[tuple[Paper, Passage]]) -> None:
    for paper in {paper.paper_id: paper for paper, _ in sentences}.values():
        cited = passages_of(paper)[1:5]
        text = f"{short_name(paper)}: " + " ".join(
            f"{passage.text.rstrip('.')} [{number}]." for number, passage in enumerate(cited, start=1)
        )
        claims, citations = check(text, cited, {paper.paper_id: paper})
        assert {claim.verdict for claim in claims} == {Verdict.SUPPORTED}, text
        assert [citation.marker for citation in citations] == list(range(1, len(cited) + 1))
