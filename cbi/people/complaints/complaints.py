"""Complaints taken, listed, opened and answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.clock import typed_day
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.words import said
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.complaints.tables import ComplaintRow
from cbi.people.records.checking import check_date, today
from cbi.people.records.history import opened_note, sealed_note
from cbi.people.records.reading import living_facts, person_key, purpose_of
from cbi.people.records.record import Discreet
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction

KINDS = (
    "not-received", "amount", "left-out", "voucher", "shop", "prices", "staff", "data", "other",
)
CHANNELS = ("hotline", "desk", "visit", "box", "message", "shop", "other")
OUTCOMES = ("solved", "explained", "passed-on", "unfounded")
CONFIDENTIAL = "staff"
"""Complaints about us: who works at a desk neither sees whom they are of nor what they say."""
DAYS, DAYS_CONFIDENTIAL = 14, 3
TEXT_MAX = 4_000
PREFIX = "C-"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint in the clear. `due_on` is the last day for an answer; days are ISO text."""

    number: str
    person: str
    voucher: str | None
    kind: str
    channel: str
    received_on: str
    due_on: str
    taken_by: str
    taken_at: int
    outcome: str | None
    answered_on: str | None
    answered_by: str | None
    answered_at: int | None

    @property
    def action(self) -> str:
        """The permission that it takes to open and answer it."""
        return "complaint.confidential" if self.kind == CONFIDENTIAL else "complaint.answer"


@dataclass(frozen=True, slots=True, repr=False)
class OpenedComplaint(Discreet):
    """A complaint with what was said and answered; the answer is empty while there is none."""

    complaint: Complaint
    text: str
    answer: str


class NewComplaint(NamedTuple):
    """A complaint as it is told; `due_on` empty is the usual time for its kind."""

    about: str
    kind: str
    channel: str
    text: str
    received_on: str = ""
    due_on: str = ""


def add_complaint(session: OperatorSession, told: NewComplaint) -> Complaint:
    """Take a complaint of a person, by their number or the serial of a voucher of theirs.

    Raises:
        UsageError: an unknown kind or channel, no text, or days that cannot be.
        NotFound: no such person or voucher.
        Conflict: the person was erased, or the same was taken already.
    """
    session.require("complaint.add")
    _known(told.kind, KINDS, "kind")
    _known(told.channel, CHANNELS, "channel")
    words = _words(told.text)
    now_on = today(session)
    received = check_date(told.received_on or now_on, now_on)
    due = _due(told, received)

    def work(tx: WriteTransaction) -> Complaint:
        number, serial = _about(tx, told.about)
        found = living_facts(tx, number)
        _check_new(tx, session, found.number, told._replace(text=words, received_on=received))
        row_id, now = session.new_id(), session.clock()
        counted = 1 + int(tx.value("SELECT coalesce(max(counted), 0) FROM complaint"))
        row = ComplaintRow(
            counted=counted, id=row_id, person=found.number, voucher=serial, kind=told.kind,
            channel=told.channel, received_on=received, due_on=due,
            sealed=sealed_note(session, found.number, row_id, words),
            taken_by=session.operator.name, taken_at=now, outcome=None, answered_on=None,
            answer_sealed=None, answered_by=None, answered_at=None,
        )
        try:
            tx.add(row)
        except ConstraintViolation as error:
            raise Conflict("complaints.taken-meanwhile") from error
        record_by(
            tx, session, action="complaint.add", object=f"{PREFIX}{counted}", at=now,
            detail={"channel": told.channel, "due_on": due},
        )
        return complaint(tx, f"{PREFIX}{counted}")

    return session.ledger.transact(work)


def _check_new(
    tx: ReadTransaction, session: OperatorSession, person: str, told: NewComplaint
) -> None:
    """Refuse what the same operator took before in the same words, and nobody has answered."""
    same = tx.all(
        select(ComplaintRow).where(
            ComplaintRow.person == person, ComplaintRow.kind == told.kind,
            ComplaintRow.channel == told.channel, ComplaintRow.received_on == told.received_on,
            ComplaintRow.taken_by == session.operator.name, col(ComplaintRow.outcome).is_(None),
        )
    )
    for row in same:
        key = person_key(session, person)
        if opened_note(key, person, row.id, row.sealed) == told.text:
            raise Conflict("complaints.taken-already", number=f"{PREFIX}{row.counted}")


def answer_complaint(
    session: OperatorSession, number: str, outcome: str, answer: str, *, answered_on: str = ""
) -> Complaint:
    """Write down what was answered, once.

    Raises:
        UsageError: an unknown outcome, no text, or a day that cannot be.
        NotFound: no such complaint.
        NotAllowed: it is about staff, and the operator is no manager.
        Conflict: it was answered, or the person was erased.
    """
    session.require("complaint.answer")
    _known(outcome, OUTCOMES, "outcome")
    words = _words(answer)
    now_on = today(session)
    day = check_date(answered_on or now_on, now_on)

    def work(tx: WriteTransaction) -> Complaint:
        row = _row(tx, number)
        found = _complaint(row)
        session.require(found.action)
        living_facts(tx, row.person)
        if day < row.received_on:
            raise UsageError("complaints.answered-before", date=day, received=row.received_on)
        now = session.clock()
        done = tx.change(
            update(ComplaintRow).where(
                col(ComplaintRow.counted) == row.counted, col(ComplaintRow.outcome).is_(None)
            ),
            {
                ComplaintRow.outcome: outcome, ComplaintRow.answered_on: day,
                ComplaintRow.answer_sealed: sealed_note(
                    session, row.person, _answer_id(row.id), words
                ),
                ComplaintRow.answered_by: session.operator.name, ComplaintRow.answered_at: now,
            },
        )
        if not done:
            raise Conflict(
                "complaints.answered", number=found.number, operator=str(found.answered_by),
                date=str(found.answered_on),
            )
        record_by(
            tx, session, action="complaint.answer", object=found.number, at=now,
            detail={"outcome": outcome},
        )
        return complaint(tx, found.number)

    return session.ledger.transact(work)


