"""What models have taken today, in tokens and money, kept in the home folder so that a budget holds across runs."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import ModelUnavailableError
from rag.models.metering import Call
from rag.settings import Settings
from rag.types import Usage

__all__ = ["USED_UP", "Spending"]

USED_UP = "the budget of the day is used up (PAPERTRAIL_BUDGET_TOKENS, PAPERTRAIL_BUDGET_MONEY)"

_PER_PRICE = 1_000_000
"""Prices are for so many tokens, as providers name them."""
_WAIT_S = 5.0
"""Seconds to wait for another process that writes; each write takes milliseconds."""


class Spending:
    """The ledger of one home folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def _file(self) -> Path:
        return self._settings.home / "spending.sqlite"

    def cost(self, model: str, usage: Usage) -> float | None:
        """What the tokens cost at the user's prices; None where there is no price for the model."""
        price = self._settings.price_of(model)
        if price is None:
            return None
        return (usage.prompt_tokens * price[0] + usage.completion_tokens * price[1]) / _PER_PRICE

    def cost_of(self, calls: Sequence[Call]) -> float | None:
        """What the calls of one answer cost together; None where none of their models has a price."""
        costs = [cost for call in calls if (cost := self.cost(call.model, call.usage)) is not None]
        return sum(costs) if costs else None

    def add(self, calls: Sequence[Call]) -> None:
        """Notes what the calls of one answer took; nothing is written where no budget is set."""
        if not self._settings.has_budget or not calls:
            return
        rows = [
            (
                _today(),
                call.model,
                call.usage.prompt_tokens + call.usage.completion_tokens,
                self.cost(call.model, call.usage) or 0.0,
            )
            for call in calls
            if call.usage != Usage()
        ]
        with self._open() as ledger:
            ledger.executemany("INSERT INTO spent VALUES (?, ?, ?, ?)", rows)

    def today(self) -> tuple[int, float]:
        """Tokens and money of today, by the clock of this machine."""
        if not self._file.exists():
            return 0, 0.0
        with self._open() as ledger:
            (row,) = ledger.execute(
                "SELECT COALESCE(SUM(tokens), 0), COALESCE(SUM(money), 0) FROM spent WHERE day = ?", (_today(),)
            )
        return int(row[0]), float(row[1])

    def allows(self, model: str, expected: Usage) -> bool:
        """Whether another answer of so many tokens keeps to the budgets of the day."""
        settings = self._settings
        tokens, money = self.today() if settings.has_budget else (0, 0.0)
        tokens += expected.prompt_tokens + expected.completion_tokens
        money += self.cost(model, expected) or 0.0
        within = settings.budget_tokens is None or tokens <= settings.budget_tokens
        return within and (settings.budget_money is None or money <= settings.budget_money)

    def demand(self, model: str, expected: Usage) -> None:
        """Nothing, where :meth:`allows` says yes.

        Raises:
            ModelUnavailableError: it says no.
        """
        if not self.allows(model, expected):
            raise ModelUnavailableError(USED_UP)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as ledger, ledger:
            ledger.execute("CREATE TABLE IF NOT EXISTS spent (day TEXT, model TEXT, tokens INTEGER, money REAL)")
            yield ledger


def _today() -> str:
    return datetime.date.today().isoformat()  # noqa: DTZ011 -- the user's day, not that of Greenwich
