from __future__ import annotations

import datetime

import pytest

from rag.sources.dates import parse_date
from rag.sources.ids import title_id
from rag.sources.links import find_links, sort_links, web_address
from rag.sources.names import split_authors, split_list


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("at https://github.com/a/b.", ["https://github.com/a/b"]),
        ("(https://github.com/a/b), ( https://x.io/y)", ["https://github.com/a/b", "https://x.io/y"]),
        ("https://en.wikipedia.org/wiki/X_(Y) here", ["https://en.wikipedia.org/wiki/X_(Y)"]),
        ("code: github.com/a/b-c_d; page a-b.github.io/x", ["https://github.com/a/b-c_d", "https://a-b.github.io/x"]),
        ("me@github.com/a, see notgithub.com/a", []),
        ('"https://x.io/?q=1&r=2"', ["https://x.io/?q=1&r=2"]),
        ("javascript:alert(1) ftp://x.io http://", []),
    ],
)
def test_addresses_are_found_without_the_punctuation_around_them(text: str, links: list[str]) -> None:
    assert find_links(text) == links


def test_addresses_are_sorted_and_each_is_there_once() -> None:
    links = ["https://github.com/a/b", "https://x.github.io/", "https://GitHub.com/a/b/", "https://x.github.io"]

    assert sort_links(links) == (("https://github.com/a/b",), ("https://x.github.io/",))


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "", "no address", "http://[::1", "https://"]
)
def test_what_is_no_web_address_is_none(text: str) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize(
    ("title", "paper_id"),
    [
        ("Densing Law of LLMs", "densing-law-of-llms"),
        ("Inverse Scaling: When Bigger Isn't Better", "inverse-scaling-when-bigger-isnt-better"),
        ("PanGu-π & Ω", "pangu-pi-omega-"),
        ("  SWIFT:A  Café ", "swift-a-cafe"),
        ("中文", "paper-"),
    ],
)
def test_ids_are_readable_and_ascii(title: str, paper_id: str) -> None:
    assert title_id(title).startswith(paper_id)
    assert title_id(title).isascii()


def test_an_id_is_short_and_cuts_no_word() -> None:
    title = "A Comprehensive Survey of Small Language Models in the Era of Large Language Models: Techniques"

    words = title_id(title).split("-")

    assert len(title_id(title)) <= 60
    assert all(word in title.lower().replace(":", "").split() for word in words[:-1])


def test_similar_titles_have_different_ids() -> None:
    long = "A very long title about the many ways of training large language models on "
    titles = ["Learning C", "Learning C++", "Learning C#", "Learning 中", "Learning 文", f"{long} GPUs", f"{long} TPUs"]

    assert len({title_id(title) for title in titles}) == len(titles)


def test_case_blanks_and_common_punctuation_do_not_make_another_paper() -> None:
    assert (
        len(
            {
                title_id(title)
                for title in ("Part I -- Laws: A Study", "part i – laws. a  study", "Part I: Laws, A Study")
            }
        )
        == 1
    )
    long = "a very long title about the many ways of training large language models"
    assert title_id(f"{long}: part one") == title_id(f"{long.title()} (Part One)")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (2024, (2024, 1, 1)),
        (2024.0, (2024, 1, 1)),
        ("2024", (2024, 1, 1)),
        ("2024-05", (2024, 5, 1)),
        ("2024-05-09", (2024, 5, 9)),
        ("2024/5/9", (2024, 5, 9)),
        ("20240509", (2024, 5, 9)),
        ("2024-05-09T10:11:12Z", (2024, 5, 9)),
        ("May 9, 2024", (2024, 5, 9)),
        ("Sept. 9th 2024", (2024, 9, 9)),
        ("9 May 2024", (2024, 5, 9)),
        ("May 2024", (2024, 5, 1)),
        ("Mon, 2 Apr 2007 19:18:42 GMT", (2007, 4, 2)),
        ("5/1/2024", (2024, 1, 1)),
        ("25/12/2024", (2024, 12, 25)),
        ("06/2018", (2018, 6, 1)),
        ("2015-03/2015-05", (2015, 3, 1)),
        ("2014/2015", (2014, 1, 1)),
        ("2013~", (2013, 1, 1)),
        ("c2012", (2012, 1, 1)),
        ("[2012]", (2012, 1, 1)),
        ("2018-21", (2018, 1, 1)),
        ("2015-XX", (2015, 1, 1)),
        ("2020.0", (2020, 1, 1)),
        ("2019/06/03/", (2019, 6, 3)),
        ("2019///", (2019, 1, 1)),
        ("2019 Jun 3", (2019, 6, 3)),
        ("2019 Jun-Jul", (2019, 6, 1)),
        ("Spring 2019", (2019, 1, 1)),
        (1577836800000, (2020, 1, 1)),
    ],
)
def test_dates_are_read(value: object, day: tuple[int, int, int]) -> None:
    assert parse_date(value) == datetime.date(*day)


@pytest.mark.parametrize("value", ["2024-13-01", "2023-02-29", "soon", "", None, True, 17, 1.5, [], "2024 pages"])
def test_what_is_no_date_is_none(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Ada Lovelace", "Turing, Alan"], ("Ada Lovelace", "Alan Turing")),
        ([{"name": "Ada  Lovelace"}, {"given": "Alan", "family": "Turing"}, 3], ("Ada Lovelace", "Alan Turing")),
        ("Ada Lovelace, Alan Turing and Grace Hopper", ("Ada Lovelace", "Alan Turing", "Grace Hopper")),
        ("Lovelace, Ada and Turing, Alan and others", ("Ada Lovelace", "Alan Turing")),
        ("Ada Lovelace, Alan Turing, et al.", ("Ada Lovelace", "Alan Turing")),
        ("Ada Lovelace et al.", ("Ada Lovelace",)),
        ("Lovelace, Ada; Alan Turing", ("Ada Lovelace", "Alan Turing")),
        ("Lovelace, Ada", ("Ada Lovelace",)),
        ("Ada Lovelace", ("Ada Lovelace",)),
        ("", ()),
        (None, ()),
    ],
)
def test_authors_are_split_with_the_given_name_first(value: object, names: tuple[str, ...]) -> None:
    assert split_authors(value) == names


def test_lists_are_split_at_semicolons_or_else_commas_without_repeats() -> None:
    assert split_list("a b; c, d ;a b;") == ("a b", "c, d")
    assert split_list("a, b,, a") == ("a", "b")
    assert split_list(["a", 1, " b "]) == ("a", "b")
    assert split_list(7) == ()
