"""A paragraph of related work about the seed papers: its slips are found, and the papers that say it are named."""

from __future__ import annotations

from pathlib import Path

import pytest

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
