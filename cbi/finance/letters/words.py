"""What letters and acts both say: a retailer's legal name, its stores' names, our checkpoint."""

from datetime import date
from typing import NamedTuple

from cbi.ledger.sealing import latest_checkpoint
from cbi.messages import text
from cbi.paper.blocks import Words
from cbi.places.places import retailers, stores
from cbi.places.profile import profile_of
from cbi.storage import ReadTransaction


class RetailerFacts(NamedTuple):
    """A retailer's legal name, and the register's number with its name (`BIN 123…`)."""

    name: str
    number: str


def retailer_facts(tx: ReadTransaction, code: str, language: str) -> RetailerFacts:
    """How a retailer is called in writing."""
    found = next(one for one in retailers(tx) if one.code == code)
    called = number_name(profile_of(tx).retailer_number.name, language)
    return RetailerFacts(found.name, f"{called} {found.number}" if found.number else "")


def number_name(name: str, language: str) -> str:
    """What a register's number is called in a language: `BIN`, `БИН`."""
    said = text(f"letter.number-{name}", language)
    return name if said.startswith("letter.") else said


def is_day(words: str) -> bool:
    """Whether a text is a calendar day, as `2022-08-31`."""
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def store_names(tx: ReadTransaction, retailer: str, language: str) -> dict[str, str]:
    """The first line of each store's name, by its code."""
    return {
        one.code: (one.name(language) or one.code).splitlines()[0]
        for one in stores(tx, retailer=retailer)
    }


def checkpoint_words(tx: ReadTransaction, language: str) -> list[Words]:
    """The newest seal's checkpoint in small print: a copy that lives where we cannot reach it."""
    lines = [one for one in latest_checkpoint(tx).splitlines() if one]
    if not lines:
        return []
    return [Words(text("letter.checkpoint", language), "small", len(lines) + 1),
            *(Words(one, "small") for one in lines)]
