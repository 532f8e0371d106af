"""What the vowels of two words with one skeleton tell against their being one name, in bits.

Where both scripts write vowels, those between the same consonants are compared: o and u, e and i,
a and e pass for each other, a and u hardly. Arabic script writes only the long ones: what it leaves
out may be anything short, what it writes must be heard.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from cbi.people.names.readings import readings
from cbi.people.names.scripts import script_of

_CONSONANTS = re.compile("[^aeiouy]+")
_TWICE = re.compile(r"(.)\1+")
_UNITED = str.maketrans("pfxq", "bvhk")
_LAST = {"t": "d", "k": "g", "z": "s"}
ENDS_APART = 2.6
"""Farid and Farida, زهرا and زهره: a last -a tells a sister from a brother or a sister."""
UNLIKE = 1.0
"""When the consonants do not fall in line, vowels say little."""

_APART = {
    frozenset(pair): bits
    for bits, pairs in (
        (0.1, ("ei", "ou")), (0.4, ("ae", "ao")), (1.2, ("eo", "eu")), (2.0, ("ai", "io")),
        (2.5, ("au", "iu")),
    )
    for pair in pairs
}
_LONG = {
    ("a", "o"): 0.2, ("a", "u"): 0.8, ("a", "e"): 0.7, ("a", "i"): 2.0, ("i", "e"): 0.0,
    ("i", "a"): 3.0, ("i", "o"): 3.0, ("i", "u"): 3.0, ("u", "o"): 0.0, ("u", "a"): 2.5,
    ("u", "e"): 3.0, ("u", "i"): 3.0,
}
_SHORT_APART, CLOSED_APART, SHORT_WORD = {"a", "o"}, 2.5, 4
"""Zahra and Zohra; but Nasir and Nosir, where Tajik writes o for a long a."""
_SHORT = {"e": 0.0, "o": 0.0, "a": 0.1, "i": 0.5, "u": 0.4}
Frame = tuple[str, tuple[str, ...]]


class Lost(NamedTuple):
    """Bits that vowels tell against two words: within them, and by how they end."""

    within: float
    ending: float


def vowel_loss(one: str, other: str) -> Lost:
    """The fewest bits lost over the ways both words may be read."""
    both = script_of(one) == "Arab", script_of(other) == "Arab"
    aligned = [
        _loss(ours[1], theirs[1], both)
        for ours in _frames(one) for theirs in _frames(other) if ours[0] == theirs[0]
    ]
    lost = min(aligned, key=sum, default=Lost(UNLIKE, 0.0))
    if all(both) and {one[-1], other[-1]} == {"ا", "ه"}:
        return lost._replace(ending=max(lost.ending, ENDS_APART))
    return lost


@lru_cache(maxsize=100_000)
def _frames(word: str) -> tuple[Frame, ...]:
    return tuple(_frame(reading) for reading in readings(word))


def _frame(reading: str) -> Frame:
    """The consonants, united, and the vowels before, between and after them."""
    consonants, vowels = ("Y", ["", ""]) if reading[0] == "y" else ("", [""])
    for letter in _TWICE.sub(r"\1", reading).removeprefix("y").replace("y", "i"):
        if letter in "aeiou":
            vowels[-1] += letter
        else:
            consonants += letter
            vowels.append("")
    consonants = consonants.translate(_UNITED).replace("nb", "mb")
    if len(consonants) > 1:
        consonants = consonants[:-1] + _LAST.get(consonants[-1], consonants[-1])
    return consonants, tuple(vowels)


def _loss(ours: tuple[str, ...], theirs: tuple[str, ...], arabic: tuple[bool, bool]) -> Lost:
    last = len(ours) - 1
    lost = [0.0] * len(ours)
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if one == other:
            continue
        if arabic == (True, True):
            lost[place] = _both_written(one, other, at_the_end=place == last)
        elif arabic == (False, False):
            lost[place] = _both_heard(one, other, at_the_end=place == last)
            if place == 0:
                lost[place] *= 2  # a first vowel is heard best
            elif {one, other} == _SHORT_APART and _closed(ours, place) and _closed(theirs, place):
                lost[place] = CLOSED_APART
        elif place or (one if arabic[0] else other)[:1] != "a":
            written, heard = (one, other) if arabic[0] else (other, one)
            lost[place] = _heard(written, heard, at_the_end=place == last)
    return Lost(sum(lost[:last]), lost[last])


def _closed(vowels: tuple[str, ...], place: int) -> bool:
    """Whether two consonants follow in a short word: the vowel before them is short, and a is no o
    there; a longer word may be two (Shah Rukh)."""
    return len(vowels) == SHORT_WORD and place + 2 < len(vowels) and not vowels[place + 1]


def _both_heard(one: str, other: str, *, at_the_end: bool) -> float:
    if one and other:
        return _between(one, other)
    gone = one or other
    if at_the_end:
        return ENDS_APART if gone[-1] in "ae" else 1.5
    return 0.5 if len(gone) == 1 else 2.0


def _between(one: str, other: str) -> float:
    short, long = sorted((one, other), key=len)
    more = len(long) - len(short)
    return min(
        sum(map(_apart, short, long[start:]))
        + sum(
            0.3 if _apart(short[0], letter) <= 0.4 else 1.5
            for letter in long[:start] + long[start + len(short) :]
        )
        for start in range(more + 1)
    )


def _apart(one: str, other: str) -> float:
    return 0.0 if one == other else _APART[frozenset((one, other))]


def _both_written(one: str, other: str, *, at_the_end: bool) -> float:
    """Both in Arabic script: a long a may be left out, other long vowels are not; Kurdish writes e
    where others write nothing."""
    one, other = one.replace("e", ""), other.replace("e", "")
    if one == other:
        return 0.0
    if one and other:
        return 0.3 if set(one) & set(other) else 2.5
    if set(one or other) == {"a"}:
        return ENDS_APART if at_the_end else 0.7
    return 2.5


def _heard(written: str, heard: str, *, at_the_end: bool) -> float:
    """Arabic script has `written` where the other script has `heard`."""
    if written in ("", "e"):
        if at_the_end:
            return ENDS_APART if heard[-1] in "ae" else 1.0
        return _SHORT.get(heard, 2.0) if heard else 0.5
    if not heard:
        return ENDS_APART if at_the_end and written[-1] == "a" else 2.0
    if set(written) & set(heard):
        return 0.0
    if at_the_end and written[-1] == "i" and heard[-1] == "a":
        return 1.5  # a final yeh may be an alef
    return min(_LONG.get((mine, yours), 1.5) for mine in written for yours in heard)
