"""A paragraph of related work about the seed papers: its slips are found, and the papers that say it are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.claims import load_claims
from rag import Assistant, read_draft
from rag.checking import Checked
from rag.text.naming import own_names

BIB = """
@article{hyper,
  title={{Hyper-RAG}: Combating {LLM} Hallucinations using Hypergraph-Driven Retrieval-Augmented Generation}}
@article{byte,
  title={{ByteScale}: Efficient Scaling of {LLM} Training with a 2048K Context Length on More Than 12,000 {GPU}s}}
@article{mega, title={{MegaScale}: Scaling Large Language Model Training to More Than 10,000 {GPU}s}}
@article{other, title={A Book about Something Else}}
"""
MARKDOWN = """
# Related work

Hyper-RAG improves accuracy by an average of 12.3% over
direct LLM use [@hyper]. On nine diverse datasets it gains 53.5% over Light RAG [@hyper]. It also
outperforms Graph RAG and MiniRAG by 6.3% and 6.0% [@hyper].

Of training at scale, ByteScale achieves 55.2% Model FLOPs Utilization with a 175B model on 12,288 GPUs.
The mismatch between data heterogeneity and a static mesh causes redundant communication and imbalanced
computation [@mega]. Such clusters fail every day [@other]. We train a smaller model.
"""
LATEX = r"""
\section{Related work}
Hyper-RAG improves accuracy by an average of 12.3\% over
direct LLM use~\cite{hyper}. On nine diverse datasets it gains 53.5\,\% over Light RAG~\cite{hyper}. It also
outperforms Graph RAG and MiniRAG by 6.3\% and 6.0\%~\citep{hyper}.

Of training at scale, ByteScale achieves 55.2\% Model FLOPs Utilization with a 175B model on 12{,}288 GPUs.
% a remark
The mismatch between data heterogeneity and a static mesh causes redundant communication and imbalanced
computation~\parencite{mega}. Such clusters fail every day \cite{other}. We train a smaller model.
"""


@pytest.fixture(params=[MARKDOWN, LATEX], ids=["markdown", "latex"])
def checked(request: pytest.FixtureRequest, seed: Assistant, tmp_path: Path) -> list[Checked]:
    (tmp_path / "refs.bib").write_text(BIB, encoding="utf-8")
    draft = read_draft(request.param, bibliographies=[tmp_path / "refs.bib"])
    return [one for one in seed.verify_draft(draft).sentences if one.problems != ("a comment",)]


def test_every_sentence_gets_what_is_to_be_said_of_it(checked: list[Checked]) -> None:
    assert [one.status for one in checked] == [
        "skipped",
        "supported",
        "unsupported",
        "unsupported",
        "unsupported",
        "unsupported",
        "unknown",
        "skipped",
    ]


def test_the_slips_are_named_with_the_papers_that_say_it(checked: list[Checked]) -> None:
    _, _, number, baseline, name, misattributed, *_ = checked

    assert any("53.5" in problem and "35.5" in problem for problem in number.problems)
    assert any("MiniRAG" in problem for problem in baseline.problems)
    assert name.suggestion is not None
    assert name.suggestion.told_of == ("ByteScale", "MegaScale")
    assert name.suggestion.paper.title.startswith("MegaScale: ")
    assert misattributed.suggestion is not None
    assert misattributed.suggestion.told_of is None
    assert misattributed.suggestion.paper.title.startswith("ByteScale: ")


@pytest.mark.parametrize("form", ["pandoc", "after the full stop", "latex", "numbered", "quoted"])
def test_a_citation_gives_the_same_verdict_however_it_is_written(seed: Assistant, tmp_path: Path, form: str) -> None:
    for claimed in load_claims()[::13]:
        keys = [f"k{number}" for number in range(len(claimed.cites))]
        entries = zip(keys, map(_escaped, claimed.cites), strict=True)
        bib = tmp_path / "refs.bib"
        bib.write_text("\n".join(f"@misc{{{key}, title={{{title}}}}}" for key, title in entries), encoding="utf-8")
        (wanted,) = seed.verify(claimed.claim, claimed.cites)

        draft = read_draft(_cited(claimed.claim, claimed.cites, keys, form), bibliographies=[bib])
        (found,) = [one for one in seed.verify_draft(draft).sentences if one.status != "skipped"]

        assert (found.verdict, found.basis) == (wanted.verdict, "cited"), found.claim
        assert {paper.title for paper in found.papers} == set(claimed.cites)


def test_what_is_told_of_the_wrong_system_by_it_is_found(seed: Assistant, tmp_path: Path) -> None:
    """Each true claim that begins with its system, as "It ..." after a claim about another one, and about the same."""
    papers = {paper.title: paper for paper in seed.papers()}
    named = [
        (one, name)
        for one in load_claims()
        if one.supported and len(one.cites) == 1
        for name in own_names(papers[one.cites[0]])
        if one.claim.startswith(f"{name} ")
    ]
    bib = tmp_path / "refs.bib"
    bib.write_text("\n".join(f"@misc{{k{n}, title={{{_escaped(title)}}}}}" for n, title in enumerate(papers)), "utf-8")
    keys = {title: f"k{number}" for number, title in enumerate(papers)}

    def second(first: str, title: str, claim: str) -> Checked:
        draft = read_draft(f"{first.removesuffix('.')} [@{keys[title]}]. {claim}", bibliographies=[bib])
        return seed.verify_draft(draft).sentences[1]

    lies = right = 0
    for number, (one, name) in enumerate(named):
        it = f"It{one.claim.removeprefix(name)}"
        other = next(other for other, _ in (named[number + 1 :] + named) if other.cites != one.cites)
        (alone,) = seed.verify(one.claim, one.cites)
        same = second(f"{name} is a system", one.cites[0], it)
        assert (same.verdict, same.basis) == (alone.verdict, "continued"), it
        if alone.verdict == "supported":
            told = second(other.claim, other.cites[0], it)
            assert told.status == "unsupported", it
            lies += 1
            right += told.suggestion is not None and told.suggestion.paper.title == one.cites[0]

    assert lies >= 5
    assert right >= 0.85 * lies


def _cited(claim: str, titles: Sequence[str], keys: Sequence[str], form: str) -> str:
    """The claim as a draft that cites these papers."""
    body = claim.removesuffix(".")
    pandoc = "; ".join(f"@{key}" for key in keys)
    if form == "pandoc":
        return f"{body} [{pandoc}]."
    if form == "after the full stop":
        return f"{claim} [{pandoc}]"
    if form == "latex":
        return f"{_escaped(body)}~\\citep{{{','.join(keys)}}}."
    if form == "quoted":
        return f"{body} (see {' and '.join(f'“{title}”' for title in titles)})."
    numbers = ", ".join(str(number) for number in range(1, len(titles) + 1))
    listed = "\n".join(f"[{number}] A. Author et al. {title}. 2024." for number, title in enumerate(titles, start=1))
    return f"{body} [{numbers}].\n\nReferences\n\n{listed}"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "%&#_$" else sign for sign in text)
