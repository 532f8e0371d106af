"""Seeded draws, only by `random()`: it gives the same numbers on every version of Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """What is drawn from one seed."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed).random  # noqa: S311 - practice, not secrets

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of these, all as likely."""
        return things[int(self.random() * len(things))]

    def pick_early(self, things: Sequence[Thing]) -> Thing:
        """One of these, the first ones likelier."""
        draw = self.random()
        return things[int(draw * draw * len(things))]

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.random() * (most - least + 1))

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share

    def weighed(self, things: Sequence[tuple[Thing, float]]) -> Thing:
        """One of these by its share; the shares add up to one."""
        left = self.random()
        for thing, share in things:
            left -= share
            if left < 0:
                return thing
        return things[-1][0]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """All of these in another order."""
        drawn = [(self.random(), place) for place in range(len(things))]
        return [things[place] for _, place in sorted(drawn)]
