"""In which language somebody's vouchers speak: as was said of them, else the programme's, unless
the script of their name shows that they read another. Pure.

What was not said stays unsaid: a person's row then holds no language, and each programme answers
for itself whenever vouchers are drafted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cbi.people.records.record import WrittenName

UNSAID: Final = ""

SCRIPTS: Final = {"fa": "Arab", "ps": "Arab", "en": "Latn", "uz": "Latn"}
"""The script that a language's readers read; the others read Cyrillic."""

_READ_BY: Final = {"Arab": "fa", "Cyrl": "ru"}
"""Whose script is a hint, and of which language; names of all the world stand in Latin letters."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many people's vouchers speak a language, and whether that was said of them."""

    language: str
    people: int
    said: bool


def script_of_language(language: str) -> str:
    """The ISO 15924 code of the script that a language's readers read."""
    return SCRIPTS.get(language, "Cyrl")


def hint_of(names: Iterable[WrittenName]) -> str:
    """The script that tells what somebody reads; empty if their names stand in none or in two."""
    told = {name.script for name in names} & set(_READ_BY)
    return told.pop() if len(told) == 1 else ""


def language_for(said: str, hint: str, default: str) -> str:
    """The language of somebody's vouchers in a programme whose language is `default`."""
    if said:
        return said
    if hint and script_of_language(default) != hint:
        return _READ_BY[hint]
    return default


def spoken(told: Iterable[tuple[str, bool]]) -> tuple[Spoken, ...]:
    """Languages, each with whether it was said, counted; the most frequent first."""
    counted = Counter(told)
    return tuple(
        Spoken(language, people, said)
        for (language, said), people in sorted(
            counted.items(), key=lambda one: (-one[1], one[0])
        )
    )
