"""A list that goes on beside itself to save paper, made one. Pure.

The same headings stand twice or more in one row, and each set has people of its own: those on the
right follow those on the left, in rows that are counted on from the last.
"""

from collections.abc import Sequence
from dataclasses import replace

from cbi.enrolment.headings.headings import NAME_FIELDS
from cbi.enrolment.layout.passing import field_of
from cbi.enrolment.values.vocabulary import squashed
from cbi.files import Problem, Row, Table, column_letter

_HEADING_ROWS_MAX, _LABELS_MIN = 15, 2


def of_halves(table: Table) -> tuple[Table, Problem] | None:
    """The table with one set of headings and the people of each below one another, and a notice;
    None for any other."""
    for at, row in enumerate(table.rows[:_HEADING_ROWS_MAX]):
        begins = _sets_of(row)
        if not begins or _titled_apart(table.rows[:at], begins[1]):
            continue
        width, last = begins[1] - begins[0], table.rows[-1].number
        body = [
            Row(one.number + place * last, one.cells[first : first + width])
            for place, first in enumerate(begins) for one in table.rows[at + 1 :]
            if any(cell is not None for cell in one.cells[first : first + width])
        ]
        heads = row._replace(cells=row.cells[begins[0] : begins[1]])
        made = replace(
            table, rows=[*table.rows[:at], heads, *body], merges=(),
            hidden=frozenset(
                number + place * last for number in table.hidden for place in range(len(begins))
            ),
            struck=frozenset(
                (number + place * last, column - first) for number, column in table.struck
                for place, first in enumerate(begins) if 0 <= column - first < width
            ),
        )
        return made, Problem(
            "enrolment.halves-joined", table.sheet, row.number,
            facts={"count": len(begins), "column": column_letter(begins[1]),
                   "row": last + row.number + 1, "own": row.number + 1},
        )
    return None


def _titled_apart(above: Sequence[Row], second: int) -> bool:
    """Whether something stands above the second set alone: it may say what sets it apart."""
    return any(
        cell is not None and str(cell).strip() for row in above for cell in row.cells[second:]
    )


def _sets_of(row: Row) -> list[int]:
    """Where each set of the same headings begins; nothing unless a row holds nothing else, in sets
    of one width, with somebody's name."""
    labels = {
        index: squashed(cell) for index, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.strip()
    }
    if not labels:
        return []
    begins = [index for index, label in labels.items() if label == labels[min(labels)]]
    if len(begins) < _LABELS_MIN:
        return []
    width = begins[1] - begins[0]
    sets = [
        [(index - first, label) for index, label in labels.items() if 0 <= index - first < width]
        for first in begins
    ]
    same = all(one == sets[0] for one in sets) and sum(map(len, sets)) == len(labels)
    names = any(field_of(str(row.cells[index])) in NAME_FIELDS for index in labels)
    return begins if same and names and len(sets[0]) >= _LABELS_MIN else []
