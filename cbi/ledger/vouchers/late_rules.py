"""What `check` knows of late sales: nothing late is redeemed without a manager's yes, once.

A sale is late by the limit that its programme had when it was taken in, as the log tells it.
"""

from collections.abc import Iterator

from cbi.audit.rule_results import Violation
from cbi.base.clock import DAY_US
from cbi.ledger.clocks import taken
from cbi.ledger.vouchers.late import lateness_by
from cbi.operators.log import entries
from cbi.storage import ReadTransaction, Record

EVERY = 2**62


def late_accepted(tx: ReadTransaction) -> Iterator[Violation]:
    """Every late redemption was accepted, by another than who brought it in; and as it was."""
    yield from _redeemed_without(tx)
    for row in tx.rows(
        "SELECT v.serial, h.seq FROM entry h JOIN voucher v ON v.id = h.voucher "
        "LEFT JOIN entry e ON e.voucher = h.voucher AND e.seq = h.seq + 1 "
        "LEFT JOIN late_verdict d ON d.entry = e.id AND d.verdict = 'accepted' "
        "WHERE h.kind = 'honour' AND d.sale IS NULL ORDER BY v.serial, h.seq"
    ):
        yield Violation(f"{row['serial']}/{row['seq']}", "check.honour-unaccepted")
    for row in tx.rows(
        "SELECT l.number, l.voucher, l.store, l.amount_minor, l.occurred_at, l.brought_by, "
        "l.brought_at, d.verdict, d.decided_by, d.decided_at, e.id AS entry, "
        "e.voucher AS spent, e.store AS spent_at, e.amount_minor AS spent_minor, "
        "e.occurred_at AS sold_at, e.recorded_at, e.operator, e.kind, p.duties_apart "
        "FROM late_verdict d LEFT JOIN late_sale l ON l.id = d.sale "
        "LEFT JOIN voucher v ON v.id = l.voucher LEFT JOIN round r ON r.code = v.round "
        "LEFT JOIN programme p ON p.code = r.programme LEFT JOIN entry e ON e.id = d.entry "
        "ORDER BY d.decided_at"
    ):
        if not _fits(row):
            yield Violation(row["number"] or "late_verdict", "check.late-verdict-differs")


def _fits(row: Record) -> bool:
    """A verdict on a sale that there is, by another; and the redemption is that very sale."""
    if row["number"] is None or row["decided_at"] < row["brought_at"]:
        return False
    if row["duties_apart"] and row["decided_by"] == row["brought_by"]:
        return False
    if row["verdict"] != "accepted":
        return True
    return ("redeem", row["voucher"], row["store"], row["amount_minor"], row["occurred_at"],
            row["decided_by"]) == (
        row["kind"], row["spent"], row["spent_at"], row["spent_minor"], row["sold_at"],
        row["operator"])


def _redeemed_without(tx: ReadTransaction) -> Iterator[Violation]:
    """Late redemptions that no manager accepted."""
    limits = _limits(tx)
    least = min((limit for told in limits.values() for _, limit in told), default=0)
    for row in tx.rows(
        "SELECT v.serial, e.seq, e.id, e.occurred_at, e.recorded_at, r.programme, p.zone "
        "FROM entry e JOIN voucher v ON v.id = e.voucher JOIN round r ON r.code = v.round "
        "JOIN programme p ON p.code = r.programme "
        "LEFT JOIN late_verdict d ON d.entry = e.id AND d.verdict = 'accepted' "
        "WHERE e.kind = 'redeem' AND e.recorded_at - e.occurred_at > :least "
        "AND d.sale IS NULL ORDER BY v.serial, e.seq",
        least=(least - 1) * DAY_US,
    ):
        told = limits[row["programme"]]
        taken_at = taken(row["id"], row["recorded_at"])
        most = next(limit for since, limit in reversed(told) if since <= taken_at)
        setting = {"zone": row["zone"], "lateness_days": most}
        if lateness_by(setting, row["occurred_at"], taken_at) is not None:
            yield Violation(f"{row['serial']}/{row['seq']}", "check.late-unaccepted")


def _limits(tx: ReadTransaction) -> dict[str, list[tuple[int, int]]]:
    """Of each programme the limits it had, the oldest first, each with the instant it began."""
    limits: dict[str, list[tuple[int, int]]] = {}
    for line in reversed(entries(tx, action="programme", limit=EVERY)):
        limit = line.detail.get("lateness_days")
        if isinstance(limit, int):
            told = limits.setdefault(line.object, [])
            told.append((line.at if told else 0, limit))
    for row in tx.rows("SELECT code, lateness_days FROM programme"):
        limits.setdefault(row["code"], [(0, row["lateness_days"])])
    return limits
