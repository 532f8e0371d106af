"""Which column means what: proposed by headings, checked against the cells, corrected by a person.

What is proposed is shown before anything is written. A correction names a field and a column by its
heading or letter (`phone=Contact`, `phone=K`), gives one value for everybody (`city==almaty`), or
says that a field is not in the list (`sex=-`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import BadFile, CbiError
from cbi.enrolment.births import DateOrder, read_age, read_birth
from cbi.enrolment.cells import (
    NATIONAL_NUMBER,
    read_consent_way,
    read_count,
    read_document,
    read_language,
    read_phones,
    read_sex,
    read_yes,
    told,
)
from cbi.enrolment.headings import CONTAINED, EXACT, Meaning, meaning_of
from cbi.enrolment.layout import Layout, with_meanings
from cbi.enrolment.shapes import Told
from cbi.enrolment.vocabulary import squashed
from cbi.files import Cell, Problem, column_letter
from cbi.files.values import column_index
from cbi.people.records.checking import HOUSEHOLD_SIZE_MAX
from cbi.places import Profile

HOW = ("heading", "remembered", "asked")
_SAMPLE_ROWS = 200
_FITS_MIN = 0.3
_LETTERS_MAX = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column of the list and what it is taken for; `field` empty: it is not read.

    `sure` of 100; `how` it was decided: by its `heading`, `remembered`, or `asked` for.
    """

    sheet: str | None
    column: str
    heading: str
    field: str
    sure: int
    how: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """Sheets with their meanings settled, what is told of everybody, and what was noticed."""

    layouts: tuple[Layout, ...]
    constants: tuple[Told, ...]
    proposals: tuple[Proposal, ...]
    notices: tuple[Problem, ...] = ()


def propose(layouts: Sequence[Layout], country: Profile) -> Mapped:
    """Meanings by headings, but for columns whose cells are something else."""
    settled, notices = [], []
    for layout in layouts:
        kept = {}
        for index, meaning in layout.meanings.items():
            if _fits(layout, index, meaning, country):
                kept[index] = meaning
            elif meaning.score > CONTAINED:
                facts = {"heading": layout.labels[index], "field": meaning.text}
                notices.append(Problem(
                    "enrolment.column-is-other", layout.table.sheet, layout.heading_row,
                    column_letter(index), facts,
                ))
        settled.append(with_meanings(layout, kept))
    return Mapped(tuple(settled), (), _proposals(settled, {}), tuple(notices))


def corrected(mapped: Mapped, asked: Mapping[str, str], *, how: str = "asked") -> Mapped:
    """The mapping with a person's corrections, by field.

    Raises:
        UsageError: no such field.
        BadFile: no such column.
    """
    layouts = list(mapped.layouts)
    constants = {one.meaning.text: one for one in mapped.constants}
    touched = {(one.sheet, one.column): one.how for one in mapped.proposals if one.how != HOW[0]}
    for field, column in asked.items():
        meaning = meaning_of(field)
        for place, layout in enumerate(layouts):
            left = {at: one for at, one in layout.meanings.items() if one.text != meaning.text}
            layouts[place] = with_meanings(layout, left)
        constants.pop(meaning.text, None)
        if column.startswith("="):
            constants[meaning.text] = Told(meaning, column[1:].strip(), None, 0, 0)
        elif column.strip() != "-":
            place, index = _find(layouts, column)
            meanings = {**layouts[place].meanings, index: meaning}
            layouts[place] = with_meanings(layouts[place], meanings)
            touched[(layouts[place].table.sheet, column_letter(index))] = how
    return replace(
        mapped, layouts=tuple(layouts), constants=tuple(constants.values()),
        proposals=_proposals(layouts, touched),
    )


def remembered(mapped: Mapped, kept: str) -> Mapped:
    """The mapping as it was kept for lists of this shape; new headings stay as proposed."""
    known: dict[str, str] = json.loads(kept)
    layouts, touched = [], {}
    for layout in mapped.layouts:
        meanings = dict(layout.meanings)
        for index, label in layout.labels.items():
            text = known.get(squashed(label))
            if text is None:
                continue
            meanings.pop(index, None)
            if text:
                meanings[index] = meaning_of(text)
            touched[(layout.table.sheet, column_letter(index))] = "remembered"
        layouts.append(with_meanings(layout, meanings))
    constants = tuple(
        Told(meaning_of(name.removeprefix("=")), value, None, 0, 0)
        for name, value in known.items() if name.startswith("=")
    )
    return replace(
        mapped, layouts=tuple(layouts), constants=constants,
        proposals=_proposals(layouts, touched),
    )


def headings_asked(asked: Mapping[str, str], kept: Iterable[str]) -> frozenset[str]:
    """The headings (squashed) that corrections and kept mappings name."""
    named = {squashed(column) for column in asked.values() if not column.startswith("=")}
    for mapping in kept:
        known: dict[str, str] = json.loads(mapping)
        named |= {heading for heading, field in known.items() if field}
    return frozenset(named)


