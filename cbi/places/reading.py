"""Which city is meant: any language, any spelling that differs in nothing but dress. Pure.

Two texts are the same name when they agree after folding: case, spaces, dashes, accents, ё and е,
Kazakh letters and the Russian ones typed in their place, Arabic and Persian forms of one letter.
Words such as "city" or "г." fall away. Nothing further is guessed: a name that two cities claim
stays undecided, and a misspelt one gets suggestions for whoever asked.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from cbi.places.values import Alias, City

TEXTS_REMEMBERED = 4096
SUGGESTIONS_MAX = 3

_LETTERS = str.maketrans({
    **dict(zip("әғқңөұүһіў", "агкноуухиу", strict=True)),
    **dict(zip("يىېۍئكةۀہ", "یییییکههه", strict=True)),
    **dict(zip("أإآٱ", "اااا", strict=True)), "ı": "i",
})
_CITY_WORDS = frozenset({
    "г", "гор", "город", "city", "town", "of", "қ", "қаласы", "қала", "шаһар", "шаһары",
    "شهر", "ښار", "ښاري",
})
_APOSTROPHES = frozenset("'`´’‘ʻʼ")


@dataclass(frozen=True, slots=True)
class CityFound:
    """What a text for a city came to.

    `code` is None when no city has that name or several do: then `between` lists them, or the
    likeliest in case it was misspelt (`suggested`). `alias` is the other name that was met;
    `outside` says that the city did not bear it on the date asked for.
    """

    code: str | None
    alias: Alias | None = None
    outside: bool = False
    between: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()


def fold(text: str) -> str:
    """The text with everything taken off that does not tell one city from another."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(map(_kept, plain)).split()
    kept = [word for word in words if word not in _CITY_WORDS] or words
    bare = unicodedata.normalize("NFKD", "".join(kept).translate(_LETTERS))
    return "".join(char for char in bare if char.isalnum()).translate(_LETTERS)


def _kept(char: str) -> str:
    """The character itself, nothing for what stands unseen inside a word, else a space."""
    if char.isalnum() or unicodedata.combining(char):
        return char
    return "" if char in _APOSTROPHES or unicodedata.category(char) == "Cf" else " "


class CityReader:
    """Reads many texts against the same cities: made once, it answers from a dictionary."""

    def __init__(self, cities: Iterable[City]) -> None:
        self._known: dict[str, list[tuple[str, Alias | None]]] = {}
        for city in cities:
            own = (city.code, city.kato, city.pcode, *city.names.values())
            for text in own:
                self._learn(text, city.code, None)
            for alias in city.aliases:
                self._learn(alias.name, city.code, alias)
        self._remembered = lru_cache(maxsize=TEXTS_REMEMBERED)(self._found)

    def find(self, text: str, on: str | None = None) -> CityFound:
        """Which city the text names on a date (ISO text); without a date, at any time."""
        return self._remembered(text, on)

    def _found(self, text: str, on: str | None) -> CityFound:
        folded = fold(text)
        meant = self._known.get(folded, []) if folded else []
        now: dict[str, Alias | None] = {}
        once: dict[str, Alias | None] = {}
        for code, alias in meant:
            once.setdefault(code, alias)
            if alias is None or alias.holds(on):
                now.setdefault(code, alias)
        found = now or once
        if len(found) > 1:
            return CityFound(None, between=tuple(sorted(found)))
        for code, alias in found.items():
            return CityFound(code, alias, outside=not now)
        return CityFound(None, suggested=self._near(folded))

    def _learn(self, text: str | None, code: str, alias: Alias | None) -> None:
        folded = fold(text or "")
        if folded:
            self._known.setdefault(folded, []).append((code, alias))

    def _near(self, folded: str) -> tuple[str, ...]:
        close = get_close_matches(folded, self._known, n=8, cutoff=0.75)
        codes = dict.fromkeys(code for name in close for code, _ in self._known[name])
        return tuple(codes)[:SUGGESTIONS_MAX]
