"""Which claim is for which redemption, voucher by voucher. Pure: no ledger, clock or file.

All claims and redemptions of one voucher are looked at together, the strongest agreement first:
the receipt with the amount, several redemptions that add up, the receipt, the date with the amount,
the amount; what is left is paired by closeness, and a claim with nothing left for it says why. The
order of lines in the file does not matter: claims are taken by what they say, and only lines that
say the same are taken by their number.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cbi.finance.reading.values.receipts import receipts_alike

MATCHED, AMOUNT_DIFFERS, BILLED_TWICE = "matched", "amount-differs", "billed-twice"
NOT_REDEEMED, SETTLED_BEFORE, REVERSED = "not-redeemed", "settled-before", "reversed"
ANOTHER_RETAILER, UNKNOWN, MISTYPED = "another-retailer", "unknown", "mistyped"
IMPOSSIBLE_DAY = "impossible-day"
ANOTHER_STORE, RECEIPT_USED, OUTSIDE_PERIOD = "another-store", "receipt-used", "outside-period"
BILLED_ELSEWHERE, RECEIPT_OVER = "billed-elsewhere", "receipt-over"
RECEIPT_DIFFERS, DAY_DIFFERS = "receipt-differs", "day-differs"
OUTCOMES = (
    MATCHED, AMOUNT_DIFFERS, UNKNOWN, MISTYPED, NOT_REDEEMED, BILLED_TWICE, SETTLED_BEFORE,
    ANOTHER_RETAILER, REVERSED, IMPOSSIBLE_DAY, ANOTHER_STORE, RECEIPT_USED, RECEIPT_OVER,
    OUTSIDE_PERIOD, RECEIPT_DIFFERS, DAY_DIFFERS, BILLED_ELSEWHERE,
)
"""Every claim has exactly one of these."""

OPEN = ""
"""The status of a redemption that can still be paid for; else it is the outcome of its claim."""

DOUBTFUL = (IMPOSSIBLE_DAY, ANOTHER_STORE, RECEIPT_USED, RECEIPT_OVER, OUTSIDE_PERIOD,
            RECEIPT_DIFFERS, DAY_DIFFERS)
"""Outcomes of lines that have a redemption to be paid for, once somebody looked and accepts it."""

NEVER_PAID = (
    UNKNOWN, MISTYPED, NOT_REDEEMED, BILLED_TWICE, SETTLED_BEFORE, ANOTHER_RETAILER, REVERSED,
    BILLED_ELSEWHERE,
)
"""Outcomes of lines that have nothing to be paid for."""

_REASONS = (BILLED_TWICE, BILLED_ELSEWHERE, SETTLED_BEFORE, REVERSED, ANOTHER_RETAILER)


class ClaimLine(NamedTuple):
    """A claim on a voucher. `store` is a store's code, None where the file names none we know;
    `shown` is how the line named the voucher, as far as that may be shown.
    """

    line: int
    amount_minor: int
    receipt: str | None = None
    date: str | None = None
    store: str | None = None
    shown: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there is more to the claim than its voucher and its amount."""
        return not (self.receipt is self.date is self.store is None)


class Redemption(NamedTuple):
    """A redemption of the voucher. `status` is `OPEN`, or why it cannot be paid for."""

    entry: bytes
    seq: int
    amount_minor: int
    receipt: str
    date: str
    store: str
    status: str = OPEN


class ClaimMatch(NamedTuple):
    """A claim's outcome and the redemptions it is for, or the one that speaks against it.

    `redeemed_minor` is what the ledger would pay for; `first_line` is the claim that was there
    first, where the claim is billed twice; `is_settled` if a settlement holds it already;
    `elsewhere` is the line (`STATEMENT/LINE`) of another statement that bills it.
    """

    claim: ClaimLine
    outcome: str
    redeemed_minor: int = 0
    redemptions: tuple[Redemption, ...] = ()
    first_line: int | None = None
    is_settled: bool = False
    elsewhere: str = ""

    @property
    def payable_minor(self) -> int:
        """The rule: never more than claimed, never more than redeemed."""
        return min(self.claim.amount_minor, self.redeemed_minor)


Score = tuple[int, ...]
Scoring = Callable[[ClaimLine, Redemption], Score | None]


def match_voucher(
    claims: Sequence[ClaimLine], redemptions: Sequence[Redemption],
    settled: Sequence[ClaimMatch] = (),
) -> list[ClaimMatch]:
    """The outcome of every claim on one voucher.

    `settled` are matches that this statement's settlements hold already; their redemptions are
    taken, and neither they nor their claims stand in the other two.
    """
    table = _Pairing(claims, redemptions, settled)
    table.pair(_receipt_and_amount)
    table.cover_several()
    for scoring in (_receipt, _date_and_amount, _amount_open, _amount, _closest):
        if scoring is _closest:
            table.cover_all_that_is_left()
        table.pair(scoring)
    return [*table.made, *(table.why_nothing(claim) for claim in table.claims.values())]


def agreed(claim: ClaimLine, redemptions: Sequence[Redemption]) -> ClaimMatch:
    """The match of a claim with redemptions that can be paid for."""
    redeemed = sum(one.amount_minor for one in redemptions)
    outcome = MATCHED if redeemed == claim.amount_minor else AMOUNT_DIFFERS
    return ClaimMatch(claim, outcome, redeemed, tuple(redemptions))