def without_rows(mapped: Mapped) -> Mapped:
    """The mapping of a list that has been read: its rows are let go, for they are large."""
    layouts = (
        replace(layout, body=(), table=replace(layout.table, rows=[])) for layout in mapped.layouts
    )
    return replace(mapped, layouts=tuple(layouts))


def to_keep(mapped: Mapped) -> str:
    """The mapping as JSON, by heading; a survey tool's own columns are left out."""
    kept: dict[str, JsonValue] = {}
    for layout in mapped.layouts:
        for index, label in layout.labels.items():
            meaning = layout.meanings.get(index)
            if not label.startswith("_"):
                kept[squashed(label)] = meaning.text if meaning else ""
    kept |= {f"={one.meaning.text}": str(one.cell) for one in mapped.constants}
    return canonical_json(kept).decode()


def shape_of(layouts: Sequence[Layout]) -> str:
    """The digest (hex) of a list's headings: the next list of this shape has the same."""
    labels = [
        squashed(label) for layout in layouts for _, label in sorted(layout.labels.items())
        if not label.startswith("_")
    ]
    return hashlib.sha256("\x1f".join(labels).encode()).hexdigest()


def _find(layouts: Sequence[Layout], column: str) -> tuple[int, int]:
    """The sheet's place and the column's index of a heading or letter.

    Raises:
        BadFile: no such column.
    """
    wanted = squashed(column)
    for place, layout in enumerate(layouts):
        for index, label in layout.labels.items():
            if label == column.strip() or squashed(label) == wanted:
                return place, index
    letters = column.strip()
    if letters.isascii() and letters.isalpha() and len(letters) <= _LETTERS_MAX:
        index = column_index(letters)
        if any(index < len(row.cells) for row in layouts[0].body[:_SAMPLE_ROWS]):
            return 0, index
    listed = ", ".join(label for _, label in sorted(layouts[0].labels.items()))
    raise BadFile("files.no-column", file=layouts[0].table.file, column=column, headings=listed)


def _proposals(
    layouts: Iterable[Layout], touched: Mapping[tuple[str | None, str], str]
) -> tuple[Proposal, ...]:
    listed = []
    for layout in layouts:
        for index in sorted(layout.labels.keys() | layout.meanings.keys()):
            meaning = layout.meanings.get(index)
            letter, label = column_letter(index), layout.labels.get(index, "")
            if label.startswith("_") and meaning is None:
                continue
            listed.append(Proposal(
                layout.table.sheet, letter, label, meaning.text if meaning else "",
                meaning.score if meaning else 0, touched.get((layout.table.sheet, letter), HOW[0]),
            ))
    return tuple(listed)


def _fits(layout: Layout, index: int, meaning: Meaning, country: Profile) -> bool:
    """Whether enough of a column's cells can be what its heading says.

    A plain heading is believed (its cells are then the problem), unless lists use it in two ways.
    """
    reader = _CHECKS.get(meaning.field)
    if reader is None or (meaning.score == EXACT and meaning.field not in _TWO_WAYS):
        return True
    cells = [
        row.cells[index] for row in layout.body[:_SAMPLE_ROWS]
        if index < len(row.cells) and row.cells[index] is not None
    ]
    said = [cell for cell in cells if not isinstance(cell, str) or told(cell)]
    if not said:
        return True
    right = sum(_reads(reader, cell, country) for cell in said)
    return right >= _FITS_MIN * len(said)


def _reads(reader: Callable[[Cell, Profile], object], cell: Cell, country: Profile) -> bool:
    try:
        reader(cell, country)
    except CbiError as error:
        # a destroyed number is the field's own trouble, not another field
        return error.code in ("files.cell-scientific", "enrolment.zeros-lost")
    return True


_TWO_WAYS = frozenset({"head", "consent", "language", "household-size"})
_LONG_AGO = date(9000, 1, 1)
_CHECKS: dict[str, Callable[[Cell, Profile], object]] = {
    "sex": lambda cell, _: read_sex(cell),
    "birth": lambda cell, _: read_birth(cell, DateOrder(), _LONG_AGO),
    "age": lambda cell, _: read_age(cell, _LONG_AGO),
    "age-months": lambda cell, _: read_age(cell, _LONG_AGO, in_months=True),
    "phone": lambda cell, country: read_phones(cell, country.phone_region),
    NATIONAL_NUMBER: lambda cell, country: read_document(cell, NATIONAL_NUMBER, country),
    "household-size": lambda cell, _: read_count(cell, HOUSEHOLD_SIZE_MAX),
    "head": lambda cell, _: read_yes(cell),
    "consent": lambda cell, _: read_consent_way(cell),
    "language": lambda cell, _: read_language(cell),
}
