"""What `check` knows of late sales: nothing late is redeemed without a manager's yes, once.

A sale is late by the limit that its programme had when it was taken in, and a verdict takes two
people where duties were apart when it was given, as the log tells both.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cbi.audit.rule_results import Violation
from cbi.base.clock import DAY_US
from cbi.ledger.clocks import taken
from cbi.ledger.vouchers.late import lateness_by
from cbi.programmes.loosening import rule_since, value_at
from cbi.programmes.programmes import programmes
from cbi.storage import ReadTransaction


class Verdict(NamedTuple):
    """A verdict with its sale (None where there is none) and the redemption that it names."""

    number: str | None
    voucher: bytes | None
    store: str | None
    amount_minor: int | None
    occurred_at: int | None
    brought_by: str | None
    brought_at: int | None
    verdict: str
    decided_by: str
    decided_at: int
    spent: bytes | None
    spent_at: str | None
    spent_minor: int | None
    sold_at: int | None
    operator: str | None
    kind: str | None
    programme: str | None


class LateLine(NamedTuple):
    """A redemption long after it happened, which no manager accepted."""

    serial: str
    seq: int
    id: bytes
    occurred_at: int
    recorded_at: int
    programme: str
    zone: str


def late_accepted(tx: ReadTransaction) -> Iterator[Violation]:
    """Every late redemption was accepted, by another than who brought it in; and as it was."""
    yield from _redeemed_without(tx)
    apart = {of.code: rule_since(tx, of, "duties_apart") for of in programmes(tx)}
    for serial, seq in tx.tuples(
        "SELECT v.serial, h.seq FROM entry h JOIN voucher v ON v.id = h.voucher "
        "LEFT JOIN entry e ON e.voucher = h.voucher AND e.seq = h.seq + 1 "
        "LEFT JOIN late_verdict d ON d.entry = e.id AND d.verdict = 'accepted' "
        "WHERE h.kind = 'honour' AND d.sale IS NULL ORDER BY v.serial, h.seq"
    ):
        yield Violation(f"{serial}/{seq}", "check.honour-unaccepted")
    for one in tx.read(
        Verdict,
        "SELECT l.number, l.voucher, l.store, l.amount_minor, l.occurred_at, l.brought_by, "
        "l.brought_at, d.verdict, d.decided_by, d.decided_at, "
        "e.voucher AS spent, e.store AS spent_at, e.amount_minor AS spent_minor, "
        "e.occurred_at AS sold_at, e.operator, e.kind, r.programme "
        "FROM late_verdict d LEFT JOIN late_sale l ON l.id = d.sale "
        "LEFT JOIN voucher v ON v.id = l.voucher LEFT JOIN round r ON r.code = v.round "
        "LEFT JOIN entry e ON e.id = d.entry "
        "ORDER BY d.decided_at"
    ):
        if not _fits(one, apart.get(one.programme or "", [(0, 1)])):
            yield Violation(one.number or "late_verdict", "check.late-verdict-differs")


def _fits(one: Verdict, apart: list[tuple[int, int]]) -> bool:
    """A verdict on a sale that there is, by another; and the redemption is that very sale."""
    if one.number is None or one.decided_at < (one.brought_at or 0):
        return False
    if one.decided_by == one.brought_by and value_at(apart, one.decided_at):
        return False
    if one.verdict != "accepted":
        return True
    return ("redeem", one.voucher, one.store, one.amount_minor, one.occurred_at,
            one.decided_by) == (
        one.kind, one.spent, one.spent_at, one.spent_minor, one.sold_at,
        one.operator)


def _redeemed_without(tx: ReadTransaction) -> Iterator[Violation]:
    """Late redemptions that no manager accepted."""
    limits = {of.code: rule_since(tx, of, "lateness_days") for of in programmes(tx)}
    least = min((limit for told in limits.values() for _, limit in told), default=0)
    for late in tx.read(
        LateLine, "SELECT v.serial, e.seq, e.id, e.occurred_at, e.recorded_at, r.programme, p.zone "
        "FROM entry e JOIN voucher v ON v.id = e.voucher JOIN round r ON r.code = v.round "
        "JOIN programme p ON p.code = r.programme "
        "LEFT JOIN late_verdict d ON d.entry = e.id AND d.verdict = 'accepted' "
        "WHERE e.kind = 'redeem' AND e.recorded_at - e.occurred_at > :least "
        "AND d.sale IS NULL ORDER BY v.serial, e.seq",
        least=(least - 1) * DAY_US,
    ):
        taken_at = taken(late.id, late.recorded_at)
        most = value_at(limits[late.programme], taken_at)
        if lateness_by(late.zone, most, late.occurred_at, taken_at) is not None:
            yield Violation(f"{late.serial}/{late.seq}", "check.late-unaccepted")
