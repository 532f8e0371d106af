"""The tables of sanctions screening, in the ledger's database.

Of a proxy or a family only numbers stand here: names are opened for the screening alone.
"""

from sqlalchemy import Index
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
from cbi.storage.duties import written_by


class SanctionsPolicy(SQLModel, table=True):
    """That a programme asks for screening, and whether of families too."""

    __tablename__ = "sanctions_policy"
    __table_args__ = (
        rule("sanctions_policy_asked", "asked IN (0, 1)"),
        rule("sanctions_policy_families", "families IN (0, 1) AND families <= asked"),
        changes("asked", "families", "set_by", "set_at"),
    )
    programme: str = text_field(key=True)
    asked: bool = flag_field()
    families: bool = flag_field()
    set_by: str = text_field()
    set_at: int = whole_field()


class SanctionsList(SQLModel, table=True):
    """A list as it was last brought: its entries as JSON, and the digest of the file."""

    __tablename__ = "sanctions_list"
    __table_args__ = (
        rule("sanctions_list_label", "length(label) BETWEEN 2 AND 32"),
        rule("sanctions_list_count", "entry_count >= 1"),
        changes("digest", "dated", "entry_count", "entries", "loaded_by", "loaded_at"),
    )
    label: str = text_field(key=True)
    digest: str = text_field()
    dated: str = text_field()
    entry_count: int = whole_field()
    entries: str = text_field()
    loaded_by: str = text_field()
    loaded_at: int = whole_field()


class SanctionsName(SQLModel, table=True):
    """A name to be screened: an operator's full name, or one of a retailer's owners."""

    __tablename__ = "sanctions_name"
    __table_args__ = (
        rule("sanctions_name_kind", "kind IN ('retailer', 'operator')"),
        changes(delete=True),
    )
    kind: str = text_field(key=True)
    subject: str = text_field(key=True)
    name: str = text_field(key=True)
    made_by: str = text_field()
    made_at: int = whole_field()


class SanctionsRun(SQLModel, table=True):
    """A screening: how many were looked at, and a digest of who they and the lists were."""

    __tablename__ = "sanctions_run"
    __table_args__ = (rule("sanctions_run_counted", "counted >= 1"), GROWS)
    counted: int = whole_field(key=True)
    at: int = whole_field()
    run_by: str = text_field()
    subjects: int = whole_field()
    compared: bytes = bytes_field()


class SanctionsHit(SQLModel, table=True):
    """That somebody's name is like an entry's, and what a person decided of it.

    `fingerprint` is of the entry and of the name's version: with another of either it is another
    likeness. `subject` is a code, a name at sign-in, a proxy's id, or a person's number.
    """

    __tablename__ = "sanctions_hit"
    __table_args__ = (
        rule("sanctions_hit_counted", "counted >= 1"),
        rule("sanctions_hit_kind", "kind IN ('retailer', 'operator', 'proxy', 'person')"),
        rule("sanctions_hit_decision", "decision IN ('same', 'different')"),
        rule("sanctions_hit_decided", "(decision IS NULL) = (decided_by IS NULL)"),
        rule("sanctions_hit_decided_at", "(decision IS NULL) = (decided_at IS NULL)"),
        rule("sanctions_hit_reason", "(decision IS NULL) = (reason IS NULL)"),
        Index("sanctions_hit_subject", "kind", "subject"),
        changes("decision", "reason", "decided_by", "decided_at", delete=True),
    )
    counted: int = whole_field(key=True)
    kind: str = text_field()
    subject: str = text_field()
    label: str = text_field()
    entry: str = text_field()
    fingerprint: bytes = bytes_field()
    bits: int = whole_field()
    found_by: str = text_field()
    found_at: int = whole_field()
    decision: str | None = text_field(null=True)
    reason: str | None = text_field(null=True)
    decided_by: str | None = text_field(null=True)
    decided_at: int | None = whole_field(null=True)


append_only(SQLModel.metadata.tables["sanctions_run"])
for _managers in (SanctionsPolicy, SanctionsList, SanctionsName, SanctionsRun, SanctionsHit):
    written_by(_managers)
