"""What the workbook's long sheets are made of, as the database gives it."""

from typing import NamedTuple


class RegisterRow(NamedTuple):
    """A voucher in the register."""

    serial: str
    batch: str
    round: str
    city: str
    category: str
    beneficiary: str
    state: str
    face_minor: int
    spent_minor: int
    closed_minor: int
    valid_from: str
    valid_until: str
    successor: str | None


class JournalRow(NamedTuple):
    """A line of a voucher's journal, with what of it was settled where."""

    serial: str
    seq: int
    round: str
    city: str
    category: str
    kind: str
    amount_minor: int
    debit: str | None
    credit: str | None
    store: str | None
    receipt: str | None
    reason: str | None
    operator: str
    occurred_at: int
    recorded_at: int
    settled_minor: int | None
    waived_minor: int | None
    settlement: str | None


class VoidRow(NamedTuple):
    """A voucher that was closed by hand."""

    serial: str
    round: str
    city: str
    category: str
    beneficiary: str
    face_minor: int
    spent_minor: int
    amount_minor: int
    reason: str | None
    operator: str
    recorded_at: int
    successor: str | None


REGISTER = """
SELECT v.serial, b.number AS batch, v.round, v.city, v.category, v.beneficiary, v.state,
       v.face_minor, v.spent_minor, v.closed_minor, v.valid_from, v.valid_until,
       n.serial AS successor
FROM voucher v JOIN batch b ON b.id = v.batch LEFT JOIN voucher n ON n.id = v.successor
WHERE v.round IN ({rounds}) ORDER BY v.serial
"""
JOURNAL = """
SELECT v.serial, e.seq, v.round, v.city, v.category, e.kind, e.amount_minor, e.debit, e.credit,
       e.store, e.receipt, e.reason, e.operator, e.occurred_at, e.recorded_at, l.settled_minor,
       l.waived_minor, s.number AS settlement
FROM entry e JOIN voucher v ON v.id = e.voucher
LEFT JOIN settlement_line l ON l.entry = e.id LEFT JOIN settlement s ON s.id = l.settlement
WHERE v.round IN ({rounds}) ORDER BY v.serial, e.seq
"""
VOID = """
SELECT v.serial, v.round, v.city, v.category, v.beneficiary, v.face_minor, v.spent_minor,
       e.amount_minor, e.reason, e.operator, e.recorded_at, n.serial AS successor
FROM entry e JOIN voucher v ON v.id = e.voucher LEFT JOIN voucher n ON n.id = e.successor
WHERE e.kind = 'void' AND v.round IN ({rounds}) ORDER BY v.serial, e.seq
"""
