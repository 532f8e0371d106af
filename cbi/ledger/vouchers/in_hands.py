"""Whether a voucher was in somebody's hands on the day that a sale names."""

from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import UsageError
from cbi.ledger.vouchers.reading import Voucher
from cbi.storage import ReadTransaction


class Given(NamedTuple):
    """When a voucher was last handed over, and the time zone of its programme."""

    occurred_at: int
    zone: str


def was_in_hands(tx: ReadTransaction, voucher: Voucher, at: int) -> None:
    """A paper list may name any day, but nobody spends what nobody has been given.

    Raises:
        UsageError: the day is before that of the hand-over.
    """
    found = tx.read_one(
        Given, "SELECT e.occurred_at, p.zone FROM entry e JOIN round r ON r.code = :round "
        "JOIN programme p ON p.code = r.programme "
        "WHERE e.voucher = :voucher AND e.kind = 'hand-over' ORDER BY e.seq DESC LIMIT 1",
        voucher=voucher.id, round=voucher.round,
    )
    if found is not None:
        not_before(found.occurred_at, at, zone=found.zone, serial=voucher.serial)


def not_before(given_at: int, at: int, *, zone: str, serial: str) -> None:
    """Raises UsageError where the day of a sale is before that of the hand-over."""
    day, handed = (date_at(instant, zone) for instant in (at, given_at))
    if day < handed:
        raise UsageError(
            "ledger.before-hand-over", serial=serial, day=str(day), handed=str(handed)
        )
