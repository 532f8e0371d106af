"""What stands above tells of the rows beneath: lines with a city, marks for "the same". Pure.

A line with a city counts only where no column tells the city and the line holds nothing else; a row
that holds a name alone, in a list whose rows hold more, may be such a line too. All is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cbi.enrolment.columns.contents import SAMPLE_ROWS
from cbi.enrolment.headings.meaning import Meaning
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.passing import Skipped, field_of, is_heading, only_text
from cbi.enrolment.layout.shapes import Told, columns_of_somebody
from cbi.enrolment.rows.identifiers import DOCUMENT_FIELDS
from cbi.enrolment.values.cells import is_filled
from cbi.enrolment.values.cities import city_in_title, city_of_address
from cbi.enrolment.values.vocabulary import folded, has_phrase, words_as_typed
from cbi.files import Cell, Problem, column_letter
from cbi.places.reading import CityReader

WHY = "city"
_NEVER_THE_SAME = frozenset({
    "number", "name", "given", "beneficiary", "submission", *DOCUMENT_FIELDS,
})
"""What two people never have in common: a mark for "the same" says nothing there."""
_OF_A_FORM, _PAIR = frozenset({"city", "address"}), 2
_USUAL_MIN, _SHOWN_MAX = 3, 200


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


def told_above(layout: Layout, constants: Sequence[Told]) -> tuple[list[Told], list[Problem]]:
    """Where everybody on a sheet lives, as a form says it above its table (`Адрес: | г. Астана, …`)
    and no column does; and a notice of it."""
    fields = {one.field for one in layout.meanings.values()}
    fields |= {one.meaning.field for one in constants}
    if layout.parent is not None or fields & _OF_A_FORM:
        return [], []
    found: list[Told] = []
    unread: dict[int, str] = {}
    for row in layout.table.rows:
        said = [(at, cell) for at, cell in enumerate(row.cells) if is_filled(cell)]
        if row.number >= layout.heading_row or len(said) != _PAIR:
            continue
        (_, label), (at, cell) = said
        field = field_of(str(label).strip(" :")) if is_heading(str(label).strip(" :")) else ""
        if field in _OF_A_FORM and field not in {one.meaning.field for one in found}:
            found.append(Told(Meaning(field), cell, layout.table.sheet, row.number, at))
        else:
            unread[row.number] = f"{label} {cell}"
    notices = [
        Problem("enrolment.told-above", one.sheet, one.row, column_letter(one.column),
                {"field": one.meaning.field, "text": str(one.cell)}) for one in found
    ]
    return found, notices + _lines_unread(layout, unread if found else {})


def city_of_sheet(
    layout: Layout, constants: Sequence[Told], cities: CityReader, on: str
) -> tuple[list[Told], list[Problem]]:
    """The city of everybody on a sheet where no column or line tells one: what the sheet is called,
    else the one that its title names; and a notice of it."""
    sheet = layout.table.sheet
    fields = {one.field for one in layout.meanings.values()}
    fields |= {one.meaning.field for one in constants}
    if "city" in fields or layout.parent is not None:
        return [], []
    if sheet and cities.find(sheet, on).code:
        return _city_told(sheet, sheet, Problem(
            "enrolment.city-by-sheet", sheet, facts={"city": sheet}
        ))
    titles = {
        city: row.number for row in layout.table.rows if row.number < layout.heading_row
        and (city := city_in_title(only_text(row), cities, on))
    }
    if len(titles) != 1 or layout.cities or _addresses_tell(layout, cities, on):
        return [], []
    (city, number), = titles.items()
    return _city_told(city, sheet, Problem(
        "enrolment.city-by-title", sheet, number, facts={"city": city}
    ))


def _addresses_tell(layout: Layout, cities: CityReader, on: str) -> bool:
    """Whether any address names one of our cities: then each tells its own, or none."""
    columns = [index for index, one in layout.meanings.items() if one.field == "address"]
    return any(
        city_of_address(str(row.at(index) or ""), cities, on)
        for index in columns for row in layout.body
    )


def _city_told(city: str, sheet: str | None, said: Problem) -> tuple[list[Told], list[Problem]]:
    return [Told(Meaning("city"), city, sheet, 0, 0)], [said]


def with_ditto(layouts: Sequence[Layout]) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the city, phone or whatever else people share of the row above where a cell
    says `-//-` or `the same`, and a notice for each such column."""
    read, notices, same = [], [], words_as_typed("ditto")
    for layout in layouts:
        body = list(layout.body)
        for index, meaning in layout.meanings.items():
            if meaning.field in _NEVER_THE_SAME:
                continue
            count, above = 0, None
            for place, row in enumerate(body):
                cell = row.at(index)
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


def without_lines(layouts: Sequence[Layout]) -> tuple[list[Layout], list[Problem]]:
    """The sheets without the rows whose words tell of nobody (a legend of colours, a remark), each
    passed over; and a notice that shows them. A submission's row may tell of its repeats alone."""
    if any(one.parent is not None for one in layouts):
        return [*layouts], []
    read, notices = [], []
    for layout in layouts:
        telling = columns_of_somebody(layout)
        lines = {
            row.number: words for row in layout.body
            if not any(index < len(row.cells) and is_filled(row.cells[index]) for index in telling)
            and (words := _words_of(row.cells))
        }
        if not lines:
            read.append(layout)
            continue
        passed = tuple(Skipped(number, "line") for number in lines)
        body = [row for row in layout.body if row.number not in lines]
        read.append(replace(layout, body=body, skipped=(*layout.skipped, *passed)))
        notices += _lines_unread(layout, lines)
    return read, notices


def _lines_unread(layout: Layout, lines: Mapping[int, str]) -> list[Problem]:
    """A notice that shows lines, by row number, of which nothing is read."""
    return [Problem(
        "enrolment.lines-unread", layout.table.sheet, min(lines),
        facts={"count": len(lines), "sample": "; ".join(lines.values())[:_SHOWN_MAX]},
    )] if lines else []


def notes_that_correct(layouts: Sequence[Layout]) -> list[Problem]:
    """A notice of each column of notes some of which seem to correct their own row."""
    found = []
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            if meaning.field != "notes":
                continue
            said = [
                text for row in layout.body if index < len(row.cells)
                and has_phrase(folded(text := str(row.cells[index] or "")).split(), "correction")
            ]
            if said:
                found.append(Problem(
                    "enrolment.notes-correct", layout.table.sheet, layout.heading_row,
                    column_letter(index), {
                        "heading": layout.labels[index], "count": len(said),
                        "sample": "; ".join(said)[:_SHOWN_MAX],
                    },
                ))
    return found


def _words_of(cells: Sequence[Cell]) -> str:
    texts = [str(one).strip() for one in cells if one is not None]
    return " ".join(texts) if any(map(str.isalpha, "".join(texts))) else ""


def with_lone_rows(layouts: Sequence[Layout]) -> list[Layout]:
    """The sheets with the rows marked that hold one text alone where the others hold more."""
    read = []
    for layout in layouts:
        usual = sorted(sum(map(is_filled, row.cells)) for row in layout.body[:SAMPLE_ROWS])
        few = not usual or usual[len(usual) // 2] < _USUAL_MIN or layout.parent is not None
        alone = () if few else (row.number for row in layout.body if only_text(row))
        read.append(replace(layout, alone=frozenset(alone)))
    return read


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
