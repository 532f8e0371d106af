"""Which of a retailer's stores a text names: by its name, among other words, or in short.

A shop's program writes a store with its number or address (`011 Магнум Алматы 1, пр. Абая, 150`),
a person in short (`Алматы-1`), a program in another language with a letter of its own (`Almatı`).
A store is named where its own words alone fit; nothing is guessed between two.
"""

import re
from collections.abc import Iterable, Sequence

from cbi.finance.totals import is_total_word
from cbi.places.places import stores
from cbi.places.reading import fold
from cbi.storage import ReadTransaction

_IN_BRACKETS = re.compile(r"[\[(]([^\[\]()]+)[\])]")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
WORD_LEAST, NEAR_LEAST = 3, 5
"""A word tells a store from so many letters on; from so many, one letter may differ."""
TEXT_MAX = 200

Words = tuple[str, ...]


class StoreNames:
    """A retailer's stores by every name that only one of them has."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """`named` are names with the code of the store that bears each."""
        found: dict[str, str] = {}
        twice: set[str] = set()
        self._words: dict[Words, str] = {}
        for text, code in named:
            name = fold(text)
            if found.setdefault(name, code) != code:
                twice.add(name)
            self._words[_words(text)] = code
        self._whole = {name: code for name, code in found.items() if name and name not in twice}
        self._words = {words: code for words, code in self._words.items()
                       if "".join(words) in self._whole or len(words) > 1}
        self._by_first: dict[str, list[Words]] = {}
        for words in filter(None, self._words):
            self._by_first.setdefault(words[0], []).append(words)
        self._of_any = {
            code: tuple(word for words, one in self._words.items() if one == code for word in words)
            for code in self._words.values()
        }
        """All words of each store's names: one may be written in letters of several."""
        self._known: dict[str, str] = {}

    @classmethod
    def of(cls, tx: ReadTransaction, retailer: str) -> "StoreNames":
        """The names of a retailer's stores."""
        return cls(
            (text, store.code) for store in stores(tx, retailer=retailer)
            for text in (store.code, *store.names.values())
        )

    def whole(self, text: str) -> str:
        """The code of the store whose whole name a text holds; nothing where it is none or two."""
        if (exact := self._exact(text)) or len(text) > TEXT_MAX or is_total_word(text):
            return exact
        told = _words(text)
        fits = [words for first in dict.fromkeys(told) for words in self._by_first.get(first, ())
                if _holds(told, words)]
        longest = {self._words[words] for words in fits
                   if not any(words != other and _holds(other, words) for other in fits)}
        return longest.pop() if len(longest) == 1 else ""

    def told(self, text: str | None) -> str:
        """The code of the store that a cell for a store names, in short or misspelt too."""
        if not text:
            return ""
        if text not in self._known:
            self._known[text] = self.whole(text) or self._in_short(text)
        return self._known[text]

    def _exact(self, text: str) -> str:
        parts = (text, *_IN_BRACKETS.findall(text))
        return next((self._whole[name] for part in parts if (name := fold(part)) in self._whole),
                    "")

    def _in_short(self, text: str) -> str:
        """The one store all of whose name's words a text has, or that has all words of the text."""
        told = _words(text)
        if not any(len(word) >= WORD_LEAST and word.isalpha() for word in told):
            return ""
        fits = {code for words, code in self._words.items() if _are_among(words, told)}
        fits |= {code for code, words in self._of_any.items() if _are_among(told, words)}
        return fits.pop() if len(fits) == 1 else ""


def _words(text: str) -> Words:
    return tuple(word for one in _WORDS.findall(text) if (word := fold(one)))


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
