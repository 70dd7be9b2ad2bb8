"""A model server that answers at once and always the same, so that what is timed is the system around the model."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["MODEL", "stub_server"]

MODEL = "stub"
REPLY = "The paper describes a method and reports what it gains."
_EXTRACTED = "entity<|#|>Method<|#|>method<|#|>What the paper proposes.\n<|COMPLETE|>"
_SUMMARY = '{"summary": "The paper describes a method.", "relevance_score": 8}'
_KEYWORDS = '{"high_level_keywords": ["method"], "low_level_keywords": ["paper"]}'
_SCRIPT = (("<|#|>", _EXTRACTED), ("high_level_keywords", _KEYWORDS), ("relevance_score", _SUMMARY))
"""What a prompt asks for, by a word in it: LightRAG's records and keywords, PaperQA's summaries."""


@contextlib.contextmanager
def stub_server() -> Iterator[str]:
    """Serves the chat interface of OpenAI on loopback; gives its address, which ends in ``/v1``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send("application/json", [json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]})])

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        text = "\n".join(str(message.get("content")) for message in asked.get("messages", []))
        reply = next((reply for word, reply in _SCRIPT if word in text), REPLY)
        if not asked.get("stream"):
            self._send("application/json", [json.dumps(_whole(reply))])
            return
        events = [json.dumps(_chunk({"role": "assistant", "content": reply})), json.dumps(_chunk({}, "stop")), "[DONE]"]
        self._send("text/event-stream", [f"data: {event}\n\n" for event in events])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        """Says nothing."""

    def _send(self, kind: str, parts: list[str]) -> None:
        body = "".join(parts).encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _whole(reply: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": MODEL, "choices": [choice], "usage": usage}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": MODEL, "choices": [choice]}
