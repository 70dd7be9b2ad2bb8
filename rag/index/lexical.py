"""The words of a collection in its tantivy index: one document a paper, of terms that we make, scored by BM25."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rag.errors import CollectionDamagedError
from rag.index.layout import Key, Layout
from rag.text.terms import document_terms
from rag.types import Paper

if TYPE_CHECKING:
    import tantivy

__all__ = ["LexicalIndex", "LexicalWriter"]

HEAP_BYTES = 50_000_000
"""Memory of the writer; a batch of an ingest takes a fraction of it, and tantivy asks for 15 MB at least."""


class LexicalIndex:
    """Searches the index of one collection as it is when this is made; safe for several threads."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        with _mapped(layout):
            import tantivy

            self._index = tantivy.Index.open(str(layout.lexical))
            self._index.config_reader("manual")
            self._index.reload()

    def count(self) -> int:
        """All documents, those no reader may see included."""
        return int(self._index.searcher().num_docs)

    def keys(self) -> list[str]:
        """Key (``paper id:revision``) of every document, those no reader may see included."""
        import tantivy

        with _mapped(self._layout):
            searcher = self._index.searcher()
            hits = searcher.search(tantivy.Query.all_query(), max(1, self.count()), count=False).hits
            return [searcher.doc(address)["key"][0] for _, address in hits]

    def search(
        self, terms: Mapping[str, float], count: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Keys (``paper id:revision``) and BM25 scores of up to ``count`` papers that hold any of ``terms``.

        Args:
            terms: what to search for, as ``rag.text.terms`` makes it, each with its weight (1 is plain BM25).
            count: at least 1.
            within: ids of the papers to choose from; ``None``: all.
        """
        import tantivy

        if not terms or (within is not None and not within):
            return []
        query, schema = tantivy.Query, self._index.schema
        parts = [
            (tantivy.Occur.Should, query.boost_query(query.term_query(schema, "terms", term, "freq"), weight))
            for term, weight in terms.items()
        ]
        wanted = query.boolean_query(parts)
        if within is not None:
            # The filter matches without adding to the score.
            chosen = query.const_score_query(query.term_set_query(schema, "id", list(within)), 0.0)
            wanted = query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, chosen)])
        with _mapped(self._layout):
            searcher = self._index.searcher()
            hits = searcher.search(wanted, count, count=False).hits
            return [(searcher.doc(address)["key"][0], float(score)) for score, address in hits]

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many papers each term occurs; superseded ones count until tantivy merges its files."""
        searcher = self._index.searcher()
        return {term: int(searcher.doc_freq("terms", term)) for term in terms}


class LexicalWriter:
    """Changes the index of one collection; each call is one commit, on disk when it returns."""

    def __init__(self, layout: Layout, *, create: bool = False) -> None:
        import tantivy

        self._layout = layout
        with _mapped(layout):
            if create:
                layout.lexical.mkdir(parents=True, exist_ok=True)
                index = tantivy.Index(_schema(), path=str(layout.lexical), reuse=False)
            else:
                index = tantivy.Index.open(str(layout.lexical))
            # One thread: the batches are small, and each thread would leave a file of its own.
            self._writer = index.writer(HEAP_BYTES, 1)

    def close(self) -> None:
        """Lets go of the index when the work in the background is done."""
        with _mapped(self._layout):
            self._writer.wait_merging_threads()

    def add(self, papers: Iterable[tuple[Key, Paper]]) -> None:
        """Writes papers; one that stands under the same key is replaced."""
        import tantivy

        with _mapped(self._layout):
            for key, paper in papers:
                self._writer.delete_documents_by_term("key", str(key))
                self._writer.add_document(tantivy.Document(key=str(key), id=key.paper_id, terms=_terms(paper)))
            self._writer.commit()

    def renew(self, ids: Iterable[str], papers: Iterable[tuple[Key, Paper]]) -> None:
        """Writes papers in place of all that stands under any of ``ids``."""
        with _mapped(self._layout):
            for paper_id in ids:
                self._writer.delete_documents_by_term("id", paper_id)
            self.add(papers)

    def delete(self, keys: Iterable[Key]) -> None:
        """Deletes papers where they are there."""
        with _mapped(self._layout):
            for key in keys:
                self._writer.delete_documents_by_term("key", str(key))
            self._writer.commit()


def _terms(paper: Paper) -> str:
    """The title counts twice: what a paper is about stands there, and many questions name it."""
    return " ".join([*document_terms(paper.title) * 2, *document_terms(paper.abstract)])


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@contextlib.contextmanager
def _mapped(layout: Layout) -> Iterator[None]:
    """Errors of tantivy as ours; it raises ``ValueError`` for all that goes wrong with its files."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise CollectionDamagedError(
            f"the word index of the collection {layout.name!r} cannot be used ({error}): "
            f"run `papertrail doctor --repair --collection {layout.name}`"
        ) from error
