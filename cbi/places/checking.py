"""What a place must be before it is written down. Pure: returns the value tidied, or refuses."""

import re
from collections.abc import Mapping

from cbi.base.clock import typed_day
from cbi.base.errors import UsageError
from cbi.base.words import typed
from cbi.places.profile import NumberRule
from cbi.places.values import Alias, City, Retailer, Store

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
CODE_LENGTH_MAX = 40
LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
KATO = re.compile(r"[0-9]{9}\Z")


def checked_city(city: City) -> City:
    """The city with its texts tidied.

    Raises:
        UsageError: a code, name, KATO or date that cannot be.
    """
    code = checked_code(city.code)
    kato = _tidy(city.kato)
    if kato is not None and not KATO.match(kato):
        raise UsageError("place.kato-unreadable", text=kato, city=code)
    return City(
        code, checked_names(city.names, code), kato, _tidy(city.iso), _tidy(city.pcode),
        tuple(checked_alias(alias, code) for alias in city.aliases),
    )


def checked_alias(alias: Alias, city: str) -> Alias:
    """The alias with its texts tidied.

    Raises:
        UsageError: no name, no language, or dates that cannot be.
    """
    ((language, name),) = checked_names({alias.language: alias.name}, city).items()
    first, last = (_day(day, city) for day in (alias.valid_from, alias.valid_until))
    if first and last and first > last:
        raise UsageError("place.dates-backwards", first=first, last=last, city=city)
    return Alias(name, language, first, last)


def checked_retailer(retailer: Retailer, numbers: NumberRule) -> Retailer:
    """The retailer with its texts tidied.

    Raises:
        UsageError: a code, name or business number that cannot be.
    """
    code, number = checked_code(retailer.code), _tidy(retailer.number)
    if not retailer.name.strip():
        raise UsageError("place.retailer-name-missing", retailer=code)
    if number is not None and not numbers.fits(number):
        raise UsageError(
            "place.number-unreadable", text=number, retailer=code, name=numbers.name,
            digits=numbers.digits,
        )
    return Retailer(code, " ".join(typed(retailer.name).split()), number)


def checked_store(store: Store) -> Store:
    """The store with its texts tidied; whether retailer and city exist is the ledger's to say.

    Raises:
        UsageError: a code or name that cannot be.
    """
    code = checked_code(store.code)
    return Store(
        code, store.retailer.strip().lower(), store.city.strip().lower(),
        checked_names(store.names, code),
    )


def checked_code(text: str) -> str:
    """A place's code: small letters, digits and single dashes.

    Raises:
        UsageError: it is none.
    """
    code = text.strip().lower()
    if len(code) > CODE_LENGTH_MAX or not CODE.match(code):
        raise UsageError("place.code-unreadable", text=text)
    return code


def checked_names(names: Mapping[str, str], place: str) -> dict[str, str]:
    """Names by language, spaces tidied, in the order of the languages' codes.

    Raises:
        UsageError: none at all, an empty one, or a language that is no code of 2 or 3 letters.
    """
    if not names:
        raise UsageError("place.name-missing", place=place)
    tidied = {}
    for language, name in sorted(names.items()):
        if not LANGUAGE.match(language):
            raise UsageError("place.language-unreadable", text=language, place=place)
        if not name.strip():
            raise UsageError("place.name-missing", place=place)
        tidied[language] = " ".join(typed(name).split())
    return tidied


def _day(text: str, city: str) -> str:
    if not text.strip():
        return ""
    try:
        return typed_day(text)
    except ValueError as error:
        raise UsageError("place.date-unreadable", text=text, city=city) from error


def _tidy(text: str | None) -> str | None:
    return text.strip() or None if text else None
