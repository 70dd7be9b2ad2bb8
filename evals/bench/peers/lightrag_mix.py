"""LightRAG with its default stores and mode, its model calls answered at once by a stub: what is left is its own."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from typing import Any

__all__ = ["main"]


def main(task: dict[str, Any]) -> dict[str, Any]:
    """Inserts the papers and asks every question in mode ``mix``; see the package."""
    return asyncio.run(_run(task))


async def _run(task: dict[str, Any]) -> dict[str, Any]:
    from lightrag import LightRAG, QueryParam

    with tempfile.TemporaryDirectory() as folder:
        rag = LightRAG(working_dir=folder, **_parts(task))
        await rag.initialize_storages()
        started = time.perf_counter()
        await rag.ainsert([paper["text"] for paper in task["papers"]], ids=[paper["id"] for paper in task["papers"]])
        ingest_s = time.perf_counter() - started
        times = []
        for question in ["warm", *task["questions"]]:
            started = time.perf_counter()
            await rag.aquery(question, param=QueryParam(mode="mix", enable_rerank=False))
            times.append((time.perf_counter() - started) * 1000)
        await rag.finalize_storages()
        return {"ingest_s": ingest_s, "query_ms": times[1:]}


def _parts(task: dict[str, Any]) -> dict[str, Any]:
    """Model, embedding and tokenizer: the same weights as the others, and nothing that is fetched."""
    from lightrag.llm.openai import openai_complete_if_cache
    from lightrag.utils import EmbeddingFunc, Tokenizer
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(task["model"])

    async def complete(prompt: str, system_prompt: str | None = None, **options: Any) -> str:
        kept = {key: value for key, value in options.items() if key in ("history_messages", "stream")}
        answer: str = await openai_complete_if_cache(
            "stub", prompt, system_prompt=system_prompt, base_url=task["llm"], api_key="none", **kept
        )
        return answer

    async def embed(texts: list[str]) -> Any:
        return await asyncio.to_thread(model.encode, texts, normalize_embeddings=True)

    return {
        "llm_model_func": complete,
        "embedding_func": EmbeddingFunc(embedding_dim=384, max_token_size=256, func=embed),
        "tokenizer": Tokenizer("minilm", _Words(model.tokenizer)),
    }


class _Words:
    """The tokenizer of the embedding model in the form that LightRAG asks for."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode(self, content: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(content, add_special_tokens=False)
        return ids

    def decode(self, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens)
        return text


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(json.load(sys.stdin))))  # a line of its own: libraries talk too
