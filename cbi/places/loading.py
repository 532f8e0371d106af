"""Places from JSON files: one list each of cities, retailers or stores, as in the sample campaign.

The fields are those of the values; what is not known is refused by name instead of being dropped
silently, because a misspelt `valid_untill` would move money in the wrong month.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from cbi.base.errors import BadFile
from cbi.places.values import Alias, City, Retailer, Store

Read = TypeVar("Read")
Object = Mapping[str, object]


class _Wrong(ValueError):  # noqa: N818 - a word inside this module
    """Something in an item is not as it must be; worded by the catalogue's `place.shape-…`."""

    def __init__(self, what: str, field: str = "") -> None:
        super().__init__(what, field)
        self.what, self.field = what, field


def read_cities(path: Path) -> list[City]:
    """The cities of a file with their aliases.

    Raises:
        BadFile: it cannot be read, is no JSON, or an item lacks what it needs.
    """
    return _read(path, _city, "cities.json")


def read_retailers(path: Path) -> list[Retailer]:
    """The retailers of a file.

    Raises:
        BadFile: it cannot be read, is no JSON, or an item lacks what it needs.
    """
    return _read(path, _retailer, "retailers.json")


def read_stores(path: Path) -> list[Store]:
    """The stores of a file.

    Raises:
        BadFile: it cannot be read, is no JSON, or an item lacks what it needs.
    """
    return _read(path, _store, "stores.json")


def _read(path: Path, make: Callable[[object], Read], example: str) -> list[Read]:
    listed = _json(path, example)
    if not isinstance(listed, list):
        raise _shape(path, 0, _Wrong("not-a-list"), example)
    made = []
    for number, item in enumerate(listed, start=1):
        try:
            made.append(make(item))
        except _Wrong as wrong:
            raise _shape(path, number, wrong, example) from wrong
    return made


def _json(path: Path, example: str) -> object:
    from cbi.files import read_bytes

    content = read_bytes(path)
    try:
        loaded: object = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadFile("place.file-unreadable", file=path.name, line=1, example=example) from error
    except json.JSONDecodeError as error:
        raise BadFile(
            "place.file-unreadable", file=path.name, line=error.lineno, example=example
        ) from error
    return loaded


def _shape(path: Path, item: int, wrong: _Wrong, example: str) -> BadFile:
    return BadFile(
        f"place.shape-{wrong.what}", file=path.name, item=item, field=wrong.field, example=example
    )


def _city(item: object) -> City:
    given = _object(item, {"code", "names", "kato", "iso", "pcode", "aliases"})
    aliases = given.get("aliases", [])
    if not isinstance(aliases, list):
        raise _Wrong("wrong", "aliases")
    return City(
        _text(given, "code"), _names(given), _maybe(given, "kato"), _maybe(given, "iso"),
        _maybe(given, "pcode"), tuple(_alias(alias) for alias in aliases),
    )


def _alias(item: object) -> Alias:
    given = _object(item, {"name", "language", "valid_from", "valid_until"})
    return Alias(
        _text(given, "name"), _text(given, "language"), _maybe(given, "valid_from") or "",
        _maybe(given, "valid_until") or "",
    )


def _retailer(item: object) -> Retailer:
    given = _object(item, {"code", "name", "number"})
    return Retailer(_text(given, "code"), _text(given, "name"), _maybe(given, "number"))


def _store(item: object) -> Store:
    given = _object(item, {"code", "retailer", "city", "names"})
    return Store(
        _text(given, "code"), _text(given, "retailer"), _text(given, "city"), _names(given)
    )


def _object(item: object, known: set[str]) -> Object:
    if not isinstance(item, dict):
        raise _Wrong("not-an-object")
    for field in sorted(set(item) - known):
        raise _Wrong("unknown", field)
    return item


def _text(given: Object, field: str) -> str:
    if field not in given:
        raise _Wrong("missing", field)
    value = given[field]
    if not isinstance(value, str):
        raise _Wrong("wrong", field)
    return value


def _maybe(given: Object, field: str) -> str | None:
    return None if given.get(field) is None else _text(given, field)


def _names(given: Object) -> dict[str, str]:
    names = given.get("names", {})
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise _Wrong("wrong", "names")
    if not names:
        raise _Wrong("missing", "names")
    return dict(names)
