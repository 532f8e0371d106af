"""`cbi start --places SHEET`: cities and shops from a sheet, as the entries of an office file.

A row is a shop with its city and retailer; a row with a city alone is a place where people live.
The headings are the template's (`data/templates/places.xlsx`), in any order, in either language.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from cbi.base.errors import BadFile
from cbi.cli.setup.start_lines import by_script, code_of
from cbi.files import read_table
from cbi.messages import text

COLUMNS = ("city", "retailer", "number", "shop")
HEADING_LANGUAGES = ("en", "ru")


def read_places(path: Path) -> dict[str, Any]:
    """What a sheet says of places, each once: cities, retailers, stores, codes made of names.

    Raises:
        BadFile: it cannot be read, its headings are not the template's, or a row lacks something.
    """
    cities: dict[str, str] = {}
    retailers: dict[str, tuple[str, str]] = {}
    shops: dict[tuple[str, str, str], str] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for number, row in _rows(path):
        _check(path, number, row, retailers)
        if row["city"]:
            cities.setdefault(code_of(row["city"]), row["city"])
        if row["retailer"]:
            of = code_of(row["retailer"])
            known = retailers.get(of, (row["retailer"], ""))
            retailers[of] = known[0], known[1] or row["number"]
        if row["shop"]:
            place = (of, code_of(row["city"]))
            if (*place, row["shop"]) not in shops:
                counted[place] += 1
                shops[(*place, row["shop"])] = "-".join((*place, str(counted[place])))
    return {
        "city": [{"code": code, "name": by_script(name)} for code, name in cities.items()],
        "retailer": [{"code": code, "name": name, "number": number}
                     for code, (name, number) in retailers.items()],
        "store": [{"code": code, "retailer": of, "city": city, "name": by_script(name)}
                  for (of, city, name), code in shops.items()],
    }


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows under the headings, each with its number in the sheet."""
    known = {
        text(f"start.sheet-{name}", language).casefold(): name
        for name in COLUMNS for language in HEADING_LANGUAGES
    }
    table = read_table(path)
    for at, row in enumerate(table.rows):
        places = {
            known[word]: column for column, cell in enumerate(row.cells)
            for word in (part.strip().casefold() for part in str(cell or "").split("/"))
            if word in known
        }
        if {"city", "shop"} <= places.keys():
            return [
                (one.number, {name: _words(one.cells, places.get(name)) for name in COLUMNS})
                for one in table.rows[at + 1:]
            ]
    raise BadFile("start.sheet-headings", file=path.name, known=", ".join(
        " / ".join(text(f"start.sheet-{name}", language) for language in HEADING_LANGUAGES)
        for name in COLUMNS))


def _words(cells: tuple[object, ...], column: int | None) -> str:
    """A cell as text; a tax number that a spreadsheet took for a number keeps its digits."""
    cell = cells[column] if column is not None and column < len(cells) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""


def _check(
    path: Path, number: int, row: dict[str, str], known: dict[str, tuple[str, str]]
) -> None:
    """Refuse a row from which no place comes, or not the one that was meant.

    Raises:
        BadFile: a shop without city or retailer, a name without letters, or another tax number of
            the same retailer than above.
    """
    for name in ("city", "retailer") if row["shop"] else ():
        if not row[name]:
            raise BadFile("start.sheet-lacks", file=path.name, row=number, shop=row["shop"])
    for name in ("city", "retailer"):
        if row[name] and not code_of(row[name]):
            raise BadFile("start.sheet-name", file=path.name, row=number, name=row[name])
    _, before = known.get(code_of(row["retailer"]), ("", ""))
    if before and row["number"] and before != row["number"]:
        raise BadFile("start.sheet-two-numbers", file=path.name, row=number, name=row["retailer"],
                      number=row["number"], before=before)
