"""The issuing room's tables: what was printed, and the evidence of each hand-over.

A voucher may be handed over more than once (given, taken back with its line undone, given again),
so the evidence has ids of its own. No personal data stands here: of a proxy's document not even
the last digits are kept; that a proxy came is enough for the list that was signed on paper.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field


class HandOver(SQLModel, table=True):
    """That a voucher was given: by whom, seen by whom, and how the beneficiary acknowledged it."""

    __tablename__ = "hand_over"
    __table_args__ = (
        Index("hand_over_voucher", "voucher"),
        rule(
            "hand_over_acknowledged",
            "acknowledged IN ('signature', 'thumbprint', 'proxy', 'digital')",
        ),
        rule("hand_over_witness", "witness IS NULL OR witness <> given_by"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    voucher: bytes = bytes_field()
    given_by: str = text_field()
    witness: str | None = text_field(null=True)
    acknowledged: str = text_field()
    given_at: int = whole_field()


class PrintRun(SQLModel, table=True):
    """One printing of a batch; every printing after the first has a reason."""

    __tablename__ = "print_run"
    __table_args__ = (
        Index("print_run_batch", "batch"),
        rule("print_run_sheets", "sheets > 0"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    batch: bytes = bytes_field()
    printed_by: str = text_field()
    printed_at: int = whole_field()
    reason: str | None = text_field(null=True)
    sheets: int = whole_field()
    first_serial: str = text_field()
    last_serial: str = text_field()


for _grows in (HandOver, PrintRun):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])
