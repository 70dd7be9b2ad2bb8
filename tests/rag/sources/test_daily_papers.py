from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.sources.cleaning import clean, system_name
from rag.types import Paper

_SEED = Path(__file__).parents[3] / "data" / "daily_papers.txt"
_ABSTRACT = "We study a thing at length and report what we found. " * 6


@pytest.fixture(scope="module")
def seed() -> list[Paper]:
    papers = [paper for paper in read_papers(_SEED) if isinstance(paper, Paper)]
    assert len(papers) == 91
    return papers


def _find(papers: list[Paper], title: str) -> Paper:
    found = [paper for paper in papers if paper.title.startswith(title)]
    assert len(found) == 1, title
    return found[0]


def _page(tmp_path: Path, text: str) -> list[Paper | BadRecord]:
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    return list(read_papers(path, "daily-papers"))


def test_the_seed_holds_91_papers_and_no_bad_record() -> None:
    records = list(read_papers(_SEED))

    assert len(records) == 91
    assert all(isinstance(record, Paper) for record in records)
    assert len({record.paper_id for record in records if isinstance(record, Paper)}) == 91


def test_titles_of_the_seed_are_those_of_the_page(seed: list[Paper]) -> None:
    lines = _SEED.read_text(encoding="utf-8").split("\n")

    for paper in seed:
        name, number = paper.source.split(":")
        title, abstract = lines[int(number) - 1], lines[int(number) + 1]
        assert name == "daily_papers.txt"
        assert paper.title == title
        assert paper.original == f"{title}\n{abstract}"


def test_numbers_of_the_whole_seed(seed: list[Paper]) -> None:
    assert sum(paper.author_count is None for paper in seed) == 3
    assert sum(paper.author_count or 0 for paper in seed) == 780
    assert sum(paper.published is None for paper in seed) == 1
    assert sum(paper.comment_count is not None for paper in seed) == 24
    years = [paper.published.year for paper in seed if paper.published]
    assert [years.count(year) for year in (2023, 2024, 2025)] == [15, 45, 30]
    assert all(paper.abstract.endswith((".", "/", "?", "AIW", " .")) for paper in seed)
    assert min(len(paper.abstract) for paper in seed) > 900


@pytest.mark.parametrize(
    ("title", "authors", "published", "comments"),
    [
        ("Hyper-RAG: Combating", 8, datetime.date(2025, 3, 30), 1),
        ("ScalingNote: Scaling up", 15, datetime.date(2024, 11, 24), None),
        ("MachineLearningLM: Continued", 5, datetime.date(2025, 9, 8), 7),
        ("Every FLOP Counts", 74, datetime.date(2025, 3, 6), None),
        ("Do We Still Need Clinical", 10, datetime.date(2023, 2, 16), None),
        ("Rethinking Conventional Wisdom", 1, datetime.date(2024, 9, 23), None),
    ],
)
def test_details_of_an_entry(
    seed: list[Paper], title: str, authors: int, published: datetime.date, comments: int | None
) -> None:
    paper = _find(seed, title)

    assert (paper.author_count, paper.published, paper.comment_count) == (authors, published, comments)
    assert paper.authors == ()


def test_an_organisation_stands_where_the_authors_would(seed: list[Paper]) -> None:
    law, cyber = _find(seed, "Densing Law of LLMs"), _find(seed, "CyberV: Cybernetics")

    assert (law.organisation, law.author_count, law.published) == ("OpenBMB", None, datetime.date(2024, 12, 5))
    assert (cyber.organisation, cyber.author_count, cyber.published) == ("ByteDance", None, datetime.date(2025, 6, 9))
    assert sum(paper.organisation is not None for paper in seed) == 2


def test_an_entry_without_details_does_not_swallow_the_next(seed: list[Paper]) -> None:
    bare, following = _find(seed, "EfficientLLM: Efficiency in"), _find(seed, "Small LLMs Are Weak Tool Learners")

    assert (bare.author_count, bare.published, bare.organisation, bare.comment_count) == (None, None, None, None)
    assert bare.abstract.endswith("next-generation foundation models.")
    assert (following.author_count, following.comment_count) == (8, 2)
    assert following.abstract.startswith("Large Language Model (LLM) agents")


