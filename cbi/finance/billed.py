"""A statement's lines as they stand now: outcome, what was accepted, rejected, left, and paid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from cbi.finance.exceptions import rejected_lines
from cbi.finance.matching import ClaimMatch
from cbi.finance.streams import outcomes
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

_LINES = """
SELECT line, sheet, file_row, date, store, receipt, shown, amount_minor FROM claim
WHERE statement = :statement ORDER BY line
"""
_ACCEPTED = """
SELECT a.line, s.number, p.reference, sum(l.settled_minor) AS settled_minor,
       sum(l.discount_minor) AS discount_minor, s.payable_minor,
       coalesce(p.left_minor, s.payable_minor) AS left_minor
FROM acceptance a JOIN settlement_line l ON l.entry = a.entry
JOIN settlement s ON s.id = a.settlement LEFT JOIN payment p ON p.settlement = s.id
AND p.part = (SELECT max(o.part) FROM payment o WHERE o.settlement = s.id)
WHERE a.statement = :statement
GROUP BY a.line, s.number, p.reference, p.left_minor, s.payable_minor
ORDER BY s.number, a.line DESC
"""


class _ClaimRow(NamedTuple):
    """A claim as its file had it."""

    line: int
    sheet: str | None
    file_row: int
    date: str | None
    store: str | None
    receipt: str | None
    shown: str
    amount_minor: int


class _AcceptedRow(NamedTuple):
    """What a settlement took of a line, with its number, its payment's reference, what it came to
    and what of that is not paid yet."""

    line: int
    number: str
    reference: str | None
    settled_minor: int
    discount_minor: int
    payable_minor: int
    left_minor: int

    @property
    def net_minor(self) -> int:
        """What was accepted, less the contract's discount."""
        return int(self.settled_minor) - int(self.discount_minor)


class Accepted(NamedTuple):
    """What a settlement took of a line; `reference` of its newest payment, if it has one.

    A settlement pays its first lines first: what it withholds, for reversals that it takes back and
    for the transfer, is taken off its last ones, and what is left to be paid off those before.
    """

    settled_minor: int
    settlement: str
    reference: str | None
    discount_minor: int
    withheld_minor: int
    payable_minor: int

    @property
    def paid_minor(self) -> int:
        """What was paid for the line."""
        return (self.settled_minor - self.discount_minor - self.withheld_minor
                - self.payable_minor)


def _shared(rows: Sequence[_AcceptedRow]) -> dict[int, Accepted]:
    """By line, what one settlement took of its lines, the last of them first."""
    payable, left = rows[0].payable_minor, rows[0].left_minor
    withheld = sum(row.net_minor for row in rows) - payable
    made = {}
    for row in rows:
        kept = min(withheld, row.net_minor)
        due = min(left, row.net_minor - kept)
        withheld, left = withheld - kept, left - due
        made[row.line] = Accepted(int(row.settled_minor), row.number, row.reference,
                                  int(row.discount_minor), kept, due)
    return made


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line as it stands; amounts in minor units, claimed = accepted + rejected + pending."""

    line: int
    sheet: str | None
    file_row: int
    date: str | None
    store: str | None
    receipt: str | None
    shown: str
    outcome: str
    claimed_minor: int
    redeemed_minor: int
    accepted_minor: int
    rejected_minor: int
    settlement: str
    reference: str | None
    discount_minor: int
    withheld_minor: int
    paid_minor: int

    @property
    def pending_minor(self) -> int:
        """What nobody has accepted or rejected."""
        return self.claimed_minor - self.accepted_minor - self.rejected_minor

    @property
    def payable_minor(self) -> int:
        """What was accepted and not paid yet."""
        return (self.accepted_minor - self.discount_minor - self.withheld_minor
                - self.paid_minor)


@dataclass(slots=True)
class Billed:
    """A statement with what was found about each of its lines."""

    statement: Statement
    found: dict[int, tuple[str, int]] = field(default_factory=dict)
    accepted: dict[int, Accepted] = field(default_factory=dict)
    rejected: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, tx: ReadTransaction, about: Statement) -> "Billed":
        """Everything about a statement's lines, in one view."""
        made = cls(about, rejected=rejected_lines(tx, about.id))
        for one in outcomes(tx, about):
            if isinstance(one, ClaimMatch):
                made.found[one.claim.line] = (one.outcome, one.redeemed_minor)
        taken = tx.read(_AcceptedRow, _ACCEPTED, statement=about.id)
        for _, rows in groupby(taken, key=lambda row: row.number):
            made.accepted |= _shared(list(rows))
        return made

    def lines(self, tx: ReadTransaction) -> Iterator[BilledLine]:
        """The lines in the order of the file."""
        for row in tx.read_each(_ClaimRow, _LINES, statement=self.statement.id):
            yield self._line(row)

    def _line(self, row: _ClaimRow) -> BilledLine:
        line, claimed = row.line, row.amount_minor
        outcome, redeemed = self.found[line]
        accepted = self.accepted.get(line)
        if accepted is not None:
            rejected = claimed - accepted.settled_minor
        else:
            rejected = claimed if line in self.rejected else 0
        return BilledLine(
            line=line, sheet=row.sheet, file_row=row.file_row, date=row.date,
            store=row.store, receipt=row.receipt, shown=row.shown, outcome=outcome,
            claimed_minor=claimed, redeemed_minor=redeemed,
            accepted_minor=0 if accepted is None else accepted.settled_minor,
            rejected_minor=rejected, settlement="" if accepted is None else accepted.settlement,
            reference=None if accepted is None else accepted.reference,
            discount_minor=0 if accepted is None else accepted.discount_minor,
            withheld_minor=0 if accepted is None else accepted.withheld_minor,
            paid_minor=0 if accepted is None else accepted.paid_minor,
        )
