"""People written as lines of text, as they come by chat: each line parted, each part told. Pure.

`1) Omid Popal, 43 years, +7701…, passport P0123` begins with a name; what else a line says is told
by the part itself, and what is not understood stays beside the person as a note.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cbi.base.errors import CbiError
from cbi.enrolment.columns.contents import Fits, kind_of
from cbi.enrolment.layout.passing import only_text
from cbi.enrolment.rows.naming import NUMBERED_NAME
from cbi.enrolment.values.births import is_age
from cbi.enrolment.values.cells import read_phones
from cbi.enrolment.values.counts import counts_people
from cbi.enrolment.values.documents import names_its_kind
from cbi.enrolment.values.vocabulary import meanings, squashed
from cbi.files import Problem, Row, Table

_PARTS = re.compile(r"\s*[,;|\t]\s*|\s+[-–—]+\s+")
_PEOPLE_MIN, _SHARE, _DIGITS_MIN, _NAME_WORDS_MAX = 2, 0.6, 9, 5
_HEADINGS = {
    "name": "Name", "sex": "Sex", "birth": "Date of birth", "age": "Age", "phone": "Phone",
    "document": "Document number", "city": "City", "household-size": "Household size",
    "notes": "Notes",
}


def of_lines(table: Table, fits: Fits) -> tuple[Table, Problem] | None:
    """The table with a row for each line and columns for what the lines tell, and a notice; None
    where most lines do not begin with a name and tell something of that person."""
    lines = [(row.number, only_text(row)) for row in table.rows]
    told_of = {number: _told(text, fits) for number, text in lines if text}
    people = [number for number, one in told_of.items() if "name" in one]
    if len(people) < _PEOPLE_MIN or len(people) < _SHARE * len(table.rows):
        return None
    columns = [field for field in _HEADINGS if any(field in one for one in told_of.values())]
    before = [row for row in table.rows if row.number < people[0]]
    rows = [
        Row(row.number, tuple(told_of.get(row.number, {}).get(field) for field in columns))
        for row in table.rows if row.number >= people[0]
    ]
    heads = Row(people[0], tuple(_HEADINGS[field] for field in columns))
    listed = ", ".join(columns)
    return replace(table, rows=[*before, heads, *rows], merges=()), Problem(
        "enrolment.lines-parted", table.sheet, people[0],
        facts={"count": len(people), "fields": listed},
    )


def _told(text: str, fits: Fits) -> dict[str, str]:
    """What a line tells by field; a line of nobody is a note."""
    name, *parts = _PARTS.split(NUMBERED_NAME.sub("", text.strip()))
    if not _is_name(name):
        return {"notes": text}
    found: dict[str, str] = {}
    for part in filter(None, parts):
        field = _field(part, fits)
        while field in found and field != "notes":
            field = "notes"  # said twice: the first stays, the other is kept beside
        found[field] = f"{found[field]}; {part}" if field in found else part
    tells = found.keys() - {"notes"}
    return {"name": name, **found} if tells else {"notes": text}


def _is_name(text: str) -> bool:
    words = text.split()
    return 1 < len(words) <= _NAME_WORDS_MAX and kind_of(text) == "words"


def _field(part: str, fits: Fits) -> str:
    """What a part of a line is by itself; `notes` where nothing tells."""
    return next((field for field, tells in _TELLING.items() if tells(part, fits)), "notes")


def _is_city(part: str, fits: Fits) -> bool:
    return fits.cities is not None and fits.cities.find(part).code is not None


def _is_phone(part: str, fits: Fits) -> bool:
    if sum(map(str.isdecimal, part)) < _DIGITS_MIN:
        return False
    try:
        return bool(read_phones(part, fits.country.phone_region))
    except CbiError:
        return False


_TELLING: Mapping[str, Callable[[str, Fits], bool]] = {
    "sex": lambda part, _: squashed(part) in meanings("sex"),
    "document": lambda part, _: names_its_kind(part),
    "age": lambda part, _: is_age(part),
    "birth": lambda part, _: kind_of(part) == "date",
    "household-size": lambda part, _: counts_people(part),
    "phone": _is_phone, "city": _is_city,
}
"""What tells the field of a part, in the order of asking."""
