"""The table of complaints, in the ledger's database."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.columns import bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class ComplaintRow(SQLModel, table=True):
    """A complaint and its answer; both texts are sealed under the key of the person it is of.

    `voucher` is a serial, where it is about one.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        rule("complaint_counts", "counted >= 1"),
        rule(
            "complaint_kind",
            "kind IN ('not-received', 'amount', 'left-out', 'voucher', 'shop', 'prices', 'staff',"
            " 'data', 'other')",
        ),
        rule(
            "complaint_channel",
            "channel IN ('hotline', 'desk', 'visit', 'box', 'message', 'shop', 'other')",
        ),
        rule("complaint_due", "due_on >= received_on"),
        rule("complaint_outcome", "outcome IN ('solved', 'explained', 'passed-on', 'unfounded')"),
        rule("complaint_answered_at", "(outcome IS NULL) = (answered_at IS NULL)"),
        rule("complaint_answered_by", "(outcome IS NULL) = (answered_by IS NULL)"),
        rule("complaint_answered_on", "(outcome IS NULL) = (answered_on IS NULL)"),
        rule("complaint_answer", "(outcome IS NULL) = (answer_sealed IS NULL)"),
        Index("complaint_person", "person"),
        changes("outcome", "answered_on", "answer_sealed", "answered_by", "answered_at"),
    )
    counted: int = whole_field(key=True)
    id: bytes = bytes_field()
    person: str = text_field()
    voucher: str | None = text_field(null=True)
    kind: str = text_field()
    channel: str = text_field()
    received_on: str = text_field()
    due_on: str = text_field()
    sealed: bytes = bytes_field()
    taken_by: str = text_field()
    taken_at: int = whole_field()
    outcome: str | None = text_field(null=True)
    answered_on: str | None = text_field(null=True)
    answer_sealed: bytes | None = bytes_field(null=True)
    answered_by: str | None = text_field(null=True)
    answered_at: int | None = whole_field(null=True)


written_by(ComplaintRow, field=ALL)
