"""The page that shows what the server understands, made from its OpenAPI description; nothing of it is loaded."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

import fastapi
import jinja2
from fastapi.responses import HTMLResponse, RedirectResponse

__all__ = ["add_docs"]

_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
_EXAMPLES: Final = {
    "/v1/ask": 'curl -s {base}v1/ask --json \'{{"question": "How does Hyper-RAG reduce hallucinations?"}}\'',
    "/v1/search": 'curl -s {base}v1/search --json \'{{"query": "hypergraph retrieval", "k": 3}}\'',
    "/v1/compare": 'curl -s {base}v1/compare --json \'{{"names": ["MegaScale", "ByteScale"], "format": "markdown"}}\'',
    "/v1/verify": 'curl -s {base}v1/verify --json \'{{"text": "MegaScale achieves 55.2% MFU."}}\'',
    "/v1/papers": "curl -s -G {base}v1/papers -d limit=2 --data-urlencode 'filter=year>=2025'",
    "/v1/chat/completions": "curl -s {base}v1/chat/completions --json "
    '\'{{"messages": [{{"role": "user", "content": "What is MegaScale?"}}]}}\'',
}


def add_docs(app: fastapi.FastAPI) -> None:
    """Adds ``/docs``, and leads ``/`` to it."""
    source = resources.files("ui.server").joinpath("page.html").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True).from_string(source)

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("docs")

    @app.get("/docs", include_in_schema=False)
    def docs(request: fastapi.Request) -> HTMLResponse:
        api = app.openapi()
        schemas = api.get("components", {}).get("schemas", {})
        examples = {path: example.format(base=request.base_url) for path, example in _EXAMPLES.items()}
        page = template.render(api=api, examples=examples, fields_of=lambda operation: _fields(operation, schemas))
        return HTMLResponse(page, headers=_HEADERS)


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """What an operation takes: parameters of its address, then the fields of its body."""
    found = [
        _field(one["name"], one["schema"] | {"description": one.get("description", "")}, one.get("required", False))
        for one in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = schemas.get(body.get("$ref", "").rpartition("/")[2], {})
    required = schema.get("required", [])
    return found + [_field(name, one, name in required) for name, one in schema.get("properties", {}).items()]


def _field(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "type": _type(schema),
        "required": required,
        "default": schema.get("default"),
        "meaning": schema.get("description", ""),
    }


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "object"))
