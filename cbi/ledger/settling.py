"""Settling: what the ledger accepts of a retailer's claims; `paying` sends the money for it.

A redemption or reversal is on one settlement at most, by primary key, and whole: settled and waived
are its amount. A reversal that comes after its redemption was settled is settled with negative
amounts. The hash that becomes a seal's leaf covers the settlement's row and all its lines.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import col, func, select

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import Conflict, NotFound
from cbi.ledger.journal import retailer_account
from cbi.ledger.tables import Payment, SettlementRow
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction


class SettledEntry(NamedTuple):
    """A redemption (amounts >= 0) or reversal (amounts <= 0) on a settlement, in minor units."""

    entry: bytes
    settled_minor: int
    waived_minor: int
    discount_minor: int = 0


class Agreed(NamedTuple):
    """What of a contract's terms a settlement as a whole follows: their number, what the transfer
    costs the retailer, and by which day, counted from the instant `at`, it is paid."""

    terms: int | None = None
    fee_minor: int = 0
    due_on: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement as people see it, with its newest payment where there is one; `left_minor` is
    what is still to be paid."""

    id: bytes
    number: str
    retailer: str
    statement: bytes
    accepted_minor: int
    discount_minor: int
    fee_minor: int
    payable_minor: int
    terms: int | None
    due_on: str | None
    made_by: str
    made_at: int
    left_minor: int
    reference: str | None = None
    paid_by: str | None = None
    paid_at: int | None = None

    @property
    def paid_minor(self) -> int:
        """What was paid of it so far."""
        return self.payable_minor - self.left_minor


class PartPaid(NamedTuple):
    """A transfer for a settlement: its reference, what was sent of it and what that left."""

    reference: str
    amount_minor: int
    left_minor: int
    paid_by: str
    paid_at: int


WITHOUT_TERMS = Agreed()
SLICE = 20_000
_HASHED = ("id", "number", "retailer", "statement", "accepted_minor", "discount_minor",
           "fee_minor", "payable_minor", "terms", "due_on", "made_by", "made_at")
_PAID = ("id", "settlement", "part", "amount_minor", "left_minor", "reference", "place",
         "fee_minor", "paid_by", "paid_at")
_SELECT = """
SELECT s.id, s.number, s.retailer, s.statement, s.accepted_minor, s.discount_minor, s.fee_minor,
       s.payable_minor, s.terms, s.due_on, s.made_by, s.made_at,
       coalesce(p.left_minor, s.payable_minor) AS left_minor, p.reference, p.paid_by, p.paid_at
FROM settlement s LEFT JOIN payment p ON p.settlement = s.id
AND p.part = (SELECT max(o.part) FROM payment o WHERE o.settlement = s.id)
"""
_UNFIT = """
SELECT v.serial, e.seq FROM settlement_line l
LEFT JOIN entry e ON e.id = l.entry LEFT JOIN voucher v ON v.id = e.voucher
WHERE l.settlement = :settlement AND NOT coalesce(
    (e.kind = 'redeem' AND e.credit = :account AND l.settled_minor >= 0 AND l.waived_minor >= 0
     AND l.settled_minor + l.waived_minor = e.amount_minor
     AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses = e.id AND NOT EXISTS (
         SELECT 1 FROM settlement_line o WHERE o.entry = r.id)))
    OR (e.kind = 'reverse' AND e.debit = :account AND l.settled_minor <= 0 AND l.waived_minor <= 0
     AND l.settled_minor + l.waived_minor = -e.amount_minor
     AND EXISTS (SELECT 1 FROM settlement_line o WHERE o.entry = e.reverses
         AND o.discount_minor = -l.discount_minor)), 1 = 0)
LIMIT 1
"""


RETAILER = "retailer:"
_DUE = """
FROM entry e JOIN settlement_line l ON l.entry = e.reverses AND l.settled_minor > 0
JOIN voucher v ON v.id = e.voucher LEFT JOIN settlement_line o ON o.entry = e.id
WHERE e.kind = 'reverse' AND o.entry IS NULL
"""


