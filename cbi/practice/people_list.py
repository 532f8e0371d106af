"""A people list as field staff keep it: the columns, and files written from invented people."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cbi.practice.generator import CONSENT_VERSION, SamplePerson

if TYPE_CHECKING:
    from cbi.files.workbook import Column

COLUMNS = (
    ("No.", "number"), ("City", "city"), ("Household No.", "household"),
    ("Household size", "household-size"), ("Head of household", "head"),
    ("Full name (Latin)", "latin"), ("Father's name (Latin)", "latin-father"),
    ("Full name (Cyrillic)", "cyrillic"), ("Father's name (Cyrillic)", "cyrillic-father"),
    ("Full name (Dari or Pashto)", "arabic"), ("Father's name (Dari or Pashto)", "arabic-father"),
    ("Sex", "sex"), ("Date of birth", "birth"), ("Tazkira No.", "tazkira"),
    ("Passport No.", "passport"), ("Refugee certificate No.", "refugee-certificate"),
    ("IIN", "iin"), ("Phone", "phone"), ("Language", "language"), ("Consent", "consent"),
    ("Consent date", "consent-date"), ("Consent text", "consent-text"),
    ("Consent witness", "consent-witness"), ("Notes", "notes"),
)
"""Heading and a word for it: one row a person, the members of a household one after the other."""

HEADINGS = tuple(heading for heading, _ in COLUMNS)
LANGUAGE_WORDS = {"fa": "Dari", "ps": "Pashto", "ru": "Russian"}


def rows_of(people: Iterable[SamplePerson]) -> Iterator[tuple[str | None, ...]]:
    """The cells of each person's row, under `HEADINGS`; what nobody wrote is None."""
    for person in people:
        kind = person.document[0].removeprefix("paper-")
        cells = (
            str(person.number), person.city_text, f"H{person.household:04d}",
            str(person.household_size), "yes" if person.head else "no", person.latin,
            person.latin_father, person.cyrillic, person.cyrillic_father, person.arabic,
            person.arabic_father, person.sex.upper(), person.birth.text,
            person.document_text if kind == "tazkira" else "",
            person.document_text if kind == "passport" else "",
            person.document_text if kind == "refugee-certificate" else "",
            "", person.phone_text, LANGUAGE_WORDS[person.language], person.consent_way,
            person.consent_date, CONSENT_VERSION if person.consent_way else "", "", "",
        )
        yield tuple(cell or None for cell in cells)


def write_people_list(path: Path, people: Iterable[SamplePerson]) -> None:
    """A people list as XLSX: whole dates are dates and sizes numbers, all else is text.

    Raises:
        BadFile: the file cannot be written.
    """
    from cbi.files.workbook import Sheet, write_workbook

    rows = map(_typed, rows_of(people))
    write_workbook(path, [Sheet("People", sheet_columns(), rows)], title="People list")


def write_people_csv(path: Path, people: Iterable[SamplePerson]) -> None:
    """The same list as CSV.

    Raises:
        BadFile: the file cannot be written.
    """
    from cbi.files.writing import write_csv

    write_csv(path, HEADINGS, rows_of(people))


def sheet_columns() -> list["Column"]:
    """The columns of the workbook."""
    from cbi.files.workbook import Column

    kinds = {"number": "count", "household-size": "count", "consent-date": "date"}
    return [Column(heading, kinds.get(word, "text")) for heading, word in COLUMNS]


def _typed(cells: Sequence[str | None]) -> list[object]:
    from cbi.files.workbook import Typed

    typed: list[object] = list(cells)
    typed[0], typed[3] = int(cells[0] or 0), int(cells[3] or 0)
    day = _whole_day(cells[12] or "")
    if day is not None:
        typed[12] = Typed("date", day)
    return typed


def _whole_day(text: str) -> date | None:
    """The day of `31.08.1990`, which a spreadsheet keeps as a date; None for all else."""
    day, _, rest = text.partition(".")
    month, _, year = rest.partition(".")
    return date(int(year), int(month), int(day)) if year.isascii() and year.isdigit() else None
