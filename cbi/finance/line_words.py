"""What else a line's voucher cell tells where the voucher stands among words: `ваучер R1-3, Магнум
Алматы 1, чек S1-002532 от 16.08.2022`. Pure."""

from collections.abc import Callable
from typing import TypeGuard

from cbi.base.errors import UsageError
from cbi.files import Cell
from cbi.finance.cells import receipt_text, receipt_within
from cbi.finance.moments import moment_of


def receipt_of(named: Cell, told: str) -> str | None:
    """The line's receipt: the one that its words name, else what its column tells."""
    return (receipt_within(named) if _is_words(named) else "") or receipt_text(told) or None


def store_of(named: Cell, is_store: Callable[[str], bool]) -> str | None:
    """The words, where they name a store."""
    return named if _is_words(named) and is_store(named) else None


def day_of_words(named: Cell, order: str) -> str | None:
    """The day (ISO) that the words tell."""
    if not _is_words(named):
        return None
    try:
        return moment_of(named, order).day
    except UsageError:
        return None


def _is_words(named: Cell) -> TypeGuard[str]:
    return isinstance(named, str) and " " in named
