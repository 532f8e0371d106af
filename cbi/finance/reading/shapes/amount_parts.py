"""What a sheet tells of an amount a second time: a line's parts, a column for each store. Pure.

A line may say what of it was food and what was not, or what the goods cost less what was paid in
cash; where nearly all lines add up so, one that does not is told. So is the total under a store's
own column.
"""

from collections.abc import Iterator, Sequence
from itertools import product

from cbi.base.errors import UsageError
from cbi.base.money import show_amount
from cbi.files import Cell, Problem, Row, Table, column_letter, text_of
from cbi.finance.reading.lines.idle_rows import label_of
from cbi.finance.reading.lines.line_parts import Reading
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.structure.totals import is_total_word
from cbi.finance.reading.values.amounts import signed_amount
from cbi.finance.reading.values.cells import looks_like_voucher

PARTS_MOST, LINES_LEAST, LOOKED = 5, 8, 200
ROUNDING = 2
"""Minor units."""
Line = tuple[Row, int, tuple[int, ...]]
"""A line's row, its amount, and what its other columns of amounts hold."""


def parts_that_differ(
    table: Table, layout: StatementLayout, reading: Reading
) -> Iterator[Problem]:
    """The lines whose parts do not come to their amount, as those of nearly all lines do."""
    rows = table.rows[layout.heading + 1 :]
    sample = [row for row in rows[:LOOKED] if _is_line(row, layout)]
    places = [index for index in layout.unread if _holds_amounts(sample, index, reading)]
    if len(sample) < LINES_LEAST or not 2 <= len(places) <= PARTS_MOST:
        return
    signs = _signs(list(_lines(sample, layout, places, reading)))
    lines = _lines(rows, layout, places, reading)
    for row, amount, parts in lines if signs else ():
        told = sum(sign * part for sign, part in zip(signs, parts, strict=True))
        if abs(told - amount) > ROUNDING:
            yield Problem("finance.parts-differ", table.sheet, row.number,
                          column_letter(layout.columns["amount"]), {
                "amount": show_amount(amount, reading.currency),
                "summed": show_amount(told, reading.currency),
            })


def _lines(
    rows: Sequence[Row], layout: StatementLayout, places: Sequence[int], reading: Reading
) -> Iterator[Line]:
    for row in rows:
        amount = _minor(row, layout.columns["amount"], reading)
        if amount is not None and _is_line(row, layout):
            yield row, amount, tuple(_minor(row, index, reading) or 0 for index in places)


def _signs(lines: Sequence[Line]) -> tuple[int, ...]:
    """How the other columns add up to the amount on nearly all lines; nothing where they don't."""
    for signs in product((1, 0, -1), repeat=len(lines[0][2]) if lines else 0):
        if sum(map(abs, signs)) < 2:
            continue
        fits = sum(
            abs(sum(sign * part for sign, part in zip(signs, parts, strict=True)) - amount)
            <= ROUNDING for _, amount, parts in lines
        )
        several = sum(
            sum(bool(sign and part) for sign, part in zip(signs, parts, strict=True)) > 1
            for _, _, parts in lines
        )
        if fits * 10 >= 8 * len(lines) and several * 4 >= len(lines):
            return signs
    return ()


def columns_that_differ(
    table: Table, layout: StatementLayout, reading: Reading
) -> Iterator[Problem]:
    """The totals under stores' columns that are not what stands above them."""
    if not layout.by_store:
        return
    rows = table.rows[layout.heading + 1 :]
    lines = [row for row in rows if _is_line(row, layout)]
    for row in rows if lines else ():
        if _is_line(row, layout) or row.number < lines[-1].number \
                or not is_total_word(label_of(row)):
            continue
        for index in layout.by_store:
            stated = _minor(row, index, reading)
            summed = sum(_minor(line, index, reading) or 0 for line in lines)
            if stated is not None and stated != summed:
                yield Problem("finance.total-differs", table.sheet, row.number,
                              column_letter(index), {
                    "stated": show_amount(stated, reading.currency),
                    "summed": show_amount(summed, reading.currency),
                    "first": lines[0].number, "last": lines[-1].number,
                })


def _is_line(row: Row, layout: StatementLayout) -> bool:
    named = row.at(layout.columns[layout.named_by])
    return looks_like_voucher(named) if layout.named_by == "voucher" else bool(text_of(named))


def _holds_amounts(rows: Sequence[Row], index: int, reading: Reading) -> bool:
    told = [row.at(index) for row in rows if text_of(row.at(index))]
    return bool(told) and all(_read(cell, reading) is not None for cell in told)


def _minor(row: Row, index: int, reading: Reading) -> int | None:
    return _read(row.at(index), reading)


def _read(cell: Cell, reading: Reading) -> int | None:
    if not text_of(cell):
        return None
    try:
        return signed_amount(cell, reading.currency, reading.decimal, reading.money)
    except UsageError as error:
        return 0 if error.code == "base.amount-not-positive" else None
