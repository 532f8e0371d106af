"""Amounts that are written in other units, or with the sign turned, as amounts are. Pure.

A report for a board is in thousands, a bank's export in the smallest unit; a list of what was taken
off vouchers may have a minus on every line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from cbi.base.money import EXPONENTS
from cbi.files import Cell, Row, Table, text_of
from cbi.finance.reading.structure.contents import ColumnReading
from cbi.finance.reading.structure.headings import LIKELY, MINOR, heading_of
from cbi.finance.reading.structure.layouts import StatementLayout
from cbi.finance.reading.values.cells import looks_like_voucher

_THOUSANDS = re.compile(r"(?i)\b(?:тыс\w*\.?|мың|миң|ming\b|thousands?\b|'000\b)")
_MINOR_UNIT = re.compile(rf"(?i)(.*[\s_,(]){MINOR}[\s)]*\Z")
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?\Z")
_MINUS = ("-", "−", "–", "(")
HEADINGS_WITHIN, FIELDS_LEAST, LINES_LEAST, ALIKE = 60, 2, 3, 5
"""Where all but one line in `ALIKE` has a minus, it says nothing of what came back."""


def in_whole_units(table: Table, told: ColumnReading) -> Table:
    """With amounts whose heading says thousands, or the smallest unit alone, as whole units."""
    for index, row in enumerate(table.rows[:HEADINGS_WITHIN]):
        headings = [cell if isinstance(cell, str) else "" for cell in row.cells]
        points = [heading_of(one, told.money).points for one in headings]
        if len({field for one in points for field in one if field[0] != "-"}) < FIELDS_LEAST:
            continue
        for place, (heading, scale) in _scales(headings, told).items():
            table = replace(table, rows=[
                *table.rows[:index], _with(table.rows[index], place, heading),
                *(_scaled(one, place, scale) for one in table.rows[index + 1 :]),
            ])
    return table


def _scales(headings: Sequence[str], told: ColumnReading) -> dict[int, tuple[str, float]]:
    """By column, the heading without its unit and what the column's numbers are multiplied by.

    The smallest unit is a column's own only where no other column holds whole units: else it is
    the fraction of what stands beside it.
    """
    found = dict[int, tuple[str, float]]()
    minor = {place: parts[1].strip(" ,._(") for place, one in enumerate(headings)
             if (parts := _MINOR_UNIT.match(one))}
    beside = any(
        (points := heading_of(one, told.money).points).get("amount") and not points.get("voucher")
        for place, one in enumerate(headings) if place not in minor
    )
    for place, heading in enumerate(headings):
        whole = _THOUSANDS.sub(" ", heading)
        if whole != heading and heading_of(whole, told.money).points.get("amount", 0) >= LIKELY:
            found[place] = whole, 1000
        elif minor.get(place) and not beside:
            found[place] = minor[place], 10 ** -EXPONENTS.get(told.currency, 2)
    return found


def _scaled(row: Row, place: int, scale: float) -> Row:
    cell = row.at(place)
    text = "".join(text_of(cell).split())
    if isinstance(cell, bool) or not _NUMBER.match(text):
        return row
    number = float(text.replace(",", ".").replace("−", "-"))
    return _with(row, place, round(number * scale, 4))


def with_signs_turned(table: Table, layout: StatementLayout) -> Table:
    """With a plus where nearly every line of vouchers has a minus, and a minus where none has."""
    named, place = layout.columns[layout.named_by], layout.columns["amount"]
    told = [text_of(row.cells[place]) for row in table.rows[layout.heading + 1 :][:200]
            if max(named, place) < len(row.cells) and text_of(row.cells[place])
            and (layout.named_by == "receipt" or looks_like_voucher(row.cells[named]))]
    below = sum(text.startswith(_MINUS) for text in told)
    if below < LINES_LEAST or (len(told) - below) * ALIKE > len(told):
        return table
    return replace(table, rows=[
        *table.rows[: layout.heading + 1],
        *(_with(row, place, _turned(row.cells[place])) if place < len(row.cells) else row
          for row in table.rows[layout.heading + 1 :]),
    ])


def _turned(cell: Cell) -> Cell:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return -cell
    text = text_of(cell)
    if not isinstance(cell, str) or not any(map(str.isdigit, text)):
        return cell
    return text.strip("()-−– ") if text.startswith(_MINUS) else f"-{text}"


def _with(row: Row, place: int, cell: Cell) -> Row:
    return row._replace(cells=(*row.cells[:place], cell, *row.cells[place + 1 :]))
