"""Messages to families as a file that any gateway takes: phone, text in their language.

Only who consented and is active gets one. A text holds no name, no code and no sum: whoever else
reads the phone learns that there is a programme, by its short name, and nothing more.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cbi.base.errors import Conflict, UsageError
from cbi.distribution.reminding import ACTION, StillWaits, put_reminders, still_waiting
from cbi.files import write_csv
from cbi.messages import text
from cbi.messages.figures import date_words
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import unseal
from cbi.people.records.languages import language_for
from cbi.programmes.rounds import programme_of, round_of
from cbi.programmes.tables import Programme
from cbi.storage.transactions import WriteTransaction

WHAT = ("day", "expiring", "replaced")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesWanted:
    """Which message, of which round, for which city and point; `day` (ISO text) and `place` are of
    the distribution."""

    what: str
    round: str
    city: str | None = None
    point: str | None = None
    day: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class MessagesWritten:
    """A file of messages: how many lines for how many people, and who gets none and why."""

    file: Path
    messages: int
    people: int
    without_phone: tuple[str, ...]
    without_consent: int


def export_messages(
    session: OperatorSession, wanted: MessagesWanted, path: Path
) -> MessagesWritten:
    """Write messages for whom they concern, and keep that they were given out.

    Raises:
        UsageError: an unknown message, or a distribution without its day and place.
        NotFound: no such round.
        NotAllowed: phones are not for this operator.
        Conflict: they concern nobody.
        BadFile: the file cannot be written.
    """
    session.require(ACTION)
    _check(wanted)
    with session.ledger.read() as tx:
        code, owner = round_of(tx, wanted.round).code, programme_of(tx, wanted.round)
        concerned = [
            one for one in still_waiting(tx, code, session.clock()) if _concerns(wanted, one)
        ]
    told = [one for one in concerned if one.consent and one.status == "active"]
    if not told:
        raise Conflict("reminders.nobody", round=code)
    people = unseal(session, [one.beneficiary for one in told],
                    purpose=f"messages ({wanted.what}) of {code}")
    rows: list[tuple[str, str, str]] = []
    reached: list[str] = []
    for one in told:
        person = people.get(one.beneficiary)
        phones = dict.fromkeys(person.data.phones if person else ())
        language = language_for(one.language, one.name_script, owner.language)
        rows += [(phone.lstrip("+"), _text(wanted, one, owner, language), language)
                 for phone in phones]
        reached += [one.beneficiary] if phones else []
    missing = tuple(sorted({one.beneficiary for one in told} - set(reached)))
    write_csv(path, ("phone", "text", "language"), rows, private=True)
    _keep(session, code, wanted.what, reached)
    return MessagesWritten(path, len(rows), len(reached), missing, len(concerned) - len(told))


def _keep(session: OperatorSession, code: str, what: str, reached: list[str]) -> None:
    def work(tx: WriteTransaction) -> None:
        put_reminders(tx, session, code, reached, ("message", what))
        record_by(
            tx, session, action="messages.export", object=code,
            detail={"message": what, "people": len(reached)},
        )
        session.seal_reading(tx, session)

    session.ledger.transact(work)


def _check(wanted: MessagesWanted) -> None:
    if wanted.what not in WHAT:
        raise UsageError("reminders.message-unknown", text=wanted.what, known=", ".join(WHAT))
    if wanted.what == "day" and not (wanted.day.strip() and wanted.place.strip()):
        raise UsageError("reminders.day-and-place")
    if wanted.day:
        try:
            date.fromisoformat(wanted.day)
        except ValueError as error:
            raise UsageError("people.date-unreadable", text=wanted.day) from error


def _concerns(wanted: MessagesWanted, one: StillWaits) -> bool:
    there = wanted.city in (None, one.city) and wanted.point in (None, one.point)
    met = {"day": one.to_collect, "expiring": one.to_spend, "replaced": one.replaced}
    return there and bool(met[wanted.what])


def _text(wanted: MessagesWanted, one: StillWaits, owner: Programme, language: str) -> str:
    day = wanted.day if wanted.what == "day" else one.last_day
    told = text(
        f"sms.{wanted.what}", language, programme=owner.short_name, place=wanted.place.strip(),
        day=date_words(day, language),
    )
    return f"{told} {text('sms.help', language, hotline=owner.hotline)}" if owner.hotline else told
