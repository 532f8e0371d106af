"""What stands above tells of the rows beneath: lines with a city, marks for "the same". Pure.

A line with a city counts only where no column tells the city and the line holds nothing else; a row
that holds a name alone, in a list whose rows hold more, may be such a line too. All is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from cbi.enrolment.contents import SAMPLE_ROWS
from cbi.enrolment.layout import Layout
from cbi.enrolment.passing import Skipped, only_text
from cbi.enrolment.vocabulary import words_as_typed
from cbi.files import Cell, Problem, column_letter

WHY = "city"
_DITTO = frozenset({"city", "address"})
_USUAL_MIN = 3


def under_cities(
    layouts: Sequence[Layout], names_city: Callable[[str], bool]
) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the city of each row that stands under a city's line, and a notice for each
    line. `names_city` says whether a text is a city's name and nothing else."""
    read, notices = [], []
    for layout in layouts:
        lines = {
            row.number: text for row in layout.body
            if (text := only_text(row)) and names_city(text)
        }
        if not lines or layout.parent is not None or any(
            one.field == "city" for one in layout.meanings.values()
        ):
            read.append(layout)
            continue
        notices += [
            Problem("enrolment.city-by-line", layout.table.sheet, number) for number in lines
        ]
        read.append(_with_cities(layout, lines))
    return read, notices


def with_ditto(layouts: Sequence[Layout]) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the city and address of the row above where a cell says `-//-` or `the same`,
    and a notice for each such column."""
    read, notices, same = [], [], words_as_typed("ditto")
    for layout in layouts:
        body = list(layout.body)
        for index, meaning in layout.meanings.items():
            if meaning.field not in _DITTO:
                continue
            count, above = 0, None
            for place, row in enumerate(body):
                cell = row.cells[index] if index < len(row.cells) else None
                if isinstance(cell, str) and cell.strip().casefold() in same and above:
                    cells = (*row.cells[:index], above, *row.cells[index + 1 :])
                    body[place], count = row._replace(cells=cells), count + 1
                elif cell is not None:
                    above = cell
            if count:
                notices.append(Problem(
                    "enrolment.ditto-read", layout.table.sheet, layout.heading_row,
                    column_letter(index), {"heading": layout.labels[index], "count": count},
                ))
        read.append(replace(layout, body=body))
    return read, notices


def with_lone_rows(layouts: Sequence[Layout]) -> list[Layout]:
    """The sheets with the rows marked that hold one text alone where the others hold more."""
    read = []
    for layout in layouts:
        usual = sorted(sum(map(_says, row.cells)) for row in layout.body[:SAMPLE_ROWS])
        few = not usual or usual[len(usual) // 2] < _USUAL_MIN or layout.parent is not None
        alone = () if few else (row.number for row in layout.body if only_text(row))
        read.append(replace(layout, alone=frozenset(alone)))
    return read


def _says(cell: Cell) -> bool:
    return cell is not None and bool(str(cell).strip())


def _with_cities(layout: Layout, lines: dict[int, str]) -> Layout:
    cities: dict[int, str] = {}
    city = ""
    for row in layout.body:
        city = lines.get(row.number, city)
        if city and row.number not in lines:
            cities[row.number] = city
    body = [row for row in layout.body if row.number not in lines]
    passed = tuple(Skipped(number, WHY) for number in lines)
    return replace(layout, body=body, cities=cities, skipped=(*layout.skipped, *passed))
