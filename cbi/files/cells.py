"""Cells of a workbook as XML, a block of rows at a time.

Work is done by column, because a column is of one kind: text is escaped in one piece, whole amounts
take an integer's fast way, and only a column with gaps or formulas goes cell by cell.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from cbi.base.money import EXPONENTS
from cbi.files.styles import Styles
from cbi.files.values import column_letter

CELL_CHARACTERS_MAX = 32_767
_EPOCH_ORDINAL = date(1899, 12, 30).toordinal()
_SERIAL_MIN = 61  # before 1 March 1900 Excel counts a day that never was
_WHOLE_MAX = 10**15  # beyond, a spreadsheet's numbers lose digits
_BETWEEN = "\ue0fe"  # of private use; a column that has it goes cell by cell
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TEXT = '<c r="{0}%d" s="{1}" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
_NUMBER = '<c r="{0}%d" s="{1}"><v>%s</v></c>'


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


class Cells:
    """One sheet's columns, and what was seen while their cells were written.

    `sums` are the columns' totals (minor units, counts), `widths` the longest texts seen.
    """

    def __init__(self, kinds: Sequence[str], currency: str, styles: Styles) -> None:
        self.kinds = kinds
        self.sums = [0] * len(kinds)
        self.widths = [0] * len(kinds)
        self._currency, self._styles = currency, styles
        self._scale = 10 ** EXPONENTS.get(currency, 2)
        self._letters = [column_letter(index) for index in range(len(kinds))]

    def block(self, first: int, rows: Sequence[Sequence[object]]) -> str:
        """Rows as XML, the first of them at row `first`; each has a cell for every column."""
        numbers = range(first, first + len(rows))
        template = ['<row r="%d">']
        arguments: list[Sequence[object]] = [numbers]
        for index, column in enumerate(zip(*rows, strict=True)):
            quick = self._quick(index, column)
            if quick is None:
                template.append("%s")
                arguments.append([
                    "" if value is None else self.cell(number, index, value)
                    for number, value in zip(numbers, column, strict=True)
                ])
            else:
                template.append(quick[0])
                arguments += [numbers, quick[1]]
        template.append("</row>")
        return "".join(map("".join(template).__mod__, zip(*arguments, strict=True)))

    def cell(self, row: int, index: int, value: object, *, strong: bool = False) -> str:
        """One cell of any kind."""
        kind, expression = self.kinds[index], None
        if isinstance(value, Formula):
            kind, expression, value = value.kind or kind, value.expression, value.value
        elif isinstance(value, Typed):
            kind, value = value.kind, value.value
        if kind == self.kinds[index] and type(value) is int and not strong:
            self.sums[index] += value
        shown, kind = self._shown(kind, value)
        self.widths[index] = max(self.widths[index], len(shown))
        style = self._styles.index(kind, self._currency, strong=strong)
        place = f'<c r="{self._letters[index]}{row}" s="{style}"'
        if expression is not None:
            of_text = ' t="str"' if kind in _WORDS else ""
            value_part = f"<v>{escaped(shown)}</v>" if shown else ""
            return f"{place}{of_text}><f>{escaped(expression)}</f>{value_part}</c>"
        if kind in _WORDS:
            words = f'<t xml:space="preserve">{escaped(shown)}</t>'
            return f'{place} t="inlineStr"><is>{words}</is></c>'
        return f"{place}><v>{shown}</v></c>"

    def _shown(self, kind: str, value: object) -> tuple[str, str]:
        """The value as the file holds it, and the kind it turned out to be."""
        number: str | None = None
        if isinstance(value, bool):
            number = None
        elif kind == "amount" and isinstance(value, int):
            number = self._decimal(value)
        elif kind == "count" and isinstance(value, int) and abs(value) < _WHOLE_MAX:
            number = str(value)
        elif kind == "share" and isinstance(value, int | float):
            number = repr(float(value))
        elif kind == "date":
            number = _serial(value)
        elif kind == "moment" and isinstance(value, datetime):
            number = _moment(value)
        if number is not None:
            return number, kind
        if value is None:
            return "", kind if kind in _WORDS else "text"
        return str(value), kind if kind in _WORDS else "text"

    def _quick(self, index: int, column: tuple[Any, ...]) -> tuple[str, Sequence[object]] | None:
        """The template and the values of a column that is all of its own kind; else None."""
        kind = self.kinds[index]
        maker = _QUICK.get(kind)
        if maker is None or len(types := set(map(type, column))) != 1:
            return None
        made = maker(self, index, column, types.pop())
        if made is None:
            return None
        template = _TEXT if kind in _WORDS else _NUMBER
        style = self._styles.index(kind, self._currency)
        return template.format(self._letters[index], style), made

    def _quick_texts(
        self, index: int, column: tuple[str, ...], kind: type
    ) -> Sequence[object] | None:
        longest = max(map(len, column)) if kind is str else CELL_CHARACTERS_MAX
        if longest >= CELL_CHARACTERS_MAX:
            return None
        self.widths[index] = max(self.widths[index], longest)
        joined = _BETWEEN.join(column)
        if joined.count(_BETWEEN) != len(column) - 1:
            return None
        return _escaped_well(joined).split(_BETWEEN)

    def _quick_amounts(
        self, index: int, column: tuple[int, ...], kind: type
    ) -> Sequence[object] | None:
        if kind is not int:
            return None
        self.sums[index] += sum(column)
        self.widths[index] = max(self.widths[index], len(str(_largest(column))))
        scale = self._scale
        if any(amount % scale for amount in column):
            return list(map(self._decimal, column))
        return [amount // scale for amount in column]

    def _quick_counts(
        self, index: int, column: tuple[int, ...], kind: type
    ) -> Sequence[object] | None:
        if kind is not int or _largest(column) >= _WHOLE_MAX:
            return None
        self.sums[index] += sum(column)
        self.widths[index] = max(self.widths[index], len(str(_largest(column))))
        return column

    def _quick_dates(
        self, index: int, column: tuple[Any, ...], kind: type
    ) -> Sequence[object] | None:
        serials = list(map(_serial, column)) if kind in (str, date) else [None]
        return None if None in serials else serials

    def _decimal(self, amount_minor: int) -> str:
        """A decimal number, exact; notes the currency whose fractions must be shown."""
        whole, fraction = divmod(abs(amount_minor), self._scale)
        sign = "-" if amount_minor < 0 else ""
        if not fraction:
            return f"{sign}{whole}"
        self._styles.fractions.add(self._currency)
        digits = EXPONENTS.get(self._currency, 2)
        return f"{sign}{whole}.{fraction:0{digits}d}"


_WORDS = {"text", "heading", "title", "note", "column-heading"}
_QUICK: dict[str, Callable[[Cells, int, tuple[Any, ...], type], Sequence[object] | None]] = {
    "text": Cells._quick_texts, "amount": Cells._quick_amounts, "count": Cells._quick_counts,
    "date": Cells._quick_dates,
}


def _largest(column: tuple[int, ...]) -> int:
    most, least = max(column), min(column)
    return max(most, -least)


def escaped(words: str) -> str:
    """Text as XML holds it: what XML cannot hold becomes U+FFFD, what is too long is cut."""
    if len(words) > CELL_CHARACTERS_MAX:
        words = words[: CELL_CHARACTERS_MAX - 1] + "…"
    return _escaped_well(words)


def _escaped_well(words: str) -> str:
    if _UNWRITABLE.search(words):
        words = _UNWRITABLE.sub("\ufffd", words)
    if "_x" in words:
        words = _ESCAPE_LOOKALIKE.sub("_x005F_", words)
    if "\r" in words:
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


def _moment(moment: datetime) -> str | None:
    """A wall-clock time as a day number with its fraction, to the second."""
    passed = moment.replace(tzinfo=None) - datetime.fromordinal(_EPOCH_ORDINAL)
    if passed < timedelta(days=_SERIAL_MIN):
        return None
    return repr(round(passed.days + passed.seconds / 86_400, 10))
