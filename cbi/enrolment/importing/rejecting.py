"""Rows that go back: a workbook of the list's own shape with a column that says why.

It is read again as it is: the reasons are passed over, and the list's name beside them keeps the
households of corrected rows together with those enrolled before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.shapes import Unit
from cbi.files import Cell, Column, Problem, Row, Sheet, Typed, write_workbook
from cbi.files.values import column_index
from cbi.messages import text

Rejected = Sequence[tuple[Unit, Sequence[Problem]]]
_REASON_WIDTH = 60


def write_rejected(
    path: Path, layouts: Sequence[Layout], rejected: Rejected, *, list_ref: str, language: str,
) -> None:
    """Write the rejected units' rows, sheet by sheet, for the owner of the list alone.

    Raises:
        BadFile: the file cannot be written.
    """
    by_sheet: dict[int, list[tuple[Row, Sequence[Problem]]]] = {}
    for unit, problems in rejected:
        for place, row in unit.rows:
            by_sheet.setdefault(place, []).append((row, problems))
    sheets = [
        _sheet(layout, by_sheet.get(place, []), list_ref, language)
        for place, layout in enumerate(layouts) if place == 0 or place in by_sheet
    ]
    write_workbook(
        path, sheets, title=text("enrolment.rejected-title", language), language=language,
        private=True,
    )


def _sheet(
    layout: Layout, rows: Sequence[tuple[Row, Sequence[Problem]]], list_ref: str, language: str
) -> Sheet:
    width = max(
        [max(layout.labels, default=0) + 1, *(len(row.cells) for row, _ in rows)]
    )
    columns = [Column(layout.labels.get(index, "")) for index in range(width)]
    own = [
        Column(text("enrolment.reason-heading", language), width=_REASON_WIDTH),
        Column(text("enrolment.list-heading", language), width=18),
    ]
    return Sheet(
        layout.table.sheet or text("enrolment.rejected-sheet", language), [*columns, *own],
        _rows(layout, rows, width, list_ref, language),
    )


def _rows(
    layout: Layout, rows: Sequence[tuple[Row, Sequence[Problem]]], width: int, list_ref: str,
    language: str,
) -> Iterator[list[object]]:
    for row, problems in rows:
        cells = [_again(cell) for cell in row.cells]
        reason = "\n".join(
            _told(problem, layout.labels, row.number, language) for problem in problems
        )
        yield [*cells, *[None] * (width - len(cells)), reason, list_ref]


def _told(problem: Problem, labels: Mapping[int, str], row: int, language: str) -> str:
    """A problem without its place where that is this row: its column's heading instead."""
    words = text(problem.code, language, **problem.facts)
    if problem.row != row:
        return problem.describe(language)
    heading = labels.get(column_index(problem.column), "") if problem.column else ""
    return f"{heading}: {words}" if heading else words


def _again(cell: Cell) -> object:
    """A cell as it was; numbers become text, so that no digit is lost once more."""
    if isinstance(cell, datetime):
        return Typed("moment", cell)
    if isinstance(cell, date):
        return Typed("date", cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if cell is None else str(cell)
