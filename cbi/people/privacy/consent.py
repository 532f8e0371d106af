"""Consent: given and withdrawn, each as a row that stays; the last one holds.

Without it nobody gets a voucher; withdrawing stops the next ones and leaves those that are out.
"""

from dataclasses import dataclass

from cbi.base.clock import typed_day
from cbi.base.errors import Conflict
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.checking import check_consent, check_date, check_witnesses, today, today_in
from cbi.people.records.reading import PersonFacts, facts_of, living_facts
from cbi.people.records.record import Consent
from cbi.people.records.tables import ConsentRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A consent or a withdrawal on record. `taken_at` in microseconds UTC."""

    kind: str
    version: str
    language: str
    way: str
    date: str
    witness: str
    taken_by: str
    taken_at: int


def give_consent(session: OperatorSession, number: str, consent: Consent) -> PersonFacts:
    """Write down that a person agrees; a newer text is a new consent.

    Raises:
        UsageError: no version, an unknown way, a date that cannot be.
        NotFound: no such person or witness.
        Conflict: the person was erased, or the same stands there already.
    """
    session.require("people.edit")
    check_consent(consent, today(session))

    def work(tx: WriteTransaction) -> PersonFacts:
        found = living_facts(tx, number)
        check_witnesses(tx, [consent])
        if found.consent and _told(consents(tx, found.number)[-1]) == _told(consent):
            raise Conflict("people.consent-already", number=found.number)
        return _put(tx, session, found, "given", consent)

    return session.ledger.transact(work)


def withdraw_consent(
    session: OperatorSession, number: str, *, date: str, way: str = "spoken", witness: str = ""
) -> PersonFacts:
    """Write down that a person takes consent back; no new vouchers from here on.

    Raises:
        NotFound: no such person.
        Conflict: there is no consent to take back, or the person was erased.
    """
    session.require("people.edit")
    day_now = today(session)
    day = check_date(date, day_now)

    def work(tx: WriteTransaction) -> PersonFacts:
        found = living_facts(tx, number)
        if not found.consent:
            raise Conflict("people.no-consent", number=found.number)
        last = consents(tx, found.number)[-1]
        taken_back = Consent(
            version=last.version, language=last.language, way=way, date=day, witness=witness
        )
        check_consent(taken_back, day_now)
        check_witnesses(tx, [taken_back])
        return _put(tx, session, found, "withdrawn", taken_back)

    return session.ledger.transact(work)


def consents(tx: ReadTransaction, number: str) -> list[ConsentGiven]:
    """Every consent and withdrawal of a person, the first one first."""
    return tx.read(
        ConsentGiven,
        "SELECT kind, version, language, way, date, witness, taken_by, taken_at FROM consent"
        " WHERE person = :number ORDER BY seq",
        number=number,
    )


def _told(one: Consent | ConsentGiven) -> tuple[str, ...]:
    return one.version.strip(), one.language, one.way, typed_day(one.date), one.witness


def _put(
    tx: WriteTransaction, session: OperatorSession, found: PersonFacts, kind: str, consent: Consent
) -> PersonFacts:
    now = session.clock()
    last = tx.value("SELECT max(seq) FROM consent WHERE person = :number", number=found.number)
    tx.add(ConsentRow(
        person=found.number, seq=(last or 0) + 1, kind=kind, version=consent.version.strip(),
        language=consent.language, way=consent.way,
        date=check_date(consent.date, today_in(tx, now)), witness=consent.witness,
        taken_by=session.operator.name, taken_at=now,
    ))
    tx.run(
        "UPDATE person SET consent = :consent WHERE number = :number",
        consent=int(kind == "given"), number=found.number,
    )
    record_by(
        tx, session, action=f"people.consent-{kind}", object=found.number, at=now,
        detail={"version": consent.version.strip(), "way": consent.way},
    )
    return facts_of(tx, found.number)
