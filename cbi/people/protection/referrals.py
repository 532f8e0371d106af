"""Referrals: made, followed, closed and, when their time is over, taken out."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, update
from sqlmodel import col, select

from cbi.base.clock import typed_day
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.words import said
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.protection.referral_keys import ACTION, OpenedKey
from cbi.people.protection.tables import SEALED_BYTES, ReferralRow
from cbi.people.records.checking import check_date, today
from cbi.people.records.reading import Person, living_facts, opened_records
from cbi.people.records.record import Discreet
from cbi.people.records.sealing import NONCE_BYTES, TAG_BYTES, cipher, open_sealed, packed
from cbi.storage.transactions import ReadTransaction, WriteTransaction

KINDS = ("trafficking", "violence", "child-alone", "exploitation", "health", "legal", "other")
STATES = ("sent", "accepted", "refused", "closed")
OUTCOMES = ("helped", "partly", "not-reached", "declined", "refused")
KEEP_DAYS = 730
TEXT_MAX, NOTE_MAX = 2_000, 1_000
ID_BYTES = 16
SHOWN = 8
OBJECT = "referrals"


@dataclass(frozen=True, slots=True, repr=False)
class ReferralNote(Discreet):
    """What happened on a day, and where the referral stood then; `at` is when it was written down
    (microseconds UTC; 0 where that is not known)."""

    on: str
    by: str
    state: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Referral(Discreet):
    """A referral. `without_consent` is why there is none; empty where the person agreed.

    `keep_until` is the last day on which it may be kept: empty until it is closed. `written_at` is
    when it was written down, as a note's.
    """

    id: str
    person: str
    kind: str
    to: str
    text: str
    without_consent: str
    opened_on: str
    opened_by: str
    state: str = "sent"
    outcome: str = ""
    closed_on: str = ""
    keep_until: str = ""
    notes: tuple[ReferralNote, ...] = ()
    written_at: int = 0

    def due(self, today: str) -> bool:
        """Whether it may be kept no longer."""
        return bool(self.keep_until) and self.keep_until < today


class NewReferral(NamedTuple):
    """A referral as it is told. `about` is a beneficiary number or a voucher's serial."""

    about: str
    kind: str
    to: str
    text: str
    consent: bool
    without_consent: str = ""
    opened_on: str = ""


class Step(NamedTuple):
    """What happened to a referral: where it stands, on which day, and a word on it."""

    state: str
    text: str = ""
    on: str = ""


class Ending(NamedTuple):
    """How a referral ended, on which day, and until when it is kept."""

    outcome: str
    text: str = ""
    on: str = ""
    keep_until: str = ""


def add_referral(session: OperatorSession, key: OpenedKey, told: NewReferral) -> Referral:
    """Refer somebody; consent was given, or there is a reason why it was not asked for.

    Raises:
        UsageError: an unknown kind, something missing, or a day that cannot be.
        NotFound: no such person or voucher.
        Conflict: the person was erased.
    """
    session.require(ACTION)
    _known(told.kind, KINDS, "kind")
    if told.consent == bool(told.without_consent.strip()):
        raise UsageError("protection.consent-or-reason")
    now_on = today(session)
    made = Referral(
        id=session.entropy(ID_BYTES).hex(), person="", kind=told.kind,
        to=_words(told.to, NOTE_MAX), text=_words(told.text, TEXT_MAX),
        without_consent=told.without_consent.strip()[:NOTE_MAX],
        opened_on=check_date(told.opened_on or now_on, now_on), opened_by=session.operator.name,
        written_at=session.clock(),
    )

    def work(tx: WriteTransaction) -> Referral:
        whole = replace(made, person=living_facts(tx, _about(tx, told.about)).number)
        tx.add(ReferralRow(
            id=bytes.fromhex(whole.id), key_number=key.number, sealed=_sealed(session, key, whole)
        ))
        _say(tx, session, "referral.write")
        return whole

    return session.ledger.transact(work)


def update_referral(
    session: OperatorSession, key: OpenedKey, named: str, step: Step
) -> Referral:
    """Write down what happened to a referral.

    Raises:
        UsageError: an unknown state, nothing said, or a day that cannot be.
        NotFound: no such referral.
        Conflict: it is closed, or somebody else wrote to it at the same moment.
    """
    if step.state not in STATES[:-1]:
        raise UsageError(
            "protection.state-unknown", text=step.state, known=", ".join(STATES[:-1])
        )
    return _changed(session, key, named, step, {})


def close_referral(
    session: OperatorSession, key: OpenedKey, named: str, ending: Ending
) -> Referral:
    """Close a referral, with its outcome; it is kept two years from then on, or as is said.

    Raises:
        UsageError: an unknown outcome, or days that cannot be.
        NotFound: no such referral.
        Conflict: it is closed, or somebody else wrote to it at the same moment.
    """
    _known(ending.outcome, OUTCOMES, "outcome")
    on = ending.on or today(session)
    keep = ending.keep_until or (_day(on) + timedelta(days=KEEP_DAYS)).isoformat()
    if _day(keep) < _day(on):
        raise UsageError("protection.kept-before", date=keep, closed=on)
    return _changed(session, key, named, Step("closed", ending.text or ending.outcome, on), {
        "outcome": ending.outcome, "closed_on": on, "keep_until": _day(keep).isoformat(),
    })


