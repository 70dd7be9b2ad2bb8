"""Whose certificates are trusted, and telling that a server's is not."""

from __future__ import annotations

import os
import ssl

__all__ = ["refused_certificate", "trusted"]


def trusted() -> ssl.SSLContext:
    """Trusts what this machine trusts and certifi's list; ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` take their place.

    The clients look at these two only where they also take proxies from the environment.
    """
    import certifi

    context = ssl.create_default_context()
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        context.load_verify_locations(certifi.where())
    return context


def refused_certificate(error: BaseException, address: str) -> str | None:
    """The sentence for an error that comes of a server's certificate, or of https where there is none; else None.

    Args:
        error: what a client raised; the cause is looked for behind it.
        address: of the server, without secrets.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"the certificate of {address} is not trusted ({cause.verify_message}); set SSL_CERT_FILE to the file "
                "of the certificate that signed it"
            )
        if isinstance(cause, ssl.SSLError):
            return f"what answers at {address} does not speak https; write http:// in its address"
        cause = cause.__cause__ or cause.__context__
    return None
