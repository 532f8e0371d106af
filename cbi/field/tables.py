"""The tables of laptops: who has which, what was sent out to it, and each event that came back.

Of people nothing stands here. A bundle's text is not kept, only its digest.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import INSERT, written_by


class FieldLaptop(SQLModel, table=True):
    """A laptop: who answers for it, the keys that it signs and opens with, and how far its events
    are taken: so many, and the digest of the last (32 zero bytes before the first).
    """

    __tablename__ = "field_laptop"
    __table_args__ = (
        UniqueConstraint("sign_key", name="field_laptop_sign_key"),
        rule("field_laptop_sent", "sent >= 0"),
        rule("field_laptop_taken", "taken >= 0"),
        rule("field_laptop_head", "length(head) = 32"),
        rule(
            "field_laptop_recall",
            "(recalled_at IS NULL) = (recalled_by IS NULL)"
            " AND (recalled_at IS NULL) = (recall_reason IS NULL)",
        ),
        changes("sent", "taken", "head", "recalled_by", "recalled_at", "recall_reason"),
    )
    name: str = text_field(key=True)
    holder: str = text_field()
    sign_key: bytes = bytes_field()
    seal_key: bytes = bytes_field()
    paired_by: str = text_field()
    paired_at: int = whole_field()
    sent: int = whole_field()
    taken: int = whole_field()
    head: bytes = bytes_field()
    recalled_by: str | None = text_field(null=True)
    recalled_at: int | None = whole_field(null=True)
    recall_reason: str | None = text_field(null=True)


class FieldBundle(SQLModel, table=True):
    """A bundle that went out, by its number for that laptop: of which cities (codes, one space
    between), how many vouchers, and the digest of what was sealed.
    """

    __tablename__ = "field_bundle"
    __table_args__ = (rule("field_bundle_number", "number > 0"), GROWS)
    laptop: str = text_field(key=True)
    number: int = whole_field(key=True)
    cities: str = text_field()
    vouchers: int = whole_field()
    sent_by: str = text_field()
    sent_at: int = whole_field()
    digest: bytes = bytes_field()


class FieldEvent(SQLModel, table=True):
    """One event as a laptop signed it, known by its digest, and what became of it: once.

    `posted`: the ledger took the hand-over, whose evidence is `hand_over`; `undone`: the laptop
    took it back itself; `noted`: nothing was to be done; `conflict`: the ledger did not take it,
    for `reason`. `said_at` is the laptop's own clock.
    """

    __tablename__ = "field_event"
    __table_args__ = (
        UniqueConstraint("hand_over", name="field_event_hand_over"),
        Index("field_event_laptop", "laptop", "seq"),
        Index("field_event_serial", "serial"),
        rule("field_event_digest", "length(digest) = 32 AND length(prev) = 32"),
        rule("field_event_seq", "seq > 0"),
        rule("field_event_outcome", "outcome IN ('posted', 'undone', 'noted', 'conflict')"),
        rule("field_event_posted", "(outcome = 'posted') = (hand_over IS NOT NULL)"),
        rule("field_event_reason", "(outcome = 'conflict') = (reason IS NOT NULL)"),
        rule("field_event_way", "(kind = 'hand-over') = (acknowledged IS NOT NULL)"),
        GROWS,
    )
    digest: bytes = bytes_field(key=True)
    laptop: str = text_field()
    seq: int = whole_field()
    prev: bytes = bytes_field()
    bundle: int = whole_field()
    kind: str = text_field()
    serial: str = text_field()
    acknowledged: str | None = text_field(null=True)
    said_at: int = whole_field()
    signature: bytes = bytes_field()
    taken_by: str = text_field()
    taken_at: int = whole_field()
    outcome: str = text_field()
    reason: str | None = text_field(null=True)
    hand_over: bytes | None = bytes_field(null=True)


class FieldDecision(SQLModel, table=True):
    """What a person said of a conflict; it changes no voucher."""

    __tablename__ = "field_decision"
    __table_args__ = (GROWS,)
    event: bytes = bytes_field(key=True)
    decided_by: str = text_field()
    decided_at: int = whole_field()
    reason: str = text_field()


for _grows in (FieldBundle, FieldEvent, FieldDecision):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

# Whoever takes a file in pairs no laptop, sends nothing out to it, and lifts no recall.
written_by(FieldLaptop, field=("taken", "head"))
written_by(FieldBundle)
written_by(FieldEvent, field=(INSERT,))
written_by(FieldDecision)
