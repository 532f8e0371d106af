"""A round's batches: lists of vouchers to be, drafted and approved, as rows.

Apart from programmes and rounds, so that a command that needs only those starts without these.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, INSERT, written_by


class Batch(SQLModel, table=True):
    """Vouchers issued together: a list drafted by one operator, approved by another.

    It is `issuing` from the approval on until the last of its vouchers is made; a round has one
    such batch at a time, so that nobody else's list can hold it up halfway. `drafted_hash` names
    the drafted list for good. `list_hash`, the count and the amount are of the approved list once
    it is approved: what of the draft was due then.
    """

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("number", name="batch_number"),
        Index("batch_issuing", "round", unique=True, info={"where": "state = 'issuing'"}),
        rule("batch_state", "state IN ('draft', 'issuing', 'approved', 'cancelled')"),
        rule(
            "batch_approval",
            "(state IN ('issuing', 'approved')) = (approved_by IS NOT NULL)",
        ),
        rule("batch_amount", "amount_minor > 0 AND voucher_count > 0"),
        changes(
            "state", "approved_by", "approved_at", "voucher_count", "amount_minor", "list_hash",
        ),
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    round: str = text_field()
    state: str = text_field()
    voucher_count: int = whole_field()
    amount_minor: int = whole_field()
    list_hash: bytes = bytes_field()
    drafted_hash: bytes = bytes_field()
    drafted_by: str = text_field()
    drafted_at: int = whole_field()
    approved_by: str | None = text_field(null=True)
    approved_at: int | None = whole_field(null=True)


class BatchLine(SQLModel, table=True):
    """One voucher to be, on a batch's list; the list never changes once drafted."""

    __tablename__ = "batch_line"
    __table_args__ = (rule("batch_line_amount", "amount_minor > 0"), GROWS)
    batch: bytes = bytes_field(key=True)
    line: int = whole_field(key=True)
    beneficiary: str = text_field()
    city: str = text_field()
    language: str = text_field()
    category: str = text_field()
    part: int = whole_field()
    amount_minor: int = whole_field()


class ApprovedList(SQLModel, table=True):
    """What was approved of a batch where that is another list than was drafted.

    `lines` are the very bytes that the batch's `list_hash` names: canonical JSON.
    """

    __tablename__ = "approved_list"
    __table_args__ = (GROWS,)
    batch: bytes = bytes_field(key=True)
    lines: bytes = bytes_field()


for _grows in (BatchLine, ApprovedList):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

written_by(Batch, field=(INSERT, "state"))
written_by(BatchLine, field=ALL)
written_by(ApprovedList)
