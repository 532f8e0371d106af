"""What a retailer's other statements claim: a redemption is billed once, over all of them.

A statement that was withdrawn or replaced claims nothing; neither does a line that was rejected,
nor one that is settled, whose redemptions are taken by that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

_OTHERS = """
SELECT c.voucher, c.line, c.date, c.store, c.receipt, c.amount_minor, s.number, s.id,
       CASE WHEN s.imported_at < :at OR (s.imported_at = :at AND s.number < :number)
            THEN 1 ELSE 0 END AS earlier
FROM statement s JOIN claim c ON c.statement = s.id
WHERE s.retailer = :retailer AND s.currency = :currency AND s.id <> :id
  AND s.withdrawn_at IS NULL AND c.names = 'voucher'
  AND NOT EXISTS (
      SELECT 1 FROM acceptance a WHERE a.statement = c.statement AND a.line = c.line)
  AND (s.period_until >= :first AND s.period_from <= :last OR EXISTS (
      SELECT 1 FROM claim m WHERE m.statement = :id AND m.voucher = c.voucher))
ORDER BY c.voucher, s.imported_at, s.number, c.line
"""


class OtherClaim(NamedTuple):
    """A line of another statement: its voucher, what it says, and whether it came first."""

    voucher: bytes
    line: int
    date: str | None
    store: str | None
    receipt: str | None
    amount_minor: int
    number: str
    statement: bytes
    earlier: int


class _Rejected(NamedTuple):
    """A line of a statement and the newest verdict on it."""

    statement: bytes
    line: int
    verdict: str


def other_claims(tx: ReadTransaction, statement: Statement) -> Iterator[OtherClaim]:
    """The lines of the retailer's other statements, in the order of vouchers."""
    others = tx.value(
        "SELECT count(*) FROM statement WHERE retailer = :retailer AND id <> :id "
        "AND withdrawn_at IS NULL", retailer=statement.retailer, id=statement.id,
    )
    if not int(others):
        return
    rejected = _rejected(tx, statement.retailer)
    for row in tx.tuples(
        _OTHERS, at=statement.imported_at, number=statement.number, retailer=statement.retailer,
        currency=statement.currency, id=statement.id, first=statement.period_from,
        last=statement.period_until,
    ):
        one = OtherClaim(*row)
        if (one.statement, one.line) not in rejected:
            yield one


class ByVoucher:
    """Other statements' claims, given voucher by voucher as they are asked for in order."""

    def __init__(self, claims: Iterator[OtherClaim]) -> None:
        self._claims = claims
        self._next = next(claims, None)

    def of(self, voucher: bytes) -> list[OtherClaim]:
        """The claims on a voucher; those on vouchers before it are passed by."""
        found = []
        while self._next is not None and self._next.voucher <= voucher:
            if self._next.voucher == voucher:
                found.append(self._next)
            self._next = next(self._claims, None)
        return found


@dataclass(frozen=True, slots=True)
class StoresBilled:
    """Which stores' redemptions a statement should hold: its own store's where it bills for one
    alone; else all that the retailer's other statements of these days don't bill for."""

    own: frozenset[str]
    elsewhere: frozenset[str]

    @classmethod
    def of(
        cls, tx: ReadTransaction, statement: Statement, known: frozenset[str]
    ) -> "StoresBilled":
        named = frozenset(store for store, in tx.tuples(
            "SELECT DISTINCT store FROM claim WHERE statement = :id", id=statement.id
        ))
        own = named if named and named <= known else frozenset[str]()
        return cls(own, _stores_elsewhere(tx, statement))

    def holds(self, store: str) -> bool:
        """Whether a redemption at this store belongs on the statement."""
        if len(self.own) == 1:
            return store in self.own
        return store in self.own or store not in self.elsewhere


def _stores_elsewhere(tx: ReadTransaction, statement: Statement) -> frozenset[str]:
    """The stores that the retailer's other statements of these days bill for."""
    return frozenset(store for store, in tx.tuples(
        "SELECT DISTINCT c.store FROM statement s JOIN claim c ON c.statement = s.id "
        "WHERE s.retailer = :retailer AND s.id <> :id AND s.withdrawn_at IS NULL "
        "AND s.period_until >= :first AND s.period_from <= :last AND c.store IS NOT NULL",
        retailer=statement.retailer, id=statement.id, first=statement.period_from,
        last=statement.period_until,
    ))


def _rejected(tx: ReadTransaction, retailer: str) -> set[tuple[bytes, int]]:
    newest = {
        (row.statement, row.line): row.verdict for row in tx.read(
            _Rejected, "SELECT x.statement, x.line, d.verdict FROM exception x "
            "JOIN decision d ON d.exception = x.id JOIN statement s ON s.id = x.statement "
            "WHERE s.retailer = :retailer AND x.line IS NOT NULL ORDER BY d.decided_at, d.id",
            retailer=retailer,
        )
    }
    return {key for key, verdict in newest.items() if verdict == "reject"}
