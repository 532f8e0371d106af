"""How a word of a name may be read: from its script to sounds in plain letters.

A reading is written with one letter a sound: `b p t s j c d r z x S g k q f v l m n y h` (c = ch,
x = kh, S = sh) and the vowels `a e i o u`. Arabic script leaves short vowels out, so only
consonants and long vowels appear. Where letters are read in more than one way, each reading is
given, the likeliest first; readings are few.
"""

import re
from functools import lru_cache
from itertools import islice, product

from cbi.people.names import arabic, cyrillic, latin
from cbi.people.names.scripts import fold, script_of

READINGS_MAX = 8
_NOT_PLAIN = re.compile(f"[^a-z{latin.MARKED}]")


@lru_cache(maxsize=200_000)
def readings(word: str) -> tuple[str, ...]:
    """The ways a word may sound, the likeliest first; empty for a word without letters."""
    folded = fold(word)
    script = script_of(folded)
    if script == "Arab":
        choices = arabic.choices(folded)
    elif script == "Cyrl":
        choices = cyrillic.choices(folded)
    else:
        choices = latin.choices(_NOT_PLAIN.sub("", _ascii(folded)))
    found = islice(product(*choices), READINGS_MAX)
    return tuple(dict.fromkeys(reading for reading in map("".join, found) if reading))


def _ascii(word: str) -> str:
    if word.isascii():
        return word
    from anyascii import anyascii

    return "".join(
        letter if letter in latin.MARKED else anyascii(letter) for letter in word
    ).lower()
