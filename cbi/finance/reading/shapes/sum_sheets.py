"""Sheets that hold no lines, only what those of other sheets come to, by sheet, by day, in all, or
what else is known of their receipts. Pure.

Their total is compared with all lines, and what they say of a sheet, by its name or the day that it
is called by, with the lines of that sheet.
"""

from collections.abc import Collection, Iterator, Sequence

from cbi.base.errors import UsageError
from cbi.base.money import show_amount
from cbi.files import Cell, Problem, Table, text_of
from cbi.finance.reading.lines.line_parts import Reading, ReadLines
from cbi.finance.reading.lines.titles import day_of_sheet
from cbi.finance.reading.structure.contents import ColumnReading, contents, known_share
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.structure.letterheads import Letterhead, letterhead_of, one_amount
from cbi.finance.reading.values.cells import receipt_text
from cbi.finance.reading.values.moments import moment_of

Found = list[tuple[Table, StatementLayout | None]]
"""Sheets with their layouts, None of one without lines."""


def lines_alone(found: Found, told: ColumnReading) -> Found:
    """Beside sheets that name vouchers, one of receipts bills nothing: it holds what those of
    other sheets are, or no receipts at all but sums."""
    receipts = {
        receipt for table, layout in found if layout is not None and layout.named_by == "voucher"
        for receipt in _receipts(table, layout)
    }
    if not any(layout is not None and layout.named_by == "voucher" for _, layout in found):
        return found
    return [
        (table, None if layout is not None and layout.named_by == "receipt"
         and _bills_nothing(table, layout, receipts, told) else layout)
        for table, layout in found
    ]


def _bills_nothing(
    table: Table, layout: StatementLayout, receipts: Collection[str], told: ColumnReading
) -> bool:
    own = _receipts(table, layout)
    if sum(one in receipts for one in own) * 2 > len(own):
        return True
    index = layout.columns["receipt"]
    held = contents(table.rows[layout.heading + 1 :], index + 1, told)[index]
    return known_share(held, told) == 0


def _receipts(table: Table, layout: StatementLayout) -> list[str]:
    index = layout.columns.get("receipt")
    return [] if index is None else [
        receipt_text(row.cells[index]) for row in table.rows[layout.heading + 1 :]
        if index < len(row.cells) and text_of(row.cells[index])
    ]


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
