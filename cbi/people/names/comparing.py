"""How two words of names agree, and how much of their weight that costs, in bits.

Words written alike or sounding alike across scripts agree in full, less what their vowels tell
against it: Hasan and Husain share a skeleton, and so do Karim and Karima, but they are not the
same. Words a slip apart, a word and its longer form, an initial agree in part.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cbi.people.names.scripts import script_of
from cbi.people.names.skeleton import skeletons
from cbi.people.names.vowels import vowel_loss

Level = Literal["written", "sounds", "near", "ending", "initial"]

SLIP_LOSS = 5.0
ENDING_LOSS = 5.0
INITIAL_LOSS = 2.0
LOSS_MAX = 3.0
"""A sound-alike that loses more than this by its vowels is another name."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """That two words agree: how, at which skeleton, and the bits it takes from their weight."""

    level: Level
    skeleton: str
    loss: float


@lru_cache(maxsize=500_000)
def compare(one: str, other: str) -> Likeness | None:
    """How two folded words agree, or None; the same whichever comes first."""
    if other < one:
        return compare(other, one)
    ours, theirs = skeletons(one), skeletons(other)
    if one == other:
        return Likeness("written", ours[0], 0.0) if ours else None
    shared = next((skeleton for skeleton in ours if skeleton in theirs), None)
    if shared:
        loss = vowel_loss(one, other)
        return Likeness("sounds", shared, loss) if loss <= LOSS_MAX else None
    if len(one) == 1 or len(other) == 1:
        return _initial(ours, theirs)
    return _slip(one, other, ours, theirs) or _ending(ours, theirs)


def _initial(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Likeness | None:
    for mine in ours:
        for yours in theirs:
            if mine[0] == yours[0]:
                return Likeness("initial", max(mine, yours, key=len), INITIAL_LOSS)
    return None


def _slip(
    one: str, other: str, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> Likeness | None:
    from rapidfuzz.distance import OSA

    shorter = min(len(one), len(other))
    if shorter >= 4 and script_of(one) == script_of(other):
        slips = OSA.distance(one, other, score_cutoff=2)
        if slips == 1 or (slips == 2 and shorter >= 7):
            return Likeness("near", ours[0], SLIP_LOSS + slips - 1)
    for mine in ours:
        for yours in theirs:
            if min(len(mine), len(yours)) >= 4 and OSA.distance(mine, yours, score_cutoff=1) == 1:
                return Likeness("near", mine, SLIP_LOSS + 1)
    return None


def _ending(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Likeness | None:
    """Karim, Karimov and Karimzada; Ronaldo and Ronaldinho."""
    for mine in ours:
        for yours in theirs:
            short, long = sorted((mine, yours), key=len)
            same = len(short) - (short[-1] != long[len(short) - 1])
            if same >= 3 and long.startswith(short[:same]) and len(long) - same <= 3:
                return Likeness("ending", short, ENDING_LOSS)
    return None
