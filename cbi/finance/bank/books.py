"""What the bank's lines are held against: what is open to pay, what was paid, what still waits."""

from collections import defaultdict
from typing import NamedTuple

from cbi.base.errors import Conflict, NotFound
from cbi.finance.bank.matching import OpenBooks, OpenSettlement, OpenTransfer
from cbi.finance.bank.tables import BankLine
from cbi.finance.reconciliation.exceptions import deciders
from cbi.ledger.paying import approval_of
from cbi.ledger.settling import duties_apart, settlement
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.approvals import standing
from cbi.storage import ReadTransaction


class _OpenRow(NamedTuple):
    """A settlement with something left to pay."""

    number: str
    retailer: str
    name: str
    tax_number: str | None
    left_minor: int
    made_by: str
    statement: bytes


class UnseenPayment(NamedTuple):
    """A payment that no line of the bank's shows."""

    id: bytes
    reference: str
    amount_minor: int
    fee_minor: int


_OPEN = """
SELECT s.number, s.retailer, r.name, r.number AS tax_number,
       s.payable_minor - coalesce(sum(p.amount_minor), 0) AS left_minor, s.made_by, s.statement
FROM settlement s JOIN statement t ON t.id = s.statement JOIN retailer r ON r.code = s.retailer
LEFT JOIN payment p ON p.settlement = s.id WHERE t.currency = :currency
GROUP BY s.number, s.retailer, r.name, r.number, s.payable_minor, s.made_by, s.statement, s.made_at
HAVING s.payable_minor > coalesce(sum(p.amount_minor), 0) ORDER BY s.made_at, s.number
"""
UNSEEN = """
SELECT p.id, p.reference, p.amount_minor, p.fee_minor FROM payment p
JOIN settlement s ON s.id = p.settlement JOIN statement t ON t.id = s.statement
LEFT JOIN bank_match m ON m.payment = p.id
WHERE m.payment IS NULL AND t.currency = :currency ORDER BY p.reference, p.place
"""


def unseen(tx: ReadTransaction, currency: str) -> list[UnseenPayment]:
    """Payments in a currency that no line of the bank's shows, by their transfers."""
    return tx.read(UnseenPayment, UNSEEN, currency=currency)


def books(tx: ReadTransaction, session: OperatorSession, currency: str) -> OpenBooks:
    """What is open in a currency: settlements, and transfers that no line shows."""
    grouped: defaultdict[str, list[UnseenPayment]] = defaultdict(list)
    for paid in unseen(tx, currency):
        grouped[paid.reference].append(paid)
    return OpenBooks(
        [_open(tx, session, row, currency)
         for row in tx.read(_OpenRow, _OPEN, currency=currency)],
        [OpenTransfer(reference, tuple(one.id for one in rows),
                      sum(one.amount_minor for one in rows), sum(one.fee_minor for one in rows))
         for reference, rows in grouped.items()],
        frozenset(str(one) for one, in tx.tuples("SELECT DISTINCT reference FROM payment")),
    )


def _open(
    tx: ReadTransaction, session: OperatorSession, row: _OpenRow, currency: str
) -> OpenSettlement:
    who = session.operator.name
    apart = duties_apart(tx, row.retailer)
    may = not apart or (row.made_by != who and who not in deciders(tx, row.statement))
    stands = standing(tx, approval_of(tx, settlement(tx, row.number), currency))
    may = may and stands.is_last(who)
    return OpenSettlement(row.number, row.retailer, row.name, row.tax_number or "",
                          int(row.left_minor), may)


class BankLineSeen(NamedTuple):
    """A line as it stands; `ended` is `paid`, `aside` or nothing while it waits."""

    file: str
    number: int
    booked_on: str
    amount_minor: int
    currency: str
    reference: str
    payee: str
    purpose: str
    ended: str | None
    why: str | None
    reason: str | None
    ended_by: str | None
    settlements: str

    @property
    def name(self) -> str:
        """How the line is named: its file and its number there."""
        return f"{self.file}/{self.number}"


_PAID_BY = {
    "sqlite": "group_concat(s.number, ' ')", "postgresql": "string_agg(s.number, ' ')",
}


def bank_lines(
    tx: ReadTransaction, *, waiting: bool = False, file: str | None = None
) -> list[BankLineSeen]:
    """The bank's lines with what became of each, the oldest first."""
    asked = [*(["e.line IS NULL"] if waiting else []), *(["f.number = :file"] if file else [])]
    where = f"WHERE {' AND '.join(asked)}" if asked else ""
    return tx.read(
        BankLineSeen, "SELECT f.number AS file, l.number, l.booked_on, l.amount_minor, f.currency, "
        "l.reference, l.payee, l.purpose, e.kind AS ended, e.why, e.reason, e.ended_by, "
        f"coalesce((SELECT {_PAID_BY[tx.engine]} FROM bank_match m "
        "JOIN payment p ON p.id = m.payment JOIN settlement s ON s.id = p.settlement "
        "WHERE m.line = l.id), '') AS settlements "
        "FROM bank_line l JOIN bank_file f ON f.id = l.file LEFT JOIN bank_end e ON e.line = l.id "
        f"{where} ORDER BY f.imported_at, f.number, l.number", file=file,
    )


def waiting_line(tx: ReadTransaction, reference: str) -> tuple[BankLine, str]:
    """A line by its file and number (`BANK-1/3`) that waits, with its currency.

    Raises:
        NotFound: no such line.
        Conflict: something became of it already.
    """
    name, _, number = reference.strip().upper().partition("/")
    found = tx.read_one(
        _LineRow, f"{_LINE} WHERE f.number = :file AND l.number = :number",
        file=name, number=int(number) if number.isdecimal() and len(number) < 10 else 0,
    )
    if found is None:
        raise NotFound("bank.line-unknown", line=reference)
    if tx.value("SELECT 1 FROM bank_end WHERE line = :id", id=found.id):
        raise Conflict("bank.line-ended", line=reference)
    row = found._asdict()
    currency = str(row.pop("currency"))
    return BankLine(**row), currency


class _LineRow(NamedTuple):
    """A line, with its file's currency."""

    id: bytes
    file: bytes
    number: int
    booked_on: str
    amount_minor: int
    reference: str
    payee: str
    payee_number: str
    purpose: str
    currency: str


_LINE = """
SELECT l.id, l.file, l.number, l.booked_on, l.amount_minor, l.reference, l.payee, l.payee_number,
       l.purpose, f.currency FROM bank_line l JOIN bank_file f ON f.id = l.file
"""
