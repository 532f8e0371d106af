"""Sales that came in late: each waits on a row of its own until a manager says yes or no.

What was brought in never changes; the verdict is another row, so that whoever brings sales in
needs no right to decide about them.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import INSERT, written_by


class LateSaleRow(SQLModel, table=True):
    """A sale that is not redeemed by itself, as it was brought in; `why` says what it waits for.

    `request` is a digest of store, receipt, code, amount and instant: the same sale waits once.
    """

    __tablename__ = "late_sale"
    __table_args__ = (
        UniqueConstraint("number", name="late_sale_number"),
        UniqueConstraint("request", name="late_sale_once"),
        Index("late_sale_voucher", "voucher"),
        rule("late_sale_amount", "amount_minor > 0"),
        rule("late_sale_why", "why IN ('late', 'expired')"),
        rule("late_sale_after", "brought_at >= occurred_at"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    request: bytes = bytes_field()
    voucher: bytes = bytes_field()
    store: str = text_field()
    receipt: str = text_field()
    receipt_total_minor: int | None = whole_field(null=True)
    amount_minor: int = whole_field()
    occurred_at: int = whole_field()
    why: str = text_field()
    brought_by: str = text_field()
    brought_at: int = whole_field()


class LateVerdict(SQLModel, table=True):
    """What a manager said of a late sale: accepted, with the redemption that it became, or refused.
    """

    __tablename__ = "late_verdict"
    __table_args__ = (
        UniqueConstraint("entry", name="late_verdict_entry"),
        rule("late_verdict_word", "verdict IN ('accepted', 'refused')"),
        rule("late_verdict_entry_there", "(verdict = 'accepted') = (entry IS NOT NULL)"),
        rule("late_verdict_reason", "verdict = 'accepted' OR reason IS NOT NULL"),
        GROWS,
    )
    sale: bytes = bytes_field(key=True)
    verdict: str = text_field()
    entry: bytes | None = bytes_field(null=True)
    reason: str | None = text_field(null=True)
    decided_by: str = text_field()
    decided_at: int = whole_field()


for _grows in (LateSaleRow, LateVerdict):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

written_by(LateSaleRow, till=(INSERT,), finance=(INSERT,))
written_by(LateVerdict)
