"""Changes that wait for a second person: of who an approved person is, or of what a rule counts.

Name, document, birth year and sex say who was approved; flags and a household's size say how much
is due. Until another operator approves such a change (`people approve`), the old facts count. The
newest change of a kind replaces one that still waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, update
from sqlmodel import col, select

from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.history import sealed_note
from cbi.people.records.record import PersonalData
from cbi.people.records.tables import HeldChange, PersonRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class AskedChange:
    """A change to be: of `record`, `sex`, `flags` or (of the household `home`) `size`.

    For a record `became` names the parts that differ, and `sealed` is the record as version
    `version` + 1.
    """

    person: str
    kind: str
    was: str
    became: str
    home: str = ""
    version: int | None = None
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class HeldView:
    """A change that waits. `asked_at` in microseconds UTC."""

    person: str
    kind: str
    was: str
    became: str
    home: str
    asked_by: str
    asked_at: int


def changed_identity(before: PersonalData, after: PersonalData) -> list[str]:
    """What of a record says who somebody is and differs; a birth day within its year does not."""
    years = [data.birth.year if data.birth else None for data in (before, after)]
    differs = {
        "name": before.names != after.names,
        "document": before.documents != after.documents,
        "birth-year": years[0] != years[1],
    }
    return [part for part, changed in differs.items() if changed]


def hold(
    tx: WriteTransaction, session: OperatorSession, asked: AskedChange, *, reason: str, date: str
) -> None:
    """Write a change down that waits, in place of one of its kind that still does."""
    now, row_id = session.clock(), session.new_id()
    tx.change(
        update(HeldChange).where(
            col(HeldChange.outcome).is_(None), col(HeldChange.kind) == asked.kind,
            col(HeldChange.home) == asked.home,
            or_(col(HeldChange.person) == asked.person, col(HeldChange.home) != ""),
        ),
        {
            HeldChange.outcome: "replaced", HeldChange.decided_by: session.operator.name,
            HeldChange.decided_at: now,
        },
    )
    tx.add(HeldChange(
        id=row_id, person=asked.person, home=asked.home, kind=asked.kind, was=asked.was,
        became=asked.became, version=asked.version, sealed=asked.sealed, date=date,
        reason_sealed=sealed_note(session, asked.person, row_id, reason),
        asked_by=session.operator.name, asked_at=now, decided_by=None, decided_at=None,
        outcome=None,
    ))
    record_by(
        tx, session, action="people.change-asked", object=asked.person, at=now,
        detail={"change": row_id.hex(), "kind": asked.kind, "home": asked.home},
    )


def hold_size(
    tx: WriteTransaction, session: OperatorSession, home: str, size: int, *, reason: str, date: str
) -> bool:
    """Let another size of a household wait, if one of its people is approved; whether it does."""
    about = approved_member(tx, home)
    if about is None:
        return False
    was = _size(tx, home)
    if size != was:
        asked = AskedChange(about, "size", str(was), str(size), home)
        hold(tx, session, asked, reason=reason, date=date)
    return True


def approved_member(tx: ReadTransaction, home: str) -> str | None:
    """The head, or else the first, of those in a household who are approved; a number that went
    into another too, for it may come back."""
    found: str | None = tx.value(
        "SELECT person.number FROM person JOIN household ON household.number = person.household"
        " WHERE household.number = :home AND person.approved_at IS NOT NULL"
        " AND person.erased_at IS NULL"
        " ORDER BY CASE WHEN household.head = person.number THEN 0 ELSE 1 END, person.number"
        " LIMIT 1",
        home=home,
    )
    return found


def awaited_size(tx: ReadTransaction, home: str) -> int:
    """How many a household would count if what waits for it were approved."""
    held = tx.first(
        select(HeldChange.became).where(
            HeldChange.home == home, HeldChange.kind == "size", col(HeldChange.outcome).is_(None)
        )
    )
    return _size(tx, home) if held is None else int(held)


def _size(tx: ReadTransaction, home: str) -> int:
    return int(tx.value("SELECT size FROM household WHERE number = :home", home=home))


def held_changes(tx: ReadTransaction, numbers: Sequence[str] | None = None) -> list[HeldView]:
    """Changes that wait, the oldest first; of these people, or of all."""
    return [
        HeldView(
            row.person, row.kind, row.was, row.became, row.home, row.asked_by, row.asked_at
        )
        for row in held_rows(tx) if numbers is None or row.person in numbers
    ]


def held_rows(tx: ReadTransaction, number: str = "") -> list[HeldChange]:
    """The rows of changes that wait, of one person or of all whose data is still there."""
    asked = (
        select(HeldChange).join(PersonRow, col(PersonRow.number) == col(HeldChange.person))
        .where(col(HeldChange.outcome).is_(None), col(PersonRow.erased_at).is_(None))
        .order_by(col(HeldChange.asked_at), col(HeldChange.id))
    )
    return tx.all(asked.where(HeldChange.person == number) if number else asked)
