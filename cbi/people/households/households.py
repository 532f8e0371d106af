"""Households change: members join and leave, a family splits, the head changes.

A household has one head at most, by the shape of its row. Who leaves takes one place of the
household's size along and who joins brings one, unless the size is said: a list may have counted
somebody before enrolling them. Who has died or left has no place to bring or to take. A household
whose head has gone says so by having none, and rules per household give it nothing until a new one
is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict, Unpack

from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import (
    COUNTED,
    approved_members,
    check_room,
    counted_members,
)
from cbi.people.households.household_aid import inherit_aid, take_along
from cbi.people.privacy.proxies import end_proxies_in
from cbi.people.records.checking import check_date, check_reason, today
from cbi.people.records.held_changes import approved_member, awaited_size, hold_size
from cbi.people.records.history import FactChange, put_changes
from cbi.people.records.numbers import new_numbers, read_number
from cbi.people.records.reading import PersonFacts, living_facts
from cbi.people.records.tables import HouseholdRow, PersonRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Household:
    """A household: its head's number, its declared size, and those of it who are enrolled; `gone`
    are those of them who have left or died, or are another number of somebody."""

    number: str
    head: str | None
    size: int
    members: tuple[str, ...]
    gone: tuple[str, ...] = ()


class Why(TypedDict):
    """Why a household changed, and since which day (ISO text)."""

    reason: str
    date: str


def household(tx: ReadTransaction, number: str) -> Household:
    """A household by its number, or by the beneficiary number of a member.

    Raises:
        UsageError: it is neither.
        NotFound: there is none.
    """
    text = number.strip()
    wanted = (
        living_facts(tx, text).household
        if text[:1] in "BbВв" and text[:1] else read_number(text, "H")
    )
    row = tx.first(select(HouseholdRow).where(HouseholdRow.number == wanted))
    if row is None:
        raise NotFound("people.household-unknown", household=wanted)
    members = tuple(tx.all(
        select(PersonRow.number)
        .where(PersonRow.household == wanted, col(PersonRow.erased_at).is_(None))
        .order_by(PersonRow.number)
    ))
    living = counted_members(tx, wanted)
    gone = tuple(number for number in members if number not in living)
    return Household(wanted, row.head, row.size, members, gone)


def join(
    session: OperatorSession, number: str, to: str, *, size: int | None = None, **why: Unpack[Why]
) -> Household:
    """Move a person into another household; `size` is what that one counts then.

    Raises:
        NotFound: no such person or household.
        Conflict: the person is in it already, or was erased.
    """
    session.require("people.edit")
    said, day = _why(session, why)

    def work(tx: WriteTransaction) -> Household:
        mover, target = _own_number(tx, number), household(tx, to)
        if mover.household == target.number:
            raise Conflict("people.household-already", household=target.number, number=mover.number)
        places = _places(tx, target)
        _move(tx, session, [mover], target.number, reason=said, date=day)
        brings = int(mover.status in COUNTED)
        asked = max(1, places.asked + brings) if size is None else size
        at_once = places.approved + (brings if mover.approved_at is not None else 0)
        _resize_after(tx, session, target.number, (at_once, asked), reason=said, date=day)
        _log(tx, session, "people.join", target.number, {"person": mover.number})
        return household(tx, target.number)

    return session.ledger.transact(work)


def split(
    session: OperatorSession, numbers: Sequence[str], *, head: str, size: int | None = None,
    **why: Unpack[Why]
) -> Household:
    """These people leave and live together from now on; one alone may leave so, too.

    Raises:
        UsageError: nobody named, or the head is not among them.
        NotFound: no such person.
        Conflict: they are not of one household, or they are all of it.
    """
    session.require("people.edit")
    said, day = _why(session, why)
    wanted = list(dict.fromkeys(read_number(number) for number in numbers))
    if read_number(head) not in wanted:
        raise UsageError("people.head-not-among", head=read_number(head))

    def work(tx: WriteTransaction) -> Household:
        movers = [_own_number(tx, number) for number in wanted]
        old = household(tx, movers[0].household)
        if any(mover.household != old.number for mover in movers):
            raise Conflict("people.split-of-two")
        if set(wanted) == set(old.members):
            raise Conflict("people.split-of-all", household=old.number)
        fresh = _found_household(tx, session)
        inherit_aid(tx, old.number, fresh)
        _move(tx, session, movers, fresh, reason=said, date=day)
        living = [mover for mover in movers if mover.status in COUNTED]
        asked = max(1, len(living)) if size is None else size
        at_once = sum(mover.approved_at is not None for mover in living)
        _resize_after(tx, session, fresh, (at_once, asked), reason=said, date=day)
        _crown(tx, fresh, read_number(head))
        _log(tx, session, "people.split", fresh, {"people": len(movers), "from": old.number})
        return household(tx, fresh)

    return session.ledger.transact(work)


def change_head(session: OperatorSession, number: str, head: str, **why: Unpack[Why]) -> Household:
    """Make a member the head. Proxies whom the head before had named end with that.

    Raises:
        NotFound: no such household or person.
        Conflict: the person is not of this household, or its head already.
    """
    session.require("people.edit")
    said, day = _why(session, why)

    def work(tx: WriteTransaction) -> Household:
        found, chosen = household(tx, number), _own_number(tx, head)
        if chosen.household != found.number:
            raise Conflict(
                "people.head-of-another", number=chosen.number, household=found.number
            )
        if found.head == chosen.number:
            raise Conflict("people.head-already", number=chosen.number)
        change = FactChange(chosen.number, "head", found.head or "", chosen.number)
        put_changes(tx, session, [change], reason=said, date=day)
        _crown(tx, found.number, chosen.number)
        end_proxies_in(tx, session, found.number)
        _log(tx, session, "people.head", found.number, {"head": chosen.number})
        return household(tx, found.number)

    return session.ledger.transact(work)


def set_size(session: OperatorSession, number: str, size: int, **why: Unpack[Why]) -> Household:
    """Say how many live in a household; of one with somebody approved in it, another size waits
    for a second person (`holding`).

    Raises:
        UsageError: a size that cannot be.
        NotFound: no such household.
        Conflict: more of its members are enrolled, or nobody is any more.
    """
    session.require("people.edit")
    said, day = _why(session, why)

    def work(tx: WriteTransaction) -> Household:
        found = household(tx, number)
        about = found.head or next(iter(found.members), None)
        if about is None:
            raise Conflict("people.household-empty", household=found.number)
        check_room(tx, found.number, size)
        if not hold_size(tx, session, found.number, size, reason=said, date=day):
            _resize(tx, session, found.number, size)
            change = FactChange(about, "size", str(found.size), str(size))
            put_changes(tx, session, [change], reason=said, date=day)
            _log(tx, session, "people.size", found.number, {"was": found.size, "became": size})
        return household(tx, found.number)

    return session.ledger.transact(work)


def _own_number(tx: ReadTransaction, number: str) -> PersonFacts:
    """One person whose data is there and who is nobody else's second number.

    Raises:
        Conflict: it is not so.
    """
    found = living_facts(tx, number)
    if found.merged_into is not None:
        raise Conflict("people.another-number", number=found.number, keeps=found.merged_into)
    return found


class _Places(NamedTuple):
    """How many a household counts: those whom a second person has approved, and all asked for."""

    approved: int
    asked: int


def _places(tx: ReadTransaction, found: Household) -> _Places:
    """Before somebody joins: where nobody approved lives any more, the last place is nobody's, or
    that of somebody who waits."""
    living = counted_members(tx, found.number)
    if found.size == 1 and not approved_members(tx, found.number):
        return _Places(0, max(awaited_size(tx, found.number), len(living)) if living else 0)
    approved = approved_member(tx, found.number) is not None
    return _Places(found.size if approved else 0, awaited_size(tx, found.number))


def _why(session: OperatorSession, why: Why) -> tuple[str, str]:
    return check_reason(why["reason"]), check_date(why["date"], today(session))


def _move(
    tx: WriteTransaction, session: OperatorSession, movers: Sequence[PersonFacts], to: str, *,
    reason: str, date: str
) -> None:
    take_along(tx, movers[0].household, [mover.number for mover in movers])
    for mover in movers:
        tx.run(
            "UPDATE person SET household = :to WHERE number = :number", to=to, number=mover.number
        )
        tx.run(
            "UPDATE household SET size = CASE WHEN size > :takes THEN size - :takes ELSE 1 END,"
            " head = CASE WHEN head = :mover THEN NULL ELSE head END WHERE number = :number",
            mover=mover.number, number=mover.household, takes=int(mover.status in COUNTED),
        )
        if mover.head:
            end_proxies_in(tx, session, mover.household)
    put_changes(
        tx, session,
        [FactChange(mover.number, "household", mover.household, to) for mover in movers],
        reason=reason, date=date,
    )


def _resize(tx: WriteTransaction, session: OperatorSession, number: str, size: int) -> None:
    check_room(tx, number, size)
    tx.run("UPDATE household SET size = :size WHERE number = :number", size=size, number=number)


def _resize_after(
    tx: WriteTransaction, session: OperatorSession, number: str, sizes: tuple[int, int], *,
    reason: str, date: str
) -> None:
    """Let a household count at once what a second person has approved, and let more than that
    wait; where nobody is approved yet, nothing of it counts before somebody is."""
    approved, asked = sizes
    check_room(tx, number, asked)
    waits = approved_member(tx, number) is not None
    at_once = max(1, min(approved, asked)) if waits else asked
    tx.run("UPDATE household SET size = :size WHERE number = :number", size=at_once, number=number)
    if asked > at_once:
        hold_size(tx, session, number, asked, reason=reason, date=date)


def _crown(tx: WriteTransaction, number: str, head: str) -> None:
    tx.run("UPDATE household SET head = :head WHERE number = :number", head=head, number=number)


def _found_household(tx: WriteTransaction, session: OperatorSession) -> str:
    taken = set(tx.all(select(HouseholdRow.number)))
    number = new_numbers("H", 1, session.entropy, taken)[0]
    tx.add(HouseholdRow(
        number=number, head=None, size=1, point=None, made_at=session.clock()
    ))
    return number


def _log(
    tx: WriteTransaction,
    session: OperatorSession,
    action: str,
    number: str,
    detail: dict[str, str | int],
) -> None:
    record_by(tx, session, action=action, object=number, detail={**detail})
