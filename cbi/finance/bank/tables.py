"""The bank's tables: files of an account's statement, their payments out, what became of each.

Of an account's statement only what went out is kept, once: the same line in another file is known
by its fingerprint. Each line has one end: it is a payment of settlements, or none of ours.
"""

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class BankFile(SQLModel, table=True):
    """A file of the bank's, as it was taken in; `in_minor` is what came in, not kept by line."""

    __tablename__ = "bank_file"
    __table_args__ = (
        UniqueConstraint("number", name="bank_file_number"),
        UniqueConstraint("digest", name="bank_file_once"),
        rule("bank_file_form", "form IN ('csv', 'mt940', 'camt053', '1c')"),
        rule("bank_file_sums", "line_count >= 0 AND out_minor >= 0 AND in_minor >= 0"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    digest: bytes = bytes_field()
    file: str = text_field()
    form: str = text_field()
    account: str = text_field()
    currency: str = text_field()
    line_count: int = whole_field()
    out_minor: int = whole_field()
    in_minor: int = whole_field()
    imported_by: str = text_field()
    imported_at: int = whole_field()


class BankLine(SQLModel, table=True):
    """Money that left the account: its id is the line's fingerprint."""

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("file", "number", name="bank_line_number"),
        rule("bank_line_amount", "amount_minor > 0 AND number >= 1"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    file: bytes = bytes_field()
    number: int = whole_field()
    booked_on: str = text_field()
    amount_minor: int = whole_field()
    reference: str = text_field()
    payee: str = text_field()
    payee_number: str = text_field()
    purpose: str = text_field()


class BankEnd(SQLModel, table=True):
    """What became of a line, once: it paid settlements, or somebody said it is none of ours."""

    __tablename__ = "bank_end"
    __table_args__ = (
        rule("bank_end_kind", "kind IN ('paid', 'aside')"),
        rule("bank_end_reason", "(kind = 'aside') = (reason <> '')"),
        rule("bank_end_fee", "fee_minor >= 0"),
        GROWS,
    )
    line: bytes = bytes_field(key=True)
    kind: str = text_field()
    why: str = text_field()
    reason: str = text_field()
    fee_minor: int = whole_field()
    ended_by: str = text_field()
    ended_at: int = whole_field()


class BankMatch(SQLModel, table=True):
    """A payment and the bank's line that shows it: on one line at most, by primary key."""

    __tablename__ = "bank_match"
    __table_args__ = (
        UniqueConstraint("line", "place", name="bank_match_place"),
        rule("bank_match_place_positive", "place >= 1"),
        GROWS,
    )
    payment: bytes = bytes_field(key=True)
    line: bytes = bytes_field()
    place: int = whole_field()


for _bank in (BankFile, BankLine, BankEnd, BankMatch):
    append_only(SQLModel.metadata.tables[str(_bank.__tablename__)])
    written_by(_bank, finance=ALL)
