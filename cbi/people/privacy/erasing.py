"""Erasing: a person's key is destroyed, so that no ledger and no backup of one gives the name back.

The vault goes first: key and every keyed hash, overwritten, and its log emptied; only that of the
row they came from stays, under the day, so that the next export does not enrol them again unsaid.
Then the row in the ledger says so. What stays: the pseudonym and its money history, untouched; the
sealed records, which nobody can open any more; and city, household, sex and birth year, because
totals by age and sex must stay what they were (by themselves they name nobody among hundreds).
Flags go, too. Backups of the vault expire; `erased_since` names whom a restored one must erase
again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.privacy.proxies import end_proxies_in
from cbi.people.records.checking import check_reason
from cbi.people.records.contents import record_data
from cbi.people.records.reading import facts_of
from cbi.people.records.record import PersonalData
from cbi.people.records.sealing import cipher, open_sealed, record_of, unwrap
from cbi.people.records.tables import Erasure, PersonVersion, Proxy
from cbi.people.records.vault import (
    forget,
    hold_people,
    vault_of,
    wrapped_keys,
)
from cbi.storage.listed import column_in, read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure on record. `erased_at` in microseconds UTC."""

    person: str
    reason: str
    erased_by: str
    erased_at: int


class _Resident(NamedTuple):
    """Where somebody lives, and since when no longer known."""

    number: str
    household: str
    erased_at: int | None


_SELECT_HOME = "SELECT number, household, erased_at FROM person"


def erase(session: OperatorSession, number: str, reason: str) -> None:
    """Destroy a person's data for good; erasing again makes sure and changes nothing.

    Raises:
        UsageError: no reason, or the reason tells who it was: it stays readable.
        NotFound: no such person.
        Unusable: the vault is another ledger's, or another program holds it open; again, then.
    """
    session.require("people.erase")
    said = check_reason(reason)
    with session.ledger.read() as tx:
        found = facts_of(tx, number)
        _check_discreet(tx, session, found.number, said)
    erase_all(session, [found.number], said)


def erase_all(session: OperatorSession, numbers: Sequence[str], reason: str) -> int:
    """Destroy the data of all these people; returns how many were not erased before."""
    session.require("people.erase")
    with session.ledger.read() as tx:
        emptied = _emptied_households(tx, numbers)
    forget(vault_of(session), numbers, emptied, day=date_at(session.clock(), "UTC"))
    return session.ledger.transact(
        lambda tx: _mark(tx, session, [
            Erased(number, reason, session.operator.name, session.clock()) for number in numbers
        ])
    )


def take_back(session: OperatorSession, numbers: Sequence[str], reason: str) -> int:
    """Destroy records that nobody has approved yet, as if they had not been made: their rows may be
    enrolled anew. Returns how many.

    Raises:
        Conflict: somebody of them was approved.
        Unusable: the vault is another ledger's, or another program holds it open; again, then.
    """
    session.require("people.enrol")

    def work(tx: WriteTransaction) -> int:
        hold_people(tx, numbers)  # whoever approves them waits, and finds them taken back
        approved = column_in(
            tx, "SELECT number FROM person WHERE approved_at IS NOT NULL AND number IN ({})",
            list(numbers),
        )
        if approved:
            raise Conflict("people.take-back-approved", number=approved[0])
        forget(vault_of(session), numbers, _emptied_households(tx, numbers))
        return _mark(tx, session, [
            Erased(number, reason, session.operator.name, session.clock()) for number in numbers
        ])

    return session.ledger.transact(work)


def erased_since(tx: ReadTransaction, since: int = 0) -> list[Erased]:
    """Who was erased from an instant on (microseconds UTC), the first one first."""
    return tx.read(
        Erased, "SELECT * FROM erasure WHERE erased_at >= :since ORDER BY erased_at, person",
        since=since,
    )


