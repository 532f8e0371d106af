"""Which words of two names belong to each other, and what is left over on either side.

Words pair one to one, the weightiest agreement first; of what is left, two neighbouring words may
pair with one that joins them (`Pol Pot`, `PolPot`), and a word with its longer form. The weight of
a word is how rare it is, in bits.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cbi.people.names.comparing import Likeness, compare
from cbi.people.names.word import word

Rarity = Callable[[str], float]
"""Bits of a skeleton: minus the logarithm to base 2 of the share of people who bear it."""

INITIAL_BITS = 3.0
"""One letter of some twenty says no more, however rare the word."""
HARDLY = 0.01
"""Words that are alike, but common: they say nothing for, and are no other name either."""
JOINED_MORE = 3.0
"""A joined word is two words' worth, which single skeletons' rarity does not know."""


class Pairing(NamedTuple):
    """Words of ours and theirs, by place, that agree, and with how many bits."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    likeness: Likeness
    bits: float


def align(ours: Sequence[str], theirs: Sequence[str], rarity: Rarity) -> list[Pairing]:
    """The pairings of the words of two names; none shares a word."""
    strong: list[Pairing] = []
    weak: list[Pairing] = []
    for here, one in enumerate(ours):
        for there, other in enumerate(theirs):
            likeness = compare(one, other) if one <= other else compare(other, one)
            if likeness:
                pairing = Pairing((here,), (there,), likeness, _bits(likeness, rarity))
                (weak if likeness.level == "ending" else strong).append(pairing)
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = _kept(strong, ours, theirs, taken)
    if len(taken[0]) < len(ours) and len(taken[1]) < len(theirs):
        joined = _joined(ours, theirs, rarity, taken)
        joined += [
            pairing._replace(ours=pairing.theirs, theirs=pairing.ours)
            for pairing in _joined(theirs, ours, rarity, (taken[1], taken[0]))
        ]
        kept += _kept(joined, ours, theirs, taken)
        kept += _kept(weak, ours, theirs, taken)
    return kept


def _bits(likeness: Likeness, rarity: Rarity) -> float:
    bits = max(min(map(rarity, likeness.skeletons)) - likeness.loss, HARDLY)
    return min(bits, INITIAL_BITS) if likeness.level == "initial" else bits


def _kept(
    found: Sequence[Pairing], ours: Sequence[str], theirs: Sequence[str],
    taken: tuple[set[int], set[int]],
) -> list[Pairing]:
    """The weightiest first, each word once; `taken` grows."""
    if len(found) > 1:
        found = sorted(found, key=lambda one: (-one.bits, *_spelled(one, ours, theirs)))
    kept = []
    for pairing in found:
        if pairing.bits > 0 and taken[0].isdisjoint(pairing.ours) and taken[1].isdisjoint(
            pairing.theirs
        ):
            kept.append(pairing)
            taken[0].update(pairing.ours)
            taken[1].update(pairing.theirs)
    return kept


def _spelled(pairing: Pairing, ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The words of a pairing in an order of their own, so that no side comes first."""
    return sorted((ours[pairing.ours[0]], theirs[pairing.theirs[0]]))


def _joined(
    ours: Sequence[str], theirs: Sequence[str], rarity: Rarity, taken: tuple[set[int], set[int]]
) -> list[Pairing]:
    """Pairings of two free neighbours of ours, in either order, with one free word of theirs."""
    found = []
    free = [there for there in range(len(theirs)) if there not in taken[1]]
    for here in range(len(ours) - 1):
        if here in taken[0] or here + 1 in taken[0]:
            continue
        first, second = ours[here], ours[here + 1]
        for both, begin in ((first + second, first), (second + first, second)):
            begins = {skeleton[0] for skeleton in word(begin).skeletons}
            for there in free:
                likeness = _as_one(both, theirs[there], begins)
                if likeness:
                    bits = _bits(likeness, rarity) + JOINED_MORE
                    found.append(Pairing((here, here + 1), (there,), likeness, bits))
    return found


def _as_one(both: str, other: str, begins: set[str]) -> Likeness | None:
    """How two words joined agree with one, if they are worth comparing at all."""
    if len(other) < 5 or abs(len(other) - len(both)) > 7 or begins.isdisjoint(
        skeleton[0] for skeleton in word(other).skeletons
    ):
        return None
    likeness = compare(*sorted((both, other)))
    return likeness if likeness and likeness.level in ("written", "sounds") else None
