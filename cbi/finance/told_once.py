"""What a sheet tells once over several lines: a store or a day at the head of its group. Pure.

Reports of tills leave a cell empty that would say again what stands above it, and merged cells hold
their text in the first row alone. In such a column no cell repeats the one above it; a list in
which some cells are missing repeats itself all the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from cbi.base.errors import UsageError
from cbi.files import Cell, Row, text_of
from cbi.finance.moments import moment_of

TOLD_ONCE = ("store", "date")
OF_A_RECEIPT = ("store", "date", "time", "receipt", "voucher")
"""What the first of a receipt's goods may say for all of them."""
LEAST_EMPTY = 5
"""One line in so many must be without the cell, or the column is one with cells missing."""
DAY_LONGEST = 40


def fill_down(
    rows: list[Row], columns: Mapping[str, int], named: int, item: int | None
) -> None:
    """Give every line what its group says once; a row that is no line and begins in its column or
    before it ends a group. `item` is
    the column of goods, in which a line may stand that names no voucher itself."""
    needed = (named, columns["amount"])
    if item is not None and _is_told_once(rows, named, (item, columns["amount"])):
        needed = (item, columns["amount"])
        places = [columns[name] for name in OF_A_RECEIPT if name in columns]
    else:
        places = [columns[name] for name in TOLD_ONCE
                  if name in columns and _is_told_once(rows, columns[name], needed)]
    for place in places:
        last: Cell = None
        for index, row in enumerate(rows):
            if not _is_line(row, needed):
                last = last if _is_within(row, place) else None
            elif text_of(row.cells[place]):
                last = row.cells[place]
            elif last is not None:
                cells = row.cells
                rows[index] = row._replace(cells=(*cells[:place], last, *cells[place + 1 :]))


def _is_line(row: Row, needed: Iterable[int]) -> bool:
    return all(index < len(row.cells) and text_of(row.cells[index]) for index in needed)


def _is_within(row: Row, place: int) -> bool:
    """Whether a row that is no line stands within a column's group: as in an outline, it begins
    further on, like a day's sum under a store."""
    first = next((index for index, cell in enumerate(row.cells) if text_of(cell)), None)
    return first is not None and first > place


def _is_told_once(rows: Sequence[Row], place: int, needed: tuple[int, int]) -> bool:
    """Whether a column's cells stand once over several lines."""
    if all(place < len(row.cells) and row.cells[place] is not None for row in rows[:-3]):
        return False
    told = [text_of(row.cells[place]) if place < len(row.cells) else ""
            for row in rows if _is_line(row, needed)]
    empty = told.count("")
    return (
        bool(told) and empty * LEAST_EMPTY >= len(told) and empty < len(told)
        and told[0] != "" and not any(one and one == other for one, other in pairwise(told))
    )


def day_alone(row: Row) -> str | None:
    """The day (ISO) of a row that holds a date and nothing else, as over the lines of that day."""
    told = [cell for cell in row.cells if text_of(cell)]
    if len(told) != 1 or isinstance(told[0], int | float):
        return None
    text = text_of(told[0])
    if len(text) > DAY_LONGEST or text.isdecimal():
        return None
    try:
        return moment_of(told[0]).day
    except UsageError:
        return None