def open_complaint(session: OperatorSession, number: str, *, purpose: str) -> OpenedComplaint:
    """What was said and answered; the reading is logged.

    Raises:
        NotFound: no such complaint.
        NotAllowed: it is about staff, and the operator is no manager.
        Conflict: the person was erased, and the words with them.
    """
    session.require("people.read")
    why = purpose_of(purpose)

    def work(tx: WriteTransaction) -> OpenedComplaint:
        row = _row(tx, number)
        found = _complaint(row)
        session.require(found.action)
        key = person_key(session, living_facts(tx, row.person).number)
        record_by(
            tx, session, action="complaint.read", object=found.number, detail={"purpose": why},
        )
        session.seal_reading(tx, session)
        return _opened(row, key)

    return session.ledger.transact(work)


def complaints(
    tx: ReadTransaction, *, open_only: bool = False, kind: str | None = None,
    confidential: bool = False, limit: int = 1000,
) -> list[Complaint]:
    """Complaints, the one due first at the head; those about staff only if `confidential`."""
    query = select(ComplaintRow)
    if open_only:
        query = query.where(col(ComplaintRow.outcome).is_(None))
    if kind is not None:
        query = query.where(ComplaintRow.kind == kind)
    if not confidential:
        query = query.where(ComplaintRow.kind != CONFIDENTIAL)
    rows = tx.all(query.order_by(col(ComplaintRow.due_on), col(ComplaintRow.counted)).limit(limit))
    return [_complaint(row) for row in rows]


def complaint(tx: ReadTransaction, number: str) -> Complaint:
    """One complaint in the clear, by its number (`C-7` or `7`).

    Raises:
        NotFound: no such complaint.
    """
    return _complaint(_row(tx, number))


def complaints_of(
    tx: ReadTransaction, session: OperatorSession, person: str, key: bytes
) -> list[OpenedComplaint]:
    """One person's, opened with their key, for the person themselves; those about staff only where
    a manager gives them out."""
    rows = tx.all(
        select(ComplaintRow).where(ComplaintRow.person == person)
        .order_by(col(ComplaintRow.counted))
    )
    return [_opened(row, key) for row in rows if session.may(_complaint(row).action)]


def _opened(row: ComplaintRow, key: bytes) -> OpenedComplaint:
    return OpenedComplaint(
        _complaint(row), opened_note(key, row.person, row.id, row.sealed),
        opened_note(key, row.person, _answer_id(row.id), row.answer_sealed),
    )


def _answer_id(row_id: bytes) -> bytes:
    """What the answer's seal belongs to, so that it opens in no other place than its own."""
    return b"answer" + row_id


def _row(tx: ReadTransaction, number: str) -> ComplaintRow:
    wanted = number.strip().upper().removeprefix(PREFIX)
    counted = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0
    row = tx.first(select(ComplaintRow).where(ComplaintRow.counted == counted))
    if row is None:
        raise NotFound("complaints.unknown", number=number.strip())
    return row


def _complaint(row: ComplaintRow) -> Complaint:
    return Complaint(
        number=f"{PREFIX}{row.counted}", person=row.person, voucher=row.voucher, kind=row.kind,
        channel=row.channel, received_on=row.received_on, due_on=row.due_on,
        taken_by=row.taken_by, taken_at=row.taken_at, outcome=row.outcome,
        answered_on=row.answered_on, answered_by=row.answered_by, answered_at=row.answered_at,
    )


def _about(tx: ReadTransaction, about: str) -> tuple[str, str | None]:
    """Whose complaint it is: a voucher's serial leads to the person it is for."""
    serial = about.strip().upper()
    person = tx.value("SELECT beneficiary FROM voucher WHERE serial = :serial", serial=serial)
    return (about, None) if person is None else (str(person), serial)


def _known(text: str, known: tuple[str, ...], what: str) -> None:
    if text not in known:
        raise UsageError(f"complaints.{what}-unknown", text=text, known=", ".join(known))


def _words(text: str) -> str:
    words = said(text, "complaints.text-missing")
    if len(words) > TEXT_MAX:
        raise UsageError("complaints.text-long", most=TEXT_MAX)
    return words


def _due(told: NewComplaint, received: str) -> str:
    if not told.due_on:
        days = DAYS_CONFIDENTIAL if told.kind == CONFIDENTIAL else DAYS
        return (date.fromisoformat(received) + timedelta(days=days)).isoformat()
    try:
        due = typed_day(told.due_on)
    except ValueError as error:
        raise UsageError("people.date-unreadable", text=told.due_on) from error
    if due < received:
        raise UsageError("complaints.due-before", date=due, received=received)
    return due
