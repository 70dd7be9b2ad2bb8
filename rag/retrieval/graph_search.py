"""What the retrievers over the hypergraph share: linking a question, diffusing from what it names, near hyperedges."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.linking import Link, linker_of
from rag.knowledge.sparse import Numbers
from rag.retrieval.scoring import paper_similarity
from rag.retrieval.search import CANDIDATE_SENTENCES, Index, Search
from rag.types import Hit

__all__ = ["GraphSearch", "Scores", "interleaved"]

VERTICES = 60
"""Entities taken for one question, as in Hyper-RAG."""
BUDGET_TOKENS = 1600
"""Of the sentences behind the hyperedges that a question's entities are followed along, as in Hyper-RAG."""
CHARS_A_TOKEN = 4.0
TAKEN_PAPERS = 50
"""Papers that the graph leads to and whose sentences are then held against the question."""
PLACE_WEIGHT = 0.1
"""Of one over the place at which the graph gave a paper, against the similarity of its sentences. Right paper first on
questions with one, two and three links: with 0.3 ``light`` 0.77, 0.81, 0.91 and ``graph`` 0.65, 0.74, 0.91; with 0.1
0.94, 0.97, 0.97 and 0.77, 0.94, 0.97. By the place alone 0.55, 0.71, 0.71 and 0.52, 0.71, 0.74 of first citations were
right, now 0.94, 0.97, 0.91 and 0.77, 0.94, 0.89."""

Scores = npt.NDArray[np.float32]


