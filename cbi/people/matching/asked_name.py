"""What somebody typed to find a person by: the name, the father's name, the year of birth. Pure.

`Karim son of Nazar 1985`, `کریم ولد نظر` and `Карим, сын Назара, 1985 г.` tell all three.
"""

import re
from typing import NamedTuple

from cbi.people.names.scripts import script_of
from cbi.people.records.record import BirthDate, PersonalData, WrittenName

_YEAR = re.compile(r"(?<!\d)(1[2-9]\d\d|20\d\d)(?!\d)")
_FATHER = re.compile(
    r"(?<!\w)(?:[sd]/o|son of|daughter of|сын|дочь|ولد|فرزند|پسر|دختر)(?!\w)", re.IGNORECASE
)
SOLAR_LAST, SOLAR_BEHIND = 1499, 621
"""A year up to this is of the solar calendar, and so much behind."""


class AskedName(NamedTuple):
    """A name that is looked for, as a record has it."""

    data: PersonalData
    year: int | None


def asked_name(text: str) -> AskedName:
    """The name in what was typed."""
    years = _YEAR.findall(_plain(text))
    year = int(years[-1]) if years else None
    if year is not None and year <= SOLAR_LAST:
        year += SOLAR_BEHIND
    name, _, father = _FATHER.sub("\n", text).partition("\n")
    if not any(map(str.isalpha, name)):
        name, father = text, ""
    birth = BirthDate(years[-1], str(year), "year") if year else None
    written = WrittenName(name.strip(), " ".join(father.split()), script_of(name))
    return AskedName(PersonalData(names=(written,), birth=birth), year)


def _plain(text: str) -> str:
    return "".join(str(int(one)) if one.isdecimal() else one for one in text)
