"""Between rounds: whoever had vouchers is asked whether they are still there, and what changed.

Whom a list was written for is kept, and what they answered; who did not is named before the next
vouchers are drafted. What changed goes the way of every change: of somebody approved, another size
waits for a second person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import CbiError, Conflict, NotFound, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.households import set_size
from cbi.people.records.checking import today
from cbi.people.records.reading import PersonFacts, living_facts, unseal
from cbi.people.records.tables import PersonRow, Reconfirmation
from cbi.people.registration.correcting import correct
from cbi.people.registration.status import set_status
from cbi.storage.transactions import ReadTransaction, WriteTransaction

_ASKED = (
    "SELECT DISTINCT person.number FROM voucher JOIN person ON person.number = voucher.beneficiary"
    " WHERE voucher.round = :round AND person.status = 'active' AND person.erased_at IS NULL"
    " AND person.merged_into IS NULL ORDER BY person.number"
)


@dataclass(frozen=True, slots=True)
class Reconfirmed:
    """What somebody answered: whether they are here, how many they are now, new phones."""

    person: str
    here: bool
    size: int | None = None
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswersTaken:
    """How many answers were taken, what they changed, and those refused with the reason."""

    answers: int
    here: int
    gone: int
    sizes: int
    phones: int
    refused: tuple[tuple[str, CbiError], ...]


def ask_again(session: OperatorSession, round_code: str) -> list[str]:
    """Whom to ask: active people who had vouchers of a round. From then on they are awaited.

    Raises:
        NotFound: no such round.
        Conflict: nobody had vouchers of it.
    """
    session.require("people.edit")

    def work(tx: WriteTransaction) -> list[str]:
        code = _round(tx, round_code)
        people = [number for (number,) in tx.tuples(_ASKED, round=code)]
        if not people:
            raise Conflict("reconfirm.nobody", round=code)
        known = set(tx.all(select(Reconfirmation.person).where(Reconfirmation.round == code)))
        now = session.clock()
        tx.insert("reconfirmation", [
            {"round": code, "person": number, "asked_at": now, "answer": None,
             "answered_on": None, "answered_by": None}
            for number in people if number not in known
        ])
        record_by(
            tx, session, action="people.reconfirm-asked", object=code, at=now,
            detail={"people": len(people)},
        )
        return people

    return session.ledger.transact(work)


def take_answers(
    session: OperatorSession, round_code: str, answers: Sequence[Reconfirmed]
) -> AnswersTaken:
    """Take answers over, each person's by itself: one that is refused is told, the others count.

    Raises:
        NotFound: no such round.
    """
    session.require("people.edit")
    with session.ledger.read() as tx:
        code = _round(tx, round_code)
    told = {"here": 0, "gone": 0, "sizes": 0, "phones": 0}
    refused: list[tuple[str, CbiError]] = []
    for one in answers:
        try:
            for what in _taken(session, code, one):
                told[what] += 1
        except CbiError as refusal:
            refused.append((one.person, refusal))
    return AnswersTaken(
        len(answers) - len(refused), told["here"], told["gone"], told["sizes"], told["phones"],
        tuple(refused),
    )


def unanswered(
    tx: ReadTransaction, numbers: Collection[str] | None = None, *, round_code: str | None = None
) -> tuple[str | None, list[str]]:
    """Of a round, or of the one last asked about, its code and who was asked and did not answer;
    of these `numbers` or of everybody. Nobody is awaited while nobody was ever asked."""
    code = round_code or tx.value(
        "SELECT round FROM reconfirmation ORDER BY asked_at DESC, round LIMIT 1"
    )
    if code is None:
        return None, []
    people = tx.all(
        select(Reconfirmation.person)
        .join(PersonRow, col(PersonRow.number) == col(Reconfirmation.person))
        .where(
            Reconfirmation.round == code, col(Reconfirmation.answer).is_(None),
            PersonRow.status == "active", col(PersonRow.erased_at).is_(None),
            col(PersonRow.merged_into).is_(None),
        ).order_by(col(Reconfirmation.person))
    )
    return str(code), [one for one in people if numbers is None or one in numbers]


def _taken(session: OperatorSession, code: str, one: Reconfirmed) -> list[str]:
    """Take one answer over; what it told."""
    reason, day = f"reconfirmed after {code}", today(session)
    with session.ledger.read() as tx:
        found = living_facts(tx, one.person)
        if tx.first(select(Reconfirmation).where(
            Reconfirmation.round == code, Reconfirmation.person == found.number
        )) is None:
            raise Conflict("reconfirm.not-asked", number=found.number, round=code)
    done = ["here" if one.here else "gone"]
    if not one.here and found.status == "active":
        set_status(session, found.number, "left", reason, day)
    elif one.here:
        done += _changes(session, found, one, reason, day)
    session.ledger.transact(lambda tx: _keep(tx, session, code, found.number, done[0], day))
    return done


def _changes(
    session: OperatorSession, found: PersonFacts, one: Reconfirmed, reason: str, day: str
) -> list[str]:
    """Take another size and new phones over, where they are others."""
    done = []
    if one.size is not None and one.size != found.household_size:
        if not found.head:
            raise UsageError("reconfirm.size-of-head", number=found.number)
        set_size(session, found.household, one.size, reason=reason, date=day)
        done.append("sizes")
    if one.phones:
        opened = unseal(session, [found.number], purpose=reason, shown=False)[found.number]
        if opened.data.phones != one.phones:
            data = replace(opened.data, phones=one.phones)
            correct(session, found.number, data, reason=reason)
            done.append("phones")
    return done


def _keep(
    tx: WriteTransaction, session: OperatorSession, code: str, number: str, answer: str, day: str
) -> None:
    tx.change(
        update(Reconfirmation).where(
            col(Reconfirmation.round) == code, col(Reconfirmation.person) == number
        ),
        {Reconfirmation.answer: answer, Reconfirmation.answered_on: day,
         Reconfirmation.answered_by: session.operator.name},
    )
    record_by(
        tx, session, action="people.reconfirmed", object=number,
        detail={"round": code, "answer": answer},
    )


def _round(tx: ReadTransaction, code: str) -> str:
    wanted = code.strip().upper()
    if tx.value("SELECT 1 FROM round WHERE code = :code", code=wanted) is None:
        raise NotFound("reconfirm.round-unknown", round=wanted)
    return wanted
