"""The issuing room's tables: what was printed, taken out, handed over, brought back and extended.

A voucher may be handed over more than once (given, taken back on the same day, given again), so the
evidence has ids of its own. No personal data stands here: of a proxy only that one came; who it was
and with which document stands sealed with the household, in the people's room.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, INSERT, written_by


class HandOver(SQLModel, table=True):
    """That a voucher was given: by whom, seen by whom, and how the beneficiary acknowledged it.

    `list_hash` names the file it was read from, if it came on a list. `despite` is why it was given
    for somebody who may not receive, which the witness, a manager, saw too.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        Index("hand_over_voucher", "voucher"),
        rule(
            "hand_over_acknowledged",
            "acknowledged IN ('signature', 'thumbprint', 'proxy', 'digital')",
        ),
        rule("hand_over_witness", "witness IS NULL OR witness <> given_by"),
        rule("hand_over_despite", "despite IS NULL OR witness IS NOT NULL"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    voucher: bytes = bytes_field()
    given_by: str = text_field()
    witness: str | None = text_field(null=True)
    acknowledged: str = text_field()
    given_at: int = whole_field()
    list_hash: bytes | None = bytes_field(null=True)
    despite: str | None = text_field(null=True)


class PrintRun(SQLModel, table=True):
    """One printing of a batch's vouchers; printing any of them again has a reason."""

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
    format: str = text_field()
    sheets: int = whole_field()
    first_serial: str = text_field()
    last_serial: str = text_field()


class PrintedVoucher(SQLModel, table=True):
    """A voucher on a printing: whoever prints it again is asked why."""

    __tablename__ = "printed_voucher"
    __table_args__ = (Index("printed_voucher_run", "run"), GROWS)
    voucher: bytes = bytes_field(key=True)
    run: bytes = bytes_field(key=True)


class DistributionRow(SQLModel, table=True):
    """Vouchers that a distributor took to a place for a day, counted again at its end."""

    __tablename__ = "distribution"
    __table_args__ = (
        UniqueConstraint("number", name="distribution_number"),
        rule("distribution_state", "state IN ('open', 'closed')"),
        rule("distribution_closing", "(state = 'closed') = (closed_by IS NOT NULL)"),
        changes("state", "closed_by", "closed_at", "missing_reason"),
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    round: str = text_field()
    place: str = text_field()
    distributor: str = text_field()
    day: str = text_field()
    state: str = text_field()
    opened_by: str = text_field()
    opened_at: int = whole_field()
    closed_by: str | None = text_field(null=True)
    closed_at: int | None = whole_field(null=True)
    missing_reason: str | None = text_field(null=True)


class DistributionTaken(SQLModel, table=True):
    """A voucher that was taken out to a distribution."""

    __tablename__ = "distribution_taken"
    __table_args__ = (Index("distribution_taken_voucher", "voucher"), GROWS)
    distribution: bytes = bytes_field(key=True)
    voucher: bytes = bytes_field(key=True)


class DistributionOutcome(SQLModel, table=True):
    """What became of a voucher that was taken out, as it was counted at the end."""

    __tablename__ = "distribution_outcome"
    __table_args__ = (
        rule(
            "distribution_outcome_word", "outcome IN ('given', 'returned', 'damaged', 'missing')"
        ),
        GROWS,
    )
    distribution: bytes = bytes_field(key=True)
    voucher: bytes = bytes_field(key=True)
    outcome: str = text_field()


class ExtensionRow(SQLModel, table=True):
    """A wish to let vouchers be spent longer: asked by one operator, approved by another."""

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("number", name="extension_number"),
        rule("extension_scope", "scope IN ('voucher', 'batch', 'round')"),
        rule("extension_state", "state IN ('asked', 'approved', 'refused')"),
        rule("extension_decision", "(state = 'asked') = (decided_by IS NULL)"),
        changes("state", "decided_by", "decided_at", "decision_reason"),
    )
    id: bytes = bytes_field(key=True)
    number: str = text_field()
    scope: str = text_field()
    object: str = text_field()
    until: str = text_field()
    reason: str = text_field()
    state: str = text_field()
    asked_by: str = text_field()
    asked_at: int = whole_field()
    decided_by: str | None = text_field(null=True)
    decided_at: int | None = whole_field(null=True)
    decision_reason: str | None = text_field(null=True)


class Reminder(SQLModel, table=True):
    """That somebody was called about a round's vouchers, or that a message to them was given out.

    Nothing of what was said stands here, and no phone.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index("reminder_round", "round", "beneficiary"),
        rule("reminder_way", "way IN ('call', 'message')"),
        rule(
            "reminder_result",
            "result IN ('reached', 'no-answer', 'wrong-number', 'day', 'expiring', 'replaced')",
        ),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    round: str = text_field()
    beneficiary: str = text_field()
    way: str = text_field()
    result: str = text_field()
    made_by: str = text_field()
    made_at: int = whole_field()


for _grows in (
    HandOver, PrintRun, PrintedVoucher, DistributionTaken, DistributionOutcome, Reminder,
):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

for _distributed in (
    HandOver, PrintRun, PrintedVoucher, DistributionRow, DistributionTaken, DistributionOutcome,
    Reminder,
):
    written_by(_distributed, field=ALL)
written_by(ExtensionRow, field=(INSERT,))
