"""Retention: the last day on which a programme's personal data may be kept, and what is due then.

A person is due when every programme they had a voucher of is past its day; somebody who never had
one, when all programmes are, and they were there before the last of these days. A programme without
a day keeps its people.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.clock import date_at, typed_day
from cbi.base.errors import NotFound, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.privacy.erasing import erase_all
from cbi.people.records.tables import PersonRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction

REASON = "retention"


@dataclass(frozen=True, slots=True)
class Kept:
    """Until which day (ISO text, the day itself included) a programme's people are kept."""

    programme: str
    delete_after: str
    set_by: str
    set_at: int


def set_retention(session: OperatorSession, programme: str, delete_after: str) -> Kept:
    """Say until which day a programme's personal data is kept.

    Raises:
        UsageError: it is no date.
        NotFound: no such programme.
    """
    session.require("programme.add")
    try:
        day = typed_day(delete_after)
    except ValueError as error:
        raise UsageError("people.date-unreadable", text=delete_after) from error
    code = programme.strip().upper()

    def work(tx: WriteTransaction) -> Kept:
        if tx.value("SELECT 1 FROM programme WHERE code = :code", code=code) is None:
            raise NotFound("people.programme-unknown", programme=code)
        for known in retentions(tx):
            if (known.programme, known.delete_after) == (code, day):
                return known
        kept = Kept(code, day, session.operator.name, session.clock())
        tx.run(
            "INSERT INTO retention (programme, delete_after, set_by, set_at)"
            " VALUES (:programme, :day, :operator, :now) ON CONFLICT (programme) DO UPDATE"
            " SET delete_after = :day, set_by = :operator, set_at = :now",
            programme=code, day=day, operator=kept.set_by, now=kept.set_at,
        )
        record_by(
            tx, session, action="people.retention", object=code, at=kept.set_at,
            detail={"delete_after": day},
        )
        return kept

    return session.ledger.transact(work)


def retentions(tx: ReadTransaction) -> list[Kept]:
    """Every programme's day, by programme."""
    return tx.read(Kept, "SELECT * FROM retention ORDER BY programme")


def due_for_erasure(tx: ReadTransaction, today: str) -> list[str]:
    """Beneficiary numbers whose data may not be kept any longer; `today` is ISO text."""
    days = {kept.programme: kept.delete_after for kept in retentions(tx)}
    programmes = {code for (code,) in tx.tuples("SELECT code FROM programme")}
    served: dict[str, set[str]] = {}
    for beneficiary, programme in tx.tuples(
        "SELECT DISTINCT voucher.beneficiary, round.programme FROM voucher"
        " JOIN round ON round.code = voucher.round"
    ):
        served.setdefault(beneficiary, set()).add(programme)
    last = max(days.values(), default="")
    due = []
    for number, enrolled_at in tx.all(
        select(PersonRow.number, PersonRow.enrolled_at)
        .where(col(PersonRow.erased_at).is_(None)).order_by(PersonRow.number)
    ):
        of = served.get(number)
        if of is None and date_at(enrolled_at, "UTC") > last:
            continue
        theirs = programmes if of is None else of
        if theirs and all(code in days and days[code] < today for code in theirs):
            due.append(number)
    return due


def erase_due(session: OperatorSession, today: str) -> list[str]:
    """Erase whoever is due; returns their numbers."""
    session.require("people.erase")
    with session.ledger.read() as tx:
        due = due_for_erasure(tx, today)
    if due:
        erase_all(session, due, REASON)
    return due
