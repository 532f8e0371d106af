"""What changed in the clear beside a record: one row a change, which is never altered.

The reason is free text and may tell a name, so it is sealed under the key of the person it is about
and ends with that key. The log has the change without its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from cbi.operators.operator_session import OperatorSession
from cbi.people.records.reading import person_key
from cbi.people.records.sealing import NONCE_BYTES, note_of, open_sealed, seal
from cbi.people.records.tables import PersonChange
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class FactChange:
    """One person's one fact, before and after."""

    person: str
    kind: str
    was: str
    became: str


@dataclass(frozen=True, slots=True, repr=False)
class PastChange:
    """A change on record. `date` is when it came about, `changed_at` when it was written down."""

    kind: str
    was: str
    became: str
    date: str
    reason: str
    changed_by: str
    changed_at: int


def put_changes(
    tx: WriteTransaction, session: OperatorSession, changes: Sequence[FactChange], *, reason: str,
    date: str
) -> None:
    """Write changes down as of one instant, their reason sealed for each person."""
    rows = []
    now = session.clock()
    for change in changes:
        row_id = session.new_id()
        rows.append(PersonChange(
            id=row_id, person=change.person, kind=change.kind, was=change.was,
            became=change.became, date=date,
            reason_sealed=sealed_note(session, change.person, row_id, reason),
            changed_by=session.operator.name, changed_at=now,
        ))
    tx.add(*rows)


def past_changes(tx: ReadTransaction, number: str, key: bytes) -> list[PastChange]:
    """Every change of a person's facts, the first one first, reasons opened with this key."""
    rows = tx.all(
        select(PersonChange).where(PersonChange.person == number)
        .order_by(col(PersonChange.changed_at), col(PersonChange.id))
    )
    return [
        PastChange(
            kind=row.kind, was=row.was, became=row.became, date=row.date,
            reason=opened_note(key, number, row.id, row.reason_sealed),
            changed_by=row.changed_by, changed_at=row.changed_at,
        )
        for row in rows
    ]


def sealed_note(session: OperatorSession, number: str, row_id: bytes, note: str) -> bytes:
    """Free text about a person, sealed under the person's key for the row it stands in."""
    nonce = session.entropy(NONCE_BYTES)
    return seal(person_key(session, number), nonce, {"note": note}, note_of(number, row_id))


def opened_note(key: bytes, number: str, row_id: bytes, sealed: bytes | None) -> str:
    """The free text of a row, empty if there is none."""
    if sealed is None:
        return ""
    told: Any = open_sealed(key, sealed, note_of(number, row_id), number=number)
    return str(told["note"])
