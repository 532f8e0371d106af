"""A sheet without headings that goes on with another's list: its rows follow those of that. Pure.

Whoever fills one sheet goes on in the next and writes no headings again. It is read so only where
one sheet alone is of people and the cells of the other are, column by column, what its headings
say; never a sheet that is called a reserve's or of those who left.
"""

from collections.abc import Mapping, MutableSequence
from dataclasses import replace

from cbi.enrolment.columns.contents import SAMPLE_ROWS, Fits, look_of
from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.cells import is_filled
from cbi.enrolment.values.vocabulary import folded, has_phrase
from cbi.files import Problem, Row, Table

_SURELY, _BEAR_OUT_MIN = 0.8, 2
_OUT = ("gone-away", "closed", "line-gone", "somebody-else")


def taken_on(
    tables: MutableSequence[Table], found: Mapping[int, Layout], fits: Fits
) -> list[Problem]:
    """Put the rows of sheets that go on under the one sheet of people, in `tables`; a notice of
    each, which says how its rows are then counted."""
    mains = [place for place, one in found.items() if one.names_people]
    if len(mains) != 1 or len(tables) == len(found):
        return []
    place, notices = mains[0], []
    going_on = [
        table for at, table in enumerate(tables)
        if at not in found and table.rows and _goes_on(table, found[place], fits)
    ]
    for table in going_on:
        main = tables[place]
        last = main.rows[-1].number
        tables[place] = replace(
            main, rows=[*main.rows, *(
                row._replace(number=row.number + last) for row in table.rows
            )],
            hidden=main.hidden | {number + last for number in table.hidden},
            struck=main.struck | {(number + last, column) for number, column in table.struck},
        )
        notices.append(Problem(
            "enrolment.sheet-goes-on", main.sheet, facts={
                "sheet": table.sheet or "", "read": main.sheet or "",
                "row": last + table.rows[0].number, "own": table.rows[0].number,
            },
        ))
    for table in going_on:
        tables.remove(table)
    return notices


def _goes_on(table: Table, main: Layout, fits: Fits) -> bool:
    """Whether a sheet's cells are what the main sheet's headings say, and nothing stands beside."""
    most = max(_count(row) for row in table.rows)
    rows = [row for row in table.rows if 2 * _count(row) > most]  # no total says as much
    width = max(main.labels) + 1
    called = folded(table.sheet or "").split()
    beside = any(is_filled(cell) for row in rows for cell in row.cells[width:])
    if beside or any(has_phrase(called, name) for name in _OUT):
        return False
    borne_out = 0
    for index, meaning in main.meanings.items():
        look = look_of(row.at(index) for row in rows)
        if meaning.field in NAME_FIELDS:
            if not meaning.member and look.kinds.get("words", 0) < _SURELY * min(
                len(rows), SAMPLE_ROWS
            ):
                return False
        elif look.said and (share := fits.share(meaning.field, look)) is not None:
            if share < _SURELY:
                return False
            borne_out += 1
    return borne_out >= _BEAR_OUT_MIN


def _count(row: Row) -> int:
    return sum(map(is_filled, row.cells))
