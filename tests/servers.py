"""Small model servers on loopback that speak the documented wire formats of Ollama and of OpenAI.

The real clients talk to them, so what is tested is what runs. Each is a context manager::

    with OllamaServer(models=["llama3.2"]) as server:
        server.script("/api/chat", Reply(["Hyper-RAG helps [p", "4821]."]))
        settings = Settings(ollama_host=server.url)
        ...
        assert server.requests[-1].json["options"]["num_ctx"] == 4096

* ``server.url`` is the address to configure (that of ``OpenAIServer`` ends in ``/v1``).
* ``server.requests`` holds every request in order, with its path, headers (names in small letters) and JSON.
* ``server.script(path, *replies)`` sets what a path answers, one reply a request; the last one repeats. A reply may
  be a function of the request, e.g. one that cites the first key that the prompt offers: see ``cite_first_key``.
* The parts of a streamed ``Reply`` are sent one by one: a string is a piece of the model's text, bytes go out as they
  are, a ``Stall`` waits, and ``CUT`` breaks the connection. ``finish=None`` leaves out the closing message.
* A ``Stall`` sets ``reached`` when the server has come to it and goes on after ``release()``. When the client hangs up
  meanwhile, it sets ``hung_up``. Nothing sleeps.
* ``status``, ``headers`` and ``body`` make any other answer: ``Reply(status=503, body='{"error": "busy"}')``.

Without a script ``/api/chat`` and ``/v1/chat/completions`` answer 500; models, embeddings and versions are served.
Embeddings are unit vectors made of the words of the text: texts that share words are near each other.
With ``certificate``, a file of a certificate and its key, they speak https.
``closed_port_url()`` is the address of a server that is not there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.replies import CUT, WAIT_S, Cut, Reply, Request, Stall

__all__ = [
    "CUT",
    "WAIT_S",
    "Cut",
    "OllamaServer",
    "OpenAIServer",
    "Reply",
    "Request",
    "Stall",
    "cite_first_key",
    "closed_port_url",
    "offered_keys",
]

Scripted = Reply | Callable[[Request], Reply]


def cite_first_key(text: str) -> Callable[[Request], Reply]:
    """A reply of ``text``, a blank, the first key that the prompt offers in brackets, and a full stop."""

    def reply(request: Request) -> Reply:
        key = next(iter(offered_keys(request).values()))
        return Reply([text, " [", key, "]", "."])

    return reply


def offered_keys(request: Request) -> dict[str, str]:
    """What the prompt of an answer offers: the first number of each paper, by what the paper is called there."""
    _system, _asked, _answered, evidence, *_ = request.json["messages"]
    lines = re.findall(r"^\[(\d+)\] ([^:]+): ", evidence["content"], re.MULTILINE)
    first: dict[str, str] = {}
    for number, name in lines:
        first.setdefault(name, number)
    return first


def closed_port_url() -> str:
    """The address of a port on loopback where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class _Server:
    """Runs a handler in threads, on a free port of loopback, for the length of a ``with`` block."""

    base = ""
    streams_by_default = False
    stream_type = ""

    def __init__(self, models: Sequence[str] = (), dimensions: int = 8, certificate: Path | None = None) -> None:
        self.models = list(models)
        self.dimensions = dimensions
        self.requests: list[Request] = []
        self._scripts: dict[str, list[Scripted]] = {}
        self._stalls: set[Stall] = set()
        self._lock = threading.Lock()
        self._http = _Http(self)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self._http.server_port}{self.base}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def script(self, path: str, *replies: Scripted) -> None:
        self._scripts[path] = list(replies)
        for reply in replies:
            self._remember_stalls(reply)

    def paths(self) -> list[str]:
        """The paths asked for so far, in order."""
        return [request.path for request in self.requests]

    def answer(self, request: Request) -> Reply | Any:
        """What to send: a scripted reply, or a JSON value of the server's own."""
        with self._lock:
            self.requests.append(request)
            script = self._scripts.get(request.path)
            scripted = (script.pop(0) if len(script) > 1 else script[0]) if script else None
        if scripted is None:
            return self.own_answer(request)
        reply = scripted(request) if callable(scripted) else scripted
        self._remember_stalls(reply)
        return reply

    def _remember_stalls(self, reply: Scripted) -> None:
        if isinstance(reply, Reply):
            self._stalls |= {part for part in reply.parts if isinstance(part, Stall)}

    def own_answer(self, request: Request) -> Reply | Any:
        raise NotImplementedError

    def stream(self, reply: Reply, request: Request) -> Iterator[bytes | Stall | Cut]:
        raise NotImplementedError

    def whole(self, reply: Reply, request: Request) -> Any:
        raise NotImplementedError

    def has(self, model: str) -> bool:
        return model in self.models or model.removesuffix(":latest") in self.models

    def vectors(self, texts: str | Sequence[str], dimensions: int | None = None) -> list[list[float]]:
        return [_vector(text, dimensions or self.dimensions) for text in ([texts] if isinstance(texts, str) else texts)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        for stall in self._stalls:
            stall.release()
        self._http.server_close()  # waits for the threads of its requests
        for stall in self._stalls:
            stall.close()


class OllamaServer(_Server):
    """Ollama's own interface: https://github.com/ollama/ollama/blob/main/docs/api.md."""

    streams_by_default = True
    stream_type = "application/x-ndjson"

    def own_answer(self, request: Request) -> Reply | Any:
        match request.path:
            case "/api/version":
                return {"version": "0.12.6"}
            case "/api/tags":
                return {"models": [self._model(name) for name in self.models]}
            case "/api/show" | "/api/chat" | "/api/embed" if not self.has(request.json["model"]):
                return Reply(status=404, body=json.dumps({"error": f"model '{request.json['model']}' not found"}))
            case "/api/show":
                capabilities = ["embedding"] if "embed" in request.json["model"] else ["completion"]
                details = self._model(request.json["model"])["details"]
                return {
                    "details": details,
                    "model_info": {},
                    "capabilities": capabilities,
                    "template": "",
                    "license": "",
                }
            case "/api/embed":
                vectors = self.vectors(request.json["input"], request.json.get("dimensions"))
                return {"model": request.json["model"], "embeddings": vectors, "prompt_eval_count": 3 * len(vectors)}
        return Reply(status=500, body=json.dumps({"error": f"nothing is scripted for {request.path}"}))

    def stream(self, reply: Reply, request: Request) -> Iterator[bytes | Stall | Cut]:
        for part in reply.parts:
            yield _line(self._chunk(request, part)) if isinstance(part, str) else part
        if reply.finish is not None:
            yield _line(self._last(reply, request))

    def whole(self, reply: Reply, request: Request) -> Any:
        return self._last(reply, request) | {"message": {"role": "assistant", "content": reply.text}}

    def _chunk(self, request: Request, text: str, *, done: bool = False) -> dict[str, Any]:
        stamp = {"model": request.json["model"], "created_at": "2025-10-27T12:00:00Z"}
        return stamp | {"message": {"role": "assistant", "content": text}, "done": done}

    def _last(self, reply: Reply, request: Request) -> dict[str, Any]:
        counts = {"prompt_eval_count": reply.usage[0], "eval_count": reply.usage[1]} if reply.usage else {}
        durations = {"total_duration": 5, "load_duration": 1, "prompt_eval_duration": 2, "eval_duration": 2}
        return self._chunk(request, "", done=True) | {"done_reason": reply.finish} | durations | counts

    def _model(self, name: str) -> dict[str, Any]:
        family = "nomic-bert" if "embed" in name else "llama"
        tagged = name if ":" in name else f"{name}:latest"
        details = {"format": "gguf", "family": family, "families": [family], "parameter_size": "3.2B"}
        stamp = {"modified_at": "2025-10-27T12:00:00Z", "size": 2019393189, "digest": "a80c4f17acd5"}
        return {"name": tagged, "model": tagged, "details": details} | stamp


class OpenAIServer(_Server):
    """The part of OpenAI's interface that compatible servers have: https://platform.openai.com/docs/api-reference.

    With ``key`` set, any other is refused with status 401 and a message that repeats it, as some servers do.
    """

    base = "/v1"
    stream_type = "text/event-stream"

    def __init__(
        self,
        models: Sequence[str] = (),
        dimensions: int = 8,
        key: str | None = None,
        certificate: Path | None = None,
    ) -> None:
        super().__init__(models, dimensions, certificate)
        self.key = key

    def own_answer(self, request: Request) -> Reply | Any:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is not None and given != self.key:
            return _openai_error(401, f"Incorrect API key provided: {given}", "invalid_api_key")
        match request.path:
            case "/v1/models":
                return {"object": "list", "data": [self._model(name) for name in self.models]}
            case "/v1/chat/completions" | "/v1/embeddings" if not self.has(request.json["model"]):
                return _openai_error(404, f"The model `{request.json['model']}` does not exist", "model_not_found")
            case "/v1/embeddings":
                return self._embeddings(request.json)
        return _openai_error(500, f"nothing is scripted for {request.path}", None)

    def stream(self, reply: Reply, request: Request) -> Iterator[bytes | Stall | Cut]:
        role = {"role": "assistant"}
        for part in reply.parts:
            yield _event(self._chunk(request, role | {"content": part})) if isinstance(part, str) else part
            role = {}
        if reply.finish is not None:
            yield _event(self._chunk(request, {}, reply.finish))
        if reply.usage and (request.json.get("stream_options") or {}).get("include_usage"):
            yield _event(self._chunk(request, None) | {"usage": _usage(reply)})
        yield b"data: [DONE]\n\n"

    def whole(self, reply: Reply, request: Request) -> Any:
        message = {"role": "assistant", "content": reply.text}
        choice = {"index": 0, "message": message, "finish_reason": reply.finish}
        return self._chunk(request, None) | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(reply),
        }

    def _chunk(self, request: Request, delta: dict[str, Any] | None, finish: str | None = None) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        stamp = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1761566400}
        return stamp | {"model": request.json["model"], "choices": choices}

    def _embeddings(self, asked: dict[str, Any]) -> dict[str, Any]:
        vectors: list[Any] = self.vectors(asked["input"], asked.get("dimensions"))
        if asked.get("encoding_format") == "base64":
            vectors = [base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() for vector in vectors]
        data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        usage = {"prompt_tokens": 3 * len(data), "total_tokens": 3 * len(data)}
        return {"object": "list", "data": data, "model": asked["model"], "usage": usage}

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": 1761566400, "owned_by": "library"}


