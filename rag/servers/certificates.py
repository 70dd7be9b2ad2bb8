"""Whose certificates are trusted, and telling that a server's is not."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

__all__ = ["refused_certificate", "trusted"]


def trusted(certificate: Path | None = None) -> ssl.SSLContext:
    """Trusts what this machine trusts and certifi's list; ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` take their place.

    The clients look at these two only where they also take proxies from the environment.

    Args:
        certificate: a file of certificates that are trusted as well; None: there is none.

    Raises:
        OSError: that file cannot be read, or (``ssl.SSLError``) holds no certificate.
    """
    import certifi

    context = ssl.create_default_context()
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        context.load_verify_locations(certifi.where())
    if certificate is not None:
        context.load_verify_locations(certificate)
    return context


def refused_certificate(error: BaseException, address: str, setting: str = "SSL_CERT_FILE") -> str | None:
    """The sentence for an error that comes of a server's certificate, or of https where there is none; else None.

    Args:
        error: what a client raised; the cause is looked for behind it.
        address: of the server, without secrets.
        setting: what names the file of a certificate that is to be trusted.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"the certificate of {address} is not trusted ({cause.verify_message}); set {setting} to the file "
                "of the certificate that signed it"
            )
        if isinstance(cause, ssl.SSLError):
            return f"what answers at {address} does not speak https; write http:// in its address"
        cause = cause.__cause__ or cause.__context__
    return None
