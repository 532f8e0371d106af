"""What people said of what a report showed, kept so that the next one need not ask again.

Reports read and change nothing of the ledger; these rows are their own.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, rule, text_field, whole_field
from cbi.storage.duties import written_by


class FlagDecision(SQLModel, table=True):
    """What a person said of a red flag, with a reason; the newest one counts.

    `flag` is a digest of the flag's kind, subject and evidence: more evidence makes another flag.
    """

    __tablename__ = "flag_decision"
    __table_args__ = (
        Index("flag_decision_flag", "flag"),
        rule("flag_decision_verdict", "verdict IN ('explained', 'follow-up', 'confirmed')"),
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


append_only(SQLModel.metadata.tables["flag_decision"])

written_by(FlagDecision)
