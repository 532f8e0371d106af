"""What cells mean in every stranger's sheet alike: text without a spreadsheet's fraction, days.

A spreadsheet keeps the same day as a date, as a number of days or as text, as its writer happened
to type it. The day stands before the month, as in every language of ours; where figures between
slashes could mean another day in another country, that is told, and who reads decides.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from cbi.files.values import Cell

_DAY_ZERO: Final = date(1899, 12, 30)
_DAYS: Final = range(20_000, 80_000)
"""The numbers of days that a sheet of ours can mean: 1954 to 2119."""
_EXACT_MAX: Final = 2**53
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:\D.*)?\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})[-./](\d{4}|\d{2})(?:\D.*)?\Z")


class Day(NamedTuple):
    """A calendar date, None where a cell has none; `ambiguous` where it could be another one."""

    date: date | None
    ambiguous: bool = False


def text_of(cell: Cell) -> str:
    """A cell as text; a whole number without the fraction that a spreadsheet gives it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_MAX:
        return str(int(cell))
    return str(cell).strip()


def day_of(cell: Cell) -> Day:
    """The day that a cell means, however it is written."""
    if isinstance(cell, datetime):
        return Day(cell.date())
    if isinstance(cell, date):
        return Day(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = int(cell) if abs(cell) < _EXACT_MAX else 0
        return Day(_DAY_ZERO + timedelta(days=number) if number in _DAYS else None)
    return _written(text_of(cell))


def _written(words: str) -> Day:
    found = _YEAR_FIRST.match(words)
    if found:
        return Day(_date(*map(int, found.groups())))
    found = _YEAR_LAST.match(words)
    if not found:
        return Day(None)
    first, separator, second, years = found.groups()
    one, two, year = int(first), int(second), int(years) + (2000 if len(years) == 2 else 0)
    if separator == "/":
        either = one <= 12 and two <= 12 and one != two
        return Day(_date(year, two, one) or _date(year, one, two), either)
    return Day(_date(year, two, one))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
