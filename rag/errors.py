"""Every error that Papertrail raises on purpose.

::

    PapertrailError            base; ``retryable`` says whether the same call may work later
    ├── UserError              the user's mistake: change the call (exit code 2)
    │   ├── SettingsError      a setting is unknown or has a value that makes no sense
    │   ├── QuestionError      the question is empty or too long
    │   ├── SourceError        a file is missing, unreadable or of an unknown format
    │   └── UnknownPaperError  no paper of that id in the collection
    ├── CollectionError        the collection cannot be used as it is
    │   ├── CollectionMissingError   nothing has been ingested under that name
    │   ├── CollectionMismatchError  it was made with other settings than the present ones
    │   ├── CollectionBusyError      another process is writing to it (retryable)
    │   ├── CollectionUnavailableError   a server that keeps a part of it is away (retryable)
    │   └── CollectionDamagedError   an index and the catalogue disagree: ``papertrail doctor --repair``
    ├── ProviderError          arXiv, a registry of DOIs or Zotero cannot be reached or refuses (retryable)
    └── ModelError             a language or embedding model did not do its work
        ├── ModelUnavailableError    no server, no key, or the server turned us away (retryable)
        ├── ModelMissingError        the server does not have that model
        ├── ModelContextError        the prompt is longer than the model reads
        ├── ModelTimeoutError        no answer, or none that went on, within the time allowed (retryable)
        └── ModelReplyError          the reply cannot be used: empty, cut or not in the wire format

Each message is one sentence and says what to do; catch ``PapertrailError`` to catch them all.
"""

from __future__ import annotations

__all__ = [
    "CollectionBusyError",
    "CollectionDamagedError",
    "CollectionError",
    "CollectionMismatchError",
    "CollectionMissingError",
    "CollectionUnavailableError",
    "ModelContextError",
    "ModelError",
    "ModelMissingError",
    "ModelReplyError",
    "ModelTimeoutError",
    "ModelUnavailableError",
    "PapertrailError",
    "ProviderError",
    "QuestionError",
    "SettingsError",
    "SourceError",
    "UnknownPaperError",
    "UserError",
]


class PapertrailError(Exception):
    """Base of all errors raised on purpose; the message is one sentence that says what to do."""

    retryable = False
    """Whether the same call may work later without a change by the user."""


class UserError(PapertrailError):
    """The call itself is wrong: change it."""


class SettingsError(UserError):
    """A setting is unknown or has a value that makes no sense: correct it."""


class QuestionError(UserError):
    """The question is empty or too long: ask another one."""


class SourceError(UserError):
    """A file is missing, unreadable or of an unknown format: name another one or its ``--format``."""


class UnknownPaperError(UserError):
    """No paper of that id in the collection: look it up with ``papertrail papers``."""


class CollectionError(PapertrailError):
    """The collection cannot be used as it is."""


class CollectionMissingError(CollectionError):
    """Nothing has been ingested under that name yet: ``papertrail ingest``."""


class CollectionMismatchError(CollectionError):
    """The collection was made with another embedding model, chunking or schema: go back or ingest anew."""


class CollectionBusyError(CollectionError):
    """Another process is writing to the collection: wait for it."""

    retryable = True


class CollectionUnavailableError(CollectionError):
    """A server that keeps a part of the collection is away or too slow: start it, or wait and try again."""

    retryable = True


class CollectionDamagedError(CollectionError):
    """An index and the catalogue disagree or cannot be read: ``papertrail doctor --repair``."""


class ProviderError(PapertrailError):
    """ArXiv, a registry of DOIs or Zotero cannot be reached or refuses: run the same command again later."""

    retryable = True


class ModelError(PapertrailError):
    """A language or embedding model did not do its work."""


class ModelUnavailableError(ModelError):
    """No server there, no key, or the server turned the request away: start or configure it."""

    retryable = True


class ModelMissingError(ModelError):
    """The server does not have that model: pull it or name another."""


class ModelContextError(ModelError):
    """The prompt is longer than the model reads: lower ``PAPERTRAIL_CONTEXT_TOKENS`` or name another model."""


class ModelTimeoutError(ModelError):
    """The server did not answer, or stopped answering, within the time allowed."""

    retryable = True


class ModelReplyError(ModelError):
    """The reply cannot be used: empty, cut off or not in the wire format."""