class GraphSearch(Search):
    """One question against the hypergraph of one index; arrays go by the numbers of the hypergraph."""

    def __init__(self, index: Index, text: str, within: Collection[str] | None) -> None:
        super().__init__(index, text, within)
        self.graph: Hypergraph = index.knowledge()

    @functools.cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Whether each paper may be found, shape (papers,)."""
        if self.within is None:
            return np.ones(len(self.graph.papers), bool)
        return np.array([paper_id in self.within for paper_id in self.graph.papers], bool)

    @functools.cached_property
    def links(self) -> list[Link]:
        """The low level: the entities that the question names, clearest first."""
        return linker_of(self.graph).links(self.text, VERTICES)

    @functools.cached_property
    def near(self) -> dict[int, float]:
        """The high level: the sentences nearest to the question as a whole and their cosines, nearest first.

        A sentence is its hyperedge: the vector of the one is that of the other.
        """
        found: dict[int, float] = {}
        for paper_id, number, cosine in self.index.dense(self.vector, CANDIDATE_SENTENCES, self.within):
            sentence = self.graph.sentence_of(paper_id, number)
            if sentence is not None:
                found.setdefault(sentence, cosine)
        return found

    def by_abstract(self, votes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The votes of each sentence's abstract, and within one its own, shape (sentences,).

        The chunks of LightRAG and GraphRAG, of 1,200 tokens, are as long as an abstract.
        """
        papers = self.graph.sentences.papers
        whole = np.bincount(papers, weights=votes, minlength=len(self.graph.papers))
        scores: npt.NDArray[Any] = whole[papers] + votes / (1 + votes.max(initial=0))
        return scores

    def in_turns(self, branches: Sequence[Sequence[int]], k: int) -> list[Hit]:
        """The papers of sentences that several branches found, taken in turns, the best evidence first.

        The systems hand such a list to a language model whole, in which order is of no weight; here the first papers
        are what is answered from. So those taken are put in order by how near their sentences are to the question, and
        the place at which the graph gave them counts :data:`PLACE_WEIGHT`.
        """
        table = self.graph.sentences.papers
        papers = list(dict.fromkeys(int(table[n]) for n in interleaved(branches) if self.allowed[table[n]]))
        taken = self.ids(papers[: max(k, TAKEN_PAPERS)])
        cosines = self.cosines(taken)
        signals = {
            paper_id: {"similarity": paper_similarity(values), "place": PLACE_WEIGHT / place}
            for place, paper_id in enumerate(taken, start=1)
            if (values := cosines.get(paper_id)) is not None
        }
        return self.hits(signals, cosines, k)

    def places(self, ids: Iterable[str]) -> dict[str, int]:
        """The number of each paper that the hypergraph knows."""
        found = {paper_id: self.graph.paper_number(paper_id) for paper_id in ids}
        return {paper_id: number for paper_id, number in found.items() if number is not None}

    def ids(self, papers: Numbers | Sequence[int]) -> list[str]:
        """The ids of papers by their numbers."""
        return [self.graph.papers[paper] for paper in papers]

    def named(self) -> Scores:
        """How much of the question each paper's entities cover, 0 to 1, shape (papers,).

        A term counts by how few papers have it and by how well the best entity that holds it matches; so two entities
        with the same word ("language model", "large language model") do not count it twice.
        """
        credits: dict[str, Scores] = {}
        for link in self.links:
            papers = self.graph.naming[link.vertex]
            for term in link.terms:
                if term in self.weights:
                    credit = credits.setdefault(term, np.zeros(len(self.graph.papers), np.float32))
                    credit[papers] = np.maximum(credit[papers], link.match)
        total = sum(self.weights[term] for term in self.content)
        shares = np.zeros(len(self.graph.papers), np.float32)
        for term in self.content:
            if term in credits:
                shares += self.weights[term] / total * credits[term]
        return shares * self.allowed

    def strengths(self) -> dict[int, float]:
        """One hop from the entities named: hyperedges and how strongly the question pulls at each, strongest first.

        The sum of what its named members weigh over the square root of its size; so many of the strongest as the
        sentences behind them have :data:`BUDGET_TOKENS`.
        """
        pulled = np.zeros(self.graph.edge_count, np.float32)
        for link in self.links:
            pulled[self.graph.incident[link.vertex]] += link.weight
        edges = np.flatnonzero(pulled > 0)  # the comparison first: flatnonzero takes ten times as long on floats
        pulled[edges] /= np.sqrt(self.graph.members.lengths_of(edges))
        kept: dict[int, float] = {}
        spent = 0.0
        for edge in edges[np.lexsort((edges, -self.graph.sources.lengths_of(edges), -pulled[edges]))]:
            spent += self.tokens(self.graph.sources[edge])
            if kept and spent > BUDGET_TOKENS:
                break
            kept[int(edge)] = float(pulled[edge])
        return kept

    def pulled(self, sentences: Mapping[int, float]) -> Scores:
        """Entities of sentences by their cosines: what each gets from the sentences it is in, shape (vertices,).

        The square of the cosine over the square root of how many entities share it.
        """
        votes = np.zeros(len(self.graph), np.float32)
        for sentence, cosine in sentences.items():
            members = self.graph.spoken[sentence]
            votes[members] += max(cosine, 0.0) ** 2 / np.sqrt(max(len(members), 1))
        return votes

    def votes(self, edges: Mapping[int, float]) -> Scores:
        """Back from hyperedges to entities: what each entity gets from the edges it is in, shape (vertices,)."""
        votes = np.zeros(len(self.graph), np.float32)
        for edge, strength in edges.items():
            votes[self.graph.members[edge]] += strength
        return votes

    def voted(self, votes: Scores) -> Scores:
        """What the entities of each paper have, rare ones above all: 1 for the best, at least 0, shape (papers,).

        Over the square root of how many entities a paper names, or long abstracts won.
        """
        chosen = np.flatnonzero(votes > 0).astype(np.int32)
        weights = np.repeat(votes[chosen] * self.graph.weights[chosen], self.graph.naming.lengths_of(chosen))
        papers = self.graph.naming.joined(chosen)
        sums = np.bincount(papers, weights=weights, minlength=len(self.graph.papers)).astype(np.float32)
        lengths = np.maximum(self.graph.by_paper.lengths(), 1).astype(np.float32)
        shares: Scores = np.where(self.allowed, sums / np.sqrt(lengths), np.float32(0))
        most = float(shares.max(initial=0.0))
        return shares / np.float32(most) if most > 0 else shares

    def tokens(self, sentences: Numbers) -> float:
        """About how many tokens sentences have."""
        table = self.graph.sentences
        return float((table.ends[sentences] - table.starts[sentences]).sum()) / CHARS_A_TOKEN


def interleaved(branches: Sequence[Sequence[int]]) -> list[int]:
    """The first of each branch, then the second of each, and so on; what came before is passed over."""
    longest = max(map(len, branches), default=0)
    return list(dict.fromkeys(branch[n] for n in range(longest) for branch in branches if n < len(branch)))
