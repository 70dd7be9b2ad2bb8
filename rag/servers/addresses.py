"""Addresses of model servers: how they are shown, and whether they are on this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

__all__ = ["is_local", "without_secrets"]


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
