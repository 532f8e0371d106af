"""A statement's lines as they stand now: outcome, what was accepted, rejected, left, and paid."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import NamedTuple

from cbi.finance.reconciliation.exceptions import rejected_lines
from cbi.finance.reconciliation.matching import MATCHED, ClaimMatch
from cbi.finance.reconciliation.streams import outcomes
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

_LINES = """
SELECT line, sheet, file_row, date, store, receipt, shown, amount_minor FROM claim
WHERE statement = :statement ORDER BY line
"""
_ACCEPTED = """
SELECT a.line, s.number, p.reference, sum(l.settled_minor) AS settled_minor,
       sum(l.discount_minor) AS discount_minor,
       sum(sum(l.settled_minor - l.discount_minor)) OVER (PARTITION BY s.number) AS whole_minor,
       s.payable_minor, coalesce(p.left_minor, s.payable_minor) AS left_minor
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
    """What a settlement took of a line, with its number and its payment's reference; what it took
    of all lines less discounts, what it came to, and what of that is not paid yet."""

    line: int
    number: str
    reference: str | None
    settled_minor: int
    discount_minor: int
    whole_minor: int
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


class AcceptedLines:
    """What settlements took of a statement's lines, by their numbers: five whole numbers of each,
    since a statement may have a million."""

    def __init__(self, lines: int) -> None:
        self._settled, self._discount, self._withheld, self._payable = (
            array("q", bytes(8 * lines)) for _ in range(4)
        )
        self._by = array("i", bytes(4 * lines))
        self._settlements: list[tuple[str, str | None]] = [("", None)]
        """With the reference of each; the first stands for none."""

    def add(self, line: int, one: Accepted) -> None:
        """Keep what was taken of a line, settlement by settlement."""
        if self._settlements[-1] != (one.settlement, one.reference):
            self._settlements.append((one.settlement, one.reference))
        self._by[line] = len(self._settlements) - 1
        self._settled[line], self._discount[line] = one.settled_minor, one.discount_minor
        self._withheld[line], self._payable[line] = one.withheld_minor, one.payable_minor

    def get(self, line: int) -> Accepted | None:
        """What was taken of a line, if anything was."""
        if not self._by[line]:
            return None
        return Accepted(
            self._settled[line], *self._settlements[self._by[line]], self._discount[line],
            self._withheld[line], self._payable[line],
        )

    def __iter__(self) -> Iterator[Accepted]:
        found = map(self.get, range(len(self._by)))
        return (one for one in found if one is not None)


def _shared(rows: Iterator[_AcceptedRow]) -> Iterator[tuple[int, Accepted]]:
    """What one settlement took of its lines, each with its number, the last of them first."""
    first = next(rows)
    withheld, left = int(first.whole_minor) - first.payable_minor, first.left_minor
    for row in chain([first], rows):
        kept = min(withheld, row.net_minor)
        due = min(left, row.net_minor - kept)
        withheld, left = withheld - kept, left - due
        yield row.line, Accepted(int(row.settled_minor), first.number, first.reference,
                                 int(row.discount_minor), kept, due)


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
    """A statement with what was found about each of its lines: a line that matched is a mark alone,
    since it was redeemed for what it claims."""

    statement: Statement
    matched: bytearray
    found: dict[int, tuple[str, int]] = field(default_factory=dict)
    accepted: AcceptedLines = field(default_factory=lambda: AcceptedLines(0))
    rejected: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, tx: ReadTransaction, about: Statement) -> "Billed":
        """Everything about a statement's lines, in one view."""
        last = tx.value("SELECT max(line) FROM claim WHERE statement = :it", it=about.id)
        lines = 1 + int(last or 0)
        made = cls(about, bytearray(lines), accepted=AcceptedLines(lines),
                   rejected=rejected_lines(tx, about.id))
        for one in outcomes(tx, about):
            if not isinstance(one, ClaimMatch):
                continue
            line, redeemed = one.claim.line, one.redeemed_minor
            if one.outcome == MATCHED and redeemed == one.claim.amount_minor:
                made.matched[line] = 1
            else:
                made.found[line] = (one.outcome, redeemed)
        taken = tx.read_each(_AcceptedRow, _ACCEPTED, statement=about.id)
        for _, rows in groupby(taken, key=lambda row: row.number):
            for place, whole in _shared(rows):
                made.accepted.add(place, whole)
        return made

    @property
    def line_count(self) -> int:
        """How many lines it has."""
        return sum(self.matched) + len(self.found)

    def lines(self, tx: ReadTransaction) -> Iterator[BilledLine]:
        """The lines in the order of the file."""
        for row in tx.read_each(_ClaimRow, _LINES, statement=self.statement.id):
            yield self._line(row)

    def _line(self, row: _ClaimRow) -> BilledLine:
        line, claimed = row.line, row.amount_minor
        outcome, redeemed = (MATCHED, claimed) if self.matched[line] else self.found[line]
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
