"""Which of a retailer's stores a text names: by its name, among other words, or in short.

A shop's program writes a store with its number or address (`011 Магнум Алматы 1, пр. Абая, 150`),
a person in short (`Алматы-1`), a program in another language with a letter of its own (`Almatı`).
A store is named where its own words alone fit, as they are spelt or, in another script, as they
sound; nothing is guessed between two.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from cbi.base.words import western_digits
from cbi.finance.reading.structure.totals import is_total_word
from cbi.places.places import stores
from cbi.places.reading import fold
from cbi.storage import ReadTransaction

_IN_BRACKETS = re.compile(r"[\[(]([^\[\]()]+)[\])]")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_NO_SOUND = re.compile(r"[^a-z]|[aeiouywv]|h\b|(?<=[gkz])h|(.)(?=\1)")
WORD_LEAST, NEAR_LEAST, SOUNDS_LEAST = 3, 5, 5
"""A word tells a store from so many letters on; from so many, one letter may differ; a name tells
one by its consonants from so many on."""
TEXT_MAX = 200

Words = tuple[str, ...]


class StoreNames:
    """A retailer's stores by every name that only one of them has."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """`named` are names with the code of the store that bears each."""
        told = list(named)
        self._spelt = _Spelt(told, _words)
        self._sounding = _Spelt(told, _sounds, within=SOUNDS_LEAST)
        self._whole: dict[str, str] = {}
        self._known: dict[str, str] = {}

    @classmethod
    def of(cls, tx: ReadTransaction, retailer: str) -> "StoreNames":
        """The names of a retailer's stores."""
        return cls(
            (text, store.code) for store in stores(tx, retailer=retailer)
            for text in (store.code, *store.names.values())
        )

    def whole(self, text: str) -> str:
        """The code of the store whose whole name a text holds, in whatever script; nothing where
        it is none or two."""
        if text not in self._whole:
            self._whole[text] = self._spelt.whole(text) or self._sounding.whole(text)
        return self._whole[text]

    def told(self, text: str | None) -> str:
        """The code of the store that a cell for a store names, in short or misspelt too."""
        if not text:
            return ""
        if text not in self._known:
            self._known[text] = self.whole(text) or self._spelt.in_short(text) \
                or self._sounding.in_short(text)
        return self._known[text]


class _Spelt:
    """Names as words of one kind: as they are spelt, or as they sound."""

    def __init__(
        self, named: Iterable[tuple[str, str]], words: Callable[[str], Words], *, within: int = 0
    ) -> None:
        """A name of fewer letters than `within` is not looked for among other words."""
        self._words = words
        found: dict[Words, str] = {}
        twice: set[Words] = set()
        for text, code in named:
            if found.setdefault(words(text), code) != code:
                twice.add(words(text))
        self._whole = {name: code for name, code in found.items() if name and name not in twice}
        self._joined = {"".join(name): code for name, code in self._whole.items()}
        self._by_first: dict[str, list[Words]] = {}
        for name in self._whole:
            if sum(map(str.isalpha, "".join(name))) >= within:
                self._by_first.setdefault(name[0], []).append(name)
        self._of_any = {
            code: tuple(word for name, one in self._whole.items() if one == code for word in name)
            for code in self._whole.values()
        }
        """All words of each store's names: one may be written in letters of several."""

    def whole(self, text: str) -> str:
        """The store whose whole name a text holds."""
        for part in (text, *_IN_BRACKETS.findall(text)):
            if exact := self._joined.get("".join(self._words(part))):
                return exact
        if len(text) > TEXT_MAX or is_total_word(text):
            return ""
        told = self._words(text)
        fits = [name for first in dict.fromkeys(told) for name in self._by_first.get(first, ())
                if _holds(told, name)]
        longest = {self._whole[name] for name in fits
                   if not any(name != other and _holds(other, name) for other in fits)}
        return longest.pop() if len(longest) == 1 else ""

    def in_short(self, text: str) -> str:
        """The one store all of whose name's words a text has, or that has all words of the text."""
        told = self._words(text)
        if not any(len(word) >= WORD_LEAST and word.isalpha() for word in told):
            return ""
        fits = {code for name, code in self._whole.items() if _are_among(name, told)}
        fits |= {code for code, words in self._of_any.items() if _are_among(told, words)}
        return fits.pop() if len(fits) == 1 else ""


def _words(text: str) -> Words:
    return tuple(word for one in _WORDS.findall(western_digits(text)) if (word := fold(one)))


@lru_cache(maxsize=4096)
def _sounds(text: str) -> Words:
    """The consonants of each word, which scripts agree on: `mgnm lmt 1` of `Magnum Almaty 1`,
    `Магнум Олмаота 1` and `مگنوم آلماتی ۱`."""
    from anyascii import anyascii

    return tuple(
        sound for word in _words(text)
        if (sound := word if word.isdecimal() else _NO_SOUND.sub("", anyascii(word).lower()))
    )


def _holds(told: Words, words: Words) -> bool:
    """Whether words stand together in others."""
    return any(
        told[start : start + len(words)] == words for start in range(len(told) - len(words) + 1)
    )


def _are_among(words: Sequence[str], others: Sequence[str]) -> bool:
    return bool(words) and all(any(_alike(word, other) for other in others) for word in words)


def _alike(one: str, other: str) -> bool:
    """Whether two words are the same, or differ in one letter of many."""
    if one == other:
        return True
    if len(one) != len(other) or len(one) < NEAR_LEAST or not (one + other).isalpha():
        return False
    return sum(ours != theirs for ours, theirs in zip(one, other, strict=True)) == 1
