"""The tables of tills without a connection: the lists they were given, and what they claim.

A device is 16 bytes of its own, whose table stands with the till. Both tables only grow.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import INSERT, written_by


class OfflineListRow(SQLModel, table=True):
    """A list that a device was given: for which store, when, and the digest of its text."""

    __tablename__ = "offline_list"
    __table_args__ = (
        Index("offline_list_device", "device"),
        rule("offline_list_digest_whole", "length(digest) = 32"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    device: bytes = bytes_field()
    store: str = text_field()
    made_for: str = text_field()
    made_at: int = whole_field()
    digest: bytes = bytes_field()


class OfflineClaimRow(SQLModel, table=True):
    """What a device took without a connection, and what became of it: once, whatever it was.

    `posted`: the ledger took all of it, `part`: what the voucher still covered, `conflict`:
    nothing; the rest of the last two is charged to `charged_to`. `same`: it was recorded before,
    online; `waits`: a late sale, for a manager. `said_at` is the device's word, `occurred_at` its
    own clock held against ours.
    """

    __tablename__ = "offline_claim"
    __table_args__ = (
        UniqueConstraint("entry", name="offline_claim_entry"),
        Index("offline_claim_list", "list"),
        Index("offline_claim_voucher", "voucher"),
        rule("offline_claim_amount", "amount_minor > 0"),
        rule("offline_claim_posted", "posted_minor BETWEEN 0 AND amount_minor"),
        rule(
            "offline_claim_outcome", "outcome IN ('posted', 'part', 'conflict', 'same', 'waits')"
        ),
        rule("offline_claim_whole", "(outcome = 'posted') = (posted_minor = amount_minor)"),
        rule("offline_claim_entry_there", "(entry IS NOT NULL) = (posted_minor > 0)"),
        rule(
            "offline_claim_moved", "(outcome IN ('posted', 'part')) = (posted_minor > 0)"
        ),
        rule(
            "offline_claim_charged", "(outcome IN ('part', 'conflict')) = (charged_to IS NOT NULL)"
        ),
        rule(
            "offline_claim_charged_word",
            "charged_to IS NULL OR charged_to IN ('retailer', 'programme')",
        ),
        rule("offline_claim_reason", "(reason IS NULL) = (outcome IN ('posted', 'same'))"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    device: bytes = bytes_field()
    list: bytes = bytes_field()
    code_hash: bytes | None = bytes_field(null=True)
    voucher: bytes | None = bytes_field(null=True)
    store: str = text_field()
    receipt: str = text_field()
    receipt_total_minor: int | None = whole_field(null=True)
    amount_minor: int = whole_field()
    said_at: int = whole_field()
    occurred_at: int = whole_field()
    taken_by: str = text_field()
    uploaded_by: str = text_field()
    uploaded_at: int = whole_field()
    outcome: str = text_field()
    reason: str | None = text_field(null=True)
    posted_minor: int = whole_field()
    entry: bytes | None = bytes_field(null=True)
    charged_to: str | None = text_field(null=True)


for _grows in (OfflineListRow, OfflineClaimRow):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])
    written_by(_grows, till=(INSERT,))