def erase_again(session: OperatorSession, erasures: Iterable[Erased]) -> int:
    """In a restored ledger and vault, destroy again what was destroyed after their backup.

    The rows say what they said: who, when, why. Returns how many had come back.
    """
    session.require("people.erase")
    wanted = list(erasures)
    with session.ledger.read() as tx:
        numbers = [erased.person for erased in wanted]
        there = {row.number for row in _homes(tx, numbers)}
        emptied = _emptied_households(tx, numbers)
    day = max((one.erased_at for one in wanted), default=session.clock())
    forget(vault_of(session), numbers, emptied, day=date_at(day, "UTC"))
    back = [erased for erased in wanted if erased.person in there]
    return session.ledger.transact(lambda tx: _mark(tx, session, back))


def _homes(tx: ReadTransaction, numbers: Sequence[str]) -> list[_Resident]:
    wanted = list(dict.fromkeys(numbers))
    return read_in(tx, _Resident, f"{_SELECT_HOME} WHERE number IN ({{}})", wanted)


def _emptied_households(tx: ReadTransaction, numbers: Sequence[str]) -> list[str]:
    """Households of which nobody is left: what they were called on a list goes too."""
    going = set(numbers)
    households = sorted({row.household for row in _homes(tx, numbers)})
    left = read_in(
        tx, _Resident, f"{_SELECT_HOME} WHERE erased_at IS NULL AND household IN ({{}})", households
    )
    kept = {row.household for row in left if row.number not in going}
    return [household for household in households if household not in kept]


def _mark(tx: WriteTransaction, session: OperatorSession, erasures: Sequence[Erased]) -> int:
    rows = {row.number: row for row in _homes(tx, [one.person for one in erasures])}
    marked = 0
    for one in erasures:
        row = rows[one.person]
        if row.erased_at is not None:
            continue
        marked += 1
        tx.run(
            "UPDATE person SET erased_at = :at, consent = 0 WHERE number = :number",
            at=one.erased_at, number=one.person,
        )
        if tx.run(
            "UPDATE household SET head = NULL WHERE number = :household AND head = :number",
            household=row.household, number=one.person,
        ):
            end_proxies_in(tx, session, row.household)
        tx.run("DELETE FROM person_flag WHERE person = :number", number=one.person)
        _forget_likenesses(tx, one.person)
        tx.add(Erasure(
            person=one.person, reason=one.reason, erased_by=one.erased_by,
            erased_at=one.erased_at,
        ))
        record_by(
            tx, session, action="people.erase", object=one.person, detail={"reason": one.reason},
        )
    return marked


def _forget_likenesses(tx: WriteTransaction, number: str) -> None:
    """Whom of a sanctions list somebody, or who collected for them, was like goes with them."""
    forget_it = "DELETE FROM sanctions_hit WHERE kind = :kind AND subject = :subject"
    tx.run(forget_it, kind="person", subject=number)
    for proxy in tx.all(select(Proxy.id).where(Proxy.head == number)):
        tx.run(forget_it, kind="proxy", subject=proxy.hex())


def _check_discreet(
    tx: ReadTransaction, session: OperatorSession, number: str, reason: str
) -> None:
    """The reason stays readable, so it must not tell who it was."""
    with vault_of(session).read() as vault:
        wrapped = wrapped_keys(vault, [number]).get(number)
    row = tx.first(
        select(PersonVersion).where(PersonVersion.person == number)
        .order_by(col(PersonVersion.version).desc())
    )
    if wrapped is None or row is None:
        return
    key = unwrap(cipher(session.keys.need("people")), wrapped, number)
    told: Any = open_sealed(
        key, row.sealed, record_of(number, row.version), number=number
    )
    if tells(reason, record_data(told)):
        raise UsageError("people.reason-tells-who")


def tells(text: str, data: PersonalData) -> bool:
    """Whether a text holds a word of a person's names, or a document's or phone's number."""
    words = set(re.findall(r"\w{3,}", text.casefold()))
    digits = re.sub(r"\D", "", text)
    named = {
        word
        for name in data.names
        for word in re.findall(r"\w{3,}", f"{name.text} {name.father}".casefold())
    }
    numbers = [re.sub(r"\D", "", one.number) for one in data.documents]
    numbers += [re.sub(r"\D", "", phone) for phone in data.phones]
    return bool(words & named) or any(
        len(number) >= 6 and number[-6:] in digits for number in numbers
    )
