"""The country a ledger works in: its money, zone, phones, numbers, documents, receipts, holidays.

A profile is a file (`data/profiles/*.toml`, read by `profile_files`) whose content becomes one row
of the ledger when that is made, so that it cannot change behind it. Whoever needs a fact about a
country asks `profile_of`; nothing about one stands in the code.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from cbi.base.canonical import canonical_json
from cbi.base.errors import Unusable
from cbi.storage.transactions import ReadTransaction

if TYPE_CHECKING:
    from cbi.places.tables import CountryProfileRow

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A register's number: so many digits, the last of which may check the others.

    With each row of weights in turn, the digits' weighted sum modulo `modulus` is the check digit,
    unless it is no digit; what is none by the last row is never issued. Without rows nothing is
    checked.
    """

    name: str
    digits: int
    modulus: int = 0
    weights: tuple[tuple[int, ...], ...] = ()

    def fits(self, text: str) -> bool:
        """Whether this can be such a number."""
        if len(text) != self.digits or not (text.isascii() and text.isdigit()):
            return False
        return not self.weights or self.check_digit(text[:-1]) == int(text[-1])

    def check_digit(self, digits: str) -> int | None:
        """The digit that follows these; None where no such number is issued."""
        for row in self.weights:
            digit = sum(int(one) * weight for one, weight in zip(digits, row, strict=True))
            if digit % self.modulus < 10:
                return digit % self.modulus
        return None


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A person's number in the country's register, and what its digits tell, if anything.

    `kind` is the kind of document it is kept as; `birth` the shape of the birth date that it begins
    with (`YYMMDD`); the digit at `sex_digit`, from 1, is one of `female` or `male`.
    """

    kind: str
    rule: NumberRule
    birth: str = ""
    sex_digit: int = 0
    female: str = ""
    male: str = ""

    def sex(self, number: str) -> str:
        """`f`, `m`, or empty where the number does not tell."""
        told = number[self.sex_digit - 1] if self.sex_digit else ""
        return "f" if told and told in self.female else "m" if told and told in self.male else ""

    def tells_another_birth(self, number: str, date: str) -> bool:
        """Whether the number begins with another birth date than this whole one (ISO text)."""
        if not self.birth:
            return False
        parts = {"YYYY": date[:4], "YY": date[2:4], "MM": date[5:7], "DD": date[8:]}
        shape = self.birth
        for letters, digits in parts.items():
            shape = shape.replace(letters, digits)
        return not number.startswith(shape)


@dataclass(frozen=True, slots=True)
class AgeBand:
    """An age band of reports, both ages included; no `until` means and older."""

    name: str
    age_from: int
    until: int | None


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A fiscal receipt's square code: an address whose parts hold the number and the total."""

    address: str
    number: str
    total: str

    def read(self, text: str) -> tuple[str, str | None] | None:
        """The receipt's number and total, as they stand there; None if this is no such code."""
        if not text.startswith(self.address):
            return None
        parts = parse_qs(urlsplit(text).query)
        number = parts.get(self.number, [""])[0]
        return (number, parts.get(self.total, [None])[0]) if number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryProfile:
    """A country's facts. `phone_regions` (ISO 3166): of the first are numbers without a country
    code. `holidays` by month and day."""

    country: str
    name: str
    currency: str
    currency_words: tuple[str, ...]
    zone: str
    holidays: Mapping[str, str]
    language: str
    phone_regions: tuple[str, ...]
    retailer_number: NumberRule
    national_number: NationalNumber
    document_kinds: tuple[str, ...]
    age_bands: tuple[AgeBand, ...]
    receipt: ReceiptCode | None

    @property
    def phone_region(self) -> str:
        """Whose phones are written without a country code."""
        return self.phone_regions[0]

    @property
    def money(self) -> frozenset[str]:
        """What people here write for the currency, its code included, in small letters."""
        return frozenset(word.casefold() for word in (self.currency, *self.currency_words))

    def holiday(self, day: str) -> str:
        """The holiday on a day (ISO text); empty where there is none."""
        return self.holidays.get(day[5:], "")


def profile_of(tx: ReadTransaction) -> CountryProfile:
    """The country that this ledger was made for.

    Raises:
        Unusable: the ledger holds none.
    """
    content = tx.value("SELECT content FROM country_profile")
    if content is None:
        raise Unusable("place.profile-missing")
    return profile_from(json.loads(content))


def profile_row(table: Table) -> "CountryProfileRow":
    """The one row of `country_profile`, as a founding writes it."""
    from cbi.places.tables import CountryProfileRow

    content = canonical_json(dict(table)).decode()
    return CountryProfileRow(number=1, country=table["country"], content=content)


def profile_from(table: Table) -> CountryProfile:
    """A profile's content, known to be whole, as values."""
    money, time, person = table["money"], table["time"], table["national_number"]
    receipts = table.get("receipts")
    return CountryProfile(
        country=table["country"], name=table["name"],
        currency=money["currency"], currency_words=tuple(money["words"]),
        zone=time["zone"], holidays=time["holidays"], language=table["languages"]["vouchers"],
        phone_regions=tuple(table["phones"]["regions"]),
        retailer_number=_number(table["retailer_number"]),
        national_number=NationalNumber(
            person["kind"], _number(person), person.get("birth", ""), person.get("sex_digit", 0),
            person.get("female", ""), person.get("male", ""),
        ),
        document_kinds=tuple(table["documents"]["kinds"]),
        age_bands=_bands(table["age_bands"]),
        receipt=ReceiptCode(receipts["address"], receipts["number"], receipts["total"])
        if receipts else None,
    )


def _number(table: Table) -> NumberRule:
    return NumberRule(
        table["name"], table["digits"], table.get("modulus", 0),
        tuple(tuple(row) for row in table.get("weights", ())),
    )


def _bands(tables: Sequence[Table]) -> tuple[AgeBand, ...]:
    return tuple(AgeBand(one["name"], one["from"], one.get("until")) for one in tables)
