"""Values as the cells of a workbook hold them, a block of rows at a time.

One cell object stands for a column and is filled anew for every row, which costs half of making
cells. Work is done by column, because a column is of one kind: whole amounts take an integer's
fast way, and only a column with gaps or formulas is looked at value by value.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from cbi.base.money import EXPONENTS
from cbi.files.styles import WORDS, Styles
from cbi.files.values import cell_name

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from cbi.files.workbook import Column

CELL_CHARACTERS_MAX = 32_767
_EPOCH_ORDINAL = date(1899, 12, 30).toordinal()
_SERIAL_MIN = 61  # before 1 March 1900 Excel counts a day that never was
DAY_SECONDS = 86_400
MOMENTS_FROM = 44_000
"""Moments are summed from this day on (its number in a spreadsheet): 18 June 2020."""
NUMBERS = frozenset({"amount", "count", "share", "number"})
MARKS = ("*", "–", "…")
"""What stands in a number's place stands where the number would."""
_WHOLE_MAX = 10**15  # beyond, a spreadsheet's numbers lose digits
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_AWKWARD = re.compile("[\x00-\x08\x0b-\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x")


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of another kind than its column's."""

    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without `=`) and the value we computed for it; `kind` empty is the column's."""

    expression: str
    value: object
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A formula and the value known for it, as the file holds both; `of_text` if it is words."""

    expression: str
    shown: str
    of_text: bool


_Filled = tuple[Iterable["SheetCell | None"], Sequence[object]]
"""A column of a block: the cell that each value goes into, and the values."""


class Cells:
    """One sheet's columns, and what was seen while their cells were filled.

    `sums` are the columns' totals (minor units, counts), `widths` the longest texts seen, `known`
    the values of formulas by the name of their cell.
    """

    def __init__(
        self, sheet: "WriteOnlyWorksheet", columns: Sequence["Column"], currency: str,
        styles: Styles,
    ) -> None:
        self.kinds = kinds = [one.kind for one in columns]
        self._blank_zeros = {index for index, one in enumerate(columns) if one.blank_zeros}
        self.sums = [0] * len(kinds)
        self.widths = [0] * len(kinds)
        self.known: dict[str, Known] = {}
        self._sheet, self._currency, self._styles = sheet, currency, styles
        self._scale = 10 ** EXPONENTS.get(currency, 2)
        self._made: dict[tuple[int, str, str, bool], SheetCell] = {}

    def block(self, first: int, rows: Sequence[Sequence[object]]) -> Iterator[list["SheetCell"]]:
        """The cells of each row, the first of them at row `first`; use one row before the next."""
        filled: list[_Filled] = []
        for index, column in enumerate(zip(*rows, strict=True)):
            quick = self._quick(index, column)
            filled.append(quick or self._one_by_one(first, index, column))
        cells = zip(*(column[0] for column in filled), strict=False)
        values = zip(*(column[1] for column in filled), strict=True)
        for number, (of_row, row) in enumerate(zip(cells, values, strict=False), first):
            ready = []
            for cell, value in zip(of_row, row, strict=True):
                if cell is not None:
                    cell._value = value
                    cell.row = number
                    ready.append(cell)
            yield ready

    def know(self, row: int, index: int, expression: str) -> None:
        """A formula over a whole column, and the column's sum as its value."""
        shown, _ = self._shown(self.kinds[index], self.sums[index])
        self.widths[index] = max(self.widths[index], len(shown))
        self.known[cell_name(row, index)] = Known(expression, shown, of_text=False)

    def cell(
        self, row: int, index: int, value: object, *, strong: bool = False
    ) -> "SheetCell | None":
        """One cell of any kind, filled; None where it stays empty."""
        cell, shown = self._judged(row, index, value, strong=strong)
        if cell is not None:
            cell._value, cell.row = shown, row
        return cell

    def _judged(
        self, row: int, index: int, value: object, *, strong: bool = False
    ) -> tuple["SheetCell | None", object]:
        kind, expression = self.kinds[index], None
        if isinstance(value, Formula):
            kind, expression, value = value.kind or kind, value.expression, value.value
        elif isinstance(value, Typed):
            kind, value = value.kind, value.value
        if kind == self.kinds[index] and type(value) is int and not strong:
            self.sums[index] += value
        elif isinstance(value, datetime) and self.kinds[index] == "moment":
            self.sums[index] += _seconds(value) - MOMENTS_FROM * DAY_SECONDS
        shown, kind = self._shown(kind, value)
        if kind == "date" == self.kinds[index] and shown:
            self.sums[index] += int(shown)
        self.widths[index] = max(self.widths[index], len(shown))
        if expression is not None:
            self.known[cell_name(row, index)] = Known(expression, shown, _is_text(kind, shown))
            return self._cell(index, kind, "f", strong=strong), f"={expression}"
        if not shown:
            return None, None
        data_type = "s" if _is_text(kind, shown) else "n"
        return self._cell(index, kind, data_type, strong=strong), shown

    def _one_by_one(self, first: int, index: int, column: Sequence[object]) -> _Filled:
        blank = (None, 0) if index in self._blank_zeros else (None,)
        judged = [
            (None, None) if value in blank else self._judged(number, index, value)
            for number, value in enumerate(column, first)
        ]
        return [cell for cell, _ in judged], [value for _, value in judged]

    def _cell(
        self, index: int, kind: str, data_type: str, *, strong: bool = False
    ) -> "SheetCell":
        """The cell that stands for a column, a kind and a type of data."""
        key = (index, kind, data_type, strong)
        if key not in self._made:
            from openpyxl.cell import WriteOnlyCell

            cell = WriteOnlyCell(self._sheet)
            cell.style = self._styles.name(kind, self._currency, strong=strong)
            cell.column, cell.data_type = index + 1, data_type
            self._made[key] = cell
        return self._made[key]

    def _shown(self, kind: str, value: object) -> tuple[str, str]:
        """The value as the file holds it, and the kind it turned out to be."""
        number: str | None = None
        if isinstance(value, bool):
            number = None
        elif kind == "amount" and isinstance(value, int):
            number = self._decimal(value)
        elif kind == "count" and isinstance(value, int) and abs(value) < _WHOLE_MAX:
            number = str(value)
        elif kind in ("share", "number") and isinstance(value, int | float):
            number = repr(float(value))
        elif kind == "date":
            number = _serial(value)
        elif kind == "moment" and isinstance(value, datetime):
            number = _moment(value)
        if number is not None:
            return number, kind
        if value is None:
            return "", kind if kind in WORDS else "text"
        if kind in NUMBERS and value in MARKS:
            return str(value), kind
        return writable(str(value)), kind if kind in WORDS else "text"

    def _quick(self, index: int, column: tuple[Any, ...]) -> _Filled | None:
        """A column of a block that is all of its own kind, filled; else None."""
        kind = self.kinds[index]
        maker = _QUICK.get(kind)
        if maker is None or len(types := set(map(type, column))) != 1:
            return None
        made = maker(self, index, column, types.pop())
        if made is None:
            return None
        cell = self._cell(index, kind, "s" if kind in WORDS else "n")
        if index in self._blank_zeros:
            return [cell if value else None for value in column], made
        return repeat(cell), made

    def _quick_texts(
        self, index: int, column: tuple[str, ...], kind: type
    ) -> Sequence[object] | None:
        if kind is not str or "" in column:
            return None
        longest = max(map(len, column))
        if longest >= CELL_CHARACTERS_MAX or _AWKWARD.search("\n".join(column)):
            return None
        self.widths[index] = max(self.widths[index], longest)
        return column

    def _quick_amounts(
        self, index: int, column: tuple[int, ...], kind: type
    ) -> Sequence[object] | None:
        if kind is not int:
            return None
        self.sums[index] += sum(column)
        self.widths[index] = max(self.widths[index], len(str(_largest(column))))
        return list(map(self._decimal, column))

    def _quick_counts(
        self, index: int, column: tuple[int, ...], kind: type
    ) -> Sequence[object] | None:
        if kind is not int or _largest(column) >= _WHOLE_MAX:
            return None
        self.sums[index] += sum(column)
        self.widths[index] = max(self.widths[index], len(str(_largest(column))))
        return list(map(str, column))

    def _quick_dates(
        self, index: int, column: tuple[Any, ...], kind: type
    ) -> Sequence[object] | None:
        serials = list(map(_serial, column)) if kind in (str, date) else [None]
        if None in serials:
            return None
        self.sums[index] += sum(int(serial) for serial in serials if serial is not None)
        return serials

    def _decimal(self, amount_minor: int) -> str:
        """A decimal number, exact; notes the currency whose fractions must be shown."""
        whole, fraction = divmod(abs(amount_minor), self._scale)
        sign = "-" if amount_minor < 0 else ""
        if not fraction:
            return f"{sign}{whole}"
        self._styles.fractions.add(self._currency)
        digits = EXPONENTS.get(self._currency, 2)
        return f"{sign}{whole}.{fraction:0{digits}d}"


