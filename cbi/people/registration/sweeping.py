"""Sweeping: keys and keyed hashes whose people never came into the ledger are deleted.

An enrolment that was killed between vault and ledger leaves them. They open nothing, but what
nobody needs should not be kept.
"""

from dataclasses import dataclass

from sqlmodel import select

from cbi.base.clock import DAY_US
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.tables import HouseholdRow, PersonRow
from cbi.people.records.vault import ERASED, forget, vault_of
from cbi.people.registration.turn import take_turn
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was deleted. `without_key` are people whose record nobody can open any more, though
    they were not erased: an erasure that was killed half-way, or the wrong vault."""

    keys: int
    postings: int
    without_key: tuple[str, ...]


def sweep(session: OperatorSession) -> Swept:
    """Delete what is older than a day and belongs to nobody: an enrolment under way has written its
    keys already."""
    vault = vault_of(session)
    old = session.clock() - DAY_US

    def work(tx: WriteTransaction) -> Swept:
        take_turn(tx)  # no household's label is between vault and ledger now
        people = tx.all(select(PersonRow.number, PersonRow.erased_at))
        there = {number for number, _ in people}
        households = set(tx.all(select(HouseholdRow.number)))
        with vault.read() as inside:
            made_at, posted = _held(inside)
        kept = there | households | {number for number, at in made_at.items() if at > old}
        stray = [number for number in made_at if number not in kept]
        loose = [one for one in posted if one not in kept and not one.startswith(f"{ERASED} ")]
        if stray or loose:
            forget(vault, list(dict.fromkeys([*stray, *loose])))
            record_by(
                tx, session, action="people.sweep", object="vault", detail={"keys": len(stray)},
            )
        missing = (
            number for number, erased_at in people
            if erased_at is None and number not in made_at
        )
        return Swept(len(stray), sum(posted[owner] for owner in loose), tuple(sorted(missing)))

    return session.ledger.transact(work)


def _held(vault: ReadTransaction) -> tuple[dict[str, int], dict[str, int]]:
    """When each key was made, and how many keyed hashes each owner has."""
    keys = vault.tuples("SELECT person, made_at FROM person_key")
    posted = vault.tuples("SELECT person, count(*) FROM posting GROUP BY person")
    return dict(keys), dict(posted)
