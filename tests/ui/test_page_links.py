from __future__ import annotations

import pytest

from ui.page import links
from ui.page.links import View


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ("", View()),
        ("?", View()),
        ("?tab=verify", View("verify")),
        ("?tab=nowhere", View()),
        ("?tab=ask&tab=papers", View("papers")),
        ("?papers=a,b", View("compare", ("a", "b"))),
        ("?tab=papers&papers=a", View("papers", ("a",))),
        ("?tab=compare&papers=a,a,,b&papers=c", View("compare", ("a", "b", "c"))),
        ("?papers=%20x%0A%20y%20,z+1", View("compare", ("x y", "z 1"))),
        ("?papers=%ZZ%ff", View("compare", ("%ZZ\ufffd",))),
        ("?papers", View()),
        ("?__theme=dark&foo", View()),
    ],
)
def test_a_query_says_what_is_to_be_shown(query: str, view: View) -> None:
    assert links.read(query) == view


@pytest.mark.parametrize("names", [("a", "b"), ("10.1/x,y", "a&b=c#d", "ü ?%"), ("<b>", "\"'")])
def test_a_link_to_a_comparison_reads_as_its_papers(names: tuple[str, ...]) -> None:
    assert links.read(links.to_comparison(names)) == View("compare", names)
