"""Amounts shared out among grants, to the minor unit, by largest remainder. Pure.

A voucher's face is allotted when it is issued, by the round's shares or in their order; whatever
happens to it afterwards follows what of it each grant still pays for. So of every grant, issued is
redeemed and expired and void and outstanding, exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


def apportioned(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in proportion to weights: whole, each part within one unit of its quota.

    What whole units do not reach goes to the largest remainders, the first among equal ones.
    """
    whole = sum(weights)
    if not whole:
        return [amount, *([0] * (len(weights) - 1))]  # nothing to go by: no sound ledger has that
    parts = [amount * weight // whole for weight in weights]
    rest = amount - sum(parts)
    order = sorted(range(len(weights)), key=lambda place: (
        -(amount * weights[place] % whole), place))
    for place in order[:rest]:
        parts[place] += 1
    return parts


@dataclass(slots=True)
class Fund:
    """How a round is paid: by shares, or in order, each up to its limit and the last without end.

    Shares are held over all that was issued, so that what one voucher rounds off the next makes
    good.
    """

    shares: tuple[int, ...] = ()
    limits: tuple[int | None, ...] = ()
    given: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.given = [0] * len(self.shares or self.limits)

    def take(self, amount: int) -> list[int]:
        """What each grant pays of the next voucher."""
        parts = self._by_share(amount) if self.shares else self._in_order(amount)
        self.given = [given + part for given, part in zip(self.given, parts, strict=True)]
        return parts

    def give_back(self, parts: Sequence[int]) -> None:
        """A voucher that was voided: what of it was never spent can be issued again."""
        self.given = [given - part for given, part in zip(self.given, parts, strict=True)]

    def _by_share(self, amount: int) -> list[int]:
        due = apportioned(sum(self.given) + amount, self.shares)
        parts = [max(0, now - given) for now, given in zip(due, self.given, strict=True)]
        ahead = sum(parts) - amount  # a share may stand a little ahead of its due
        for place in sorted(range(len(parts)), key=lambda place: -parts[place]):
            less = min(ahead, parts[place])
            parts[place] -= less
            ahead -= less
        return parts

    def _in_order(self, amount: int) -> list[int]:
        parts = []
        for place, limit in enumerate(self.limits):
            last = place == len(self.limits) - 1
            room = amount if last or limit is None else max(0, limit - self.given[place])
            parts.append(min(room, amount))
            amount -= parts[-1]
        return parts


@dataclass(slots=True)
class Held:
    """What of one voucher each grant still pays for, and what of it was closed."""

    left: list[int]
    closed: list[int]

    @classmethod
    def of(cls, parts: Sequence[int]) -> "Held":
        """A voucher as it was issued."""
        return cls([*parts], [0] * len(parts))

    def spend(self, amount: int) -> list[int]:
        """A redemption's parts, in proportion to what is left."""
        return self._moved(apportioned(amount, self.left), self.left, None)

    def close(self, amount: int) -> list[int]:
        """What expires or is voided."""
        return self._moved(apportioned(amount, self.left), self.left, self.closed)

    def reopen(self, amount: int) -> list[int]:
        """What was closed and is honoured after all."""
        return self._moved(apportioned(amount, self.closed), self.closed, self.left)

    def give_back(self, parts: Sequence[int]) -> None:
        """A redemption undone: just what it took."""
        self.left = [left + part for left, part in zip(self.left, parts, strict=True)]

    def _moved(
        self, parts: list[int], out: list[int], into: list[int] | None
    ) -> list[int]:
        for place, part in enumerate(parts):
            out[place] -= part
            if into is not None:
                into[place] += part
        return parts


def converted(amount_minor: int, millionths: int, exponents: tuple[int, int]) -> int:
    """An amount in the donor's currency, of which one unit is `millionths` / 1,000,000 of ours;
    half a minor unit is rounded away from zero. `exponents` are of ours and of the donor's."""
    ours, theirs = exponents
    top: int = abs(amount_minor) * 10**6 * 10**theirs
    bottom: int = millionths * 10**ours
    whole = (2 * top + bottom) // (2 * bottom)
    return whole if amount_minor >= 0 else -whole
