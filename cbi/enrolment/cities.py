"""Which city a cell names: by any name of it, said twice or not, or within an address. Pure."""

import re

from cbi.base.errors import NotFound
from cbi.enrolment.cells import in_parts
from cbi.enrolment.vocabulary import squashed
from cbi.files import Cell
from cbi.places.reading import CityReader

_CITY_WORDS = {"г", "гор", "город", "city", "of", "қаласы", "қ", "ш", "шаҳри", "шаҳр", "شهر"}
_APART = re.compile(r"[,;\n]+")
_WORDS = re.compile(r"[\w\u200c-]+")


def city_named(text: str, cities: CityReader, on: str) -> str:
    """The code of the city that a cell names on a day.

    Raises:
        NotFound: none of ours, or several.
    """
    meant = cities.find(text, on)
    codes = {part.code for one in in_parts(text)[1:] if (part := cities.find(one, on)).code}
    if meant.code or len(codes) == 1:
        return meant.code or str(codes.pop())
    near = ", ".join(meant.between or meant.suggested)
    code = "enrolment.city-unknown-near" if near else "enrolment.city-unknown"
    raise NotFound(code, text=text, near=near)


def names_a_city(cell: Cell, cities: CityReader) -> bool:
    """Whether a cell is a city's name and nothing else: `г. Астана`, `Almaty city`."""
    return cities.find(_bare(str(cell))).code is not None


def _bare(text: str) -> str:
    """A city's name without the words that say that it is one: `г.`, `ш.`, `қаласы`."""
    return " ".join(word for word in text.split() if squashed(word) not in _CITY_WORDS)


def city_in_title(text: str, cities: CityReader, on: str) -> str:
    """The code of the one city that a title names among other words; empty for none or several."""
    words = _WORDS.findall(text)
    named = [
        " ".join(words[at : at + size]) for size in (1, 2) for at in range(len(words) - size + 1)
    ]
    codes = {found.code for one in named if (found := cities.find(one, on)).code}
    return str(codes.pop()) if len(codes) == 1 else ""


def city_of_address(text: str, cities: CityReader, on: str) -> str:
    """The code of the one city that a part of an address is; empty for none or several."""
    parts = [part for one in _APART.split(text) for part in (one, _bare(one))]
    codes = {found.code for part in parts if (found := cities.find(part, on)).code}
    return str(codes.pop()) if len(codes) == 1 else ""
