"""A paragraph of related work about the seed papers: its slips are found, and the papers that say it are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.claims import load_claims
from rag import Assistant, read_draft
from rag.verification import Checked

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

Hypergraphs reach beyond pairs of facts: Hyper-RAG improves accuracy by an average of 12.3% over the
direct use of an LLM [@hyper]. On nine diverse datasets it gains 53.5% over Light RAG [@hyper]. It also
outperforms Graph RAG and MiniRAG by 6.3% and 6.0% [@hyper].

Of training at scale, ByteScale achieves 55.2% Model FLOPs Utilization with a 175B model on 12,288 GPUs.
The mismatch between data heterogeneity and a static mesh causes redundant communication and imbalanced
computation [@mega]. Such clusters fail every day [@other]. We train a smaller model.
"""
LATEX = r"""
\section{Related work}
Hypergraphs reach beyond pairs of facts: Hyper-RAG improves accuracy by an average of 12.3\% over the
direct use of an LLM~\cite{hyper}. On nine diverse datasets it gains 53.5\,\% over Light RAG~\cite{hyper}. It also
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