def settle_in(
    tx: WriteTransaction, session: OperatorSession, *, retailer: str, statement: bytes,
    lines: Sequence[SettledEntry], agreed: Agreed = WITHOUT_TERMS,
) -> Settlement:
    """Put redemptions and reversals of a retailer on a new settlement, in the caller's transaction.

    Raises:
        Conflict: nothing to settle, one of them was settled before or is not this retailer's, the
            amounts are not theirs, or more is taken back than accepted.
    """
    session.require("settlement.make")
    if not lines:
        raise Conflict("finance.settlement-empty", retailer=retailer)
    accepted = sum(line.settled_minor for line in lines)
    discount = sum(line.discount_minor for line in lines)
    payable = accepted - discount - agreed.fee_minor
    if accepted < 0 or payable < 0:
        raise Conflict("finance.settlement-below-zero", retailer=retailer)
    told = SettlementRow(
        id=session.new_id(), number=_next_number(tx, retailer), retailer=retailer,
        statement=statement, accepted_minor=accepted, discount_minor=discount,
        payable_minor=payable, terms=agreed.terms, fee_minor=agreed.fee_minor,
        due_on=agreed.due_on, made_by=session.operator.name,
        made_at=session.clock() if agreed.at is None else agreed.at, hash=b"",
    ).model_dump()
    row = SettlementRow(**{**told, "hash": settlement_hash(told, lines)})
    _insert(tx, row, lines)
    log.record_by(
        tx, session, action="settlement.make", object=row.number, at=row.made_at,
        detail={
            "lines": len(lines), "accepted_minor": accepted,
            **({"discount_minor": discount} if discount else {}),
            **({"fee_minor": agreed.fee_minor} if agreed.fee_minor else {}),
            **({"due_on": agreed.due_on} if agreed.due_on else {}),
        },
    )
    return settlement(tx, row.number)


def settlement(tx: ReadTransaction, number: str) -> Settlement:
    """The settlement with this number.

    Raises:
        NotFound: no such settlement.
    """
    found = tx.read_one(
        Settlement, f"{_SELECT} WHERE s.number = :number", number=number.strip().upper()
    )
    if found is None:
        raise NotFound("finance.settlement-unknown", settlement=number)
    return found


def settlements(
    tx: ReadTransaction, *, retailer: str | None = None, statement: bytes | None = None
) -> list[Settlement]:
    """Settlements, the oldest first."""
    asked = {"s.retailer = :retailer": retailer, "s.statement = :statement": statement}
    met = [condition for condition, value in asked.items() if value is not None]
    where = f"WHERE {' AND '.join(met)}" if met else ""
    return tx.read(
        Settlement, f"{_SELECT} {where} ORDER BY s.made_at, s.number", retailer=retailer,
        statement=statement,
    )


class Credit(NamedTuple):
    """What a retailer owes back in one currency: reversals of what was settled, on no settlement
    yet, less what the discount had taken off; in minor units."""

    retailer: str
    currency: str
    reversals: int
    amount_minor: int


class CreditLine(NamedTuple):
    """A reversal that waits to be taken off, and what its redemption was settled with."""

    entry: bytes
    settled_minor: int
    waived_minor: int
    discount_minor: int

    @property
    def owed_minor(self) -> int:
        """What had been paid for it."""
        return self.settled_minor - self.discount_minor


def credits_due(tx: ReadTransaction) -> list[Credit]:
    """Every retailer's credit, as it stands."""
    return [
        Credit(account.removeprefix(RETAILER), currency, count, int(amount))
        for account, currency, count, amount in tx.tuples(
            f"SELECT e.debit, v.currency, count(*), sum(l.settled_minor - l.discount_minor) "
            f"{_DUE} "
            "GROUP BY e.debit, v.currency ORDER BY e.debit, v.currency"
        )
    ]


def credit_lines(tx: ReadTransaction, retailer: str, currency: str) -> list[CreditLine]:
    """The reversals of a retailer's credit, the oldest first."""
    return tx.read(
        CreditLine,
        f"SELECT e.id AS entry, l.settled_minor, l.waived_minor, l.discount_minor {_DUE} "
        "AND e.debit = :account AND v.currency = :currency ORDER BY e.recorded_at, e.id",
        account=retailer_account(retailer), currency=currency,
    )


def lines_and_taken_back(tx: ReadTransaction, found: Settlement) -> tuple[int, int]:
    """How many lines a settlement has, and what reversals among them take off it."""
    lines, back = next(tx.tuples(
        "SELECT count(*), coalesce(sum(CASE WHEN settled_minor < 0 THEN -settled_minor ELSE 0 END),"
        " 0) FROM settlement_line WHERE settlement = :id", id=found.id,
    ))
    return int(lines), int(back)


