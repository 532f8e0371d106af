"""The tables of duplicates: pairs that may be one person, and what was decided of them.

No personal data stands here: `evidence` names what agreed (`document`, `name`, `birth-day`), never
the value; both records are unsealed again to be shown. A pair is kept once, the smaller number
first, and its row is a cache of its last decision; the decisions only grow, their reasons sealed
under the key of the pair's first person, because a reason may tell a name.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class DuplicatePair(SQLModel, table=True):
    """Two beneficiary numbers that may be one person, and where the question stands."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        rule("duplicate_pair_order", "first < second"),
        rule("duplicate_pair_state", "state IN ('open', 'later', 'same', 'different')"),
        rule("duplicate_pair_strength", "strength IN ('certain', 'likely', 'possible')"),
        rule("duplicate_pair_decided", "(decided_by IS NULL) = (decided_at IS NULL)"),
        rule("duplicate_pair_open", "(state = 'open') = (decided_by IS NULL)"),
        Index("duplicate_pair_second", "second"),
        Index("duplicate_pair_state_at", "state", "strength"),
        changes("state", "strength", "evidence", "decided_by", "decided_at"),
    )
    first: str = text_field(key=True)
    second: str = text_field(key=True)
    state: str = text_field()
    strength: str = text_field()
    evidence: str = text_field()
    found_at: int = whole_field()
    decided_by: str | None = text_field(null=True)
    decided_at: int | None = whole_field(null=True)


class DuplicateDecision(SQLModel, table=True):
    """One decision of one pair; `undo` takes the one before it back.

    `keeps` and `goes` are the numbers that a decision made one, or that its undoing parted; where
    both were one already there are none. `head_moved`: the one that stays became the household's
    head in place of the one that goes. `home` is the household of the one that goes: `home_size`
    people before and `home_left` after, `home_headed` if that number was its head.
    """

    __tablename__ = "duplicate_decision"
    __table_args__ = (
        rule("duplicate_decision_counts", "seq >= 1"),
        rule("duplicate_decision_word", "decision IN ('same', 'different', 'later', 'undo')"),
        rule("duplicate_decision_keeps", "(keeps IS NULL) = (goes IS NULL)"),
        rule("duplicate_decision_goes", "goes <> keeps"),
        rule("duplicate_decision_head", "head_moved IN (0, 1) AND home_headed IN (0, 1)"),
        rule("duplicate_decision_home", "(home IS NULL) = (goes IS NULL)"),
        rule("duplicate_decision_size", "(home_size IS NULL) = (home IS NULL)"),
        rule("duplicate_decision_left", "(home_left IS NULL) = (home IS NULL)"),
        GROWS,
    )
    first: str = text_field(key=True)
    second: str = text_field(key=True)
    seq: int = whole_field(key=True)
    decision: str = text_field()
    keeps: str | None = text_field(null=True)
    goes: str | None = text_field(null=True)
    head_moved: int = whole_field()
    home: str | None = text_field(null=True)
    home_size: int | None = whole_field(null=True)
    home_left: int | None = whole_field(null=True)
    home_headed: int = whole_field()
    reason_sealed: bytes = bytes_field()
    decided_by: str = text_field()
    decided_at: int = whole_field()


append_only(SQLModel.metadata.tables["duplicate_decision"])

for _people in (DuplicatePair, DuplicateDecision):
    written_by(_people, field=ALL)
