"""What `check` knows of tills without a connection: every claim adds up, within what was allowed.

What is posted is a redemption of that voucher, by a list that the device had; what is charged to
the programme is so by terms that held when the list was made.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cbi.audit.rule_results import Violation
from cbi.ledger.vouchers.offline_bounds import HOUR_US, OfflineList, terms_of
from cbi.storage import ReadTransaction


class ClaimToCheck(NamedTuple):
    """A claim with its list and its redemption, as far as both are there."""

    voucher: bytes | None
    device: bytes
    store: str
    receipt: str
    occurred_at: int
    posted_minor: int
    charged_to: str | None
    serial: str | None
    round: str | None
    list: bytes | None
    list_device: bytes | None
    list_store: str | None
    made_for: str | None
    made_at: int | None
    digest: bytes | None
    kind: str | None
    spent: bytes | None
    spent_minor: int | None
    spent_at: str | None
    spent_on: str | None
    sold_at: int | None

    @property
    def given(self) -> OfflineList | None:
        """Its list."""
        if self.list is None or self.made_at is None:
            return None
        return OfflineList(
            self.list, self.list_device or b"", self.list_store or "", self.made_for or "",
            self.made_at, self.digest or b"",
        )


def offline_adds_up(tx: ReadTransaction) -> Iterator[Violation]:
    """Every claim of a till without a connection is what became of it."""
    for one in tx.read_each(
        ClaimToCheck,
        "SELECT c.voucher, c.device, c.store, c.receipt, c.occurred_at, c.posted_minor, "
        "c.charged_to, v.serial, v.round, l.id AS list, l.device AS list_device, "
        "l.store AS list_store, l.made_for, l.made_at, l.digest, e.kind, e.voucher AS spent, "
        "e.amount_minor AS spent_minor, e.store AS spent_at, e.receipt AS spent_on, "
        "e.occurred_at AS sold_at FROM offline_claim c LEFT JOIN voucher v ON v.id = c.voucher "
        "LEFT JOIN offline_list l ON l.id = c.list LEFT JOIN entry e ON e.id = c.entry "
        "ORDER BY c.uploaded_at, c.id"
    ):
        wrong = _wrong(tx, one)
        if wrong is not None:
            yield Violation(one.serial or one.receipt, wrong)


def _wrong(tx: ReadTransaction, one: ClaimToCheck) -> str | None:
    terms = terms_of(tx, one.round, one.given) if one.round else None
    if one.charged_to == "programme" and (terms is None or terms.charged_to != "programme"):
        return "check.offline-charge-differs"
    if one.posted_minor == 0:
        return None
    said = ("redeem", one.voucher, one.posted_minor, one.store, one.receipt, one.occurred_at)
    if said != (one.kind, one.spent, one.spent_minor, one.spent_at, one.spent_on, one.sold_at):
        return "check.offline-entry-differs"
    given = one.given
    if given is None or terms is None or (given.device, given.store) != (one.device, one.store) \
            or not 0 <= one.occurred_at - given.made_at < terms.list_hours * HOUR_US:
        return "check.offline-unlisted"
    return None
