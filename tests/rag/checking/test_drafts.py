"""Whole drafts against a collection: what each sentence is held against, and who says it instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, read_draft
from rag.checking import Checked, CheckedDraft
from rag.types import Verdict
from tests.papers import CACHE, SPARSE

BIB = """@article{marin, title={{Firefly}: A Cache for Retrieval-Augmented Generation}, year=2024}
@article{reef, title={Glasswing: sparse attention for long documents}, year=2025}
@article{away, title={A Paper that Nobody Has}, year=2020}
"""


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    path = tmp_path / "refs.bib"
    path.write_text(BIB, encoding="utf-8")
    return path


def _check(assistant: Assistant, text: str, *bibliographies: Path) -> CheckedDraft:
    return assistant.verify_draft(read_draft(text, bibliographies=bibliographies))


def _one(assistant: Assistant, text: str, *bibliographies: Path) -> Checked:
    (checked,) = _check(assistant, text, *bibliographies).sentences
    return checked


@pytest.mark.parametrize("cite", ["[@marin]", r"\citep{marin}", "[@marin; @reef]", "@marin"])
def test_a_sentence_is_held_against_the_papers_it_cites(small: Assistant, bib: Path, cite: str) -> None:
    checked = _one(small, f"The cache answers 3.4 times faster than a plain index {cite}.", bib)

    assert (checked.status, checked.basis, checked.paper) == ("supported", "cited", CACHE)
    assert checked.claim.endswith(f"{cite}.")
    assert checked.suggestion is None


def test_a_numbered_reference_leads_to_its_paper(small: Assistant) -> None:
    text = (
        f"The cache answers 4.3 times faster than a plain index [1].\n\nReferences\n\n[1] Marin. {CACHE.title}. 2024."
    )
    checked = _check(small, text).sentences[0]

    assert (checked.status, checked.basis, checked.paper) == ("unsupported", "cited", CACHE)
    assert any("4.3" in problem for problem in checked.problems)


@pytest.mark.parametrize(
    "cited", [f"(see “{CACHE.title}”)", f'as "{CACHE.title.lower()}" says', "[cache]", "(arXiv:1001.00001, [cache])"]
)
def test_the_words_of_a_quoted_title_are_no_part_of_the_claim(small: Assistant, cited: str) -> None:
    checked = _one(small, f"Soil moisture is predicted by satellites {cited}.")

    assert (checked.basis or "cited", checked.papers) == ("cited", (CACHE,))
    assert checked.status in ("unsupported", "unknown")


def test_a_misattributed_sentence_names_the_paper_that_says_it(small: Assistant, bib: Path) -> None:
    checked = _one(small, "The cache answers 3.4 times faster than a plain index [@reef].", bib)

    assert checked.status == "unsupported"
    assert checked.suggestion is not None
    assert (checked.suggestion.paper, checked.suggestion.told_of) == (CACHE, None)
    assert checked.suggestion.evidence in CACHE.text


def test_a_swapped_name_is_said_with_the_right_one(small: Assistant) -> None:
    checked = _one(small, "Glasswing answers 3.4 times faster than a plain index.")

    assert (checked.status, checked.basis, checked.papers) == ("unsupported", "named", (SPARSE,))
    assert checked.suggestion is not None
    assert checked.suggestion.told_of == ("Glasswing", "Firefly")
    assert checked.suggestion.text == "this is said of Firefly, not of Glasswing"


def test_the_name_of_nobodys_system_is_swapped_back_too(small: Assistant) -> None:
    checked = _one(small, "QuickNap answers 3.4 times faster than a plain index.")

    assert checked.status == "uncited"
    assert checked.suggestion is not None
    assert checked.suggestion.told_of == ("QuickNap", "Firefly")


def test_an_uncited_sentence_gets_the_paper_that_supports_it_or_the_nearest(small: Assistant) -> None:
    true, false = _check(
        small,
        "Caching makes answers 3.4 times faster than a plain index. "
        "Caching answers faster than a plain index and loses 2.9% of its recall.",
    ).sentences

    assert (true.status, true.verdict, true.basis) == ("uncited", Verdict.SUPPORTED, "nearest")
    assert true.suggestion is not None
    assert true.suggestion.paper == CACHE
    assert (false.status, false.verdict, false.suggestion) == ("uncited", Verdict.UNSUPPORTED, None)
    assert any("2.9%" in problem and "the nearest paper" in problem for problem in false.problems)


def test_what_could_be_said_by_any_paper_is_traced_to_none(small: Assistant) -> None:
    general, strange = _check(small, "Language models answer questions. Wombats dig 12 holes a night.").sentences

    assert (general.status, general.paper, general.suggestion) == ("uncited", None, None)
    assert (strange.status, strange.paper, strange.suggestion) == ("uncited", None, None)
    assert strange.problems == ("nothing in the collection speaks of this",)


def test_what_cites_a_paper_that_is_not_here_is_neither_supported_nor_wrong(small: Assistant, bib: Path) -> None:
    text = (
        "Wombats dig 12 holes a night [@away]. The cache answers 3.4 times faster than a plain index [@marin; @away]. "
        "The cache needs 99 GPUs [@marin; @away]. All of them glow in the dark [@nokey]. "
        "Seen by many others as well (arXiv:1001.00001)."
    )
    away, both, more, nokey, arxiv = _check(small, text, bib).sentences

    assert (away.status, away.verdict, away.paper) == ("unknown", None, None)
    assert away.problems == ("it cites “A Paper that Nobody Has”, which is not in this collection",)
    assert (both.status, both.unknown) == ("supported", away.unknown)
    assert (more.status, more.verdict) == ("unknown", None)
    assert "not in the draft's list of references" in nokey.problems[0]
    assert "arXiv:1001.00001" in arxiv.problems[0]


def test_numbers_without_a_list_of_references_are_said_once_and_names_count(small: Assistant) -> None:
    checked = _check(small, "Firefly answers 4.3 times faster than a plain index [12]. Some lose 0.2% of recall [12].")

    assert [one.status for one in checked.sentences] == ["unsupported", "uncited"]
    assert sum("[12]" in note for note in checked.notes) == 1


def test_keys_without_a_bibliography_may_be_ids_and_are_unknown_otherwise(small: Assistant) -> None:
    known, unknown = _check(
        small, "It answers 3.4 times faster than a plain index [@cache]. It needs many GPUs [@marin]."
    ).sentences

    assert known.status == "supported"
    assert unknown.status == "unknown"
    assert "no bibliography" in unknown.problems[0]


@pytest.mark.parametrize("it", ["It", "This method", "The system also", "In practice it", "Moreover, this system"])
def test_a_sentence_about_it_is_held_against_what_the_sentence_before_cites(
    small: Assistant, bib: Path, it: str
) -> None:
    true = f"Firefly keeps retrieved passages between questions [@marin]. {it} loses 0.2% of recall."
    false = true.replace("0.2%", "0.9%")
    moved = true.replace("Firefly keeps retrieved passages between questions [@marin]", "Glasswing is sparse [@reef]")

    assert [(one.status, one.basis) for one in _check(small, true, bib).sentences][1] == ("supported", "continued")
    second = _check(small, false, bib).sentences[1]
    assert (second.status, second.papers) == ("unsupported", (CACHE,))
    assert any("the sentence before it cites" in problem for problem in second.problems)
    second = _check(small, moved, bib).sentences[1]
    assert (second.status, second.papers) == ("unsupported", (SPARSE,))
    assert any("was read as Glasswing" in problem for problem in second.problems)
    assert second.suggestion is not None
    assert (second.suggestion.paper, second.suggestion.told_of) == (CACHE, ("Glasswing", "Firefly"))


def test_a_citation_of_its_own_is_read_with_the_name_that_it_stands_for(small: Assistant, bib: Path) -> None:
    draft = "Glasswing attends to the nearest paragraphs only [@reef]. It loses 0.2% of recall [@marin]."
    second = _check(small, draft, bib).sentences[1]

    assert (second.status, second.basis, second.papers) == ("unsupported", "cited", (CACHE,))


def test_it_reaches_back_over_no_paragraph_no_question_and_no_missing_paper(small: Assistant, bib: Path) -> None:
    first = "Glasswing attends to the nearest paragraphs only [@reef]."
    it = "It loses 0.2% of recall."

    for between in ("\n\n", " Is it so? ", " All of this is a rather long story of many parts. "):
        last = _check(small, f"{first}{between}{it}", bib).sentences[-1]
        assert (last.status, last.basis) == ("uncited", "nearest")
    away = _check(small, f"Wombats dig 12 holes a night [@away]. {it}", bib).sentences[1]
    assert (away.status, away.unknown) == (
        "unknown",
        ("it cites “A Paper that Nobody Has”, which is not in this collection",),
    )


def test_the_drafts_own_work_is_not_checked_but_counted(small: Assistant) -> None:
    checked = _check(small, "# Work\n\nWe train on 99 GPUs.\n\nIs it so?\n\nFirefly loses 0.2% of recall.")

    assert [one.status for one in checked.sentences] == ["skipped", "skipped", "skipped", "supported"]
    assert checked.sentences[1].problems == ("about the draft's own work",)
    summary = checked.to_json()["summary"]
    assert (summary["sentences"], summary["skipped"], summary["supported"]) == (4, 3, 1)


def test_two_named_papers_may_bear_a_sentence_out_together(small: Assistant) -> None:
    checked = _one(small, "Firefly loses 0.2% of recall, and Glasswing reaches 81.5% accuracy.")

    assert checked.status == "supported"
    assert set(checked.papers) == {CACHE, SPARSE}


def test_the_progress_is_told(small: Assistant) -> None:
    told: list[tuple[int, int]] = []
    small.verify_draft(read_draft("# One\n\nFirefly loses 0.2% of recall."), progress=lambda *now: told.append(now))

    assert told == [(1, 2), (2, 2)]


def test_a_sentence_without_end_is_left_out(small: Assistant) -> None:
    checked = _one(small, "zebra " * 5000)

    assert (checked.status, checked.problems) == ("skipped", ("too long for a sentence",))


def test_a_record_has_everything(small: Assistant) -> None:
    record = _one(small, "Glasswing answers 3.4 times faster than a plain index.").to_json()

    assert record["line"] == 1
    assert record["suggestion"]["told_of"] == {"draft": "Glasswing", "paper": "Firefly"}
    assert record["layers"]["checker"]["verdict"] == "unsupported"
    assert "judge" not in record["layers"]


def test_a_sentence_that_several_papers_bear_out_names_them_all(small: Assistant, bib: Path) -> None:
    both = _one(small, "Firefly loses 0.2% of recall [@marin; @reef].", bib)
    alone = _one(small, "Firefly loses 0.2% of recall [@marin].", bib)

    assert both.papers == (CACHE, SPARSE)
    assert [supporter.paper for supporter in both.supporters] == [CACHE]
    assert [supporter.paper for supporter in alone.supporters] == [CACHE]
    assert alone.supporters[0].evidence in CACHE.text
    assert [one["paper_id"] for one in alone.to_json()["supporters"]] == ["cache"]


def test_the_items_of_a_list_are_held_against_what_leads_it_in(small: Assistant, bib: Path) -> None:
    text = (
        "The authors of the cache say [@marin]:\n\n- it loses 0.2% of recall\n- it loses 0.9% of recall\n\n"
        "Firefly loses 0.9% of its recall."
    )
    checked = [one for one in _check(small, text, bib).sentences if one.status != "skipped"]

    assert [(one.status, one.basis) for one in checked] == [
        ("supported", "continued"),
        ("unsupported", "continued"),
        ("unsupported", "named"),
    ]
    assert any("before the list" in problem for problem in checked[1].problems)


@pytest.mark.parametrize(
    "text",
    [
        "The cache answers 4.3 times faster than a plain index.[^a]\n\n[^a]: Marin and Reef. TITLE. In: Caches.",
        "The cache answers 4.3 times faster than a plain index.\\footnote{Marin. \\emph{TITLE}.}",
    ],
)
def test_a_footnote_without_a_year_leads_to_the_paper_that_it_names(small: Assistant, text: str) -> None:
    first, *notes = _check(small, text.replace("TITLE", CACHE.title)).sentences

    assert (first.status, first.basis, first.papers) == ("unsupported", "cited", (CACHE,))
    assert {one.status for one in notes} == {"skipped"}
    assert ("a footnote that is a reference",) in [one.problems for one in notes]


def test_a_footnote_that_only_remarks_is_checked_and_cites_nothing(small: Assistant) -> None:
    first, note = _check(small, "Firefly loses 0.2% of recall.[^a]\n\n[^a]: Firefly loses 0.9% of recall.").sentences

    assert (first.status, first.basis) == ("supported", "named")
    assert note.status == "unsupported"


def test_a_decimal_comma_is_a_point(small: Assistant, bib: Path) -> None:
    right, wrong = _check(
        small, "Firefly verliert 0,2 % der Treffer [@marin]. Firefly verliert 0,9 % der Treffer [@marin].", bib
    ).sentences

    assert not any("0,2" in problem for problem in right.problems)
    assert any("0,9" in problem for problem in wrong.problems)
