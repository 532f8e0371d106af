"""What ties the rows of a long sheet: each one's number, and its words again at its end."""

from collections.abc import Iterator, Sequence
from typing import Any

from cbi.files import Column
from cbi.files.cells import writable
from cbi.finance.workbook.sheet_parts import name_on_one

Row = Sequence[Any]
TIE = " · "
"""What stands between the words of a row where they are told again."""
FILLED_IN = ("exceptions_decision", "exceptions_reason", "exceptions_decided_by",
             "exceptions_decided_at")
"""Columns that people fill in, or that follow from it."""


def tied(
    columns: Sequence[Column], rows: Iterator[Row], weights: dict[str, int], first: int = 1
) -> Iterator[Row]:
    """Each row with its number and its own words once more: a formula of the summary compares the
    two, so that a changed word shows, wherever sorting moved its row. What each amount comes to
    when it is multiplied by its row's number is added up in `weights`, by the columns' names.
    Numbers begin at `first`.
    """
    summed = [(column.name, index) for index, column in enumerate(columns) if column.total]
    places = [index for index, column in enumerate(columns) if is_tied(column)]
    for number, row in enumerate(rows, first):
        for name, index in summed:
            weights[name] = weights.get(name, 0) + number * (row[index] or 0)
        yield *row, number, TIE.join(_tied_word(row[index]) for index in places)


def is_tied(column: Column) -> bool:
    """Whether a column's words stand in its rows' last cell again; what people fill in does not."""
    return column.kind == "text" and name_on_one(column.name) not in FILLED_IN


def _tied_word(value: object) -> str:
    return "" if value is None else writable(str(value))