_QUICK: dict[str, Callable[[Cells, int, tuple[Any, ...], type], Sequence[object] | None]] = {
    "text": Cells._quick_texts, "amount": Cells._quick_amounts, "count": Cells._quick_counts,
    "date": Cells._quick_dates,
}


def _largest(column: tuple[int, ...]) -> int:
    most, least = max(column), min(column)
    return max(most, -least)


def writable(words: str) -> str:
    """Text that a workbook can hold: what XML cannot becomes U+FFFD, what is too long is cut.

    Readers take `_x0041_` for an escaped letter, so what only looks like one is escaped itself.
    """
    if len(words) > CELL_CHARACTERS_MAX:
        words = words[: CELL_CHARACTERS_MAX - 1] + "…"
    if "\r" in words:
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE_LOOKALIKE.sub("_x005F_", _UNWRITABLE.sub("\ufffd", words))


@lru_cache(maxsize=8192)
def _serial(day: object) -> str | None:
    """A date (or its ISO text) as the spreadsheet's day number; None if it cannot be one."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return None
    if not isinstance(day, date):
        return None
    number = day.toordinal() - _EPOCH_ORDINAL
    return str(number) if number >= _SERIAL_MIN else None


def _seconds(moment: datetime) -> int:
    """A wall-clock time in seconds since the day that a spreadsheet counts from."""
    passed = moment.replace(tzinfo=None) - datetime.fromordinal(_EPOCH_ORDINAL)
    return passed.days * DAY_SECONDS + passed.seconds


def _moment(moment: datetime) -> str | None:
    """A wall-clock time as a day number with its fraction, to the second."""
    days, seconds = divmod(_seconds(moment), DAY_SECONDS)
    return repr(round(days + seconds / DAY_SECONDS, 10)) if days >= _SERIAL_MIN else None


def _is_text(kind: str, shown: str) -> bool:
    """Whether a cell holds text. A mark among figures has their own style: where two styles of one
    alignment stand side by side, LibreOffice loses the indent of the second."""
    return kind in WORDS or shown in MARKS
