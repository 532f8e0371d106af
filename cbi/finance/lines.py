"""From a table to a statement's lines: every claim, every problem with its place, the total. Pure.

A line that cannot be read keeps the whole statement out, because a bill that is taken in part is
another bill. What does not bear on money (a date, a total that does not add up) is a warning.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.base.errors import CbiError, UsageError
from cbi.base.money import TWO_READINGS, show_amount
from cbi.base.words import alike
from cbi.files import Cell, Problem, Row, Table, column_letter, text_of
from cbi.finance.cells import Named, amount_of, date_of, voucher_named
from cbi.finance.layouts import StatementLayout, heading_words

_TOTAL_WORDS = frozenset({
    "итого", "всего", "подытог", "total", "totals", "subtotal", "grand", "барлығы", "жиыны",
    "қорытынды",
})


class ReadLine(NamedTuple):
    """A claim as the file has it; lines are numbered from 1, `row` is the spreadsheet's."""

    line: int
    row: int
    named: Named
    date: str | None
    store: str | None
    receipt: str | None
    amount_minor: int


@dataclass(slots=True)
class ReadLines:
    """What a statement's table came to; amounts in minor units."""

    lines: list[ReadLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    stated_minor: int | None = None

    @property
    def claimed_minor(self) -> int:
        """What the lines add up to."""
        return sum(line.amount_minor for line in self.lines)


def read_lines(
    table: Table, layout: StatementLayout, currency: str, lookup: Callable[[], bytes],
    decimal: str | None = None,
) -> ReadLines:
    """All claims under the headings; `lookup` gives the key that codes are looked up by."""
    reader = _LineReader(table.sheet, layout, currency, lookup, decimal)
    for row in table.rows[layout.heading + 1 :]:
        reader.take(row)
    reader.end()
    return reader.read


class _LineReader:
    """Goes down the rows; what a row without a voucher means is known when the next one comes."""

    def __init__(
        self, sheet: str | None, layout: StatementLayout, currency: str,
        lookup: Callable[[], bytes], decimal: str | None,
    ) -> None:
        self.read = ReadLines()
        self._sheet, self._layout, self._currency = sheet, layout, currency
        self._lookup, self._decimal = lookup, decimal
        self._total: Row | None = None
        self._nameless: Row | None = None

    def take(self, row: Row) -> None:
        """One row: a claim, a total, a footer, or a problem."""
        if all(cell is None or str(cell).startswith("#") for cell in row.cells):
            return
        voucher = self._cell(row, "voucher")
        if text_of(voucher) and not _begins_a_total(voucher):
            self._nobodys(self._nameless)
            self._nameless = self._total = None
            self._claim(row)
        elif any(map(_begins_a_total, row.cells)):
            self._total = row
        elif text_of(self._cell(row, "amount")) and self._is_amount(row):
            self._nobodys(self._nameless)
            self._nameless = row

    def end(self) -> None:
        """An amount below all claims without a word beside it is the total too."""
        if self._total is None and self.read.lines:
            self._total, self._nameless = self._nameless, None
        self._nobodys(self._nameless)
        if self._total is not None:
            self._check_total(self._total)

    def _claim(self, row: Row) -> None:
        try:
            amount = self._amount(row)
        except UsageError as error:
            self._problem(error, row, "amount")
            return
        try:
            day = date_of(self._cell(row, "date"))
        except UsageError as error:
            day = None
            self._warn(error, row, "date")
        self.read.lines.append(ReadLine(
            len(self.read.lines) + 1, row.number,
            voucher_named(self._cell(row, "voucher"), self._lookup), day,
            text_of(self._cell(row, "store")) or None,
            alike(text_of(self._cell(row, "receipt"))) or None, amount,
        ))

    def _amount(self, row: Row) -> int:
        cell = self._cell(row, "amount")
        if not text_of(cell):
            raise UsageError("finance.amount-missing")
        if text_of(cell).lstrip("(").startswith(("-", "−")):
            raise UsageError("finance.amount-negative", text=text_of(cell))
        return amount_of(cell, self._currency, self._decimal, self._layout.money)

    def _is_amount(self, row: Row) -> bool:
        """A page number or a signature under the amounts is none; one with two readings is."""
        try:
            self._amount(row)
        except UsageError as error:
            return error.code == TWO_READINGS
        return True

    def _nobodys(self, row: Row | None) -> None:
        if row is not None:
            self._problem(UsageError("finance.voucher-missing"), row, "voucher")

    def _check_total(self, row: Row) -> None:
        try:
            amounts = list(self._amounts(row))
        except UsageError as error:
            self._problem(error, row, "amount")
            return
        if not amounts:
            return
        self.read.stated_minor = amounts[0]
        summed = self.read.claimed_minor
        if amounts[0] != summed and not self.read.problems:
            differs = UsageError(
                "finance.total-differs", stated=show_amount(amounts[0], self._currency),
                summed=show_amount(summed, self._currency),
            )
            self._warn(differs, row, "amount")

    def _amounts(self, row: Row) -> Iterator[int]:
        """The amounts of a total's row: in its column, else wherever the shop wrote it."""
        for cell in (self._cell(row, "amount"), *reversed(row.cells)):
            if isinstance(cell, bool) or not text_of(cell):
                continue
            try:
                yield amount_of(cell, self._currency, self._decimal, self._layout.money)
            except UsageError as error:
                if error.code == TWO_READINGS:
                    raise

    def _cell(self, row: Row, name: str) -> Cell:
        index = self._layout.columns.get(name, len(row.cells))
        return row.cells[index] if index < len(row.cells) else None

    def _problem(self, error: CbiError, row: Row, name: str) -> None:
        self.read.problems.append(self._placed(error, row, name))

    def _warn(self, error: CbiError, row: Row, name: str) -> None:
        self.read.warnings.append(self._placed(error, row, name))

    def _placed(self, error: CbiError, row: Row, name: str) -> Problem:
        letter = column_letter(self._layout.columns[name])
        return Problem.of(error, sheet=self._sheet, row=row.number, column=letter)


def _begins_a_total(cell: Cell) -> bool:
    return isinstance(cell, str) and heading_words(cell).partition(" ")[0] in _TOTAL_WORDS
