from __future__ import annotations

import dataclasses
import datetime
import html.parser

import pytest

from rag.assistant import Choice
from rag.index import Head
from rag.types import Answer, Citation, Claim, Paper, Usage, Verdict
from ui.page import render
from ui.page.finder import Found
from ui.page.turns import Turn

_PAPER = Paper(
    "p1",
    "Hyper: a way",
    "It is new. It gains 12.3%. It ends.",
    published=datetime.date(2025, 3, 30),
    authors=("Ada", "Bob"),
    organisation="Lab",
    url="https://example.org/1",
)
_QUOTE = "It gains 12.3%."
_START = _PAPER.text.index(_QUOTE)
_CITATION = Citation(1, "p1", _PAPER.title, _PAPER.url, _QUOTE, _START, _START + len(_QUOTE), Verdict.SUPPORTED, 0.9)
_ANSWER = Answer(
    question="How much?",
    text="It gains 12.3% [1]. It flies [1].",
    refused=False,
    reason=None,
    citations=(_CITATION,),
    claims=(
        Claim("It gains 12.3%.", (1,), Verdict.SUPPORTED),
        Claim("It flies.", (1,), Verdict.UNSUPPORTED, ("flies is not in the cited paper",)),
    ),
    nearest=(),
    model="ollama/llama3.2",
    retriever="hybrid",
    settings_hash="0",
    usage=Usage(812, 96),
    timings_ms={"retrieve": 43.0, "write": 1830.0, "total": 1890.0},
    notes=("The other model did not answer.",),
)
_EVIL = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> \' " ![x](http://evil.test/x) {{7*7}} ${7*7}'
)


