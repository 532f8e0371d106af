"""The tables of referrals, in the ledger's database: they tell nothing but how many there are."""

from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, INSERT, written_by

SEALED_BYTES = 16_384 + 28
"""A record's size, whatever stands in it: its plain text padded, nonce and tag."""


class ReferralKey(SQLModel, table=True):
    """A key that referrals are sealed under, by what tells it from any other; never the key."""

    __tablename__ = "referral_key"
    __table_args__ = (rule("referral_key_counts", "number >= 1"), GROWS)
    number: int = whole_field(key=True)
    key_check: str = text_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class ReferralRow(SQLModel, table=True):
    """A referral, sealed whole."""

    __tablename__ = "referral"
    __table_args__ = (
        rule("referral_size", f"length(sealed) = {SEALED_BYTES}"),
        changes("sealed", delete=True),
    )
    id: bytes = bytes_field(key=True)
    key_number: int = whole_field()
    sealed: bytes = bytes_field()


append_only(SQLModel.metadata.tables["referral_key"])
written_by(ReferralKey, field=(INSERT,))
written_by(ReferralRow, field=ALL)
