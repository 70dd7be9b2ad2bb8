from __future__ import annotations

import csv
import io

import pytest

from rag.tables import csv_table, markdown_table, markdown_text, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\nx", "\r=1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text).startswith("'")


def test_other_text_stays_as_it_is() -> None:
    assert safe_cell("a = b - c") == "a = b - c"


def test_a_csv_table_reads_back_with_quotes_commas_and_line_ends() -> None:
    rows = [["aspect", 'the "A", B'], ["x", "two\nlines"]]

    assert list(csv.reader(io.StringIO(csv_table(rows)))) == rows


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("two\r\nlines\nhere", "two lines here"),
        ("<script>", "&lt;script>"),
        ("&lt;b>", "&amp;lt;b>"),
        ("![x](http://e.org/p.png)", r"!\[x\](http://e.org/p.png)"),
        ("*bold* `code` _em_", r"\*bold\* \`code\` \_em\_"),
        ("G_stack", "G_stack"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2025-03-30 and 1.5", "2025-03-30 and 1.5"),
        ("C:\\x", "C:\\\\x"),
        ("R&D 3 < 4", "R&D 3 &lt; 4"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, shown: str) -> None:
    assert markdown_text(text) == shown


def test_a_markdown_table_has_one_line_a_row() -> None:
    assert markdown_table(["", "A"], [["x", "1"]]) == "|  | A |\n| --- | --- |\n| x | 1 |\n"
