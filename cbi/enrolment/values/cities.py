"""Which city a cell names: by any name of it, said twice or not, or within an address. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from cbi.base.errors import NotFound
from cbi.enrolment.values.cells import in_parts
from cbi.enrolment.values.vocabulary import squashed
from cbi.files import Cell, Problem
from cbi.places.reading import CityReader

_CITY_WORDS = {
    "г", "гор", "город", "city", "of", "қаласы", "қ", "м", "місто", "ш", "шаҳри", "шаҳр", "شهر",
    "sh", "shahri", "shahar",
}
_APART = re.compile(r"[,;/\n،؛]+|\s[-–—]+\s")
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
    if code := city_of_address(text, cities, on):
        return code  # with its quarter: `Zahle – Maallaqa`
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
    """The code of the one city that a title names among other words, as a name (`список семей` is
    about families, not about Semey), else the one that it calls a city; empty for any other."""
    words = _WORDS.findall(text)
    named: dict[str, bool] = {}
    for size in (1, 2):
        for at in range(len(words) - size + 1):
            name = [one for one in words[at : at + size] if squashed(one) not in _CITY_WORDS]
            if not name or name[0][:1].islower():
                continue
            if code := cities.find(" ".join(words[at : at + size]), on).code:
                called = at > 0 and squashed(words[at - 1]) in _CITY_WORDS
                named[code] = named.get(code, False) or called or len(name) < size
    sure = [code for code, called in named.items() if called] if len(named) > 1 else [*named]
    return sure[0] if len(sure) == 1 else ""


def city_of_address(text: str, cities: CityReader, on: str | None = None) -> str:
    """The code of the one city that a part of an address is; empty for none or several."""
    parts = [part for one in _APART.split(text) for part in (one, _bare(one))]
    codes = {found.code for part in parts if (found := cities.find(part, on)).code}
    return str(codes.pop()) if len(codes) == 1 else ""


def addressed_once(notices: Iterable[Problem]) -> list[Problem]:
    """The notices with those of cities read from addresses said once for each city of a column,
    at its first row, with how many people it holds for."""
    first: dict[tuple[object, ...], Problem] = {}
    people: Counter[tuple[object, ...]] = Counter()
    for place, one in enumerate(notices):
        of_address = one.code == "enrolment.city-of-address"
        key = (one.sheet, one.column, one.facts["city"]) if of_address else (place,)
        first.setdefault(key, one)
        people[key] += 1
    return [
        replace(one, facts={**one.facts, "count": people[key]}) if len(key) > 1 else one
        for key, one in first.items()
    ]
