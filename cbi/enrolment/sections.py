"""Cities that stand as lines between the people of a list: whoever stands under one lives there.

Only where no column tells the city and such a line holds nothing else; each is told. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from cbi.enrolment.layout import Layout
from cbi.enrolment.passing import Skipped
from cbi.files import Problem, Row

WHY = "city"


def under_cities(
    layouts: Sequence[Layout], names_city: Callable[[str], bool]
) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the city of each row that stands under a city's line, and a notice for each
    line. `names_city` says whether a text is a city's name and nothing else."""
    read, notices = [], []
    for layout in layouts:
        lines = {
            row.number: text for row in layout.body if (text := _alone(row)) and names_city(text)
        }
        if not lines or layout.parent is not None or any(
            one.field == "city" for one in layout.meanings.values()
        ):
            read.append(layout)
            continue
        notices += [
            Problem("enrolment.city-by-line", layout.table.sheet, number, facts={"city": text})
            for number, text in lines.items()
        ]
        read.append(_with_cities(layout, lines))
    return read, notices


def _alone(row: Row) -> str:
    """The text of a row that holds one text and nothing else."""
    said = [cell for cell in row.cells if cell is not None and str(cell).strip()]
    return str(said[0]).strip(" :") if len(said) == 1 and isinstance(said[0], str) else ""


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