class _Reader(html.parser.HTMLParser):
    """Every element with its attributes, and the text, as a browser reads them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _conversation(*asked: Turn) -> _Reader:
    return _Reader(render.conversation(asked, collection="papers", papers=3, examples=["What is X about?"]))


def _buttons(reader: _Reader, event: str) -> list[dict[str, str | None]]:
    return [button for button in reader.all("button") if button.get("data-event") == event]


def test_citations_are_buttons_that_name_their_source() -> None:
    cited = [button for button in _buttons(_conversation(Turn("q", _ANSWER)), "select") if button["class"] == "pt-cite"]

    assert {(button["data-turn"], button["data-marker"]) for button in cited} == {("0", "1")}
    assert {button["aria-label"] for button in cited} == {"Source 1: Hyper: a way"}


def test_verdicts_are_words_with_their_problems() -> None:
    text = _conversation(Turn("q", _ANSWER)).text

    assert "1 supported" in text
    assert "1 not supported" in text
    assert "flies is not in the cited paper" in text


def test_a_sentence_that_is_not_supported_is_flagged_where_it_stands() -> None:
    source = render.conversation([Turn("q", _ANSWER)], collection="papers", papers=3, examples=[])

    assert source.count('<span class="pt-doubt pt-unsupported">It flies ') == 1
    assert '<span class="pt-doubt pt-supported">' not in source


def test_under_an_answer_stand_its_writer_its_times_its_tokens_and_its_notes() -> None:
    text = " ".join(_conversation(Turn("q", _ANSWER)).text.split())

    assert (
        "Written by ollama/llama3.2 · search hybrid · 1.89 s (retrieve 0.04 s, write 1.83 s) · 812 + 96 tokens" in text
    )
    assert "The other model did not answer." in text


def test_removed_citations_are_counted() -> None:
    answer = dataclasses.replace(_ANSWER, removed_keys=2)

    assert "2 citations to passages the model had not been shown were removed." in _conversation(Turn("q", answer)).text


def test_citations_that_bear_nothing_out_are_counted() -> None:
    answer = dataclasses.replace(_ANSWER, dropped_citations=1)

    text = _conversation(Turn("q", answer)).text

    assert "1 citation of papers that bear nothing of the sentence out was removed." in text


def test_citations_of_one_paper_share_a_line_of_the_references() -> None:
    again = dataclasses.replace(_CITATION, marker=2)
    other = dataclasses.replace(_CITATION, marker=3, paper_id="p0", title="Other")
    answer = dataclasses.replace(_ANSWER, citations=(_CITATION, again, other))

    titles = [button for button in _conversation(Turn("q", answer)).all("button") if button.get("class") == "pt-ref"]

    assert [button["data-marker"] for button in titles] == ["1", "3"]


def test_a_refusal_shows_its_reason_and_the_nearest_papers_and_no_check() -> None:
    refused = Answer(
        "q", "Not here.", True, "Nothing is near.", (), (), (("p1", "Hyper: a way"),), "extractive", "hybrid", "0"
    )

    reader = _conversation(Turn("q", refused))

    assert [button["data-paper"] for button in _buttons(reader, "select")] == ["p1"]
    assert "Nothing is near." in reader.text
    assert "No answer in this collection" in reader.text
    assert "Check" not in reader.text


def test_a_failure_is_its_sentence_and_can_be_tried_again() -> None:
    reader = _conversation(Turn("q", failure="No server: start one."))

    assert "No server: start one." in reader.text
    assert len(_buttons(reader, "retry")) == 1


def test_a_stopped_answer_says_that_it_is_unchecked() -> None:
    text = _conversation(Turn("q", partial="Half of")).text

    assert "Half of" in text
    assert "has not been checked" in text


def test_only_the_last_turn_can_be_answered_again() -> None:
    asked = (Turn("q", _ANSWER), Turn("r", _ANSWER))

    assert len(_buttons(_conversation(*asked), "retry")) == 1


def test_before_the_first_question_examples_are_offered() -> None:
    assert [button["data-question"] for button in _buttons(_conversation(), "example_select")] == ["What is X about?"]


def test_an_empty_collection_says_how_to_fill_it() -> None:
    source = render.conversation([], collection="mine", papers=0, examples=[])

    assert 'data-open-tab="papers"' in source


def test_the_cited_sentence_is_marked_in_the_whole_abstract() -> None:
    source = render.evidence(_PAPER, _CITATION, turn=0, answer=_ANSWER)

    assert f"It is new. <mark>{_QUOTE}</mark> It ends." in source
    assert source.count("<mark>") == 1


def test_a_citation_of_the_title_is_marked_in_the_title() -> None:
    title = dataclasses.replace(_CITATION, quote=_PAPER.title, start=0, end=len(_PAPER.title))

    source = render.evidence(_PAPER, title, turn=0, answer=_ANSWER)

    assert f"<mark>{_PAPER.title}</mark></h2>" in source
    assert source.count("<mark>") == 1


def test_a_sentence_that_has_moved_is_found_again() -> None:
    longer = dataclasses.replace(_PAPER, abstract="A new first sentence. " + _PAPER.abstract)

    assert f"It is new. <mark>{_QUOTE}</mark> It ends." in render.evidence(longer, _CITATION, turn=0, answer=_ANSWER)


def test_a_sentence_that_is_gone_is_quoted_with_a_word_about_it() -> None:
    other = dataclasses.replace(_PAPER, abstract="Quite different.")

    reader = _Reader(render.evidence(other, _CITATION, turn=0, answer=_ANSWER))

    assert "The paper has changed since this answer" in reader.text
    assert _QUOTE in reader.text
    assert "Quite different." in reader.text


def test_the_evidence_names_date_authors_and_organisation_and_links_the_paper() -> None:
    reader = _Reader(render.evidence(_PAPER))

    assert all(words in reader.text for words in ("2025-03-30", "Ada, Bob", "Lab"))
    assert [(link["href"], link["rel"]) for link in reader.all("a")] == [
        ("https://example.org/1", "noopener noreferrer")
    ]


@pytest.mark.parametrize(
    ("authors", "count", "shown"),
    [
        ((), None, "undated\n"),
        ((), 8, "8 authors"),
        ((), 1, "1 author"),
        (("A", "B"), 12, "A, B and 10 more"),
        (tuple("ABCDEFGH"), None, "A, B, C, D, E, F and 2 more"),
    ],
)
def test_authors_are_named_or_counted(authors: tuple[str, ...], count: int | None, shown: str) -> None:
    paper = Paper("p", "T", "", authors=authors, author_count=count)

    assert shown in _Reader(render.evidence(paper)).text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " https://example.org",
        "java\nscript:alert(1)",
        "data:text/html,<script>1</script>",
        "//example.org/x",
        "https://",
        "https://[::1",
        "file:///etc/passwd",
        "",
        None,
    ],
)
def test_what_is_no_address_of_the_web_becomes_no_link(url: str | None) -> None:
    paper = Paper("p", "T", "A.", url=url, code_urls=(url or "",), project_urls=(url or "",))

    assert _Reader(render.evidence(paper)).all("a") == []


def test_a_doi_becomes_a_link_to_its_resolver() -> None:
    paper = Paper("p", "T", "A.", doi='10.1000/a"b<c>')

    assert [link["href"] for link in _Reader(render.evidence(paper)).all("a")] == [
        "https://doi.org/10.1000/a%22b%3Cc%3E"
    ]


def test_nothing_of_a_paper_a_question_or_a_model_becomes_an_element() -> None:
    paper = Paper(_EVIL, _EVIL, _EVIL, authors=(_EVIL,), organisation=_EVIL, venue=_EVIL, source=_EVIL, url=_EVIL)
    head = Head(_EVIL, _EVIL, None, _EVIL, None, _EVIL, _EVIL)
    citation = Citation(1, _EVIL, _EVIL, _EVIL, _EVIL, 0, len(_EVIL), Verdict.PARTIAL, 0.5)
    answer = Answer(
        question=_EVIL,
        text=f"{_EVIL} [1]",
        refused=False,
        reason=_EVIL,
        citations=(citation,),
        claims=(Claim(_EVIL, (1,), Verdict.PARTIAL, (_EVIL,)),),
        nearest=((_EVIL, _EVIL),),
        model=_EVIL,
        retriever=_EVIL,
        settings_hash="0",
        timings_ms={_EVIL: 1.0, "total": 2.0},
        notes=(_EVIL,),
    )
    refused = dataclasses.replace(answer, refused=True)
    asked = [Turn(_EVIL, answer), Turn(_EVIL, refused), Turn(_EVIL, failure=_EVIL), Turn(_EVIL, partial=_EVIL)]
    sources = [
        render.conversation(asked, collection=_EVIL, papers=1, examples=[]),
        render.conversation([], collection=_EVIL, papers=1, examples=[_EVIL]),
        render.conversation([], collection=_EVIL, papers=0, examples=[]),
        render.live(_EVIL, ""),
        render.live(_EVIL, _EVIL),
        render.evidence(paper, citation, turn=0, answer=answer),
        render.evidence(dataclasses.replace(paper, title="T", abstract="A"), citation, turn=0, answer=answer),
        render.message(_EVIL),
        render.paper_table(Found([head], [head], _EVIL), 1, _EVIL, (_EVIL,)),
        render.paper_table(Found([]), 0, _EVIL, ()),
        render.scope([(_EVIL, _EVIL)]),
        render.choices([Choice(_EVIL, False, _EVIL)], [Choice(_EVIL, True, _EVIL)]),
        render.header(_EVIL, [paper]),
    ]

    for source in sources:
        reader = _Reader(source)
        assert _EVIL in reader.text, "shown as it is"
        assert not {"script", "img", "a", "iframe", "style"} & {tag for tag, _ in reader.elements}
        assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]


def test_choices_that_cannot_be_had_say_why() -> None:
    source = render.choices([Choice("ollama/x", False, "No server: start it.")], [Choice("hybrid", True, "Both.")])

    text = " ".join(_Reader(source).text.split())
    assert "ollama/x not available No server: start it." in text
    assert "hybrid Both." in text


@pytest.mark.parametrize(
    ("shown", "total", "query", "status"),
    [
        (2, 2, "", "2 papers"),
        (1, 2, "x", "1 of 2 papers that match “x”"),
        (1, 1, "x", "1 paper that matches “x”"),
        (0, 0, "x", "No paper matches “x”"),
        (0, 0, "", "No papers"),
    ],
)
def test_the_table_says_how_many_papers_it_shows(shown: int, total: int, query: str, status: str) -> None:
    found = Found([Head("p", "T", None, "", None, None, None)] * total)
    assert _Reader(render.paper_table(found, shown, query, ())).text.startswith(status)


def test_the_header_gives_the_size_and_the_dates_of_the_collection() -> None:
    older = dataclasses.replace(_PAPER, published=datetime.date(2023, 7, 1))

    assert "2 papers · 2023-07 to 2025-03" in _Reader(render.header("papers", [_PAPER, older])).text
    assert "1 paper · 2025-03" in _Reader(render.header("papers", [_PAPER])).text
    assert "0 papers" in _Reader(render.header("papers", [])).text
