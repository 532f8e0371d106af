"""The part of a voucher's story that the shop's bill tells: claimed, questioned, settled, paid."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import col, select

from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.tables import Claim, ReconciliationException, Statement
from cbi.ledger.tables import Entry
from cbi.ledger.vouchers.reading import Voucher
from cbi.reports.telling import Event, Teller
from cbi.storage import ReadTransaction


class _SettledLine(NamedTuple):
    """What a settlement took of a redemption or reversal."""

    settled_minor: int
    waived_minor: int
    number: str
    retailer: str
    made_by: str
    made_at: int


class _Paid(NamedTuple):
    """A payment of a settlement."""

    reference: str
    paid_by: str
    paid_at: int


def finance_events(
    tx: ReadTransaction, voucher: Voucher, lines: list[Entry], teller: Teller
) -> Iterator[Event]:
    """Claims that name the voucher, what was found and decided, settlements and payments."""
    yield from _claims(tx, voucher, teller)
    yield from _findings(tx, voucher, teller)
    for line in lines:
        if line.kind in ("redeem", "reverse"):
            yield from _settled(tx, voucher, line, teller)


def _claims(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    for claim, statement in tx.all(
        select(Claim, Statement).join(Statement, col(Statement.id) == Claim.statement)
        .where(Claim.voucher == voucher.id, Claim.names == "voucher")
        .order_by(col(Statement.imported_at), col(Claim.line))
    ):
        yield teller.event(
            statement.imported_at, "claim", statement=statement.number,
            retailer=statement.retailer, row=claim.file_row, receipt=claim.receipt or "–",
            amount=teller.amount(claim.amount_minor),
        )


def _findings(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    numbers = tx.all(
        select(Statement.number)
        .join(ReconciliationException, col(ReconciliationException.statement) == Statement.id)
        .where(
            ReconciliationException.serial == voucher.serial, ReconciliationException.current == 1
        )
        .distinct().order_by(Statement.number)
    )
    for number in numbers:
        for one in exceptions(tx, statement=number):
            if one.serial != voucher.serial:
                continue
            yield teller.event(
                one.found_at, "finding", statement=one.statement, what=one.words(teller.language)
            )
            if one.decided_at is not None:
                yield teller.event(
                    one.decided_at, "decision", by=one.decided_by, reason=one.reason,
                    verdict=teller.say(f"verdict-{one.verdict}"),
                )


def _settled(
    tx: ReadTransaction, voucher: Voucher, line: Entry, teller: Teller
) -> Iterator[Event]:
    """Where a redemption or reversal was settled, and the payment if it was paid."""
    settled = tx.read_one(
        _SettledLine,
        "SELECT l.settled_minor, l.waived_minor, s.number, s.retailer, s.made_by, s.made_at "
        "FROM settlement_line l JOIN settlement s ON s.id = l.settlement WHERE l.entry = :entry",
        entry=line.id,
    )
    if settled is None:
        return
    kind = "settle" if line.kind == "redeem" else "settle-back"
    more = "" if not settled.waived_minor else teller.say(
        "waived", amount=teller.amount(settled.waived_minor)
    )
    yield teller.event(
        settled.made_at, kind, more, settlement=settled.number, by=settled.made_by,
        amount=teller.amount(settled.settled_minor), redemption=f"{voucher.serial}/{line.seq}",
    )
    for paid in tx.read(
        _Paid, "SELECT p.reference, p.paid_by, p.paid_at FROM payment p "
        "JOIN settlement s ON s.id = p.settlement WHERE s.number = :number ORDER BY p.part",
        number=settled.number,
    ):
        yield teller.event(
            paid.paid_at, "pay", settlement=settled.number, by=paid.paid_by,
            reference=paid.reference, retailer=settled.retailer,
        )
