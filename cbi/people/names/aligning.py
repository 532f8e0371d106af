"""Which words of two names belong to each other, and what is left over on either side.

Words pair one to one, the weightiest agreement first; two neighbouring words may pair with one that
joins them (`Pol Pot`, `PolPot`). The weight of a word is how rare it is, in bits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cbi.people.names.comparing import Likeness, compare

Rarity = Callable[[str], float]
"""Bits of a skeleton: minus the logarithm to base 2 of the share of people who bear it."""

JOINED_MORE = 3.0
"""A joined word is two words' worth, which single skeletons' rarity does not know."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Words of ours and theirs, by place, that agree, and with how many bits."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    likeness: Likeness
    bits: float


def align(ours: Sequence[str], theirs: Sequence[str], rarity: Rarity) -> list[Pairing]:
    """The pairings of the words of two names, the weightiest first; none shares a word."""
    found = [
        Pairing((here,), (there,), likeness, rarity(likeness.skeleton) - likeness.loss)
        for here, one in enumerate(ours)
        for there, other in enumerate(theirs)
        if (likeness := compare(one, other))
    ]
    if len(ours) != len(theirs) or len(found) < len(ours):
        found += _joined(ours, theirs, rarity)
        found += [
            Pairing(pairing.theirs, pairing.ours, pairing.likeness, pairing.bits)
            for pairing in _joined(theirs, ours, rarity)
        ]
    found.sort(key=lambda pairing: (-pairing.bits, *_spelled(pairing, ours, theirs)))
    kept: list[Pairing] = []
    here_taken: set[int] = set()
    there_taken: set[int] = set()
    for pairing in found:
        if pairing.bits <= 0:
            break
        if here_taken.isdisjoint(pairing.ours) and there_taken.isdisjoint(pairing.theirs):
            kept.append(pairing)
            here_taken.update(pairing.ours)
            there_taken.update(pairing.theirs)
    return kept


def _spelled(pairing: Pairing, ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The words of a pairing in an order of their own, so that no side comes first."""
    return sorted(
        ("".join(ours[place] for place in pairing.ours),
         "".join(theirs[place] for place in pairing.theirs))
    )


def _joined(ours: Sequence[str], theirs: Sequence[str], rarity: Rarity) -> list[Pairing]:
    """Pairings of two neighbours of ours with one word of theirs."""
    found = []
    for here in range(len(ours) - 1):
        both = ours[here] + ours[here + 1]
        for there, other in enumerate(theirs):
            if len(other) < 5 or abs(len(other) - len(both)) > 4:
                continue
            likeness = compare(both, other)
            if likeness and likeness.level in ("written", "sounds"):
                bits = rarity(likeness.skeleton) - likeness.loss + JOINED_MORE
                found.append(Pairing((here, here + 1), (there,), likeness, bits))
    return found
