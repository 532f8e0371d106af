"""The sample campaign as it stands in `data/kazakhstan-2022/`, read as values."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cbi.base.data import data_folder
from cbi.base.money import parse_amount
from cbi.places import City, Retailer, Store
from cbi.places.loading import read_cities, read_retailers, read_stores
from cbi.programmes.rounds import EntitlementRule

SEED = 2022
PEOPLE = 1200
FILES = ("cities.json", "retailers.json", "stores.json", "programme.json", "people.xlsx",
         "people.csv", "statement.xlsx")


@dataclass(frozen=True, slots=True)
class SampleRound:
    """A round as it is to be made. Dates are ISO text, amounts minor units."""

    code: str
    valid_from: str
    valid_until: str
    in_parts: bool
    entitlements: tuple[EntitlementRule, ...]
    retailers: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SampleProgramme:
    """A programme as it is to be made, with its rounds and the text that people consent to.

    `paper_stores` are the stores that collect paper vouchers and send a list once a round, which
    `lateness_days` allows for.
    """

    code: str
    name: str
    short_name: str
    currency: str
    zone: str
    budget_minor: int
    reversal_alone_max_minor: int
    hotline: str
    lateness_days: int
    rounds: tuple[SampleRound, ...]
    paper_stores: tuple[str, ...]
    consent_version: str
    consent_texts: dict[str, str]


def sample_folder() -> Path:
    """The sample campaign's files."""
    return data_folder() / "kazakhstan-2022"


def sample_cities() -> list[City]:
    """The campaign's cities with their aliases."""
    return read_cities(sample_folder() / "cities.json")


def sample_retailers() -> list[Retailer]:
    """The campaign's retailers."""
    return read_retailers(sample_folder() / "retailers.json")


def sample_stores() -> list[Store]:
    """The campaign's stores."""
    return read_stores(sample_folder() / "stores.json")


@cache
def sample_programme() -> SampleProgramme:
    """The campaign's programme and its rounds."""
    given = json.loads((sample_folder() / "programme.json").read_text("utf-8"))
    told, currency = given["programme"], given["programme"]["currency"]
    return SampleProgramme(
        code=told["code"], name=told["name"], short_name=told["short_name"], currency=currency,
        zone=told["zone"], budget_minor=parse_amount(told["budget"], currency),
        reversal_alone_max_minor=parse_amount(told["reversal_alone_max"], currency),
        hotline=told["hotline"], lateness_days=told["lateness_days"],
        rounds=tuple(_round(one, currency) for one in given["rounds"]),
        paper_stores=tuple(given["paper_stores"]), consent_version=given["consent"]["version"],
        consent_texts=given["consent"]["texts"],
    )


def _round(given: dict[str, object], currency: str) -> SampleRound:
    entitlements = given["entitlements"]
    retailers = given["retailers"]
    if not isinstance(entitlements, list) or not isinstance(retailers, dict):
        raise TypeError("programme.json: entitlements is a list, retailers an object")
    return SampleRound(
        code=str(given["code"]), valid_from=str(given["valid_from"]),
        valid_until=str(given["valid_until"]), in_parts=bool(given["in_parts"]),
        entitlements=tuple(
            EntitlementRule(one["category"], parse_amount(one["amount"], currency), one["per"])
            for one in entitlements
        ),
        retailers={category: tuple(takers) for category, takers in retailers.items()},
    )
