"""Sheets that hold no lines, only what those of other sheets come to: by sheet, by day, in all.
Pure.

Their total is compared with all lines, and what they say of a sheet, by its name or the day that it
is called by, with the lines of that sheet.
"""

from collections.abc import Iterator, Sequence

from cbi.base.errors import UsageError
from cbi.base.money import show_amount
from cbi.files import Cell, Problem, Table, text_of
from cbi.finance.contents import ColumnReading, contents, known_share
from cbi.finance.layouts import StatementLayout
from cbi.finance.letterheads import Letterhead, letterhead_of, one_amount
from cbi.finance.line_parts import Reading, ReadLines
from cbi.finance.moments import moment_of
from cbi.finance.titles import day_of_sheet

Found = list[tuple[Table, StatementLayout | None]]
"""Sheets with their layouts, None of one without lines."""


def without_sums(found: Found, told: ColumnReading) -> Found:
    """Beside sheets that name vouchers, one of whose receipts none is known holds their sums."""
    if all(layout is None or layout.named_by == "receipt" for _, layout in found):
        return found
    return [
        (table, None if layout is not None and _has_no_lines(table, layout, told) else layout)
        for table, layout in found
    ]


def _has_no_lines(table: Table, layout: StatementLayout, told: ColumnReading) -> bool:
    if layout.named_by == "voucher":
        return False
    index = layout.columns["receipt"]
    held = contents(table.rows[layout.heading + 1 :], index + 1, told)[index]
    return known_share(held, told) == 0


def sums_alone(
    read: ReadLines, table: Table, reading: Reading, said: list[tuple[str | None, int, int]]
) -> Letterhead:
    """A sheet without lines: its sums are compared, and it is named; a letter says the period."""
    read.warnings.append(Problem("finance.sheet-left", sheet=table.sheet))
    found = letterhead_of(table.rows, reading.currency, reading.money, reading.is_store)
    said += [(table.sheet, row, amount) for row, amount in found.sums[-1:]]
    return found


def check_parts(
    read: ReadLines, aside: Sequence[Table], sheets: Sequence[str | None], reading: Reading
) -> None:
    """Tell what sheets of sums say wrongly of another sheet; `sheets` are those with lines."""
    numbers = {_key(name, reading): number for number, name in enumerate(sheets) if name}
    whole = [0] * len(sheets)
    for sheet, amount in zip(read.sums.sheets, read.sums.amounts, strict=True):
        whole[sheet] += amount or 0
    for table in aside:
        for row, number, amount in _told_of(table, numbers, reading):
            if amount == whole[number]:
                continue
            read.warnings.append(Problem("finance.total-differs-sheet", table.sheet, row, None, {
                "stated": show_amount(amount, reading.currency), "other": sheets[number],
                "summed": show_amount(whole[number], reading.currency),
            }))


def _told_of(
    table: Table, numbers: dict[str, int], reading: Reading
) -> Iterator[tuple[int, int, int]]:
    """The rows that begin with a sheet's name or day and tell an amount: row, sheet, amount."""
    for row in table.rows:
        told = [cell for cell in row.cells if text_of(cell)]
        number = numbers.get(_key(told[0], reading)) if told else None
        rest = row._replace(cells=tuple(told[1:]))
        amount = one_amount(rest, reading.currency, reading.money, ())
        if number is not None and amount is not None:
            yield row.number, number, amount


def _key(told: Cell, reading: Reading) -> str:
    """The day that a text tells, else its words."""
    text = text_of(told)
    try:
        day = None if isinstance(told, str) else moment_of(told).day
    except UsageError:
        day = None
    return day or day_of_sheet(text, reading.unsaid_year) or " ".join(text.casefold().split())
