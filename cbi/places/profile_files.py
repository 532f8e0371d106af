"""Reading a country's profile from its file: every entry looked at, the first wrong one named."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cbi.base.currencies import EXPONENTS
from cbi.base.data import data_folder
from cbi.base.errors import BadFile, NotFound
from cbi.messages import LANGUAGES

LEAP_YEAR = 2024
"""A year in which every day that can be a holiday is there."""

_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_PART = re.compile(r"\w+\Z", re.ASCII)
_BIRTH_SHAPES = {"YYMMDD", "DDMMYY", "YYYYMMDD", "DDMMYYYY"}
Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile read whole: where from, and its content as the file has it."""

    path: Path
    table: dict[str, Any]


def shipped_profiles() -> list[str]:
    """The names of the profiles that come with the program."""
    return sorted(file.stem for file in _folder().glob("*.toml"))


def read_profile(named: str | None = None) -> ProfileFile:
    """A profile by its name or file; the usual one where none is named.

    Raises:
        NotFound: there is no such profile.
        BadFile: the file cannot be read, or an entry is missing, unknown or cannot be.
    """
    chosen = named or (_folder() / "usual.txt").read_text("utf-8").strip()
    if chosen in shipped_profiles():
        path = _folder() / f"{chosen}.toml"
    elif chosen.endswith(".toml"):
        path = Path(chosen)
    else:
        raise NotFound(
            "place.profile-unknown", profile=chosen, known=", ".join(shipped_profiles())
        )
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else error
        raise BadFile("place.profile-unreadable", file=str(path), detail=detail) from error
    _Entries(path, table).check()
    return ProfileFile(path, table)


@dataclass(frozen=True, slots=True)
class _Entries:
    """The entries of a file, each of which must be known and right."""

    path: Path
    table: dict[str, Any]

    def check(self) -> None:
        """Refuse the first entry that is missing, unknown or wrong."""
        self._known(self.table, _WHOLE, "")
        self._known_numbers()
        bands, last = self.table["age_bands"], -1
        for place, band in enumerate(bands, 1):
            where = f"age_bands {place}"
            self._known(band, _BAND, where)
            until = band.get("until", last + 1000)
            if band["from"] != last + 1 or until < band["from"]:
                raise self._wrong(f"{where}.from", band["from"])
            last = until
        for day in self.table["time"]["holidays"]:
            if not _is_day(day):
                raise self._wrong("time.holidays", day)
        kinds = self.table["documents"]["kinds"]
        for kind in ("other", self.table["national_number"]["kind"]):
            if kind not in kinds:
                raise self._wrong("documents.kinds", kinds)

    def _known_numbers(self) -> None:
        for section in ("retailer_number", "national_number"):
            number = self.table[section]
            rows = number.get("weights", [])
            if bool(rows) != ("modulus" in number):
                raise BadFile("place.profile-entry-missing", file=str(self.path),
                              where=f"{section}.{'modulus' if rows else 'weights'}")
            for row in rows:
                if not _are(row, _is_whole) or len(row) != number["digits"] - 1:
                    raise self._wrong(f"{section}.weights", row)
            if number.get("sex_digit", 1) > number["digits"]:
                raise self._wrong(f"{section}.sex_digit", number["sex_digit"])

    def _known(self, table: Any, wanted: dict[str, Any], where: str) -> None:
        if not isinstance(table, dict):
            raise self._wrong(where, table)
        for name in table.keys() - {key.rstrip("?") for key in wanted}:
            raise BadFile("place.profile-entry-unknown", file=str(self.path),
                          where=f"{where}.{name}".lstrip("."))
        for key, check in wanted.items():
            name = key.rstrip("?")
            place = f"{where}.{name}".lstrip(".")
            if name not in table:
                if key.endswith("?"):
                    continue
                raise BadFile("place.profile-entry-missing", file=str(self.path), where=place)
            if isinstance(check, dict):
                self._known(table[name], check, place)
            elif not check(table[name]):
                raise self._wrong(place, table[name])

    def _wrong(self, where: str, value: Any) -> BadFile:
        return BadFile(
            "place.profile-entry-wrong", file=str(self.path), where=where, text=str(value)
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999


def _are(value: Any, check: Check, *, least: int = 1) -> bool:
    return isinstance(value, list) and len(value) >= least and all(map(check, value))


def _are_texts(value: Any) -> bool:
    return _are(value, _is_text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"{LEAP_YEAR}-{text}")
    except ValueError:
        return False
    return True


def _is_zone(value: Any) -> bool:
    from zoneinfo import available_timezones

    return value in available_timezones()


def _is_region(value: Any) -> bool:
    from phonenumbers import SUPPORTED_REGIONS

    return value in SUPPORTED_REGIONS


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


def _are_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


_NUMBER: dict[str, Any] = {
    "name": _is_text, "digits": lambda value: _is_whole(value) and 4 <= value <= 32,
    "modulus?": lambda value: _is_whole(value) and value >= 2,
    "weights?": lambda value: _are(value, lambda row: isinstance(row, list)),
}
_BAND: dict[str, Any] = {"name": _matches(_KIND), "from": _is_whole, "until?": _is_whole}
_WHOLE: dict[str, Any] = {
    "country": _matches(_COUNTRY), "name": _is_text, "sources": _are_texts,
    "money": {"currency": lambda value: value in EXPONENTS, "words": _are_texts},
    "time": {
        "zone": _is_zone,
        "holidays": lambda value: isinstance(value, dict) and all(map(_is_text, value.values())),
    },
    "languages": {"vouchers": lambda value: value in LANGUAGES},
    "phones": {"regions": lambda value: _are(value, _is_region)},
    "retailer_number": _NUMBER,
    "national_number": {
        **_NUMBER, "kind": _matches(_KIND), "birth?": lambda value: value in _BIRTH_SHAPES,
        "sex_digit?": lambda value: _is_whole(value) and value >= 1,
        "female?": _are_digits, "male?": _are_digits,
    },
    "documents": {"kinds": lambda value: _are(value, _matches(_KIND))},
    "receipts?": {
        "address": _is_text, "number": _matches(_PART), "total": _matches(_PART),
    },
    "age_bands": lambda value: _are(value, lambda band: isinstance(band, dict)),
}
"""What a profile holds, by section; an entry marked with `?` may be left out."""


def _folder() -> Path:
    return data_folder() / "profiles"
