"""The finance room's tables: retailers' statements, what does not match, what was said of it.

A claim is kept in the order of the voucher it names, not of the file: a statement and the ledger's
journal then run side by side through the reconciliation, and neither has to fit in memory. A code
is never kept: what a claim named is a voucher's id, or a digest where it is none of ours.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import (
    GROWS,
    bytes_field,
    changes,
    flag_field,
    rule,
    text_field,
    whole_field,
)
from cbi.storage.duties import ALL, written_by


class Statement(SQLModel, table=True):
    """A retailer's bill for a period (calendar dates in `zone`), as its file was handed in."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("number", name="statement_number"),
        UniqueConstraint("digest", name="statement_once"),
        rule("statement_period", "period_from <= period_until"),
        rule("statement_lines", "line_count > 0 AND claimed_minor > 0"),
        rule("statement_replaced", "replaced_by IS NULL OR withdrawn_at IS NOT NULL"),
        changes("reconciled_at", "withdrawn_at", "replaced_by"),
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    retailer: str = text_field()
    currency: str = text_field()
    zone: str = text_field()
    file: str = text_field()
    digest: bytes = bytes_field()
    period_from: str = text_field()
    period_until: str = text_field()
    line_count: int = whole_field()
    claimed_minor: int = whole_field()
    stated_minor: int | None = whole_field(null=True)
    left_minor: int = whole_field()
    columns: str = text_field()
    imported_by: str = text_field()
    imported_at: int = whole_field()
    reconciled_at: int | None = whole_field(null=True)
    withdrawn_at: int | None = whole_field(null=True)
    replaced_by: str | None = text_field(null=True)


class Claim(SQLModel, table=True):
    """One line of a statement: which voucher it names, on which receipt, for how much."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("statement", "line", name="claim_line"),
        rule("claim_amount", "amount_minor > 0"),
        rule("claim_names", "names IN ('voucher', 'unknown', 'mistyped')"),
        rule("claim_cure", "cure IS NULL OR names <> 'voucher'"),
        rule("claim_purchase", "purchase_minor IS NULL OR purchase_minor > 0"),
        GROWS,
    )
    statement: bytes = bytes_field(key=True)
    voucher: bytes = bytes_field(key=True)
    line: int = whole_field(key=True)
    names: str = text_field()
    shown: str = text_field()
    sheet: str | None = text_field(null=True)
    file_row: int = whole_field()
    date: str | None = text_field(null=True)
    store: str | None = text_field(null=True)
    receipt: str | None = text_field(null=True)
    amount_minor: int = whole_field()
    cure: bytes | None = bytes_field(null=True)
    cure_by: str | None = text_field(null=True)
    purchase_minor: int | None = whole_field(null=True)


class LeftOut(SQLModel, table=True):
    """A row of a statement's file that is no claim: it couldn't be read, or it is a return and the
    sale that it takes back. With the claims these make up what the statement states.
    """

    __tablename__ = "left_out"
    __table_args__ = (
        rule("left_out_kind", "kind IN ('unread', 'return', 'returned', 'netted', 'credit', "
             "'declined')"),
        GROWS,
    )
    statement: bytes = bytes_field(key=True)
    number: int = whole_field(key=True)
    kind: str = text_field()
    sheet: str | None = text_field(null=True)
    file_row: int = whole_field()
    shown: str = text_field()
    amount_minor: int | None = whole_field(null=True)
    reason: str | None = text_field(null=True)


class ReconciliationException(SQLModel, table=True):
    """What does not match, as it was found: its id is a digest of its facts.

    `subject` is a claim's line number, a redemption (`SERIAL/SEQ`) or `total`; `detail` holds facts
    as JSON, worded in the reader's language. Other facts make another exception; `current` says
    whether the newest reconciliation still stands by this one.
    """

    __tablename__ = "exception"
    __table_args__ = (
        Index("exception_statement", "statement"),
        rule("exception_severity", "severity IN ('high', 'medium', 'low')"),
        rule("exception_amounts", "claimed_minor >= 0 AND at_risk_minor >= 0"),
        rule("exception_current", "current IN (0, 1)"),
        changes("current"),
    )
    id: bytes = bytes_field(key=True)
    statement: bytes = bytes_field()
    subject: str = text_field()
    line: int | None = whole_field(null=True)
    entry: bytes | None = bytes_field(null=True)
    serial: str | None = text_field(null=True)
    rule: str = text_field()
    severity: str = text_field()
    claimed_minor: int = whole_field()
    redeemed_minor: int = whole_field()
    at_risk_minor: int = whole_field()
    detail: str = text_field()
    found_at: int = whole_field()
    current: bool = flag_field()


class ExceptionTurn(SQLModel, table=True):
    """When an exception left its statement's list, or came back to it."""

    __tablename__ = "exception_turn"
    __table_args__ = (
        rule("exception_turn_seq", "seq >= 1"), rule("exception_turn_current", "current IN (0, 1)"),
        GROWS,
    )
    exception: bytes = bytes_field(key=True)
    seq: int = whole_field(key=True)
    current: bool = flag_field()
    at: int = whole_field()


class Decision(SQLModel, table=True):
    """What a person said of an exception, with a reason; the newest one counts."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("decision_exception", "exception"),
        rule("decision_verdict", "verdict IN ('accept', 'reject', 'waive', 'ask', 'later')"),
        rule("decision_part", "amount_minor IS NULL OR (verdict = 'accept' AND amount_minor > 0)"),
        rule("decision_reason", "reason <> ''"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    exception: bytes = bytes_field()
    verdict: str = text_field()
    reason: str = text_field()
    decided_by: str = text_field()
    decided_at: int = whole_field()
    amount_minor: int | None = whole_field(null=True)
    hash: bytes = bytes_field()


class Acceptance(SQLModel, table=True):
    """Which claim put a redemption on its settlement."""

    __tablename__ = "acceptance"
    __table_args__ = (Index("acceptance_claim", "statement", "line"), GROWS)
    entry: bytes = bytes_field(key=True)
    statement: bytes = bytes_field()
    line: int = whole_field()
    settlement: bytes = bytes_field()


for _grows in (Claim, LeftOut, ExceptionTurn, Decision, Acceptance):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

for _books in (
    Statement, Claim, LeftOut, ReconciliationException, ExceptionTurn, Decision, Acceptance,
):
    written_by(_books, finance=ALL)