def test_two_papers_of_one_system_name_have_ids_of_their_own(seed: list[Paper]) -> None:
    first, second = _find(seed, "EfficientLLM: Efficiency"), _find(seed, "EfficientLLM: Scalable")

    assert first.paper_id == "efficientllm-efficiency-in-large-language-models"
    assert second.paper_id.startswith("efficientllm-scalable-")


def test_the_last_entry_ends_without_a_line_end(seed: list[Paper]) -> None:
    assert not _SEED.read_bytes().endswith(b"\n")
    assert seed[-1].title.startswith("Rethinking Conventional Wisdom")
    assert seed[-1].abstract.endswith("only a single experiment is feasible?")


def test_letters_colons_and_hyphens_of_titles_survive(seed: list[Paper]) -> None:
    assert _find(seed, "PanGu-π: Enhancing").paper_id.startswith("pangu-pi-enhancing")
    assert _find(seed, "Predictable Scale: Part I -- Optimal Hyperparameter")
    assert _find(seed, "SWIFT:A Scalable lightWeight")


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("BitMoD", "with <0.5% accuracy loss"),
        ("BitMoD", "an average of 1.69x and 1.48x speedups"),
        ("PanGu", "model size (a.k.a. the number of parameters)"),
        ("PanGu", "about 10% inference speed-up"),
        ("Densing", 'the concept of "capacity density" as'),
        ("Densing", "(the densing law) that the capacity"),
        ("From Image to Video", "these methods. In response"),
        ("ScaleBiO", "to ~30B-sized LLMs on 8xH100 GPUs"),
        ("Efficient Arbitrary", "up to 2.4x speedup"),
        ("Scaling Laws with Vocabulary", "vocabulary size. Intuitively, larger"),
        ("Scaling Laws with Vocabulary", "at least 216K, 7 times larger than"),
        ("Stacking", "three critical Obstacles: (O1)"),
        ("Stacking", "called G_stack, exhibits"),
        ("Stacking", "available at https://llm-stacking.github.io/."),
        ("EfficientLLM: Scalable", "with 100M ~ 1B parameters"),
        ("MathScale", "(e.g., GPT-3.5)"),
        ("MathScale", "we construct MwpBench, a benchmark"),
        ("ZoomEye", "large language models (MLLMs) face"),
        ("ZoomEye", "34.57% on V* Bench and 17.88% on HR-Bench"),
        ("eDKM", "demonstrate that eDKM can fine-tune"),
        ("eDKM", "a decoder layer by 130x, while"),
        ("Every FLOP", "spelled Bailíng in Pinyin"),
        ("Rethinking", 'termed "scaling law crossover," where'),
        ("Rethinking", "this new paradigm: • Guiding Principles"),
        ("HiP", "from O(T^2) to O(T log T)"),
        ("SSRL", "robust sim-to-real transfer"),
        ("ByteScale", "by up to 7.89x."),
        ("Zebra", "and >97% of average"),
    ],
)
def test_residue_of_the_seed_is_readable(seed: list[Paper], title: str, cleaned: str) -> None:
    assert cleaned in _find(seed, title).abstract


def test_no_residue_is_left_in_the_seed(seed: list[Paper]) -> None:
    residue = re.compile(r"\\|[{}$]|textit|\dtimes|sim\d|\d sim \d|``|''|<!|\w~|\^\*|\bbullet\b|% [A-Z][a-z]+ly,|  ")

    assert {paper.title: residue.findall(paper.text) for paper in seed if residue.search(paper.text)} == {}


def test_cleaning_the_seed_twice_changes_nothing(seed: list[Paper]) -> None:
    for paper in seed:
        assert clean(paper.title) == paper.title
        assert clean(paper.abstract, system=system_name(paper.title)) == paper.abstract


def test_numbers_in_the_seed_stay_the_numbers_they_were(seed: list[Paper]) -> None:
    digits = re.compile(r"\d+(?:[.,]\d+)*")

    for paper in seed:
        assert digits.findall(paper.text) == digits.findall(paper.original), paper.title


