"""PaperQA2 without its agent: evidence gathered and an answer written, its model calls answered at once by a stub."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

__all__ = ["main"]


def main(task: dict[str, Any]) -> dict[str, Any]:
    """Adds the papers as one text each and asks every question; see the package."""
    return asyncio.run(_run(task))


async def _run(task: dict[str, Any]) -> dict[str, Any]:
    from lmi import SentenceTransformerEmbeddingModel
    from paperqa import Doc, Docs, Settings, Text

    router = {
        "model_list": [
            {
                "model_name": "openai/stub",
                "litellm_params": {"model": "openai/stub", "api_base": task["llm"], "api_key": "none"},
            }
        ]
    }
    names = {"llm": "openai/stub", "summary_llm": "openai/stub", "embedding": "sparse"}
    settings = Settings(**names, llm_config=router, summary_llm_config=router)
    model = SentenceTransformerEmbeddingModel(name=task["model"])
    await model.embed_documents(["warm"])
    docs = Docs()
    started = time.perf_counter()
    for paper in task["papers"]:
        doc = Doc(docname=paper["id"], dockey=paper["id"], citation=paper["id"])
        text = Text(text=paper["text"], name=f"{paper['id']} chunk 1", doc=doc)
        await docs.aadd_texts([text], doc, settings=settings, embedding_model=model)
    ingest_s = time.perf_counter() - started
    times = []
    for question in ["warm", *task["questions"]]:
        started = time.perf_counter()
        await docs.aquery(question, settings=settings, embedding_model=model)
        times.append((time.perf_counter() - started) * 1000)
    return {"ingest_s": ingest_s, "query_ms": times[1:]}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(json.load(sys.stdin))))  # a line of its own: libraries talk too
