"""The tables of devices: each offered by an office, claimed once, and revoked for good; and of the
shifts that cashiers closed.

All only grow: who changes what a device is behind the program's back meets the triggers.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import INSERT, written_by


class TillDevice(SQLModel, table=True):
    """A device that may become a till of a store: who has the pairing code in time claims it.

    `operator` is in whose name a shop's own till works; null where cashiers sign in on it.
    """

    __tablename__ = "till_device"
    __table_args__ = (
        UniqueConstraint("number", name="till_device_number"),
        UniqueConstraint("pairing_hash", name="till_device_pairing"),
        rule("till_device_pairing_whole", "length(pairing_hash) = 32"),
        rule("till_device_in_time", "made_at < pair_until"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    store: str = text_field()
    operator: str | None = text_field(null=True)
    pairing_hash: bytes = bytes_field()
    pair_until: int = whole_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class TillClaim(SQLModel, table=True):
    """That a device was paired, and the hash of the credential that it was given."""

    __tablename__ = "till_claim"
    __table_args__ = (
        UniqueConstraint("credential_hash", name="till_claim_credential"),
        rule("till_claim_credential_whole", "length(credential_hash) = 32"),
        GROWS,
    )
    device: bytes = bytes_field(key=True)
    credential_hash: bytes = bytes_field()
    claimed_at: int = whole_field()


class TillRevoked(SQLModel, table=True):
    """That a device is no till any more."""

    __tablename__ = "till_revoked"
    __table_args__ = (GROWS,)
    device: bytes = bytes_field(key=True)
    revoked_by: str = text_field()
    revoked_at: int = whole_field()


class TillShift(SQLModel, table=True):
    """A shift that its cashier closed: what the ledger had of it, and what was counted by hand."""

    __tablename__ = "till_shift"
    __table_args__ = (
        UniqueConstraint("store", "operator", "currency", "number", name="till_shift_number"),
        UniqueConstraint("operator", "request", name="till_shift_request"),
        rule("till_shift_whole", "number >= 1 AND line_count >= 1"),
        rule("till_shift_receipts", "receipts BETWEEN 0 AND line_count"),
        rule("till_shift_counted", "counted_receipts >= 0 AND counted_minor >= 0"),
        rule("till_shift_time", "since_at <= closed_at"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    store: str = text_field()
    operator: str = text_field()
    currency: str = text_field()
    number: int = whole_field()
    request: str = text_field()
    since_at: int = whole_field()
    closed_at: int = whole_field()
    device: str = text_field()
    line_count: int = whole_field()
    receipts: int = whole_field()
    amount_minor: int = whole_field()
    counted_receipts: int = whole_field()
    counted_minor: int = whole_field()


class TillShiftLine(SQLModel, table=True):
    """A line of the journal on its shift: on one at most, by primary key."""

    __tablename__ = "till_shift_line"
    __table_args__ = (Index("till_shift_line_shift", "shift"), GROWS)
    entry: bytes = bytes_field(key=True)
    shift: bytes = bytes_field()


for _grows in (TillDevice, TillClaim, TillRevoked, TillShift, TillShiftLine):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

written_by(TillDevice)
written_by(TillRevoked)
for _at_a_till in (TillClaim, TillShift, TillShiftLine):
    written_by(_at_a_till, till=(INSERT,), field=(INSERT,), finance=(INSERT,))
