"""Sheets of a workbook that bill another round: last month's list, beside this month's. Pure.

Where some sheets name vouchers of the retailer's rounds and another names none, its lines are no
claims: they are left out by name, with their sum, where a person agrees.
"""

from collections.abc import Sequence

from cbi.base.money import show_amount
from cbi.files import Problem, Table, text_of
from cbi.finance.reading.lines.line_parts import LeftLine, ReadLines
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.values.cells import looks_like_voucher, names_ours

LINES_LEAST = 3
"""A sheet of fewer lines may be mistyped as a whole."""


def of_other_rounds(
    found: Sequence[tuple[Table, StatementLayout | None]], rounds: Sequence[str]
) -> tuple[list[tuple[Table, StatementLayout | None]], list[tuple[Table, StatementLayout]]]:
    """The sheets that may be billed, and those that name vouchers, none of them of these rounds."""
    kept = list[tuple[Table, StatementLayout | None]]()
    others = list[tuple[Table, StatementLayout]]()
    for table, layout in found:
        ours, many = (0, 0) if layout is None else _named(table, layout, rounds)
        if layout is not None and many >= LINES_LEAST and not ours:
            others.append((table, layout))
        else:
            kept.append((table, layout))
    if not any(layout and _named(table, layout, rounds)[0] for table, layout in kept):
        return list(found), []
    return kept, others


def _named(table: Table, layout: StatementLayout, rounds: Sequence[str]) -> tuple[int, int]:
    """How many cells of a sheet name vouchers of these rounds, and how many any."""
    place = layout.columns.get("voucher")
    if place is None:
        return 0, 0
    cells = [row.at(place) for row in table.rows[layout.heading + 1 :] if text_of(row.at(place))]
    ours = sum(names_ours(cell, rounds) for cell in cells)
    return ours, sum(looks_like_voucher(cell) for cell in cells)


def leave_out(into: ReadLines, other: ReadLines, sheet: str | None, currency: str) -> None:
    """Its lines are kept by name among what was left out; one problem says so of the sheet."""
    code = "finance.sheet-of-another-round"
    into.left += other.left
    into.left += [
        LeftLine("unread", sheet, line.row, line.named.shown, line.amount_minor, code)
        for line in other.lines
    ]
    into.problems.append(Problem(code, sheet, None, None, {
        "count": len(other.lines), "summed": show_amount(other.claimed_minor, currency),
    }))
