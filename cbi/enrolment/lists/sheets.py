"""Which sheets of a file are people, which belong to them, and which are left out by name.

A survey's repeats follow the sheet of its submissions; a sheet of individuals and one of households
that share a key are joined; a form's own definition is no list. Nothing is left out unsaid.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from cbi.base.errors import BadFile
from cbi.enrolment.columns.contents import Fits, kind_of
from cbi.enrolment.headings.kobo import OF_A_CASE, column_named
from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.layout.layout import HEADING_ROWS_MAX, Layout, bare_layout, find_layout
from cbi.enrolment.layout.passing import Skipped
from cbi.enrolment.layout.repeats import key_of, sheet_like
from cbi.enrolment.lists.continued import taken_on
from cbi.enrolment.reshaping import Reshaped, reshaped, under_headings
from cbi.enrolment.values.vocabulary import squashed
from cbi.files import Cell, Problem, Table, read_table, read_tables

_JOINED_MIN, _ALIKE_MIN = 0.5, 0.8
_KEY_LENGTH_MAX = 80
_KEY_FIELDS = frozenset({"household", "number", "parent", "submission", "submission-number"})
"""What a column may be by which people name their household's row on another sheet."""
_FORM_SHEETS = frozenset({"survey", "choices", "settings"})


def layouts_of(
    path: Path, sheet: str | None, asked: Collection[str], fits: Fits
) -> tuple[list[Layout], list[Problem]]:
    """The sheet of people first, then sheets whose rows belong to it; and notices: of sheets that
    were no table of rows under headings, and of each that holds rows and is not read.

    Raises:
        BadFile: no sheet has headings of people, or the file is a form and no list.
    """
    tables = read_tables(path)
    if sheet is not None:
        named = [one for one in tables if _same_name(one.sheet, sheet)]
        main = named[0] if named else read_table(path, sheet=sheet)
        tables = [main, *(one for one in tables if one is not main)]
    elif _is_form(tables):
        raise BadFile("enrolment.is-a-form", file=tables[0].file)
    made = reshaped(tables)
    found = _found(made, asked, fits)
    if going_on := taken_on(made.tables, found, fits):
        made.notices += going_on
        found = _found(made, asked, fits)
    read = _chosen(made.tables, found, named=sheet is not None)
    if not read:
        raise no_names(tables[0], ())
    left = [] if sheet is not None else _left_out(made.tables, found, read)
    return read, [*made.notices, *left]


def _found(made: Reshaped, asked: Collection[str], fits: Fits) -> dict[int, Layout]:
    """The layouts of tables by place. Where no headings name people, tables without any are read by
    their cells."""
    found = {
        place: layout for place, table in enumerate(made.tables)
        if (layout := find_layout(table, asked))
    }
    if any(one.names_people or one.numbers_people for one in found.values()):
        return found
    for place, table in enumerate(made.tables):
        unheaded = place not in found or _is_of_data(found[place])
        headed = under_headings(table, fits) if unheaded else None
        if headed and (layout := find_layout(headed[0], asked)):
            made.tables[place], found[place] = headed[0], layout
            made.notices.append(headed[1])
    return found


def _is_of_data(layout: Layout) -> bool:
    """Whether what was taken for a row of headings holds a date or a number, as people's rows do.
    """
    return any(
        kind_of(cell) in ("date", "number") for row in layout.table.rows
        if row.number == layout.heading_row for cell in row.cells
    )


def no_names(table: Table, layouts: Sequence[Layout]) -> BadFile:
    """The refusal of a list in which no column is understood as a name, or no row as headings."""
    if layouts:
        listed = ", ".join(label for _, label in sorted(layouts[0].labels.items()))
        return BadFile(
            "enrolment.no-name-column", headings=listed,
            place=" ".join(filter(None, (table.file, table.sheet))),
        )
    return BadFile("enrolment.no-heading", file=table.file, rows=HEADING_ROWS_MAX)


