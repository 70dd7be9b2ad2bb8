"""LlamaIndex as its documentation begins: an index over Chroma with sentence-transformers, asked to retrieve."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from typing import Any

__all__ = ["main"]

TOP_K = 10
"""Nodes, as many as the floor asks Chroma for."""


def main(task: dict[str, Any]) -> dict[str, Any]:
    """Builds the index and asks every question; see the package."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = HuggingFaceEmbedding(model_name=task["model"])
    model.get_text_embedding("warm")
    with tempfile.TemporaryDirectory() as folder:
        collection = chromadb.PersistentClient(folder).create_collection("papers")
        storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
        documents = [Document(text=paper["text"], id_=paper["id"]) for paper in task["papers"]]
        started = time.perf_counter()
        index = VectorStoreIndex.from_documents(documents, storage_context=storage, embed_model=model)
        ingest_s = time.perf_counter() - started
        retriever = index.as_retriever(similarity_top_k=TOP_K)
        retriever.retrieve("warm")
        times = []
        for question in task["questions"]:
            started = time.perf_counter()
            retriever.retrieve(question)
            times.append((time.perf_counter() - started) * 1000)
        return {"ingest_s": ingest_s, "query_ms": times}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(json.load(sys.stdin))))  # a line of its own: libraries talk too
