"""The day that a sale names: was its voucher in hands by then, and how late does it come in.

What is asked of the ledger is asked once for all the sales that are taken together.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cbi.ledger.vouchers.in_hands import not_before
from cbi.ledger.vouchers.late import Lateness, lateness_by
from cbi.storage import ReadTransaction
from cbi.storage.listed import read_in


class Datable(NamedTuple):
    """A voucher, when it was last handed over, and what its programme says of days."""

    code_hash: bytes
    serial: str
    given_at: int | None
    zone: str
    lateness_days: int


def datable(tx: ReadTransaction, hashes: Iterable[bytes]) -> Mapping[bytes, Datable]:
    """By a code's keyed hash, the vouchers that have one of these."""
    return {found.code_hash: found for found in read_in(
        tx, Datable,
        "SELECT v.code_hash, v.serial, (SELECT e.occurred_at FROM entry e WHERE e.voucher = v.id "
        "AND e.kind = 'hand-over' ORDER BY e.seq DESC LIMIT 1) AS given_at, "
        "coalesce(p.zone, 'UTC') AS zone, coalesce(p.lateness_days, 0) AS lateness_days "
        "FROM voucher v LEFT JOIN round r ON r.code = v.round "
        "LEFT JOIN programme p ON p.code = r.programme WHERE v.code_hash IN ({})",
        sorted(set(hashes)),
    )}


def must_be_in_hands(voucher: Datable, at: int) -> None:
    """As `was_in_hands`, of what is known already.

    Raises:
        UsageError: the day is before that of the hand-over.
    """
    if voucher.given_at is not None:
        not_before(voucher.given_at, at, zone=voucher.zone, serial=voucher.serial)


def dated(voucher: Datable, at: int, now: int) -> Lateness | None:
    """How late a sale of that instant is that is taken in now; None where it is in time.

    Raises:
        UsageError: the day is before that of the hand-over.
    """
    must_be_in_hands(voucher, at)
    return lateness_by(voucher.zone, voucher.lateness_days, at, now)