def _chosen(tables: Sequence[Table], found: Mapping[int, Layout], *, named: bool) -> list[Layout]:
    """The main sheet and those that belong to it; nothing if no sheet is of people."""
    repeats = {
        place: replace(layout, parent=parent) for place, table in enumerate(tables)
        if (layout := found.get(place) or bare_layout(table))
        and (parent := parent_column(layout)) is not None
    }
    mains = {place: one for place, one in found.items() if place not in repeats}
    if named:
        mains = {0: mains.get(0) or bare_layout(tables[0])}
        repeats.pop(0, None)
    elif repeats:
        parents = {_parent_name(one) for one in repeats.values()} - {None}
        mains = {
            place: mains.get(place) or bare_layout(table) for place, table in enumerate(tables)
            if place not in repeats and _has_repeats(bare_layout(table), parents)
        } or mains
    main = max(mains.values(), key=_likeness, default=None)
    if main is None:
        return []
    if not repeats and not named:
        alike = [one for one in mains.values() if _alike(one, main)]
        others = [one for one in mains.values() if not _alike(one, main)]
        of_main = (_joined(one, [main]) for one in others if one.names_people)
        return _joined(main, others) or next(filter(None, of_main), alike)
    return [main, *repeats.values()]


def _alike(layout: Layout, main: Layout) -> bool:
    """Whether a sheet has the main one's columns, or tells the same in columns of its own: a list
    that has a sheet for each city."""
    if layout is main:
        return True
    return layout.names_people and bool(layout.body) and any(
        len(here & there) >= _ALIKE_MIN * max(len(here), len(there))
        for here, there in ((_labels(layout), _labels(main)), (_told(layout), _told(main)))
    )


def _labels(layout: Layout) -> set[str]:
    return {squashed(name) for name in layout.labels.values()}


def _told(layout: Layout) -> set[str]:
    """What a sheet tells of each person, an age as a birth."""
    fields = {one.field for one in layout.meanings.values()} - {"number"}
    return {"birth" if one == "age" else one for one in fields}


def of_one_list(
    layouts: Sequence[Layout], answer: str, is_city: Callable[[str], bool]
) -> tuple[list[Layout], list[Problem], list[Problem]]:
    """The sheets that are read, with notices and questions: sheets like the main one are read with
    it where each bears a city's name, or somebody said so (`all`); else that is asked.
    """
    main, *others = layouts
    alike = [one for one in others if one.parent is None]
    if not alike:
        return [*layouts], [], []
    rest = [one for one in others if one.parent is not None]
    facts = {
        "sheets": ", ".join(one.table.sheet or "" for one in (main, *alike)),
        "read": main.table.sheet or "", "rows": sum(len(one.body) for one in (main, *alike)),
    }
    cities = all(is_city(one.table.sheet or "") for one in (main, *alike))
    if answer == "all" or (cities and not answer):
        return [*layouts], [Problem("enrolment.sheets-together", facts=facts)], []
    if not answer:
        return [main, *rest], [], [Problem("enrolment.ask-sheets", facts=facts)]
    left = [_left(one.table.sheet, main, len(one.body), people=True) for one in alike]
    return [main, *rest], left, []


def _likeness(layout: Layout) -> tuple[bool, bool, int]:
    return (layout.names_people, bool(layout.body), layout.score)


def _same_name(name: str | None, wanted: str) -> bool:
    return name is not None and name.strip().casefold() == wanted.strip().casefold()


def parent_column(layout: Layout) -> int | None:
    return column_named(dict(layout.labels), "_parent_index", "parent_key")


def _has_repeats(layout: Layout, parents: AbstractSet[str | None]) -> bool:
    """Whether repeats belong to this sheet: they name it, or it has the keys that they name."""
    if parents:
        return sheet_like(layout.table.sheet or "") in parents
    return column_named(dict(layout.labels), "key") is not None


def _parent_name(layout: Layout) -> str | None:
    index = column_named(dict(layout.labels), "_parent_table_name")
    if index is None or not layout.body or index >= len(layout.body[0].cells):
        return None
    return sheet_like(str(layout.body[0].cells[index]))


