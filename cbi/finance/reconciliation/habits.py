"""What a statement says rightly as a rule, so that the line which does not stands out.

Where nearly all lines tell the tills' own receipts, or the days on which vouchers were redeemed,
another receipt or day is a slip that somebody should see. A shop that numbers its lines its own
way, or dates them by the week, tells neither, and nothing is said of it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from cbi.base.clock import instant_on
from cbi.finance.reading.values.receipts import receipts_alike
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

LINES_ASKED, LEAST, OF_TEN = 300, 5, 8
"""So many lines are looked at, of so many at least so many of ten must agree."""
DAY_US = 86_400_000_000

_SAMPLE = f"""
SELECT c.line, c.date, c.receipt, e.receipt, e.occurred_at
FROM (SELECT voucher, line, date, receipt FROM claim WHERE statement = :statement
      ORDER BY voucher, line LIMIT {LINES_ASKED}) c
JOIN entry e ON e.voucher = c.voucher AND e.kind = 'redeem' ORDER BY c.line
"""


class LineHabits(NamedTuple):
    """Whether a statement's lines tell the tills' receipts, and the days of redemptions."""

    receipts: bool
    days: bool
    zone: str

    @classmethod
    def of(cls, tx: ReadTransaction, statement: Statement) -> "LineHabits":
        """The habits of a statement, by some of its lines."""
        rows = tx.tuples(_SAMPLE, statement=statement.id)
        lines = [tuple(group) for _, group in groupby(rows, key=itemgetter(0))]
        receipts = [
            any(receipts_alike(told, receipt) for _, _, told, receipt, _ in line)
            for line in lines if line[0][2]
        ]
        days = [
            any(_is_on(told, when, statement.zone) for _, told, _, _, when in line)
            for line in lines if line[0][1]
        ]
        return cls(_mostly(receipts), _mostly(days), statement.zone)

    def is_day_of(self, day: str | None, occurred_at: int) -> bool:
        """Whether a line's day may be that of a redemption."""
        return not self.days or day is None or _is_on(day, occurred_at, self.zone)

    def is_date_of(self, day: str | None, date: str) -> bool:
        """The same of a redemption's date."""
        return not date or self.is_day_of(day, _begins(date, self.zone))

    def is_receipt_of(self, receipt: str | None, known: Iterable[str]) -> bool:
        """Whether a line's receipt may be one of these."""
        return not self.receipts or not receipt or any(
            receipts_alike(receipt, one) for one in known
        )


def _mostly(agree: Sequence[bool]) -> bool:
    return len(agree) >= LEAST and sum(agree) * 10 >= len(agree) * OF_TEN


def _is_on(day: str, occurred_at: int, zone: str) -> bool:
    """Whether an instant lies on a day or the one beside: a shop's day may end later than ours."""
    begins = _begins(day, zone)
    return begins - DAY_US <= occurred_at < begins + 2 * DAY_US


@lru_cache(maxsize=1024)
def _begins(day: str, zone: str) -> int:
    return instant_on(day, 0, zone)
