"""The one settings object: built once at the edge, frozen, handed down; nothing reads the environment elsewhere."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import pydantic
import pydantic_settings

from rag.errors import SettingsError

__all__ = ["CHROMA_CLOUD", "READ_FIELDS", "UNSUPPORTED", "Settings", "load_settings"]

CHROMA_CLOUD = "cloud"
"""What ``chroma`` is set to for Chroma's own cloud."""

READ_FIELDS = ("kind", "question", "papers", "subject", "people", "conditions", "form", "records", "parts")
"""What a language model may say of a message; see :class:`rag.understanding.message_reader.Reading`."""

UNSUPPORTED = ("mark", "rewrite", "drop")
"""What may become of a model's sentences that their sources do not bear out."""
SETTINGS_FILE = "settings.toml"


_PERSONAL = {
    "home", "openai_api_key", "openai_api_key_file", "model_servers", "page_user", "page_password", "server_tokens",
    "arxiv_url", "doi_url", "zotero_url", "zotero_local_url", "zotero_key",
    "catalogue", "chroma", "chroma_tenant", "chroma_database", "chroma_token", "chroma_certificate",
}  # fmt: skip
"""What no answer depends on."""
_WRITER = r"(?:extractive|(?:ollama|openai)/[^\s,]+)"
_PRICE = rf"{_WRITER}\s*=\s*\d+(?:\.\d+)?\s*/\s*\d+(?:\.\d+)?"


