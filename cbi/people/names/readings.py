"""How a word of a name may be read: from its script to sounds in plain letters.

A reading is written with one letter a sound: `b p t s j c d r z x S g k q f v l m n y h` (c = ch,
x = kh, S = sh) and the vowels `a i u`. Arabic script leaves short vowels out, so only consonants
and long vowels appear. Where letters are read in more than one way (v or u for و, g or h for г),
each reading is given, the likeliest first; readings are few.
"""

import re
from functools import lru_cache
from itertools import product

from cbi.people.names.scripts import fold, script_of

READINGS_MAX = 4

_ARABIC = {
    "ا": "a", "آ": "a", "ع": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "c",
    "ح": "h", "خ": "x", "څ": "c", "ځ": "z", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "j",
    "ږ": "j", "س": "s", "ش": "S", "ښ": "S", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "غ": "g",
    "ف": "f", "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": "u", "ه": "h",
    "ی": "i",
}
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "i", "ж": "j", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "u", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "x", "ц": "ts", "ч": "c", "ш": "S", "щ": "S", "ъ": "",
    "ы": "i", "ь": "", "э": "i", "ю": "yu", "я": "ya", "ә": "a", "ғ": "g", "қ": "q", "ң": "n",
    "ө": "u", "ұ": "u", "ү": "u", "һ": "h", "і": "i", "ї": "yi", "є": "yi", "ґ": "g", "ў": "u",
    "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u", "җ": "j", "ҡ": "q", "ҙ": "z", "ҫ": "s",
    "ј": "y", "љ": "l", "њ": "n", "ћ": "c", "ђ": "j", "џ": "j", "ѓ": "g", "ќ": "k",
}
_LATIN_GROUPS = (
    ("tsch", "c"), ("tch", "c"), ("sch", "S"), ("dzh", "j"), ("shch", "S"), ("ch", "c"),
    ("sh", "S"), ("kh", "x"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("zh", "j"), ("dj", "j"),
    ("dh", "d"), ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("tz", "ts"), ("qu", "k"),
    ("c(?=[eiy])", "s"), ("x", "ks"), ("c", "k"), ("w", "v"), ("e", "i"), ("o", "u"),
)
_LATIN = re.compile("|".join(f"({group})" for group, _ in _LATIN_GROUPS))


@lru_cache(maxsize=200_000)
def readings(word: str) -> tuple[str, ...]:
    """The ways a word may sound, the likeliest first; empty for a word without letters."""
    folded = fold(word)
    script = script_of(folded)
    if script == "Arab":
        found = _arabic(folded)
    elif script == "Cyrl":
        found = _cyrillic(folded)
    else:
        found = _latin(folded if folded.isascii() else _ascii(folded))
    return tuple(dict.fromkeys(reading for reading in found if reading))[:READINGS_MAX]


def _ascii(word: str) -> str:
    from anyascii import anyascii

    return str(anyascii(word)).lower()


def _arabic(word: str) -> list[str]:
    letters = [letter for letter in word.replace("تش", "چ") if letter in _ARABIC]
    choices = []
    last = len(letters) - 1
    for place, letter in enumerate(letters):
        before = letters[place - 1] if place else ""
        after = letters[place + 1] if place < last else ""
        choices.append(_arabic_letter(letter, before, after))
    return ["".join(reading) for reading in product(*choices)]


def _arabic_letter(letter: str, before: str, after: str) -> tuple[str, ...]:
    if letter == "و":
        return _waw(before, after)
    if letter == "ه" and not after:
        return ("a",)
    if letter == "ی" and not before:
        return ("y",)
    if letter == "ق":
        return ("q", "g")
    return (_ARABIC[letter],)


def _waw(before: str, after: str) -> tuple[str, ...]:
    """A consonant at the start and before a long vowel; elsewhere a vowel, or both."""
    if not before or (after and after in "اآی"):
        return ("v",)
    if before in "اآ":
        return ("v", "u")
    return ("u", "v") if after else ("u",)


def _cyrillic(word: str) -> list[str]:
    plain = word.replace("дж", "ҷ")
    sounds = "".join(_CYRILLIC.get(letter, "") for letter in plain)
    if sounds.startswith("i") and plain.startswith("е"):
        return [sounds, "y" + sounds]
    if "г" in plain:
        return [sounds, "".join("h" if one == "г" else _CYRILLIC.get(one, "") for one in plain)]
    return [sounds]


def _latin(word: str) -> list[str]:
    plain = re.sub("[^a-z]", "", word)
    sounds = _LATIN.sub(_latin_group, plain)
    if "g" in plain.replace("gh", ""):
        return [sounds, sounds.replace("g", "j")]
    return [sounds]


def _latin_group(found: re.Match[str]) -> str:
    return _LATIN_GROUPS[(found.lastindex or 1) - 1][1]