def parts_paid(tx: ReadTransaction, found: Settlement) -> list[PartPaid]:
    """What was sent for a settlement, transfer by transfer."""
    return [
        PartPaid(one.reference, one.amount_minor, one.left_minor, one.paid_by, one.paid_at)
        for one in tx.all(
            select(Payment).where(Payment.settlement == found.id).order_by(col(Payment.part))
        )
    ]


def settlement_of(tx: ReadTransaction, redemption: str) -> Settlement | None:
    """The settlement that holds a redemption (`SERIAL/SEQ`), if one does."""
    serial, _, seq = redemption.strip().upper().rpartition("/")
    return tx.read_one(
        Settlement, f"{_SELECT} JOIN settlement_line l ON l.settlement = s.id "
        "JOIN entry e ON e.id = l.entry JOIN voucher v ON v.id = e.voucher "
        "WHERE v.serial = :serial AND e.seq = :seq",
        serial=serial, seq=int(seq) if seq.isdecimal() else 0,
    )


def duties_apart(tx: ReadTransaction, retailer: str) -> bool:
    """Whether duties are kept apart in any programme whose vouchers this retailer takes."""
    switched = tx.all(
        select(Programme.duties_apart).distinct()
        .join(RoundRow, col(RoundRow.programme) == Programme.code)
        .join(RoundRetailer, col(RoundRetailer.round) == RoundRow.code)
        .where(RoundRetailer.retailer == retailer)
    )
    return any(switched) or not switched


def settlement_hash(row: Mapping[str, Any], lines: Iterable[SettledEntry]) -> bytes:
    """SHA-256 of the canonical JSON of the settlement's row and its lines, ordered by entry."""
    listed: list[JsonValue] = [
        [line.entry.hex(), line.settled_minor, line.waived_minor, line.discount_minor]
        for line in sorted(lines, key=lambda line: line.entry)
    ]
    return _row_hash(row, _HASHED, lines=listed)


def payment_hash(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of a payment's row."""
    return _row_hash(row, _PAID)


def broken_settlements(tx: ReadTransaction) -> Iterator[tuple[str, str]]:
    """Settlements and payments that are not what was hashed: where, and what, as a key."""
    for made in tx.all(select(SettlementRow).order_by(
        col(SettlementRow.made_at), SettlementRow.number
    )):
        lines = tx.read_each(
            SettledEntry, "SELECT entry, settled_minor, waived_minor, discount_minor "
            "FROM settlement_line WHERE settlement = :id", id=made.id,
        )
        if settlement_hash(made.model_dump(), lines) != made.hash:
            yield made.number, "check.settlement-changed"
    for paid in tx.all(select(Payment).order_by(col(Payment.paid_at), Payment.reference)):
        if payment_hash(paid.model_dump()) != paid.hash:
            yield paid.reference, "check.payment-changed"


def _row_hash(row: Mapping[str, Any], columns: Iterable[str], **more: JsonValue) -> bytes:
    told: dict[str, JsonValue] = {**more}
    for name in columns:
        value = row[name]
        if value is None:
            continue  # nothing is said of what is not there, as of every other row
        told[name] = value.hex() if isinstance(value, bytes) else value
    return hashlib.sha256(canonical_json(told)).digest()


def _next_number(tx: ReadTransaction, retailer: str) -> str:
    counted = tx.first(
        select(func.count()).select_from(SettlementRow).where(SettlementRow.retailer == retailer)
    )
    return f"{retailer.upper()}-P{(counted or 0) + 1}"


def _insert(tx: WriteTransaction, row: SettlementRow, lines: Sequence[SettledEntry]) -> None:
    """The database has the last word: once each, of this retailer, whole."""
    try:
        tx.add(row)
        for start in range(0, len(lines), SLICE):
            tx.insert("settlement_line", (
                {**line._asdict(), "settlement": row.id}
                for line in lines[start : start + SLICE]
            ))
    except ConstraintViolation as refused:
        if "settlement_number" in refused.rule or "settlement.number" in refused.rule:
            raise RetryTransaction(
                refused.rule
            ) from refused  # another office took the number meanwhile
        raise Conflict("finance.settled-before", retailer=row.retailer) from refused
    unfit = tx.tuples(_UNFIT, settlement=row.id, account=retailer_account(row.retailer))
    for serial, seq in unfit:
        raise Conflict("finance.entry-unfit", redemption=f"{serial}/{seq}")
