"""What people said of what a report showed, and what households answered after a round.

Reports read and change nothing of the ledger; these rows are their own.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import (
    GROWS,
    bytes_field,
    flag_field,
    rule,
    text_field,
    whole_field,
)
from cbi.storage.duties import ALL, written_by


class FlagDecision(SQLModel, table=True):
    """What a person said of a red flag, with a reason; the newest one counts.

    `flag` is a digest of the flag's kind, subject and evidence: more evidence makes another flag.
    """

    __tablename__ = "flag_decision"
    __table_args__ = (
        Index("flag_decision_flag", "flag"),
        rule("flag_decision_verdict", "verdict IN ('explained', 'follow-up', 'referred')"),
        rule("flag_decision_reason", "reason <> ''"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    flag: bytes = bytes_field()
    kind: str = text_field()
    subject: str = text_field()
    verdict: str = text_field()
    reason: str = text_field()
    decided_by: str = text_field()
    decided_at: int = whole_field()


class MonitoringSample(SQLModel, table=True):
    """Households drawn after a round, to be asked how it went; every draw stays."""

    __tablename__ = "monitoring_sample"
    __table_args__ = (
        rule("monitoring_sample_margin", "margin_percent BETWEEN 1 AND 20"),
        rule("monitoring_sample_confidence", "confidence_percent IN (80, 90, 95, 99)"),
        rule("monitoring_sample_each", "each_city IN (0, 1)"),
        GROWS,
    )
    number: str = text_field(key=True)
    round: str = text_field()
    margin_percent: int = whole_field()
    confidence_percent: int = whole_field()
    each_city: bool = flag_field()
    seed: str = text_field()
    frame_hash: bytes = bytes_field()
    drawn_by: str = text_field()
    drawn_at: int = whole_field()


class MonitoringCity(SQLModel, table=True):
    """How many households a city had, of which a sample's were drawn."""

    __tablename__ = "monitoring_city"
    __table_args__ = (rule("monitoring_city_some", "households > 0"), GROWS)
    sample: str = text_field(key=True)
    city: str = text_field(key=True)
    households: int = whole_field()


class MonitoringMember(SQLModel, table=True):
    """A household that was drawn, and the beneficiary to ask for there."""

    __tablename__ = "monitoring_member"
    __table_args__ = (GROWS,)
    sample: str = text_field(key=True)
    place: int = whole_field(key=True)
    household: str = text_field()
    city: str = text_field()
    person: str = text_field()


class MonitoringInterview(SQLModel, table=True):
    """What came of a visit and was answered, sealed under the key of whom it was asked; a
    household's newest counts."""

    __tablename__ = "monitoring_interview"
    __table_args__ = (
        Index("monitoring_interview_sample", "sample"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    sample: str = text_field()
    household: str = text_field()
    sealed: bytes = bytes_field()
    taken_by: str = text_field()
    taken_at: int = whole_field()


class ShopNote(SQLModel, table=True):
    """What a good costs in a store in a month, and whether it is there; the newest counts."""

    __tablename__ = "shop_note"
    __table_args__ = (
        rule("shop_note_price", "price_minor IS NULL OR price_minor > 0"),
        rule("shop_note_stock", "stock IN ('yes', 'low', 'no')"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    store: str = text_field()
    month: str = text_field()
    item: str = text_field()
    price_minor: int | None = whole_field(null=True)
    currency: str = text_field()
    stock: str = text_field()
    noted_by: str = text_field()
    noted_at: int = whole_field()


for _name in ("shop_note", "flag_decision", "monitoring_sample", "monitoring_city",
              "monitoring_member", "monitoring_interview"):
    append_only(SQLModel.metadata.tables[_name])

written_by(FlagDecision)
written_by(ShopNote, field=ALL, finance=ALL)
written_by(MonitoringSample)
written_by(MonitoringCity)
written_by(MonitoringMember)
written_by(MonitoringInterview, field=ALL)
