"""The skeleton of a word: what of its sounds survives every script and spelling.

Vowels go, except that a word which begins with one begins with `A`; doubled sounds are one; v, w
and f are one, so are b and p, q and k, kh and h; a last t is d, a last k is g and a last z is s.
Words that differ by these alone share a skeleton.
"""

import re
from functools import lru_cache

from cbi.people.names.readings import readings

SKELETONS_MAX = 4

_UNITED = str.maketrans("pfxq", "bvhk")
_LAST = {"t": "d", "k": "g", "z": "s"}
_VOWELS = re.compile("[aeiouy]+")
_TWICE = re.compile(r"(.)\1+")
_APART = re.compile(
    "m[ae]?[hx]m[ou]+(?=[dt])|[hgx](?:[ou]+s+[aeiy]*[iy]|s[iy])(?=n)|[ou]+b[ae]?[iy]+(?=d)"
)
_AS = {"m": "mhmw", "h": "hsw", "g": "hsw", "x": "hsw", "o": "Abw", "u": "Abw"}
"""Mahmud is not Mohammad, Husain not Hasan, Ubaid not Abd: so common that vowels must tell."""
_SERVANT = re.compile("(?<=^Abd)l(?=..)")


@lru_cache(maxsize=200_000)
def skeletons(word: str) -> tuple[str, ...]:
    """The skeletons of a word, the likeliest first; empty for a word without letters."""
    found = dict.fromkeys(map(skeleton_of, readings(word)))
    return tuple(found)[:SKELETONS_MAX]


def skeleton_of(reading: str) -> str:
    """The skeleton of one reading."""
    apart = _APART.match(reading)
    if apart:
        reading = _AS[reading[0]] + reading[apart.end() :]
    first = "Y" if reading[0] == "y" else "A" if reading[0] in "aeiou" else ""
    bare = _VOWELS.sub("", _TWICE.sub(r"\1", reading)).translate(_UNITED)
    whole = _SERVANT.sub("", first + bare.replace("nb", "mb"))
    return whole[:-1] + _LAST.get(whole[-1], whole[-1]) if len(whole) > 1 else whole
