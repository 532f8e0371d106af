"""The retailer's bill for a period, with mistakes planted in it; what was planted is told. Pure.

Each way in which a line can fail is there: a wrong amount both ways, a serial that nobody issued, a
mistyped one, a voucher never spent, a line twice, another retailer's sale, one that was reversed,
one settled before, and redemptions that the bill forgets. Only vouchers with a single redemption
are touched, so that it is certain what a line should be found to be.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cbi.finance.reconciliation.matching import (
    AMOUNT_DIFFERS,
    ANOTHER_RETAILER,
    BILLED_TWICE,
    MISTYPED,
    NOT_REDEEMED,
    REVERSED,
    SETTLED_BEFORE,
    UNKNOWN,
)
from cbi.practice.dice import Dice
from cbi.practice.shops import TENGE

UNBILLED = "unbilled"
"""A redemption of this retailer in the period that its bill does not name."""

_DIGITS = "0123456789"
HIGHER, LOWER = "higher", "lower"
Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """One of the ledger's redemptions: where, when (ISO text) and whether it was reversed since."""

    serial: str
    retailer: str
    store: str
    day: str
    receipt: str
    amount_minor: int
    reversed: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill as the retailer writes it."""

    number: int
    day: str
    store: str
    receipt: str
    voucher: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake: how it must be found (`outcome`), in which line (None: not billed), on which
    voucher, what is claimed and what was redeemed. `detail` tells higher from lower.
    """

    outcome: str
    line: int | None
    serial: str
    claimed_minor: int
    redeemed_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill and the truth about it."""

    retailer: str
    lines: tuple[BillLine, ...]
    planted: tuple[Planted, ...]

    @property
    def claimed_minor(self) -> int:
        """The total as the retailer adds it up."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before its number is known, with what is planted in it."""

    day: str
    store: str
    receipt: str
    voucher: str
    amount_minor: int
    outcome: str = ""
    serial: str = ""
    redeemed_minor: int = 0
    detail: str = ""


def make_bill(
    seed: int, retailer: str, redemptions: Sequence[Redeemed], unspent: Sequence[str], *,
    each: Mapping[str, int] | int = 2,
) -> Bill:
    """One retailer's bill from the ledger's redemptions of a period, all retailers' among them.

    `unspent` are serials handed over and never spent. `each` says how many mistakes of each outcome
    are planted, as far as the redemptions allow: one number for all, or by outcome.
    """
    return _Biller(Dice(f"bill {seed} {retailer}"), retailer, redemptions, unspent).bill(
        lambda outcome: each if isinstance(each, int) else each.get(outcome, 0)
    )


