"""Deciding changes that wait: another operator approves them, and they hold, or refuses them.

What a change was asked upon must still stand: a size or a record that moved on meanwhile would make
it say something that nobody asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cbi.base.errors import Conflict, NotFound
from cbi.operators.desk import Desk
from cbi.operators.duties import keep_apart
from cbi.operators.log import record
from cbi.people.bulk import bulk
from cbi.people.checking import check_reason
from cbi.people.contents import record_data
from cbi.people.correcting import follow_record, past_records, put_version, record_postings
from cbi.people.counting import check_room
from cbi.people.flags import flags_of, write_flags
from cbi.people.history import Change, opened_note, put_changes
from cbi.people.holding import held_rows
from cbi.people.numbers import read_number
from cbi.people.reading import living_facts, person_key
from cbi.people.record import PersonalData
from cbi.people.sealing import open_sealed, record_of
from cbi.people.vault import add_postings, remove_postings, vault_of
from cbi.storage.transactions import Reading, Record, Writing


@dataclass(frozen=True, slots=True)
class Released:
    """How many changes hold now, and how many pairs that may be one person that brought up."""

    changes: int
    pairs: int = 0


def check_releasable(tx: Reading, desk: Desk, numbers: Sequence[str], *, apart: bool) -> set[str]:
    """Whose changes this operator may decide, of these people.

    Raises:
        NotAllowed: the operator asked for one of them, and duties are kept apart.
    """
    rows = _of(tx, numbers)
    for row in rows:
        keep_apart(row["asked_by"], desk.operator.name, duty="people.approve", apart=apart)
    return {row["person"] for row in rows}


def release(desk: Desk, numbers: Sequence[str], *, apart: bool) -> Released:
    """Let every change of these people that waits hold from now on.

    Raises:
        NotAllowed: the operator asked for one of them, and duties are kept apart.
        Conflict: what a change was asked upon no longer stands.
    """
    desk.require("people.approve")
    with desk.ledger.read() as tx:
        check_releasable(tx, desk, numbers, apart=apart)
        rows = _of(tx, numbers)
    if not rows:
        return Released(0)
    opened = {row["id"]: _opened(desk, row) for row in rows if row["kind"] == "record"}
    vault = vault_of(desk)
    vault.transact(lambda tx: add_postings(tx, [
        row for new, old in opened.values() for row in new if row not in old
    ]))

    def work(tx: Writing) -> int:
        check_releasable(tx, desk, numbers, apart=apart)
        waiting = {row["id"] for row in _of(tx, numbers)}
        for row in rows:
            if row["id"] not in waiting:
                raise Conflict("people.change-stale", number=row["person"])
            _KINDS[row["kind"]](tx, desk, row)
            _close(tx, desk, row, "approved")
        return len(rows)

    done = desk.ledger.transact(work)
    vault.transact(lambda tx: remove_postings(tx, [
        row for new, old in opened.values() for row in old if row not in new
    ]))
    again = sorted({row["person"] for row in rows if row["kind"] in ("record", "sex")})
    return Released(done, bulk(desk, again).new if again else 0)


def refuse(desk: Desk, number: str, reason: str) -> int:
    """Put away every change of a person that waits; returns how many. The old facts stay.

    Raises:
        UsageError: no reason.
        NotFound: no such person, or nothing waits.
    """
    desk.require("people.approve")
    said = check_reason(reason)

    def work(tx: Writing) -> int:
        found = living_facts(tx, number)
        rows = _of(tx, [found.number])
        if not rows:
            raise NotFound("people.change-none", number=found.number)
        for row in rows:
            _close(tx, desk, row, "refused")
        today = rows[0]["date"]
        put_changes(tx, desk, [
            Change(found.number, "refused", row["kind"], row["became"]) for row in rows
        ], reason=said, date=today)
        return len(rows)

    return desk.ledger.transact(work)


def proposed(desk: Desk, number: str) -> PersonalData | None:
    """The record that waits for a second person, opened with the one that stands; or None.

    Raises:
        NotAllowed: the operator may not read personal data.
    """
    desk.require("people.read")
    with desk.ledger.read() as tx:
        rows = [row for row in held_rows(tx, read_number(number)) if row["kind"] == "record"]
    return to_be(rows[0], person_key(desk, rows[0]["person"])) if rows else None


def to_be(row: Record, key: bytes) -> PersonalData:
    """The record of a change that waits."""
    number, belongs_to = row["person"], record_of(row["person"], row["version"] + 1)
    return record_data(open_sealed(key, bytes(row["sealed"]), belongs_to, number=number))


def _of(tx: Reading, numbers: Sequence[str]) -> list[Record]:
    wanted = {read_number(number) for number in numbers}
    return [row for row in held_rows(tx) if row["person"] in wanted]


def _opened(desk: Desk, row: Record) -> tuple[list[Record], list[Record]]:
    """Keyed hashes of the record to be, and of the one that stands."""
    number, key = row["person"], person_key(desk, row["person"])
    with desk.ledger.read() as tx:
        old = past_records(tx, number, key)[-1].data
    return record_postings(desk, number, to_be(row, key)), record_postings(desk, number, old)


def _record(tx: Writing, desk: Desk, row: Record) -> None:
    found = living_facts(tx, row["person"])
    if found.version != row["version"]:
        raise Conflict("people.change-stale", number=found.number)
    data = to_be(row, person_key(desk, found.number))
    put_version(tx, desk, found, bytes(row["sealed"]), made_by=row["asked_by"])
    follow_record(tx, desk, found, data, _reason(desk, row))
    record(
        tx, operator=desk.operator.name, action="people.correct", object=found.number,
        at=desk.clock(), detail={"version": found.version + 1}, origin=desk.origin,
    )


def _sex(tx: Writing, desk: Desk, row: Record) -> None:
    found = living_facts(tx, row["person"])
    _check_still(row, found.sex)
    tx.run(
        "UPDATE person SET sex = :sex WHERE number = :number", sex=row["became"],
        number=found.number,
    )
    _put(tx, desk, row)


def _size(tx: Writing, desk: Desk, row: Record) -> None:
    size = tx.value("SELECT size FROM household WHERE number = :home", home=row["home"])
    _check_still(row, str(size))
    check_room(tx, row["home"], int(row["became"]))
    tx.run(
        "UPDATE household SET size = :size WHERE number = :home",
        size=int(row["became"]), home=row["home"],
    )
    _put(tx, desk, row)


def _flags(tx: Writing, desk: Desk, row: Record) -> None:
    had = flags_of(tx, row["person"])
    _check_still(row, ", ".join(had))
    write_flags(tx, desk, row["person"], had, [one for one in row["became"].split(", ") if one])


_KINDS: dict[str, Callable[[Writing, Desk, Record], None]] = {
    "record": _record, "sex": _sex, "size": _size, "flags": _flags,
}


def _check_still(row: Record, now: str) -> None:
    if now != row["was"]:
        raise Conflict("people.change-stale", number=row["person"])


def _put(tx: Writing, desk: Desk, row: Record) -> None:
    change = Change(row["person"], row["kind"], row["was"], row["became"])
    put_changes(tx, desk, [change], reason=_reason(desk, row), date=row["date"])


def _reason(desk: Desk, row: Record) -> str:
    key = person_key(desk, row["person"])
    return opened_note(key, row["person"], bytes(row["id"]), row["reason_sealed"])


def _close(tx: Writing, desk: Desk, row: Record, outcome: str) -> None:
    now = desk.clock()
    tx.run(
        "UPDATE held_change SET outcome = :outcome, decided_by = :operator, decided_at = :now"
        " WHERE id = :id", outcome=outcome, operator=desk.operator.name, now=now, id=row["id"],
    )
    record(
        tx, operator=desk.operator.name, action=f"people.change-{outcome}", object=row["person"],
        at=now, detail={"change": bytes(row["id"]).hex(), "kind": row["kind"],
                        "asked_by": row["asked_by"]}, origin=desk.origin,
    )
