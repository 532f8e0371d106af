"""A person's standing: active, suspended, left or dead, with reason and date; the city, the sex and
the language too, which stand in the clear and change.

Whoever is not active gets no new voucher. Taking somebody out of the way is field work; bringing
somebody back, who would be paid again, is a manager's.
"""

from dataclasses import dataclass

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.terms import term
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import COUNTED, check_room, counted_members, size_with
from cbi.people.records.checking import (
    check_date,
    check_language,
    check_reason,
    check_sex,
    city_codes,
    today,
    today_in,
)
from cbi.people.records.held_changes import (
    AskedChange,
    approved_member,
    awaited_size,
    hold,
    hold_size,
)
from cbi.people.records.history import FactChange, put_changes
from cbi.people.records.reading import PersonFacts, facts_of, living_facts
from cbi.storage.transactions import ReadTransaction, WriteTransaction

STATUSES = ("active", "suspended", "left", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFacts:
    """Facts in the clear to put right; what is None stays."""

    city: str | None = None
    sex: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NewStatus:
    """A status, its reason and its date (ISO text); `size` is what the household counts then."""

    status: str
    reason: str
    date: str
    size: int | None = None


def set_status(
    session: OperatorSession, number: str, status: str, reason: str, date: str, *,
    size: int | None = None
) -> PersonFacts:
    """Say that a person is suspended, has left, has died, or is active again; `date` is ISO text.

    The household counts one fewer when somebody leaves or dies, and one more when they are back,
    unless its `size` is said; a larger one waits for a second person.

    Raises:
        UsageError: an unknown status, no reason, or a date that cannot be.
        NotFound: no such person.
        Conflict: it is so already, the person was erased, or more than `size` are enrolled.
    """
    new = NewStatus(status, reason, date, size)
    return session.ledger.transact(lambda tx: set_status_in(tx, session, number, new))


def set_status_in(
    tx: WriteTransaction, session: OperatorSession, number: str, new: NewStatus
) -> PersonFacts:
    """The same within a caller's transaction."""
    wanted = new.status.strip().lower()
    if wanted not in STATUSES:
        raise UsageError("people.status-unknown", text=new.status, known=", ".join(STATUSES))
    session.require("people.approve" if wanted == "active" else "people.status")
    said, day = check_reason(new.reason), check_date(new.date, today_in(tx, session.clock()))
    found = living_facts(tx, number)
    if found.status == wanted:
        raise Conflict("people.status-already", number=found.number,
                       status=term("log.value", wanted))
    counted = size_with(tx, found, wanted)
    counts, waits = counted if new.size is None else new.size, False
    if counts > max(counted, found.household_size):
        waits = approved_member(tx, found.household) is not None
        counts = counted if waits else counts
    _set(tx, found.number, "status", wanted)
    changes = [FactChange(found.number, "status", found.status, wanted)]
    if counts != found.household_size:
        if new.size is not None and not waits:
            check_room(tx, found.household, counts)
        changes.append(FactChange(found.number, "size", str(found.household_size), str(counts)))
        tx.run(
            "UPDATE household SET size = :size WHERE number = :home",
            size=counts, home=found.household,
        )
    put_changes(tx, session, changes, reason=said, date=day)
    asked = new.size if waits else _beside_who_waits(tx, found, wanted)
    if asked is not None:
        check_room(tx, found.household, asked)
        hold_size(tx, session, found.household, asked, reason=said, date=day)
    record_by(
        tx, session, action="people.status", object=found.number,
        detail={"was": found.status, "became": wanted, "date": day, "size": counts},
    )
    return facts_of(tx, found.number)


def _beside_who_waits(tx: ReadTransaction, person: PersonFacts, status: str) -> int | None:
    """The size to ask for where somebody comes back to a household whose place somebody else was
    enrolled into meanwhile; None where nothing is to be asked."""
    if person.status in COUNTED or status not in COUNTED:
        return None
    living = len(counted_members(tx, person.household))
    return living if living > awaited_size(tx, person.household) else None


def change_facts(
    session: OperatorSession, number: str, new: NewFacts, *, reason: str, date: str
) -> PersonFacts:
    """Put right what stands in the clear, or follow a person to another city. An approved
    person's sex waits for a second person (`holding`).

    Raises:
        UsageError: nothing to change, no reason, or a value that cannot be.
        NotFound: no such person or city.
        Conflict: the person was erased.
    """
    session.require("people.edit")
    said, day = check_reason(reason), check_date(date, today(session))
    if new.sex is not None:
        check_sex(new.sex)
    if new.language is not None:
        check_language(new.language)

    def work(tx: WriteTransaction) -> PersonFacts:
        found = living_facts(tx, number)
        if new.city is not None and new.city not in city_codes(tx):
            raise NotFound("people.city-unknown", city=new.city)
        changes = [
            FactChange(found.number, kind, getattr(found, kind), value)
            for kind in ("city", "sex", "language")
            if (value := getattr(new, kind)) is not None and value != getattr(found, kind)
        ]
        if not changes:
            raise UsageError("people.nothing-changed", number=found.number)
        at_once = [one for one in changes if one.kind != "sex" or found.approved_at is None]
        for one in changes:
            if one not in at_once:
                asked = AskedChange(found.number, one.kind, one.was, one.became)
                hold(tx, session, asked, reason=said, date=day)
        for change in at_once:
            _set(tx, found.number, change.kind, change.became)
        put_changes(tx, session, at_once, reason=said, date=day)
        record_by(
            tx, session, action="people.edit", object=found.number,
            detail={change.kind: change.became for change in at_once},
        )
        return facts_of(tx, found.number)

    return session.ledger.transact(work)


def _set(tx: WriteTransaction, number: str, column: str, value: str) -> None:
    tx.run(
        f"UPDATE person SET {column} = :value WHERE number = :number", value=value, number=number
    )
