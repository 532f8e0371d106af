"""Sheets of another shape made into ordinary ones, a row a line under headings. Pure.

A form gives a code a cell for each of its groups, and a day and its month a cell each; a list has
the second voucher of a receipt in columns of its own, or an amount in two parts. Whoever reads
lines need not know of any of these.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from cbi.base.money import EXPONENTS
from cbi.files import Cell, Row, Table, text_of
from cbi.finance.reading.shapes.amount_units import in_whole_units
from cbi.finance.reading.shapes.whole_rows import amount_in, is_sum, with_whole_rows
from cbi.finance.reading.structure.contents import ColumnReading
from cbi.finance.reading.structure.headings import LIKELY, heading_of
from cbi.finance.reading.structure.totals import is_total_word
from cbi.finance.reading.values.amounts import foreign_money
from cbi.finance.reading.values.cells import is_code
from cbi.finance.reading.values.kinds import kind_of
from cbi.finance.reading.values.moments import month_number

_NUMBERED = re.compile(r"\W*\d+\W*\Z")
LOOKED, LEAST = 60, 3
"""So many rows are looked at to see a shape, which so many of them must have."""
GROUPS, GROUP_LETTERS, DAYS = 4, 4, 31


def ordinary(table: Table, told: ColumnReading) -> Table:
    """The sheet with a row a line, or as it is."""
    table = in_whole_units(table, told)
    table = _with_rows_of_their_own(_with_added_parts(_with_joined_cells(table), told), told)
    return with_whole_rows(table, told)


def _with_joined_cells(table: Table) -> Table:
    """With a code's groups in one cell, and a day with its month."""
    width = max((len(row.cells) for row in table.rows[:LOOKED]), default=0)
    for first in range(width - 1):
        for many, joined in ((GROUPS, _code_of), (2, _day_of)):
            told = [whole for row in table.rows[:LOOKED]
                    if (whole := joined(_part(row, first, many)))]
            sure = sum(map(is_code, told)) if many == GROUPS else len(told)
            if sure >= LEAST and sure * 2 > len(told):
                table = replace(table, rows=[
                    row if (whole := joined(_part(row, first, many))) is None
                    else row._replace(cells=(*row.cells[:first], whole, *[None] * (many - 1),
                                             *row.cells[first + many :]))
                    for row in table.rows
                ])
    return table


def _part(row: Row, first: int, many: int) -> list[str]:
    cells = row.cells[first : first + many]
    return [*map(text_of, cells), *[""] * (many - len(cells))]


def _code_of(parts: Sequence[str]) -> str | None:
    """A code whose groups these are; a spreadsheet takes the zeros off one of figures alone."""
    groups = [part.zfill(GROUP_LETTERS) if part.isdecimal() else part for part in parts]
    if all(len(one) == GROUP_LETTERS and one.isalnum() and one.isascii() for one in groups):
        return "-".join(groups)
    return None


def _day_of(parts: Sequence[str]) -> str | None:
    """A day with the month that is named beside it."""
    day, month = parts
    is_day = day.isdecimal() and 1 <= int(day) <= DAYS and month.isalpha() and month_number(month)
    return f"{day} {month}" if is_day else None


def _with_added_parts(table: Table, told: ColumnReading) -> Table:
    """With one amount where a heading over several columns names it, and those under it only say
    of what kind of goods each part is."""
    by_number = {row.number: index for index, row in enumerate(table.rows[:LOOKED])}
    for (top, left), (bottom, right) in table.merges:
        index = by_number.get(top + 1)
        if index is None or top != bottom or left == right or index + 1 >= len(table.rows):
            continue
        over, under = table.rows[index], table.rows[index + 1]
        kinds = [text_of(cell) for cell in under.cells[left : right + 1]]
        heading = heading_of(text_of(over.cells[left]), told.money)
        if heading.points.get("amount", 0) < LIKELY or len(kinds) <= right - left \
                or not all(_is_kind_of_goods(kind, told) for kind in kinds):
            continue
        body = table.rows[index + 2 :]
        if _are_parts([row.cells[left : right + 1] for row in body[:LOOKED]], told):
            return replace(table, merges=(), rows=[
                *table.rows[: index + 1], _without(under, left, right),
                *(_added(row, left, right, told) for row in body),
            ])
    return table


