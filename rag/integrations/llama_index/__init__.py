"""At home in LlamaIndex: retriever, query engine, chat engine, evaluators, papers as documents and nodes, embedding."""

from __future__ import annotations

from rag.integrations.llama_index.documents import CollectionEmbedding, PapersReader, documents, nodes
from rag.integrations.llama_index.engines import PapersChatEngine, PapersQueryEngine
from rag.integrations.llama_index.evaluators import CitationEvaluator, SupportEvaluator
from rag.integrations.llama_index.retrievers import as_llama_index, from_llama_index

__all__ = [
    "CitationEvaluator",
    "CollectionEmbedding",
    "PapersChatEngine",
    "PapersQueryEngine",
    "PapersReader",
    "SupportEvaluator",
    "as_llama_index",
    "documents",
    "from_llama_index",
    "nodes",
]
