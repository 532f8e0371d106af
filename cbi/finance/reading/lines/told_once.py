"""What a sheet tells once over several lines: a store or a day at the head of its group. Pure.

Reports of tills leave a cell empty that would say again what stands above it, and merged cells hold
their text in the first row alone. In such a column no cell repeats the one above it; a list in
which some cells are missing repeats itself all the time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from cbi.files import Cell, Row, text_of
from cbi.finance.reading.lines.idle_rows import is_paid_otherwise

TOLD_ONCE = ("store", "date")
OF_A_RECEIPT = ("store", "date", "time", "receipt")
"""What the first of a receipt's goods or payments may say for all of them."""
BILLED_TWICE = 10
"""Of a hundred receipts so many may stand twice, one under the other."""
LEAST_EMPTY = 5
"""One line in so many must be without the cell, or the column is one with cells missing."""


def fill_down(
    rows: list[Row], columns: Mapping[str, int], named: int, item: int | None
) -> None:
    """Give every line what its group says once; a row that is no line and begins in its column or
    before it ends a group. `item` is the column of goods, in which a line may stand that names no
    voucher itself; another means of payment is such a line, too."""
    lines = partial(_has, (named, columns["amount"]))
    goods = partial(_has, (item if item is not None else named, columns["amount"]))
    of_receipt = [columns[name] for name in OF_A_RECEIPT if name in columns]
    if item is not None and _is_told_once(rows, named, goods):
        _fill(rows, [*of_receipt, named], goods)
    elif _pays_otherwise(rows, columns, payments := partial(_is_payment, lines, columns["amount"])):
        _fill(rows, of_receipt, payments)
    else:
        _fill(rows, [columns[name] for name in TOLD_ONCE
                     if name in columns and _is_told_once(rows, columns[name], lines)], lines)


def _fill(rows: list[Row], places: Iterable[int], is_line: Callable[[Row], bool]) -> None:
    for place in places:
        last: Cell = None
        for index, row in enumerate(rows):
            if not is_line(row):
                last = last if _is_within(row, place) else None
            elif text_of(row.cells[place]):
                last = row.cells[place]
            elif last is not None:
                cells = row.cells
                rows[index] = row._replace(cells=(*cells[:place], last, *cells[place + 1 :]))


def _has(needed: Iterable[int], row: Row) -> bool:
    return all(index < len(row.cells) and text_of(row.cells[index]) for index in needed)


def _is_payment(is_line: Callable[[Row], bool], amount: int, row: Row) -> bool:
    """Whether a row is a line, or tells what of its receipt was paid in cash or by card."""
    return is_line(row) or (_has((amount,), row) and is_paid_otherwise(row))


def _pays_otherwise(
    rows: Sequence[Row], columns: Mapping[str, int], is_payment: Callable[[Row], bool]
) -> bool:
    """Whether receipts are told once over all that was paid on them, in cash too."""
    return "receipt" in columns and _is_told_once(
        rows, columns["receipt"], is_payment, twice=BILLED_TWICE
    ) and any(map(is_paid_otherwise, rows))


def _is_within(row: Row, place: int) -> bool:
    """Whether a row that is no line stands within a column's group: as in an outline, it begins
    further on, like a day's sum under a store."""
    first = next((index for index, cell in enumerate(row.cells) if text_of(cell)), None)
    return first is not None and first > place


def _is_told_once(
    rows: Sequence[Row], place: int, is_line: Callable[[Row], bool], *, twice: int = 0
) -> bool:
    """Whether a column's cells stand once over several lines, but for `twice` in a hundred that
    say again what stands above them."""
    if all(place < len(row.cells) and row.cells[place] is not None for row in rows[:-3]):
        return False
    told = [text_of(row.cells[place]) if place < len(row.cells) else ""
            for row in rows if is_line(row)]
    empty = told.count("")
    again = sum(bool(one) and one == other for one, other in pairwise(told))
    return (
        bool(told) and empty * LEAST_EMPTY >= len(told) and empty < len(told)
        and told[0] != "" and again * 100 <= twice * len(told)
    )
