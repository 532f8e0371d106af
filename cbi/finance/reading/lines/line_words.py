"""What a line tells elsewhere than in a column for it: among the words in which its voucher stands
(`ваучер R1-3, Магнум Алматы 1, чек S1-002532 от 16.08.2022`), by a column of each store. Pure."""

from collections.abc import Callable, Mapping
from typing import TypeGuard

from cbi.base.errors import UsageError
from cbi.files import Cell, Row
from cbi.finance.reading.values.cells import is_blank, receipt_text, receipt_within
from cbi.finance.reading.values.kinds import kind_of
from cbi.finance.reading.values.moments import moment_of


def receipt_of(named: Cell, told: str) -> str | None:
    """The line's receipt: the one that its words name, else what its column tells."""
    return (receipt_within(named) if _is_words(named) else "") or receipt_text(told) or None


def store_of(named: Cell, is_store: Callable[[str], bool]) -> str | None:
    """The words, where they name a store."""
    return named if _is_words(named) and is_store(named) else None


def says_return(named: Cell) -> bool:
    """Whether the words say that the line takes its voucher's sum back (`R1-2 СТОРНО`)."""
    return _is_words(named) and kind_of(named) == "return"


def store_by_column(row: Row, stores: Mapping[int, str]) -> str | None:
    """The store in whose column a line has its amount, where it is in one alone."""
    filled = [name for index, name in stores.items()
              if index < len(row.cells) and not is_blank(row.cells[index])]
    return filled[0] if len(filled) == 1 else None


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