class Settings(pydantic_settings.BaseSettings):
    """Everything that can be set, by ``settings.toml`` in the home folder or by ``PAPERTRAIL_*`` in the environment.

    Unknown keys are refused. Secrets print as stars. The environment wins over the file.
    """

    model_config = pydantic_settings.SettingsConfigDict(
        env_prefix="PAPERTRAIL_", frozen=True, extra="forbid", validate_default=True
    )

    home: Path = pydantic.Field(
        default=Path("~/.papertrail"), description="folder of all collections and of settings.toml"
    )
    embedding: str = pydantic.Field(
        default="minilm",
        pattern=r"^(minilm|(ollama|openai|fastembed):\S+)$",
        description="embedding model: minilm (built in), ollama:NAME, openai:NAME or fastembed:NAME",
    )
    model: str = pydantic.Field(
        default="auto",
        pattern=r"^(auto|extractive|(ollama|openai)/\S+)$",
        description="who writes: auto, extractive, ollama/NAME or openai/NAME",
    )
    retriever: str = pydantic.Field(
        default="hybrid", description="who finds: hybrid, dense, lexical, hyper, hyper-lite, light or graph"
    )
    rerank: str = pydantic.Field(
        default="none",
        pattern=r"^(none|(ollama|openai)/\S+)$",
        description="the model that puts the papers found in order: none, ollama/NAME or openai/NAME",
    )
    read_messages: str = pydantic.Field(
        default="none",
        pattern=r"^(none|(ollama|openai)/\S+)$",
        description="the model that reads messages beside the built-in one: none, ollama/NAME or openai/NAME",
    )
    read_fields: str = pydantic.Field(
        default=",".join(READ_FIELDS),
        pattern=rf"^({'|'.join(READ_FIELDS)})(\s*,\s*({'|'.join(READ_FIELDS)}))*$",
        description="what that model says in place of the built-in one, with commas between",
    )
    judge: str = pydantic.Field(
        default="none",
        pattern=r"^(none|(ollama|openai)/\S+)$",
        description="the model that checks drafts beside the rules: none, ollama/NAME or openai/NAME",
    )
    passages: int = pydantic.Field(default=8, ge=1, le=50, description="papers looked at for one answer")
    question_chars: int = pydantic.Field(default=4000, ge=100, description="longest question accepted, in characters")
    ollama_host: str = pydantic.Field(default="http://127.0.0.1:11434", description="address of the Ollama server")
    ollama_model: str | None = pydantic.Field(
        default=None, description="the model that auto takes from Ollama; unset: auto does not try Ollama"
    )
    ollama_keep_alive: str = pydantic.Field(default="10m", description="how long Ollama keeps the model in memory")
    openai_base_url: str | None = pydantic.Field(
        default=None, description="address of an OpenAI-compatible server; unset: OpenAI's own"
    )
    openai_api_key: pydantic.SecretStr | None = pydantic.Field(default=None, description="key for that server")
    openai_api_key_file: Path | None = pydantic.Field(
        default=None, description="file that holds that key, where it is not to stand in the environment"
    )
    openai_model: str | None = pydantic.Field(
        default=None, description="the model that auto takes from that server; unset: auto does not try it"
    )
    model_servers: str = pydantic.Field(
        default="http://127.0.0.1:1234,http://127.0.0.1:8080,http://127.0.0.1:8000,http://127.0.0.1:1337",
        pattern=r"^(https?://[^\s,@]+(\s*,\s*https?://[^\s,@]+)*)?$",
        description="where the page looks for other OpenAI-compatible servers, with commas between; by default where "
        "LM Studio, llama.cpp, vLLM and Jan listen. A model there is openai/NAME@ADDRESS",
    )
    context_tokens: int = pydantic.Field(
        default=8192, ge=1024, description="most tokens of prompt and answer together that a model is given"
    )
    evidence_tokens: int = pydantic.Field(
        default=480,
        ge=100,
        description="most tokens of the papers' sentences that a model is given for an answer, beside 300 of rules "
        "and question; small models do best with little",
    )
    answer_tokens: int = pydantic.Field(default=512, ge=32, description="most tokens a model may write")
    unsupported: Literal["mark", "rewrite", "drop"] = pydantic.Field(
        default="mark",
        description="sentences of a model that their sources do not bear out: mark, rewrite (asks the model once more, "
        "then marks) or drop (leaves them out and says how many)",
    )
    routing: str = pydantic.Field(
        default="",
        pattern=rf"^({_WRITER}(\s*,\s*{_WRITER})+)?$",
        description="writers from small to large, with commas between, among which auto chooses by how hard a question "
        "is, e.g. extractive,ollama/small,openai/large; empty: off",
    )
    budget_tokens: int | None = pydantic.Field(
        default=None,
        ge=0,
        description="most tokens a day, read and written, for routing to keep to; failed and stopped calls count",
    )
    budget_money: float | None = pydantic.Field(
        default=None,
        ge=0,
        description="most money a day of such models, in the currency of the prices",
    )
    prices: str = pydantic.Field(
        default="",
        pattern=rf"^({_PRICE}(\s*,\s*{_PRICE})*)?$",
        description="what models cost for a million tokens read and written, e.g. openai/large=2.5/10,ollama/small=0/0",
    )
    cache_answers: int = pydantic.Field(
        default=0, ge=0, le=100_000, description="answers of models kept for the same question and evidence; 0: none"
    )
    examples: bool = pydantic.Field(
        default=False,
        description="an earlier checked answer to a nearly identical question, from the answers kept, is shown to the "
        "model as an example; needs cache_answers",
    )
    connect_timeout_s: float = pydantic.Field(default=3.0, gt=0, description="seconds to reach a model server")
    read_timeout_s: float = pydantic.Field(
        default=120.0, gt=0, description="seconds a model server may stay silent, first token included"
    )
    retries: int = pydantic.Field(default=2, ge=0, le=10, description="further tries after a failure that may pass")
    arxiv_url: str = pydantic.Field(
        default="https://export.arxiv.org/api", description="address of arXiv's search interface, or of a mirror"
    )
    doi_url: str = pydantic.Field(default="https://doi.org", description="address that resolves DOIs")
    zotero_url: str = pydantic.Field(default="https://api.zotero.org", description="address of Zotero's interface")
    zotero_local_url: str = pydantic.Field(
        default="http://127.0.0.1:23119/api", description="address of the Zotero that runs on this machine"
    )
    zotero_key: pydantic.SecretStr | None = pydantic.Field(
        default=None, min_length=1, description="key for libraries at zotero.org that are not public"
    )
    page_user: str | None = pydantic.Field(
        default=None, min_length=1, description="who may sign in to the chat page; needed beyond this machine"
    )
    page_password: pydantic.SecretStr | None = pydantic.Field(
        default=None, min_length=1, description="password of that user"
    )
    server_tokens: pydantic.SecretStr | None = pydantic.Field(
        default=None,
        min_length=1,
        description="tokens of which other programs must send one to `papertrail serve` and `papertrail mcp --http`, "
        "with commas between; needed beyond this machine",
    )
    catalogue: pydantic.SecretStr = pydantic.Field(
        default=pydantic.SecretStr("sqlite"),
        description="where the papers are kept: sqlite (a file in the home folder), or the address of a PostgreSQL "
        "database, postgresql://USER@HOST:PORT/DATABASE, as psql takes it; the password may stand in ~/.pgpass instead",
    )
    chroma: str | None = pydantic.Field(
        default=None,
        description="address of the Chroma server that keeps the vectors, such as http://127.0.0.1:8000, or cloud for "
        "Chroma's own; unset: they are kept in the home folder",
    )
    chroma_tenant: str | None = pydantic.Field(
        default=None, min_length=3, description="tenant on that server; unset: its default, or the token's"
    )
    chroma_database: str | None = pydantic.Field(
        default=None, min_length=3, description="database of that tenant; unset: its default, or the token's"
    )
    chroma_token: pydantic.SecretStr | None = pydantic.Field(
        default=None,
        min_length=1,
        description="token for the proxy before that server, sent as Authorization: Bearer, or key of the cloud",
    )
    chroma_certificate: pydantic.FilePath | None = pydantic.Field(
        default=None,
        description="file of the certificate that signed that server's, where this machine does not know it",
    )
    lock_timeout_s: float = pydantic.Field(
        default=10.0, ge=0, description="seconds to wait for another process that is writing to the collection"
    )

    @pydantic.field_validator("home")
    @classmethod
    def _expand(cls, home: Path) -> Path:
        return home.expanduser()

    @pydantic.field_validator(
        "ollama_host", "openai_base_url", "arxiv_url", "doi_url", "zotero_url", "zotero_local_url"
    )
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        """Refuses what no client could connect to; urllib says why."""
        if address is not None and not urllib.parse.urlsplit(address if "//" in address else f"//{address}").hostname:
            raise ValueError("it names no host; give an address such as http://127.0.0.1:11434")
        return address

    @pydantic.field_validator("catalogue")
    @classmethod
    def _database(cls, catalogue: pydantic.SecretStr) -> pydantic.SecretStr:
        """Refuses other databases; what else is wrong with an address, the server's client says."""
        if not re.fullmatch(r"sqlite|postgres(ql)?://\S*", catalogue.get_secret_value()):
            raise ValueError("give sqlite or an address such as postgresql://USER@HOST:PORT/DATABASE")
        return catalogue

    @property
    def catalogue_server(self) -> str | None:
        """Address of the PostgreSQL database of ``catalogue``, with its password; None: it is SQLite."""
        address = self.catalogue.get_secret_value()
        return None if address == "sqlite" else address

    @pydantic.field_validator("chroma")
    @classmethod
    def _chroma_address(cls, chroma: str | None) -> str | None:
        """Refuse what is no address; one without http:// or https:// would leave open which."""
        parts = urllib.parse.urlsplit(chroma or CHROMA_CLOUD)
        if chroma not in (None, CHROMA_CLOUD) and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("give an address such as http://127.0.0.1:8000, or cloud")
        return chroma

    @pydantic.model_validator(mode="after")
    def _cloud_key(self) -> Self:
        """Refuse the cloud without a key before it is asked."""
        if self.chroma == CHROMA_CLOUD and self.chroma_token is None:
            raise ValueError("chroma is cloud, which needs its key; set PAPERTRAIL_CHROMA_TOKEN")
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values, which are not checked; what was worked out from the old ones is not taken along."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]  # else a cached property of the copy would be that of this one
        return copy

    @functools.cached_property
    def read_fields_wanted(self) -> frozenset[str]:
        """The fields of ``read_fields``."""
        return frozenset(name.strip() for name in self.read_fields.split(","))

    @functools.cached_property
    def model_addresses(self) -> tuple[str, ...]:
        """The addresses of ``model_servers``."""
        return tuple(address.strip() for address in self.model_servers.split(",") if address.strip())

    @functools.cached_property
    def routed(self) -> tuple[str, ...]:
        """The writers of ``routing``, smallest first; empty when it is off."""
        return tuple(name.strip() for name in self.routing.split(",") if name.strip())

    @property
    def rerank_model(self) -> str | None:
        """The language model of ``rerank``; None where it is none."""
        return None if self.rerank == "none" else self.rerank

    @property
    def reading_model(self) -> str | None:
        """The language model of ``read_messages``; None where it is none."""
        return None if self.read_messages == "none" else self.read_messages

    def price_of(self, model: str) -> tuple[float, float] | None:
        """What a model costs for a million tokens read and a million written; None where no price is set."""
        for entry in filter(None, self.prices.split(",")):
            name, _, price = entry.partition("=")
            if name.strip() == model:
                read, _, written = price.partition("/")
                return float(read), float(written)
        return None

    @property
    def has_budget(self) -> bool:
        """Whether tokens or money of a day are limited."""
        return self.budget_tokens is not None or self.budget_money is not None

    @functools.cached_property
    def hash(self) -> str:
        """First 12 hex digits of the SHA-256 of all settings but the home folder, secrets and who may sign in."""
        values = self.model_dump(mode="json", exclude=_PERSONAL)
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[pydantic_settings.BaseSettings],
        init_settings: pydantic_settings.PydanticBaseSettingsSource,
        env_settings: pydantic_settings.PydanticBaseSettingsSource,
        dotenv_settings: pydantic_settings.PydanticBaseSettingsSource,
        file_secret_settings: pydantic_settings.PydanticBaseSettingsSource,
    ) -> tuple[pydantic_settings.PydanticBaseSettingsSource, ...]:
        """Call, then environment, then ``settings.toml`` of the home folder that those two name."""
        home = init_settings().get("home") or env_settings().get("home") or cls.model_fields["home"].default
        file = pydantic_settings.TomlConfigSettingsSource(settings_cls, Path(home).expanduser() / SETTINGS_FILE)
        return init_settings, env_settings, file


def load_settings(**overrides: Any) -> Settings:
    """Reads the settings, with ``overrides`` (``None`` values are ignored) over environment and file.

    Raises:
        SettingsError: a key is unknown or a value does not fit; the message names the first one.
    """
    known = {f"PAPERTRAIL_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(
        name for name in map(str.upper, os.environ) if name.startswith("PAPERTRAIL_") and name not in known
    )
    if unknown:
        raise SettingsError(f"there is no setting {unknown[0]!r}; README.md lists them, take it out of the environment")
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(
            f"setting {name!r}: {first['msg']}; see `papertrail doctor` for the settings in force"
        ) from error
    except ValueError as error:  # tomllib's complaint about settings.toml
        raise SettingsError(f"{SETTINGS_FILE} in the home folder cannot be read: {error}") from error