def test_addresses_are_sorted_into_code_and_pages(seed: list[Paper]) -> None:
    assert _find(seed, "HASHIRU").code_urls == (
        "https://github.com/HASHIRU-AI/HASHIRU",
        "https://github.com/HASHIRU-AI/HASHIRUBench",
    )
    assert _find(seed, "HASHIRU").project_urls == ("https://hashiruagentx-hashiruai.hf.space",)
    assert _find(seed, "Control LLM").code_urls == (
        "https://github.com/linkedin/ControlLLM",
        "https://huggingface.co/ControlLLM",
    )
    assert _find(seed, "ZoomEye").code_urls == ("https://github.com/om-ai-lab/ZoomEye",)
    assert _find(seed, "Stacking").project_urls == ("https://llm-stacking.github.io/",)
    assert _find(seed, "MiniCPM").code_urls == ("https://github.com/OpenBMB/MiniCPM",)
    assert sum(bool(paper.code_urls) for paper in seed) == 23
    assert sum(bool(paper.project_urls) for paper in seed) == 5


def test_reading_again_gives_the_same_papers(seed: list[Paper]) -> None:
    assert list(read_papers(_SEED, "daily-papers")) == seed


def test_a_year_in_the_header_is_the_year_of_dates_without_one(tmp_path: Path) -> None:
    page = f"Daily Papers\n\nOct 27, 2021\n\nA Title\n\n{_ABSTRACT}\n\n  • 2 authors\n·\nMar 3\n"

    (paper,) = _page(tmp_path, page)

    assert isinstance(paper, Paper)
    assert (paper.title, paper.published) == ("A Title", datetime.date(2021, 3, 3))


def test_dates_stay_unknown_on_a_page_that_writes_no_year(tmp_path: Path) -> None:
    (paper,) = _page(tmp_path, f"A Title\n\n{_ABSTRACT}\n\n·\nMar 3 12\n")

    assert isinstance(paper, Paper)
    assert (paper.published, paper.comment_count, paper.author_count) == (None, 12, None)


def test_a_page_without_header_with_windows_line_ends_is_read(tmp_path: Path) -> None:
    entry = f"A Title\n\n{_ABSTRACT}\n\n  • 1 author\n·\nFeb 29, 2024\n".replace("\n", "\r\n")

    (paper,) = _page(tmp_path, entry)

    assert isinstance(paper, Paper)
    assert (paper.title, paper.author_count, paper.published) == ("A Title", 1, datetime.date(2024, 2, 29))


def test_an_abstract_of_several_paragraphs_is_one_abstract(tmp_path: Path) -> None:
    (paper,) = _page(tmp_path, f"A Title\n\n{_ABSTRACT}\n\nWhat about code?\n\nIt is out.\n\n·\nFeb 3, 2024\n")

    assert isinstance(paper, Paper)
    assert paper.abstract.endswith("found. What about code? It is out.")


def test_text_of_no_paper_and_details_of_none_are_bad_records(tmp_path: Path) -> None:
    footer = "Previous\n\nNext\n"
    records = _page(tmp_path, f"·\nMay 1, 2024\n\nA Title\n\n{_ABSTRACT}\n\n·\nMay 2, 2024\n\n{footer}")

    assert [type(record) for record in records] == [BadRecord, Paper, BadRecord]
    assert isinstance(records[0], BadRecord)
    assert isinstance(records[2], BadRecord)
    assert records[0].source == "page.txt:1"
    assert "without a title" in records[0].reason
    assert records[2].source == "page.txt:11"
    assert "belongs to no paper" in records[2].reason


def test_a_page_that_is_not_utf8_is_decoded_and_told(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(
        b"Caf\xe9\n\n" + _ABSTRACT.encode() + b"\n\n\xc2\xb7\nMay 1, 2024\n\n"
        b"A Title\n\n" + _ABSTRACT.encode() + b"\n\n\xc2\xb7\nMay 2, 2024\n"
    )

    note, first, second = read_papers(path)

    assert isinstance(note, Note)
    assert isinstance(first, Paper)
    assert first.title == "Café"
    assert isinstance(second, Paper)
    assert second.title == "A Title"
