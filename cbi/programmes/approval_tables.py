"""How many people a programme asks for as amounts grow, and who has said yes, as rows."""

from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class ApprovalRule(SQLModel, table=True):
    """How many people a programme asks for from an amount on; of the same kind and amount the last
    word holds. `people` is 1 where none more than usual are asked for again.
    """

    __tablename__ = "approval_rule"
    __table_args__ = (
        rule("approval_rule_kind", "kind IN ('batch', 'settlement', 'decision')"),
        rule("approval_rule_people", "number >= 1 AND from_minor > 0 AND people BETWEEN 1 AND 3"),
        GROWS,
    )
    programme: str = text_field(key=True)
    number: int = whole_field(key=True)
    kind: str = text_field()
    from_minor: int = whole_field()
    people: int = whole_field()
    set_by: str = text_field()
    set_at: int = whole_field()


class ApprovalRow(SQLModel, table=True):
    """One person's yes to a thing of which a programme asks for several: each can give it once.

    `object` names the thing, `said` is what of it was agreed to: the hash of a batch's list or of a
    settlement, a verdict.
    """

    __tablename__ = "approval"
    __table_args__ = (
        rule("approval_kind", "kind IN ('batch', 'settlement', 'decision')"),
        rule("approval_amount", "amount_minor > 0 AND object <> '' AND said <> ''"),
        GROWS,
    )
    kind: str = text_field(key=True)
    object: str = text_field(key=True)
    said: str = text_field(key=True)
    given_by: str = text_field(key=True)
    given_at: int = whole_field()
    amount_minor: int = whole_field()


for _grows in (ApprovalRule, ApprovalRow):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

written_by(ApprovalRule)
written_by(ApprovalRow, finance=ALL)
