"""What a round's rules may look at besides size and age: flags, and where a household collects.

A flag is a word of the programme's own (`disability`, `pregnant`); it stands in the clear under the
pseudonym, because issuing asks for it, so it must be a category and never a story.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.households import Household, household
from cbi.people.records.checking import LABEL_LENGTH_MAX
from cbi.people.records.held_changes import AskedChange, held_changes, hold
from cbi.people.records.reading import living_facts
from cbi.people.records.tables import HouseholdRow, PersonFlag
from cbi.storage.transactions import ReadTransaction, WriteTransaction

_FLAG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def set_flags(session: OperatorSession, number: str, flags: Iterable[str]) -> list[str]:
    """Give a person exactly these flags; returns those that count, in order. An approved person's
    wait for a second person (`holding`).

    Raises:
        UsageError: a word that cannot be a flag.
        NotFound: no such person.
        Conflict: the person was erased.
    """
    session.require("people.edit")
    wanted = sorted({flag.strip().lower() for flag in flags} - {""})
    for flag in wanted:
        if not _FLAG.match(flag) or len(flag) > LABEL_LENGTH_MAX:
            raise UsageError("people.flag-unreadable", text=flag)

    def work(tx: WriteTransaction) -> list[str]:
        found, now = living_facts(tx, number), session.clock()
        had = flags_of(tx, found.number)
        if had == wanted:
            return wanted
        if found.approved_at is not None:
            asked = AskedChange(found.number, "flags", ", ".join(had), ", ".join(wanted))
            if not _waits(tx, session, asked):
                hold(tx, session, asked, reason="", date=date_at(now, "UTC"))
            return had
        write_flags(tx, session, found.number, had, wanted)
        return wanted

    return session.ledger.transact(work)


def _waits(tx: ReadTransaction, session: OperatorSession, asked: AskedChange) -> bool:
    """Whether this operator asked for just these flags already, and they wait."""
    return any(
        (one.kind, one.was, one.became, one.asked_by)
        == (asked.kind, asked.was, asked.became, session.operator.name)
        for one in held_changes(tx, [asked.person])
    )


def write_flags(
    tx: WriteTransaction, session: OperatorSession, number: str, had: Sequence[str],
    wanted: Sequence[str]
) -> None:
    """Let a person have exactly these flags, in the caller's transaction."""
    now = session.clock()
    tx.run("DELETE FROM person_flag WHERE person = :number", number=number)
    tx.add(*(
        PersonFlag(person=number, flag=flag, set_by=session.operator.name, set_at=now)
        for flag in wanted
    ))
    record_by(
        tx, session, action="people.flags", object=number, at=now,
        detail={"was": ", ".join(had), "became": ", ".join(wanted)},
    )


def flags_of(tx: ReadTransaction, number: str) -> list[str]:
    """A person's flags."""
    return tx.all(
        select(PersonFlag.flag).where(PersonFlag.person == number).order_by(PersonFlag.flag)
    )


def points(tx: ReadTransaction) -> dict[str, str]:
    """Where households collect that have a point of their own, by their number."""
    found = tx.all(
        select(HouseholdRow.number, HouseholdRow.point).where(col(HouseholdRow.point).is_not(None))
    )
    return {number: str(point) for number, point in found}


def set_point(session: OperatorSession, number: str, point: str) -> Household:
    """Say where a household collects (a label of the city's own); empty: at the only point.

    Raises:
        UsageError: a label that is too long.
        NotFound: no such household.
    """
    session.require("people.edit")
    label = " ".join(point.split())
    if len(label) > LABEL_LENGTH_MAX:
        raise UsageError("people.point-long", most=LABEL_LENGTH_MAX)

    def work(tx: WriteTransaction) -> Household:
        found = household(tx, number)
        tx.change(
            update(HouseholdRow).where(col(HouseholdRow.number) == found.number),
            {HouseholdRow.point: label or None},
        )
        record_by(tx, session, action="people.point", object=found.number, detail={"point": label})
        return household(tx, found.number)

    return session.ledger.transact(work)