class _Pairing:
    """Claims and redemptions that are still to be paired, and the matches made so far."""

    def __init__(
        self, claims: Sequence[ClaimLine], redemptions: Sequence[Redemption],
        settled: Sequence[ClaimMatch],
    ) -> None:
        self.claims = {claim.line: claim for claim in sorted(claims, key=_said)}
        self.free = {one.entry: one for one in sorted(redemptions, key=lambda one: one.seq)}
        self.made: list[ClaimMatch] = []
        self.taken = [
            (one, match.claim.line) for match in settled for one in match.redemptions
        ]

    def pair(self, scoring: Scoring) -> None:
        """Pair claims with single redemptions, the best score first."""
        scored = [
            (score, claim, one)
            for claim in self.claims.values() for one in self.free.values()
            if (score := scoring(claim, one)) is not None
        ]
        scored.sort(key=lambda pair: pair[0], reverse=True)  # stable: then as they are sorted
        for _, claim, one in scored:
            if claim.line in self.claims and one.entry in self.free:
                self.take(claim, [one])

    def take(self, claim: ClaimLine, redemptions: Sequence[Redemption]) -> None:
        """Note a match and take its two sides off the table."""
        del self.claims[claim.line]
        for one in redemptions:
            del self.free[one.entry]
            self.taken.append((one, claim.line))
        status, match = redemptions[0].status, agreed(claim, redemptions)
        self.made.append(ClaimMatch(claim, status, 0, match.redemptions) if status else match)

    def cover_several(self) -> None:
        """A claim may be for several redemptions of its voucher that add up to it exactly."""
        amounts = Counter(claim.amount_minor for claim in self.claims.values())
        for claim in tuple(self.claims.values()):
            usable = [
                one for one in self.usable()
                if amounts[one.amount_minor] == int(one.amount_minor == claim.amount_minor)
            ]
            if len(usable) < 2:
                continue
            for group in _groups(claim, usable, alone=len(self.claims) == 1):
                if len(group) > 1 and sum(o.amount_minor for o in group) == claim.amount_minor:
                    self.take(claim, group)
                    amounts[claim.amount_minor] -= 1
                    break

    def cover_all_that_is_left(self) -> None:
        """A last claim is for all the redemptions left if that is nearer than any single one."""
        usable = self.usable()
        if len(self.claims) != 1 or len(usable) < 2:
            return
        claim, = self.claims.values()
        whole = abs(sum(one.amount_minor for one in usable) - claim.amount_minor)
        if whole < min(abs(one.amount_minor - claim.amount_minor) for one in usable):
            self.take(claim, usable)

    def usable(self) -> list[Redemption]:
        """What is left that can be paid for."""
        return [one for one in self.free.values() if one.status == OPEN]

    def why_nothing(self, claim: ClaimLine) -> ClaimMatch:
        """What speaks against a claim for which nothing is left."""
        against: list[tuple[str, Redemption, int | None]] = [
            *((BILLED_TWICE, one, line) for one, line in self.taken),
            *((one.status, one, None) for one in self.free.values() if one.status != OPEN),
        ]
        if not against:
            return ClaimMatch(claim, NOT_REDEEMED)
        outcome, one, line = min(
            against,
            key=lambda found: (
                *(-agrees for agrees in _agreement(claim, found[1])),
                _REASONS.index(found[0]), found[1].seq,
            ),
        )
        return ClaimMatch(claim, outcome, 0, (one,), line)


def _said(claim: ClaimLine) -> tuple[str, str, str, int, int]:
    """Claims are taken by what they say, and by their number only if they say the same."""
    return (
        claim.receipt or "", claim.date or "", claim.store or "", claim.amount_minor, claim.line
    )


def _groups(
    claim: ClaimLine, usable: Sequence[Redemption], *, alone: bool
) -> list[list[Redemption]]:
    """The redemptions that a claim for several may mean, the narrowest group first."""
    day = [one for one in usable if one.date == claim.date]
    place = [one for one in usable if one.store == claim.store]
    groups = [[one for one in day if one in place], day, place]
    return [*groups, list(usable)] if alone else groups


def _same_receipt(claim: ClaimLine, one: Redemption) -> bool:
    """The same number at the same store; spreadsheets take leading zeros off a number."""
    if not claim.receipt or claim.store not in (None, one.store):
        return False
    return receipts_alike(claim.receipt, one.receipt)


def on_its_receipt(match: ClaimMatch) -> bool:
    """Whether a line of another amount tells the receipt of what was redeemed."""
    told = match.claim.receipt
    return match.outcome == AMOUNT_DIFFERS and told is not None and any(
        receipts_alike(one.receipt, told) for one in match.redemptions
    )


def _agreement(claim: ClaimLine, one: Redemption) -> Score:
    return (
        int(_same_receipt(claim, one)), int(claim.amount_minor == one.amount_minor),
        int(claim.date == one.date), int(claim.store == one.store),
    )


def _receipt_and_amount(claim: ClaimLine, one: Redemption) -> Score | None:
    receipt, amount, date, store = _agreement(claim, one)
    return (store, date, int(one.status == OPEN)) if receipt and amount else None


def _receipt(claim: ClaimLine, one: Redemption) -> Score | None:
    receipt, _, date, store = _agreement(claim, one)
    nearness = -abs(claim.amount_minor - one.amount_minor)
    return (store, date, int(one.status == OPEN), nearness) if receipt else None


def _date_and_amount(claim: ClaimLine, one: Redemption) -> Score | None:
    _, amount, date, store = _agreement(claim, one)
    return (store, int(one.status == OPEN)) if amount and date else None


def _amount_open(claim: ClaimLine, one: Redemption) -> Score | None:
    return _amount(claim, one) if one.status == OPEN else None


def _amount(claim: ClaimLine, one: Redemption) -> Score | None:
    _, amount, _, store = _agreement(claim, one)
    return (store,) if amount else None


def _closest(claim: ClaimLine, one: Redemption) -> Score | None:
    if one.status != OPEN:
        return None
    _, _, date, store = _agreement(claim, one)
    return (date, store, -abs(claim.amount_minor - one.amount_minor))


