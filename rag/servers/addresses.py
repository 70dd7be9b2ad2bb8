"""Addresses of model servers: how they are shown, and whether they are on this machine."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

__all__ = ["base_of_ollama", "base_of_openai", "is_local", "without_secrets"]

_CHAT = re.compile(r"/+(?:chat/)?completions$|/+models$")
"""What people copy with an address, from documentation or from a program that asks for all of it."""
_OWN_INTERFACE = re.compile(r"/+(?:v1|api)(?:/.*)?$")


def base_of_openai(address: str) -> tuple[str, dict[str, str]]:
    """Where ``/chat/completions`` is to be put behind, and what each request has behind a question mark.

    ``http://localhost:1234``, ``http://localhost:1234/v1/`` and ``.../v1/chat/completions`` mean the same; another path
    stays, such as Azure's ``/openai/deployments/NAME?api-version=...`` and OpenRouter's ``/api/v1``.
    """
    parts = urlsplit(address.strip())
    path = _CHAT.sub("", parts.path.rstrip("/")).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}", dict(parse_qsl(parts.query))


def base_of_ollama(address: str) -> str:
    """The address without ``/v1``, which is Ollama's interface for programs made for OpenAI, ``/api`` and slashes."""
    return _OWN_INTERFACE.sub("", address.strip().rstrip("/"))


def without_secrets(address: str) -> str:
    """``address`` without a user name, password, query or fragment, for messages."""
    parts = _split(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else f"{host}{parts.path}"


def is_local(address: str) -> bool:
    """Whether ``address`` is on this machine, so that no proxy of the environment may come between."""
    host = _split(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def _split(address: str) -> SplitResult:
    return urlsplit(address if "://" in address else f"//{address}")
