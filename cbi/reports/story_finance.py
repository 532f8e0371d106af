"""The part of a voucher's story that the shop's bill tells: claimed, questioned, settled, paid."""

from collections.abc import Iterator

from cbi.finance.exceptions import exceptions
from cbi.ledger.vouchers.reading import Voucher
from cbi.reports.telling import Event, Teller
from cbi.storage import ReadTransaction, Record


def finance_events(
    tx: ReadTransaction, voucher: Voucher, lines: list[Record], teller: Teller
) -> Iterator[Event]:
    """Claims that name the voucher, what was found and decided, settlements and payments."""
    yield from _claims(tx, voucher, teller)
    yield from _findings(tx, voucher, teller)
    for line in lines:
        if line["kind"] in ("redeem", "reverse"):
            yield from _settled(tx, voucher, line, teller)


def _claims(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    for row in tx.rows(
        "SELECT s.number, s.retailer, s.imported_at, c.file_row, c.receipt, c.amount_minor "
        "FROM claim c JOIN statement s ON s.id = c.statement "
        "WHERE c.voucher = :voucher AND c.names = 'voucher' ORDER BY s.imported_at, c.line",
        voucher=voucher.id,
    ):
        yield teller.event(
            row["imported_at"], "claim", statement=row["number"], retailer=row["retailer"],
            row=row["file_row"], receipt=row["receipt"] or "–",
            amount=teller.amount(row["amount_minor"]),
        )


def _findings(tx: ReadTransaction, voucher: Voucher, teller: Teller) -> Iterator[Event]:
    statements = tx.rows(
        "SELECT DISTINCT s.number FROM exception x JOIN statement s ON s.id = x.statement "
        "WHERE x.serial = :serial AND x.current = 1 ORDER BY s.number", serial=voucher.serial,
    )
    for statement in statements:
        for one in exceptions(tx, statement=statement["number"]):
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
    tx: ReadTransaction, voucher: Voucher, line: Record, teller: Teller
) -> Iterator[Event]:
    """Where a redemption or reversal was settled, and the payment if it was paid."""
    row = tx.row(
        "SELECT l.settled_minor, l.waived_minor, s.number, s.retailer, s.made_by, s.made_at, "
        "p.reference, p.paid_by, p.paid_at FROM settlement_line l "
        "JOIN settlement s ON s.id = l.settlement LEFT JOIN payment p ON p.settlement = s.id "
        "WHERE l.entry = :entry", entry=line["id"],
    )
    if row is None:
        return
    kind = "settle" if line["kind"] == "redeem" else "settle-back"
    more = "" if not row["waived_minor"] else teller.say(
        "waived", amount=teller.amount(row["waived_minor"])
    )
    yield teller.event(
        row["made_at"], kind, more, settlement=row["number"], by=row["made_by"],
        amount=teller.amount(row["settled_minor"]), redemption=f"{voucher.serial}/{line['seq']}",
    )
    if row["paid_at"] is not None:
        yield teller.event(
            row["paid_at"], "pay", settlement=row["number"], by=row["paid_by"],
            reference=row["reference"], retailer=row["retailer"],
        )
