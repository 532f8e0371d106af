"""What speaks against a line that would be paid: another store, receipt or period; less bought."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from cbi.finance.reading.values.receipts import receipt_tail, receipts_alike
from cbi.finance.reconciliation.habits import LineHabits
from cbi.finance.reconciliation.matching import (
    ANOTHER_STORE,
    DAY_DIFFERS,
    MATCHED,
    OUTSIDE_PERIOD,
    RECEIPT_DIFFERS,
    RECEIPT_USED,
    ClaimMatch,
)
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

SLACK_DAYS = 1
"""A shop's day may end later than ours: a line dated within the period may be of the day beside."""


class ReceiptOver(NamedTuple):
    """Of a line's receipt: what vouchers on it come to, and what the whole of it is by the bill."""

    line: int
    together_minor: int
    whole_minor: int


_OVER = """
WITH said AS (
    SELECT c.voucher, c.store, c.date, coalesce(c.receipt, 'line ' || c.line) AS receipt,
           max(c.amount_minor) AS amount_minor, max(c.purchase_minor) AS purchase_minor
    FROM claim c WHERE c.statement = :statement AND c.purchase_minor IS NOT NULL
      AND (c.receipt IS NULL OR EXISTS (
          SELECT 1 FROM entry e WHERE e.voucher = c.voucher AND e.kind = 'redeem'
          AND e.receipt = c.receipt))
    GROUP BY c.voucher, c.store, c.date, coalesce(c.receipt, 'line ' || c.line)),
over AS (
    SELECT store, date, receipt, sum(amount_minor) AS together_minor,
           max(purchase_minor) AS whole_minor
    FROM said GROUP BY store, date, receipt HAVING sum(amount_minor) > max(purchase_minor))
SELECT c.line, o.together_minor, o.whole_minor
FROM over o JOIN claim c ON coalesce(c.receipt, 'line ' || c.line) = o.receipt
     AND coalesce(c.store, '') = coalesce(o.store, '')
     AND coalesce(c.date, '') = coalesce(o.date, '')
WHERE c.statement = :statement AND c.purchase_minor IS NOT NULL ORDER BY c.line
"""
"""A voucher counts once on a receipt, and where it was redeemed: what is billed twice, or under
another sale's receipt, is told as that."""


def receipts_over(tx: ReadTransaction, statement: bytes) -> dict[int, ReceiptOver]:
    """By line, receipts on which a bill has more paid by vouchers than it says was bought; of a
    line without a receipt, the line alone."""
    return {one.line: one for one in tx.read(ReceiptOver, _OVER, statement=statement)}


@dataclass(frozen=True, slots=True)
class Doubts:
    """A statement's period, and whether receipts were used for something else."""

    tx: ReadTransaction
    first: str
    last: str
    over: Collection[int]
    habits: LineHabits

    @classmethod
    def of(cls, tx: ReadTransaction, statement: Statement, habits: LineHabits) -> "Doubts":
        """The doubts there may be about a statement's lines."""
        return cls(tx, statement.period_from, statement.period_until,
                   receipts_over(tx, statement.id).keys(), habits)

    def outcome(self, match: ClaimMatch) -> str:
        """What a matched line is, all things considered."""
        claim, redeemed = match.claim, match.redemptions
        if claim.store is not None and all(one.store != claim.store for one in redeemed):
            return ANOTHER_STORE
        if claim.receipt and self._is_used(claim.receipt, match):
            return RECEIPT_USED
        if claim.date is not None and not self.first <= claim.date <= self.last:
            return OUTSIDE_PERIOD
        slack = 0 if claim.date is None else SLACK_DAYS
        if any(self._is_outside(one.date, slack) for one in redeemed if one.date):
            return OUTSIDE_PERIOD
        return self._unlike_others(match)

    def _unlike_others(self, match: ClaimMatch) -> str:
        """What a line is that tells its receipt or its day, as nearly all of them do."""
        claim, redeemed = match.claim, match.redemptions
        if not self.habits.is_receipt_of(claim.receipt, [one.receipt for one in redeemed]):
            return RECEIPT_DIFFERS
        if not any(self.habits.is_date_of(claim.date, one.date) for one in redeemed):
            return DAY_DIFFERS
        return MATCHED

    def _is_outside(self, day: str, slack: int) -> bool:
        """Whether a redemption's day is so many days before the period or after it."""
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        there = date.fromisoformat(day)
        return there < first - timedelta(days=slack) or there > last + timedelta(days=slack)

    def _is_used(self, receipt: str, match: ClaimMatch) -> bool:
        """Whether the receipt is none of the redemption's and was used for another sale there."""
        if any(receipts_alike(one.receipt, receipt) for one in match.redemptions):
            return False
        return any(
            self.tx.value(
                "SELECT 1 FROM receipt WHERE store = :store AND number IN (:number, :tail) "
                "AND used_minor > 0", store=one.store, number=receipt,
                tail=receipt_tail(receipt) or receipt,
            ) for one in match.redemptions
        )