def referrals(
    session: OperatorSession, key: OpenedKey, *, open_only: bool = False
) -> list[Referral]:
    """All that this key opens, the oldest first; the log says that they were looked at."""
    session.require(ACTION)

    def work(tx: WriteTransaction) -> list[Referral]:
        found = [_opened(key, row) for row in _rows(tx, key)]
        _say(tx, session, "referral.read")
        session.seal_reading(tx, session)
        return found

    found = sorted(session.ledger.transact(work), key=lambda one: (one.opened_on, one.id))
    return [one for one in found if not (open_only and one.state == "closed")]


def referred(session: OperatorSession, found: Iterable[Referral]) -> dict[str, Person]:
    """Who they are of, opened; whoever was erased is left out.

    No line of the log is about this: it would say whom. That referrals were looked at, it says.
    """
    session.require(ACTION)
    with session.ledger.read() as tx:
        return {one.number: one for one in opened_records(
            tx, session, sorted({one.person for one in found})
        )}


def one_referral(found: Sequence[Referral], named: str) -> Referral:
    """The one that the start of an id names.

    Raises:
        NotFound: none does, or several do.
    """
    wanted = named.strip().lower()
    met = [one for one in found if len(wanted) >= SHOWN and one.id.startswith(wanted)]
    if len(met) != 1:
        raise NotFound("protection.unknown", referral=named.strip())
    return met[0]


def erase_referrals(session: OperatorSession, key: OpenedKey, ids: Iterable[str]) -> int:
    """Take referrals out whose time is over; how many."""
    session.require(ACTION)
    wanted = [bytes.fromhex(one) for one in ids]

    def work(tx: WriteTransaction) -> int:
        gone = sum(tx.remove(delete(ReferralRow).where(
            col(ReferralRow.id) == one, col(ReferralRow.key_number) == key.number
        )) for one in wanted)
        _say(tx, session, "referral.write")
        return gone

    return session.ledger.transact(work)


def _changed(
    session: OperatorSession, key: OpenedKey, named: str, step: Step, more: dict[str, Any]
) -> Referral:
    session.require(ACTION)
    now_on = today(session)
    note = ReferralNote(
        check_date(step.on or now_on, now_on), session.operator.name, step.state,
        _words(step.text, NOTE_MAX), session.clock(),
    )

    def work(tx: WriteTransaction) -> Referral:
        rows = {row.id.hex(): row for row in _rows(tx, key)}
        before = one_referral([_opened(key, row) for row in rows.values()], named)
        if before.state == "closed":
            raise Conflict("protection.closed", referral=before.id[:SHOWN], date=before.closed_on)
        if note.on < before.opened_on:
            raise UsageError("protection.before-opened", date=note.on, opened=before.opened_on)
        after = replace(before, state=step.state, notes=(*before.notes, note), **more)
        row = rows[before.id]
        done = tx.change(
            update(ReferralRow).where(
                col(ReferralRow.id) == row.id, col(ReferralRow.sealed) == row.sealed
            ),
            {ReferralRow.sealed: _sealed(session, key, after)},
        )
        if not done:
            raise Conflict("protection.changed-meanwhile", referral=before.id[:SHOWN])
        _say(tx, session, "referral.write")
        return after

    return session.ledger.transact(work)


def _rows(tx: ReadTransaction, key: OpenedKey) -> list[ReferralRow]:
    return tx.all(select(ReferralRow).where(ReferralRow.key_number == key.number))


def _sealed(session: OperatorSession, key: OpenedKey, one: Referral) -> bytes:
    room = SEALED_BYTES - NONCE_BYTES - TAG_BYTES
    plain = packed(asdict(one))
    if len(plain) > room:
        raise UsageError("protection.full", referral=one.id[:SHOWN])
    nonce = session.entropy(NONCE_BYTES)
    return nonce + cipher(key.key).encrypt(nonce, plain.ljust(room), _belongs(one.id))


def _opened(key: OpenedKey, row: ReferralRow) -> Referral:
    name = row.id.hex()
    told: Any = open_sealed(key.key, row.sealed, _belongs(name), number=name[:SHOWN])
    notes = tuple(ReferralNote(**one) for one in told.pop("notes"))
    return Referral(**told, notes=notes)


def _belongs(name: str) -> bytes:
    return b"cbi referral\x1f" + name.encode()


def _say(tx: WriteTransaction, session: OperatorSession, action: str) -> None:
    """That something was done: of whom, or to which, the log never says."""
    record_by(tx, session, action=action, object=OBJECT)


def _about(tx: ReadTransaction, about: str) -> str:
    serial = about.strip().upper()
    person = tx.value("SELECT beneficiary FROM voucher WHERE serial = :serial", serial=serial)
    return about if person is None else str(person)


def _known(text: str, known: tuple[str, ...], what: str) -> None:
    if text not in known:
        raise UsageError(f"protection.{what}-unknown", text=text, known=", ".join(known))


def _words(text: str, most: int) -> str:
    words = said(text, "protection.text-missing")
    if len(words) > most:
        raise UsageError("protection.text-long", most=most)
    return words


def _day(text: str) -> date:
    try:
        return date.fromisoformat(typed_day(text))
    except ValueError as error:
        raise UsageError("people.date-unreadable", text=text) from error
