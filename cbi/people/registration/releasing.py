"""Deciding changes that wait: another operator approves them, and they hold, or refuses them.

What a change was asked upon must still stand: a size or a record that moved on meanwhile would make
it say something that nobody asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col

from cbi.base.errors import Conflict, NotFound
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import check_room
from cbi.people.matching.bulk import bulk
from cbi.people.records.checking import check_reason
from cbi.people.records.contents import record_data
from cbi.people.records.held_changes import held_rows
from cbi.people.records.history import FactChange, opened_note, put_changes
from cbi.people.records.numbers import read_number
from cbi.people.records.reading import living_facts, person_key
from cbi.people.records.record import PersonalData
from cbi.people.records.sealing import open_sealed, record_of
from cbi.people.records.tables import HeldChange
from cbi.people.records.vault import Posting, add_postings, remove_postings, vault_of
from cbi.people.registration.correcting import (
    follow_record,
    past_records,
    put_version,
    record_postings,
)
from cbi.people.registration.flags import flags_of, write_flags
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Released:
    """How many changes hold now, and how many pairs that may be one person that brought up."""

    changes: int
    pairs: int = 0


def check_releasable(
    tx: ReadTransaction, session: OperatorSession, numbers: Sequence[str], *, apart: bool
) -> set[str]:
    """Whose changes this operator may decide, of these people.

    Raises:
        NotAllowed: the operator asked for one of them, and duties are kept apart.
    """
    rows = _of(tx, numbers)
    for row in rows:
        keep_apart(row.asked_by, session.operator.name, duty="people.approve", apart=apart)
    return {row.person for row in rows}


def release(session: OperatorSession, numbers: Sequence[str], *, apart: bool) -> Released:
    """Let every change of these people that waits hold from now on.

    Raises:
        NotAllowed: the operator asked for one of them, and duties are kept apart.
        Conflict: what a change was asked upon no longer stands.
    """
    session.require("people.approve")
    with session.ledger.read() as tx:
        check_releasable(tx, session, numbers, apart=apart)
        rows = _of(tx, numbers)
    if not rows:
        return Released(0)
    opened = {row.id: _opened(session, row) for row in rows if row.kind == "record"}
    vault = vault_of(session)
    vault.transact(lambda tx: add_postings(tx, [
        row for new, old in opened.values() for row in new if row not in old
    ]))

    def work(tx: WriteTransaction) -> int:
        check_releasable(tx, session, numbers, apart=apart)
        waiting = {row.id for row in _of(tx, numbers)}
        for row in rows:
            if row.id not in waiting:
                raise Conflict("people.change-stale", number=row.person)
            _KINDS[row.kind](tx, session, row)
            _close(tx, session, row, "approved")
        return len(rows)

    done = session.ledger.transact(work)
    vault.transact(lambda tx: remove_postings(tx, [
        row for new, old in opened.values() for row in old if row not in new
    ]))
    again = sorted({row.person for row in rows if row.kind in ("record", "sex")})
    return Released(done, bulk(session, again).new if again else 0)


def refuse(session: OperatorSession, number: str, reason: str) -> int:
    """Put away every change of a person that waits; returns how many. The old facts stay.

    Raises:
        UsageError: no reason.
        NotFound: no such person, or nothing waits.
    """
    session.require("people.approve")
    said = check_reason(reason)

    def work(tx: WriteTransaction) -> int:
        found = living_facts(tx, number)
        rows = _of(tx, [found.number])
        if not rows:
            raise NotFound("people.change-none", number=found.number)
        for row in rows:
            _close(tx, session, row, "refused")
        today = rows[0].date
        put_changes(tx, session, [
            FactChange(found.number, "refused", row.kind, row.became) for row in rows
        ], reason=said, date=today)
        return len(rows)

    return session.ledger.transact(work)


def proposed(session: OperatorSession, number: str) -> PersonalData | None:
    """The record that waits for a second person, opened with the one that stands; or None.

    Raises:
        NotAllowed: the operator may not read personal data.
    """
    session.require("people.read")
    with session.ledger.read() as tx:
        rows = [row for row in held_rows(tx, read_number(number)) if row.kind == "record"]
    return to_be(rows[0], person_key(session, rows[0].person)) if rows else None


def to_be(row: HeldChange, key: bytes) -> PersonalData:
    """The record of a change that waits."""
    number, belongs_to = row.person, record_of(row.person, (row.version or 0) + 1)
    return record_data(open_sealed(key, row.sealed or b"", belongs_to, number=number))


def _of(tx: ReadTransaction, numbers: Sequence[str]) -> list[HeldChange]:
    wanted = {read_number(number) for number in numbers}
    return [row for row in held_rows(tx) if row.person in wanted]


def _opened(session: OperatorSession, row: HeldChange) -> tuple[list[Posting], list[Posting]]:
    """Keyed hashes of the record to be, and of the one that stands."""
    number, key = row.person, person_key(session, row.person)
    with session.ledger.read() as tx:
        old = past_records(tx, number, key)[-1].data
    return record_postings(session, number, to_be(row, key)), record_postings(session, number, old)


def _record(tx: WriteTransaction, session: OperatorSession, row: HeldChange) -> None:
    found = living_facts(tx, row.person)
    if found.version != row.version:
        raise Conflict("people.change-stale", number=found.number)
    data = to_be(row, person_key(session, found.number))
    put_version(tx, session, found, row.sealed or b"", made_by=row.asked_by)
    follow_record(tx, session, found, data, _reason(session, row))
    record_by(
        tx, session, action="people.correct", object=found.number,
        detail={"version": found.version + 1},
    )


def _sex(tx: WriteTransaction, session: OperatorSession, row: HeldChange) -> None:
    found = living_facts(tx, row.person)
    _check_still(row, found.sex)
    tx.run(
        "UPDATE person SET sex = :sex WHERE number = :number", sex=row.became,
        number=found.number,
    )
    _put(tx, session, row)


def _size(tx: WriteTransaction, session: OperatorSession, row: HeldChange) -> None:
    size = tx.value("SELECT size FROM household WHERE number = :home", home=row.home)
    _check_still(row, str(size))
    check_room(tx, row.home, int(row.became))
    tx.run(
        "UPDATE household SET size = :size WHERE number = :home",
        size=int(row.became), home=row.home,
    )
    _put(tx, session, row)


def _flags(tx: WriteTransaction, session: OperatorSession, row: HeldChange) -> None:
    had = flags_of(tx, row.person)
    _check_still(row, ", ".join(had))
    write_flags(tx, session, row.person, had, [one for one in row.became.split(", ") if one])


_KINDS: dict[str, Callable[[WriteTransaction, OperatorSession, HeldChange], None]] = {
    "record": _record, "sex": _sex, "size": _size, "flags": _flags,
}


def _check_still(row: HeldChange, now: str) -> None:
    if now != row.was:
        raise Conflict("people.change-stale", number=row.person)


def _put(tx: WriteTransaction, session: OperatorSession, row: HeldChange) -> None:
    change = FactChange(row.person, row.kind, row.was, row.became)
    put_changes(tx, session, [change], reason=_reason(session, row), date=row.date)


def _reason(session: OperatorSession, row: HeldChange) -> str:
    key = person_key(session, row.person)
    return opened_note(key, row.person, row.id, row.reason_sealed)


def _close(tx: WriteTransaction, session: OperatorSession, row: HeldChange, outcome: str) -> None:
    now = session.clock()
    tx.change(
        update(HeldChange).where(col(HeldChange.id) == row.id),
        {
            HeldChange.outcome: outcome, HeldChange.decided_by: session.operator.name,
            HeldChange.decided_at: now,
        },
    )
    record_by(
        tx, session, action=f"people.change-{outcome}", object=row.person, at=now,
        detail={"change": row.id.hex(), "kind": row.kind,
                "asked_by": row.asked_by},
    )
