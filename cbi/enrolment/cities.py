"""Which city a cell names: by any name of it, said twice or not, or within an address. Pure."""

import re

from cbi.base.errors import NotFound
from cbi.enrolment.cells import in_parts
from cbi.places.reading import CityReader

_APART = re.compile(r"[,;\n]+")


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


def city_of_address(text: str, cities: CityReader, on: str) -> str:
    """The code of the one city that a part of an address is; empty for none or several."""
    codes = {part.code for one in _APART.split(text) if (part := cities.find(one, on)).code}
    return str(codes.pop()) if len(codes) == 1 else ""
