"""Sounds of words in Cyrillic: Russian, Kazakh, Kyrgyz, Uzbek, Tajik, Ukrainian, Serbian.

Russian has no h and writes г or х for it, so г is read both ways; and it drops or keeps the х that
ends Абдуллах, as Tajik does ҳ.
"""

import re

Choices = list[tuple[str, ...]]

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "x", "ц": "ts", "ч": "c", "ш": "S", "щ": "S", "ы": "i",
    "э": "e", "ю": "yu", "я": "ya", "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u",
    "ү": "u", "һ": "h", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "o", "ҳ": "h", "ҷ": "j",
    "ӣ": "i", "ӯ": "u", "җ": "j", "ҡ": "q", "ҙ": "z", "ҫ": "s", "ј": "y", "љ": "l", "њ": "n",
    "ћ": "c", "ђ": "j", "џ": "j", "ѓ": "g", "ќ": "k",
}
_PATRONYMIC = re.compile("(?<=...)(?:[оеё]вич|[оеё]вна|ұлы|улы|қызы|кызы|оглы)$")
_VOWELS = frozenset("аеёиоуыэюяәөұүіїєў")


def choices(word: str) -> Choices:
    """What each letter of a folded word may sound like."""
    word = _PATRONYMIC.sub("", word).replace("дж", "ҷ")
    found: Choices = [_sounds(letter) for letter in word if letter in _LETTERS]
    if word.endswith(("х", "ҳ")) and sum(letter in _VOWELS for letter in word) > 1:
        found[-1] = (*found[-1], "")
    if word.startswith("е"):
        found[0] = ("e", "ye")
    return found


def _sounds(letter: str) -> tuple[str, ...]:
    return ("g", "h") if letter == "г" else (_LETTERS[letter],)