def _joined(people: Layout, others: Sequence[Layout]) -> list[Layout]:
    """Households and their people, where a sheet has one row for each key that people name."""
    for other in others:
        for index, label in people.labels.items():
            meaning = people.meanings.get(index)
            if meaning is not None and meaning.field not in _KEY_FIELDS:
                continue  # two sheets may well have one woman and one man
            shared = [
                at for at, name in other.labels.items() if _named(name) & _named(label)
            ]
            if not shared or not _is_key(people, index, other, shared[0]):
                continue
            return [
                replace(other, keys=(shared[0],)), replace(people, parent=index),
            ]
    return []


def _named(label: str) -> set[str]:
    """A heading, and each of its lines where it has two (`household_id / Household ID`); what names
    a case of CommCare's is that case's own name."""
    if label.startswith(OF_A_CASE):
        return {"caseid"}
    return {squashed(part) for part in (label, *label.split(" / "))}


def _is_key(people: Layout, index: int, other: Layout, at: int) -> bool:
    """Whether a column tells rows of the one sheet apart and is named by rows of the other."""
    own = [key for row in other.body if (key := _key(row.cells, at))]
    named = [key for row in people.body if (key := _key(row.cells, index))]
    if len(own) < 1 or len(set(own)) < len(own) or len(named) < len(own):
        return False
    known = set(own)
    return sum(key in known for key in named) >= _JOINED_MIN * len(named) and (
        all(len(key) <= _KEY_LENGTH_MAX for key in own)
        and not (other.names_people and len(set(named)) == len(named))
    )


def _key(cells: Sequence[Cell], index: int) -> str:
    return key_of(cells[index]) if index < len(cells) else ""


def _left_out(
    tables: Sequence[Table], found: Mapping[int, Layout], read: Sequence[Layout]
) -> list[Problem]:
    """A notice for each sheet with rows under headings that is not read."""
    known = {layout.table.sheet for layout in read if layout is read[0] or layout.names_people}
    left = []
    for place, table in enumerate(tables):
        layout = found.get(place)
        rows = len(layout.body) if layout else len(table.rows) - 1
        if table.sheet in known or rows < 1:
            continue
        people = layout is not None and layout.names_people
        left.append(_left(table.sheet, read[0], rows, people=people))
    return left


def _left(sheet: str | None, read: Layout, rows: int, *, people: bool) -> Problem:
    return Problem(
        "enrolment.sheet-left-out" if people else "enrolment.sheet-unread", sheet=sheet,
        facts={"sheet": sheet or "", "read": read.table.sheet or "", "rows": rows},
    )


def _is_form(tables: Sequence[Table]) -> bool:
    """Whether a workbook is a survey's form (XLSForm) instead of its answers."""
    names = {(one.sheet or "").strip().casefold() for one in tables}
    if len(names & _FORM_SHEETS) < 2:
        return False
    survey = next(one for one in tables if (one.sheet or "").strip().casefold() in _FORM_SHEETS)
    words = {squashed(str(cell)) for row in survey.rows[:5] for cell in row.cells if cell}
    return bool(words & {"type", "listname", "formtitle", "formid"})


def doubtful_rows(
    layouts: Sequence[Layout], answers: Mapping[str, str]
) -> tuple[list[Layout], list[Problem]]:
    """The sheets without the rows that the spreadsheet hides, or whose names are struck through, if
    they are to be left out; and the question whether they are people, if nobody said so."""
    questions, shown = [], []
    for asked in layouts:
        layout = asked
        for why, numbers in (("hidden", asked.table.hidden), ("struck", _struck(asked))):
            rows = [row for row in layout.body if row.number in numbers]
            answer = answers.get(f"{why}-rows", "")
            if rows and not answer:
                questions.append(Problem(
                    f"enrolment.ask-{why}-rows", layout.table.sheet, rows[0].number,
                    facts={"count": len(rows), "first": rows[0].number},
                ))
            if rows and answer == "leave":
                left = tuple(Skipped(row.number, why) for row in rows)
                body = [row for row in layout.body if row.number not in numbers]
                layout = replace(layout, body=body, skipped=(*layout.skipped, *left))
        shown.append(layout)
    return shown, questions


def _struck(layout: Layout) -> frozenset[int]:
    """The numbers of rows in which somebody's name is struck through."""
    names = {
        index for index, one in layout.meanings.items()
        if one.field in NAME_FIELDS and not one.member
    }
    return frozenset(number for number, index in layout.table.struck if index in names)
