"""Who has not collected or spent yet, with the days that are left: to be called, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, UsageError
from cbi.files import Column, Sheet, write_workbook
from cbi.messages import text
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import Person, facts_of, unseal
from cbi.people.records.languages import script_of_language
from cbi.programmes.rounds import programme_of, round_of
from cbi.storage.transactions import ReadTransaction, WriteTransaction

ACTION = "reminder.make"
RESULTS = ("reached", "no-answer", "wrong-number")
AIMS = ("collect", "spend")
_WAITS = """
SELECT voucher.beneficiary, min(voucher.city) AS city, coalesce(min(household.point), '') AS point,
       min(person.language) AS language, min(person.name_script) AS name_script,
       min(person.consent) AS consent,
       min(person.status) AS status,
       sum(CASE WHEN voucher.state = 'issued' THEN 1 ELSE 0 END) AS to_collect,
       sum(CASE WHEN voucher.state = 'active' THEN 1 ELSE 0 END) AS to_spend,
       sum(voucher.face_minor - voucher.spent_minor) AS left_minor,
       min(voucher.currency) AS currency, min(voucher.valid_until) AS last_day,
       max(voucher.generation) AS replaced
FROM voucher JOIN person ON person.number = voucher.beneficiary
JOIN household ON household.number = person.household
WHERE voucher.round = :round AND voucher.state IN ('issued', 'active')
  AND voucher.spent_minor < voucher.face_minor AND voucher.closes_at > :at
  AND person.erased_at IS NULL
GROUP BY voucher.beneficiary
"""
_COUNTED = (
    "SELECT beneficiary, count(*) AS times, max(made_at) AS last_at FROM reminder "
    "WHERE round = :round GROUP BY beneficiary"
)


class StillWaits(NamedTuple):
    """Somebody whose vouchers of a round are not all collected or spent."""

    beneficiary: str
    city: str
    point: str
    language: str
    name_script: str
    consent: int
    status: str
    to_collect: int
    to_spend: int
    left_minor: int
    currency: str
    last_day: str
    replaced: int


class _Reminded(NamedTuple):
    beneficiary: str
    times: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to be called: what is left, for how many days, and how often they were reminded."""

    beneficiary: str
    city: str
    point: str
    to_collect: int
    to_spend: int
    left_minor: int
    currency: str
    days_left: int
    reminders: int
    last_reminded_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsWanted:
    """Which of them; what is not said narrows nothing."""

    city: str | None = None
    point: str | None = None
    aim: str | None = None


def calls(session: OperatorSession, round_code: str, wanted: CallsWanted) -> list[Call]:
    """Who is to be called about a round, by city and point, the fewest days first.

    Raises:
        NotFound: no such round.
        UsageError: an unknown aim.
    """
    session.require("ledger.read")
    if wanted.aim not in (None, *AIMS):
        raise UsageError("reminders.aim-unknown", text=wanted.aim, known=", ".join(AIMS))
    at = session.clock()
    with session.ledger.read() as tx:
        code, zone = round_of(tx, round_code).code, programme_of(tx, round_code).zone
        today = date.fromisoformat(date_at(at, zone))
        reminded = {one.beneficiary: one for one in tx.read(_Reminded, _COUNTED, round=code)}
        found = [
            Call(
                one.beneficiary, one.city, one.point, one.to_collect, one.to_spend,
                int(one.left_minor), one.currency,
                (date.fromisoformat(one.last_day) - today).days,
                reminded[one.beneficiary].times if one.beneficiary in reminded else 0,
                date_at(reminded[one.beneficiary].last_at, zone)
                if one.beneficiary in reminded else "",
            )
            for one in still_waiting(tx, code, at)
            if wanted.city in (None, one.city) and wanted.point in (None, one.point)
            and (wanted.aim is None or getattr(one, f"to_{wanted.aim}"))
        ]
    return sorted(found, key=lambda one: (one.city, one.point, one.days_left, one.beneficiary))


def still_waiting(tx: ReadTransaction, round_code: str, at: int) -> list[StillWaits]:
    """Everybody whose vouchers of a round are not all collected or spent, and may still be."""
    return tx.read(StillWaits, f"{_WAITS} ORDER BY voucher.beneficiary", round=round_code, at=at)


def write_calls(
    session: OperatorSession, round_code: str, found: Sequence[Call], path: Path, *, language: str
) -> None:
    """Write the list with names and phones into a workbook for its owner alone; the log keeps that
    they were read, and what for.

    Raises:
        NotAllowed: names are not for this operator.
        Conflict: there is nobody to call.
        BadFile: the file cannot be written.
    """
    session.require(ACTION)
    if not found:
        raise Conflict("reminders.nobody", round=round_code)
    people = unseal(
        session, [one.beneficiary for one in found], purpose=f"call list of {round_code}"
    )
    names = ("city", "point", "beneficiary", "name", "phone", "to-collect", "to-spend", "left",
             "days-left", "reminders", "last", "result")
    kinds = {"to-collect": "count", "to-spend": "count", "left": "amount", "days-left": "count",
             "reminders": "count"}
    columns = [
        Column(text(f"reminders.column-{name}", language), kinds.get(name, "text"))
        for name in names
    ]
    rows = [
        (one.city, one.point, one.beneficiary, *_reached_by(people.get(one.beneficiary)),
         one.to_collect, one.to_spend, one.left_minor, one.days_left, one.reminders,
         one.last_reminded_on or None, None)
        for one in found
    ]
    title = text("reminders.title", language, round=round_code)
    write_workbook(
        path, [Sheet(text("reminders.sheet", language), columns, rows, title=(
            title, text("reminders.private", language), text("reminders.then", language),
        ), currency=found[0].currency)],
        title=title, language=language, made_at=session.clock(), private=True,
    )


def record_call(session: OperatorSession, round_code: str, number: str, result: str) -> int:
    """Write down a call and what came of it; how often that person was reminded by now.

    Raises:
        UsageError: an unknown result.
        NotFound: no such round or person.
    """
    session.require(ACTION)
    if result not in RESULTS:
        raise UsageError("reminders.result-unknown", text=result, known=", ".join(RESULTS))

    def work(tx: WriteTransaction) -> int:
        code, person = round_of(tx, round_code).code, facts_of(tx, number).number
        put_reminders(tx, session, code, [person], ("call", result))
        record_by(
            tx, session, action="reminder.call", object=person,
            detail={"round": code, "result": result},
        )
        return int(tx.value(
            "SELECT count(*) FROM reminder WHERE round = :round AND beneficiary = :person",
            round=code, person=person,
        ))

    return session.ledger.transact(work)


def put_reminders(
    tx: WriteTransaction, session: OperatorSession, round_code: str, people: Sequence[str],
    what: tuple[str, str],
) -> None:
    """Keep that these people were reminded: by which way, and with what."""
    now = session.clock()
    tx.insert("reminder", [
        {"id": session.new_id(), "round": round_code, "beneficiary": person, "way": what[0],
         "result": what[1], "made_by": session.operator.name, "made_at": now}
        for person in people
    ])


def _reached_by(person: Person | None) -> tuple[str, str]:
    """A name in the script of its bearer's language, and the phones."""
    if person is None or not person.data.names:
        return "", ""
    wanted = script_of_language(person.language)
    names = person.data.names
    name = next((one for one in names if one.script == wanted), names[0])
    return name.text, ", ".join(person.data.phones)
