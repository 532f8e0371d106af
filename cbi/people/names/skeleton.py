"""The skeleton of a word: what of its sounds survives every script and spelling.

Vowels go, except that a word which begins with one begins with `A`; doubled sounds are one; v, w
and f are one, so are b and p, q and k, kh and h; a last t is d and a last k is g; h falls at the
end. Words that differ by these alone share a skeleton.
"""

import re
from functools import lru_cache

from cbi.people.names.readings import readings

SKELETONS_MAX = 4

_UNITED = str.maketrans("pfxq", "bvhk")
_LAST = {"t": "d", "k": "g"}
_VOWELS = re.compile("[aiuy]+")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def skeletons(word: str) -> tuple[str, ...]:
    """The skeletons of a word, the likeliest first; empty for a word without letters."""
    return tuple(dict.fromkeys(map(skeleton_of, readings(word))))[:SKELETONS_MAX]


def skeleton_of(reading: str) -> str:
    """The skeleton of one reading."""
    first = "Y" if reading[0] == "y" else "A" if reading[0] in "aiu" else ""
    bare = _TWICE.sub(r"\1", _VOWELS.sub("", reading).translate(_UNITED).replace("nb", "mb"))
    if reading[-1] in "hx" and len(bare) > 2:
        bare = bare[:-1]
    if bare:
        bare = bare[:-1] + _LAST.get(bare[-1], bare[-1])
    return first + bare