class _Biller:
    def __init__(
        self, dice: Dice, retailer: str, redemptions: Sequence[Redeemed], unspent: Sequence[str]
    ) -> None:
        self.dice, self.retailer = dice, retailer
        times = Counter(one.serial for one in redemptions if not one.reversed)
        own = [one for one in redemptions if one.retailer == retailer]
        self.good = [one for one in own if not one.reversed and not one.settled]
        single = [one for one in self.good if times[one.serial] == 1]
        undone = {one.serial for one in redemptions if one.reversed}
        self.single = dice.shuffled([one for one in single if one.serial not in undone])
        self.reversed = dice.shuffled([one for one in own if one.reversed])
        self.settled = dice.shuffled([
            one for one in own if one.settled and not one.reversed and times[one.serial] == 1
        ])
        self.others = dice.shuffled([
            one for one in redemptions
            if one.retailer != retailer and not one.reversed and times[one.serial] == 1
        ])
        self.unspent = dice.shuffled(sorted(set(unspent) - {one.serial for one in redemptions}))
        self.known = {one.serial for one in redemptions} | set(unspent)
        self.extra: list[_Draft] = []
        self.unbilled: list[Redeemed] = []
        self.changed: dict[Redeemed, _Draft] = {}

    def bill(self, count: Count) -> Bill:
        """Plant as many of each as asked, put the lines in order, number them."""
        self.plant_amounts(count(AMOUNT_DIFFERS))
        self.plant_mistyped(count(MISTYPED))
        self.unbilled += self.take(count(UNBILLED))
        for one in self.take(count(BILLED_TWICE)):
            self.extra.append(replace(_line(one), outcome=BILLED_TWICE, serial=one.serial))
        self.plant_foreign(count)
        left_out = set(self.unbilled)
        drafts = [self.changed.get(one, _line(one)) for one in self.good if one not in left_out]
        drafts = [*sorted(drafts, key=_order), *sorted(self.extra, key=_order)]
        # A second billing stands after the first; the other extras stand in order of their day.
        drafts.sort(key=lambda draft: draft.day)
        return self.numbered(drafts)

    def plant_amounts(self, count: int) -> None:
        """Half of them too high, half too low."""
        for number, one in enumerate(self.take(count)):
            off_minor = self.dice.between(1, 60) * 50 * TENGE
            detail = HIGHER if number % 2 == 0 or off_minor >= one.amount_minor else LOWER
            claimed = one.amount_minor + (off_minor if detail == HIGHER else -off_minor)
            self.changed[one] = replace(
                _line(one), amount_minor=claimed, outcome=AMOUNT_DIFFERS, serial=one.serial,
                redeemed_minor=one.amount_minor, detail=detail,
            )

    def plant_mistyped(self, count: int) -> None:
        """A serial that lost digits: the line is nobody's, and its redemption stays unbilled."""
        for one in self.take(count):
            self.unbilled.append(one)
            self.extra.append(replace(
                _line(one), voucher=mistyped(one.serial), outcome=MISTYPED, serial=one.serial,
            ))

    def plant_foreign(self, count: Count) -> None:
        """Lines for which this retailer's redemptions have nothing to answer."""
        for one in self.reversed[: count(REVERSED)]:
            self.extra.append(replace(_line(one), outcome=REVERSED, serial=one.serial))
        for one in self.settled[: count(SETTLED_BEFORE)]:
            self.extra.append(replace(_line(one), outcome=SETTLED_BEFORE, serial=one.serial))
        for one in self.others[: count(ANOTHER_RETAILER)]:
            line = replace(self.invented(one.serial), amount_minor=one.amount_minor)
            self.extra.append(replace(line, outcome=ANOTHER_RETAILER))
        for serial in self.unspent[: count(NOT_REDEEMED)]:
            self.extra.append(replace(self.invented(serial), outcome=NOT_REDEEMED))
        for number in range(count(UNKNOWN) if self.good else 0):
            serial = unknown_serial(self.good[0].serial, number, self.known)
            self.extra.append(replace(self.invented(serial), outcome=UNKNOWN))

    def take(self, count: int) -> list[Redeemed]:
        """The next redemptions that nothing has been planted on."""
        taken, self.single = self.single[:count], self.single[count:]
        return taken

    def invented(self, serial: str) -> _Draft:
        """A line for a sale that this retailer never made."""
        like = self.dice.pick(self.good)
        return _Draft(
            like.day, like.store, f"9{self.dice.between(0, 99_999):05d}", serial,
            self.dice.between(6, 30) * 500 * TENGE, serial=serial,
        )

    def numbered(self, drafts: Sequence[_Draft]) -> Bill:
        """The lines in their order with numbers, and the planted ones told."""
        lines = tuple(
            BillLine(number, one.day, one.store, one.receipt, one.voucher, one.amount_minor)
            for number, one in enumerate(drafts, 1)
        )
        planted = [
            Planted(one.outcome, number, one.serial, one.amount_minor, one.redeemed_minor,
                    one.detail)
            for number, one in enumerate(drafts, 1) if one.outcome
        ]
        planted += [
            Planted(UNBILLED, None, one.serial, 0, one.amount_minor) for one in self.unbilled
        ]
        return Bill(self.retailer, lines, tuple(planted))


def mistyped(serial: str) -> str:
    """A serial as a tired hand types it: two digits of its number are missing."""
    return serial[:-3] + serial[-1]


def unknown_serial(like: str, number: int, known: set[str]) -> str:
    """A serial of the same round that was never issued."""
    head, digits = like[: len(like.rstrip(_DIGITS))], like[len(like.rstrip(_DIGITS)) :]
    wanted = int("9" * len(digits)) - number * 7
    while f"{head}{wanted:0{len(digits)}d}" in known:
        wanted -= 1
    return f"{head}{wanted:0{len(digits)}d}"


def _line(one: Redeemed) -> _Draft:
    return _Draft(one.day, one.store, one.receipt, one.serial, one.amount_minor)


def _order(draft: _Draft) -> tuple[str, str, str, str]:
    return draft.day, draft.store, draft.receipt, draft.voucher
