"""What tills took without a connection and no voucher covered: who claims it, and who had it first.
"""

from typing import NamedTuple

from cbi.storage import ReadTransaction


class OfflineConflict(NamedTuple):
    """A claim of which some or all was not posted. Amounts in minor units, instants in UTC.

    `spent_store`, `spent_at` and `spent_device` are of the voucher's last redemption by another
    claim or online (no device then); None where nothing was redeemed.
    """

    serial: str | None
    programme: str | None
    currency: str | None
    zone: str | None
    device: bytes
    store: str
    receipt: str
    amount_minor: int
    posted_minor: int
    reason: str
    charged_to: str
    taken_by: str
    occurred_at: int
    uploaded_at: int
    spent_store: str | None
    spent_at: int | None
    spent_device: bytes | None

    @property
    def rest_minor(self) -> int:
        """What was not posted."""
        return self.amount_minor - self.posted_minor


_LAST = """
(SELECT e.id FROM entry e WHERE e.voucher = c.voucher AND e.kind = 'redeem'
 AND (c.entry IS NULL OR e.id <> c.entry) AND e.recorded_at <= c.uploaded_at
 ORDER BY e.seq DESC LIMIT 1)
"""


def offline_conflicts(
    tx: ReadTransaction, *, store: str | None = None, programme: str | None = None
) -> list[OfflineConflict]:
    """Every conflict, the oldest first; of one store or one programme where it is named."""
    asked = {"c.store = :store": store, "r.programme = :programme": programme}
    met = "".join(f" AND {words}" for words, value in asked.items() if value is not None)
    return tx.read(
        OfflineConflict,
        "SELECT v.serial, r.programme, v.currency, p.zone, c.device, c.store, c.receipt, "
        "c.amount_minor, c.posted_minor, c.reason, c.charged_to, c.taken_by, c.occurred_at, "
        "c.uploaded_at, "
        "s.store AS spent_store, s.occurred_at AS spent_at, o.device AS spent_device "
        "FROM offline_claim c LEFT JOIN voucher v ON v.id = c.voucher "
        "LEFT JOIN round r ON r.code = v.round LEFT JOIN programme p ON p.code = r.programme "
        f"LEFT JOIN entry s ON s.id = {_LAST} LEFT JOIN offline_claim o ON o.entry = s.id "
        f"WHERE c.charged_to IS NOT NULL{met} ORDER BY c.uploaded_at, c.id",
        store=store, programme=programme,
    )
