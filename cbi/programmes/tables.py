"""The tables that vouchers are issued from: programmes, rounds with their rules, batches.

As in `tables.py`, `info["update"]` names the columns that the application may change; a table
without it only grows.
"""

from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import (
    GROWS,
    changes,
    flag_field,
    rule,
    text_field,
    whole_field,
)
from cbi.storage.duties import written_by


class Programme(SQLModel, table=True):
    """A funded project with a currency and a budget."""

    __tablename__ = "programme"
    __table_args__ = (
        rule("programme_budget", "budget_minor >= 0"),
        rule("programme_duties", "duties_apart IN (0, 1)"),
        rule("programme_despite", "despite_allowed IN (0, 1)"),
        rule("programme_reversal", "reversal_alone_max_minor >= 0"),
        rule("programme_lateness", "lateness_days BETWEEN 0 AND 3650"),
        changes(
            "duties_apart", "reversal_alone_max_minor", "budget_minor", "short_name",
            "web_address", "hotline", "lateness_days", "language",
            "despite_allowed",
        ),
    )
    code: str = text_field(key=True)
    name: str = text_field()
    short_name: str = text_field()
    currency: str = text_field()
    zone: str = text_field()
    budget_minor: int = whole_field()
    duties_apart: bool = flag_field()
    reversal_alone_max_minor: int = whole_field()
    web_address: str | None = text_field(null=True)
    hotline: str = text_field()
    lateness_days: int = whole_field()
    language: str = text_field()
    despite_allowed: bool = flag_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class RoundRow(SQLModel, table=True):
    """One distribution cycle of a programme."""

    __tablename__ = "round"
    __table_args__ = (
        rule("round_dates", "valid_from <= valid_until"),
        rule("round_parts", "in_parts IN (0, 1)"),
        changes("next_serial", "next_batch", "valid_until", "cancelled_at"),
    )
    code: str = text_field(key=True)
    programme: str = text_field()
    valid_from: str = text_field()
    valid_until: str = text_field()
    in_parts: bool = flag_field()
    next_serial: int = whole_field()
    next_batch: int = whole_field()
    made_by: str = text_field()
    made_at: int = whole_field()
    cancelled_at: int | None = whole_field(null=True)


class Entitlement(SQLModel, table=True):
    """What a round gives, by category: per person, per household, or per member to the head."""

    __tablename__ = "entitlement"
    __table_args__ = (
        rule("entitlement_amount", "amount_minor > 0"),
        rule("entitlement_per", "per IN ('person', 'household', 'member')"),
        rule("entitlement_sizes", "size_from IS NULL OR size_to IS NULL OR size_from <= size_to"),
        rule("entitlement_ages", "age_from IS NULL OR age_to IS NULL OR age_from <= age_to"),
        GROWS,
    )
    round: str = text_field(key=True)
    line: int = whole_field(key=True)
    category: str = text_field()
    amount_minor: int = whole_field()
    per: str = text_field()
    size_from: int | None = whole_field(null=True)
    size_to: int | None = whole_field(null=True)
    age_from: int | None = whole_field(null=True)
    age_to: int | None = whole_field(null=True)
    flag: str | None = text_field(null=True)


class CategoryTermsRow(SQLModel, table=True):
    """What a category's amounts are made into: capped, rounded down, split into denominations."""

    __tablename__ = "category_terms"
    __table_args__ = (
        rule("category_terms_amounts", "cap_minor > 0 AND round_to_minor > 0"),
        GROWS,
    )
    round: str = text_field(key=True)
    category: str = text_field(key=True)
    cap_minor: int | None = whole_field(null=True)
    round_to_minor: int | None = whole_field(null=True)
    denominations: str = text_field()


class RoundRetailer(SQLModel, table=True):
    """Which retailer takes which category in a round."""

    __tablename__ = "round_retailer"
    __table_args__ = (GROWS,)
    round: str = text_field(key=True)
    category: str = text_field(key=True)
    retailer: str = text_field(key=True)


class OfflineTermsRow(SQLModel, table=True):
    """What was said of a programme's tills without a connection: whether, and within what bounds.
    """

    __tablename__ = "offline_terms"
    __table_args__ = (
        rule("offline_terms_allowed", "allowed IN (0, 1)"),
        rule(
            "offline_terms_bounds",
            "per_voucher_minor > 0 AND per_device_minor > 0 AND per_day_minor > 0",
        ),
        rule("offline_terms_hours", "list_hours BETWEEN 1 AND 168"),
        rule("offline_terms_charged", "charged_to IN ('retailer', 'programme')"),
        GROWS,
    )
    programme: str = text_field(key=True)
    number: int = whole_field(key=True)
    allowed: bool = flag_field()
    per_voucher_minor: int = whole_field()
    per_device_minor: int = whole_field()
    per_day_minor: int = whole_field()
    list_hours: int = whole_field()
    charged_to: str = text_field()
    set_by: str = text_field()
    set_at: int = whole_field()


for _grows in (Entitlement, CategoryTermsRow, RoundRetailer, OfflineTermsRow):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

for _set_up in (Programme, Entitlement, CategoryTermsRow, RoundRetailer, OfflineTermsRow):
    written_by(_set_up)
written_by(RoundRow, field=("next_serial", "next_batch"))