def _are_parts(cells: Sequence[Sequence[Cell]], told: ColumnReading) -> bool:
    """Whether tills took what these amounts come to together, where there are several."""
    amounts = [[amount for cell in row if (amount := amount_in(cell, told))] for row in cells]
    several = [sum(row) for row in amounts if len(row) > 1]
    return len(several) >= LEAST and told.amounts_known(several) * 2 > len(several)


def _is_kind_of_goods(heading: str, told: ColumnReading) -> bool:
    """Whether a heading names nothing that we know: no tax, no means of payment, no store."""
    return bool(heading) and not heading_of(heading, told.money).points \
        and kind_of(heading) is None and not is_total_word(heading) \
        and not told.in_short(heading) and not foreign_money(heading, told.currency) \
        and any(map(str.isalpha, heading))


def _without(row: Row, left: int, right: int) -> Row:
    return row._replace(cells=(*row.cells[:left], *[None] * (right - left + 1),
                               *row.cells[right + 1 :]))


def _added(row: Row, left: int, right: int, told: ColumnReading) -> Row:
    parts = [amount_in(cell, told) for cell in row.cells[left : right + 1]]
    if all(part is None for part in parts):
        return row
    whole = sum(part or 0 for part in parts) / 10 ** EXPONENTS.get(told.currency, 2)
    return row._replace(cells=(*row.cells[:left], whole, *[None] * (right - left),
                               *row.cells[right + 1 :]))


def _with_rows_of_their_own(table: Table, told: ColumnReading) -> Table:
    """With a row for each voucher of a receipt, where the second has columns of its own, headed
    as the first but for a number: `Voucher 1, Amount 1, Voucher 2, Amount 2`."""
    for index, row in enumerate(table.rows[:LOOKED]):
        by_name: dict[str, list[int]] = {}
        for place, cell in enumerate(row.cells):
            if isinstance(cell, str) and (name := _NUMBERED.sub("", cell)) != cell:
                by_name.setdefault(name, []).append(place)
        again = {name: places for name, places in by_name.items() if len(places) > 1}
        fields = {field: name for name in again for field in heading_of(name, told.money).points}
        if "voucher" in fields and "amount" in fields and len(set(map(len, again.values()))) == 1:
            amounts = again[fields["amount"]]
            rows = [one for row in table.rows[index + 1 :]
                    for one in _row_each(_summed(row, amounts, told), list(again.values()))]
            return replace(table, rows=[
                *table.rows[:index], _row_each(row, list(again.values()))[0], *rows])
    return table


def _summed(row: Row, amounts: Sequence[int], told: ColumnReading) -> Row:
    """A row of sums with what its columns come to in the first of them."""
    if not is_sum(row):
        return row
    parts = [amount_in(row.cells[place], told) or 0 for place in amounts if place < len(row.cells)]
    whole = sum(parts) / 10 ** EXPONENTS.get(told.currency, 2)
    return row._replace(cells=tuple(
        (whole or None) if place == amounts[0] else None if place in amounts else cell
        for place, cell in enumerate(row.cells)
    ))


def _row_each(row: Row, again: Sequence[Sequence[int]]) -> list[Row]:
    """The row without what belongs to further vouchers, and a row for each of these."""
    later = {place for places in again for place in places[1:]}
    cells = [None if place in later else cell for place, cell in enumerate(row.cells)]
    first = [places[0] for places in again]
    made = [row._replace(cells=tuple(cells))]
    for group in zip(*(places[1:] for places in again), strict=True):
        if any(place < len(row.cells) and text_of(row.cells[place]) for place in group):
            for places, place in zip(again, group, strict=True):
                cells[places[0]] = row.at(place)
            made.append(row._replace(cells=tuple(cells)))
    is_empty = not any(text_of(row.cells[place]) for place in first if place < len(row.cells))
    return made[1:] if is_empty and len(made) > 1 else made
