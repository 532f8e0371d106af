"""Grants' tables: whose money it is, which rounds it pays for, and what a month's rates were."""

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class Grant(SQLModel, table=True):
    """A donor's money for a programme: its budget in the donor's currency, and its dates."""

    __tablename__ = "donor_grant"
    __table_args__ = (
        rule("donor_grant_code", "code <> '' AND donor <> ''"),
        rule("donor_grant_budget", "budget_minor > 0"),
        rule("donor_grant_dates", "valid_from <= valid_until"),
        GROWS,
    )
    code: str = text_field(key=True)
    donor: str = text_field()
    programme: str = text_field()
    currency: str = text_field()
    budget_minor: int = whole_field()
    valid_from: str = text_field()
    valid_until: str = text_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class RoundGrant(SQLModel, table=True):
    """A grant that pays for a round: a share of each voucher, or in its place up to a limit."""

    __tablename__ = "round_grant"
    __table_args__ = (
        UniqueConstraint("round", "grant_code", name="round_grant_once"),
        rule("round_grant_place", "place >= 1"),
        rule("round_grant_share", "share IS NULL OR (share > 0 AND limit_minor IS NULL)"),
        rule("round_grant_limit", "limit_minor IS NULL OR limit_minor > 0"),
        GROWS,
    )
    round: str = text_field(key=True)
    place: int = whole_field(key=True)
    grant_code: str = text_field()
    share: int | None = whole_field(null=True)
    limit_minor: int | None = whole_field(null=True)


class GrantRate(SQLModel, table=True):
    """What one unit of a donor's currency was in a month, in millionths of the other's unit."""

    __tablename__ = "grant_rate"
    __table_args__ = (
        rule("grant_rate_positive", "millionths > 0"),
        rule("grant_rate_source", "source <> '' AND currency <> other"),
        GROWS,
    )
    currency: str = text_field(key=True)
    other: str = text_field(key=True)
    month: str = text_field(key=True)
    millionths: int = whole_field()
    source: str = text_field()
    made_by: str = text_field()
    made_at: int = whole_field()


for _grants in (Grant, RoundGrant, GrantRate):
    append_only(SQLModel.metadata.tables[str(_grants.__tablename__)])
    written_by(_grants, finance=ALL)