def _usage(reply: Reply) -> dict[str, int]:
    prompt, completion = reply.usage or (0, 0)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _openai_error(status: int, message: str, code: str | None) -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply(status=status, body=json.dumps({"error": error}))


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _event(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _vector(text: str, dimensions: int) -> list[float]:
    values = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        values[int.from_bytes(digest[:4]) % dimensions] += 1.0 if digest[4] % 2 else -1.0
    length = math.hypot(*values)
    return [value / length for value in values] if length else [1.0, *values[1:]]


class _Http(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, owner: _Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet: the requests are recorded."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.path.partition("?")[0]
        request = Request(self.command, path, headers, json.loads(body) if body else None)
        answer = self.server.owner.answer(request)
        try:
            self._send(answer, request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has hung up

    def _send(self, answer: Reply | Any, request: Request) -> None:
        if not isinstance(answer, Reply):
            return self._send_whole(200, {}, json.dumps(answer).encode())
        if answer.body is not None or answer.status != 200:
            body = answer.body or ""
            return self._send_whole(answer.status, answer.headers, body.encode() if isinstance(body, str) else body)
        streams = bool(request.json) and request.json.get("stream", self.server.owner.streams_by_default)
        if not streams:
            return self._send_whole(200, answer.headers, json.dumps(self.server.owner.whole(answer, request)).encode())
        return self._send_stream(answer, request)

    def _send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _send_whole(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        kind = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self._send_head(status, kind | dict(headers))
        self.wfile.write(body)

    def _send_stream(self, reply: Reply, request: Request) -> None:
        kind = self.server.owner.stream_type
        head_sent = False
        for part in self.server.owner.stream(reply, request):
            if isinstance(part, Stall):
                if not part.wait(self.connection):
                    return
                continue
            if not head_sent:  # as the servers do: nothing comes before the first token
                self._send_head(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"} | dict(reply.headers))
                head_sent = True
            if isinstance(part, Cut):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        if not head_sent:
            self._send_head(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"} | dict(reply.headers))
        self.wfile.write(b"0\r\n\r\n")
