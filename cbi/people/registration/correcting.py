"""Correcting personal data: a new sealed version; the ones before stay, sealed as they were.

What the person can be found by is brought along in the vault: new hashes before the record, old
ones away after it, so that a kill between leaves too many hashes and never too few.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from cbi.base.canonical import JsonValue
from cbi.base.clock import date_at
from cbi.base.errors import Conflict, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.checking import check_data, check_reason, today
from cbi.people.records.contents import record_data, record_json
from cbi.people.records.held_changes import AskedChange, changed_identity, held_rows, hold
from cbi.people.records.history import FactChange, put_changes
from cbi.people.records.keys import search_keys
from cbi.people.records.languages import hint_of
from cbi.people.records.reading import PersonFacts, facts_of, living_facts, person_key
from cbi.people.records.record import Discreet, PersonalData
from cbi.people.records.sealing import NONCE_BYTES, hasher, open_sealed, record_of, seal
from cbi.people.records.tables import PersonVersion
from cbi.people.records.vault import Posting, add_postings, posting, remove_postings, vault_of
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, repr=False)
class PastRecord(Discreet):
    """A version of a person's record. `reason` is why it replaced the one before."""

    version: int
    data: PersonalData
    facts: dict[str, str]
    source: str
    reason: str
    made_by: str
    made_at: int


def correct(
    session: OperatorSession, number: str, data: PersonalData, *, reason: str,
    facts: dict[str, str] | None = None,
) -> PersonFacts:
    """Replace a person's data; `facts` (other columns of the list) stay unless given. Who an
    approved person is stays what it was until a second person approves the change (`holding`).

    Raises:
        UsageError: no reason, nothing changed, or data that cannot be.
        NotFound: no such person.
        Conflict: the person was erased, or somebody else corrected the record meanwhile.
    """
    session.require("people.edit")
    said = check_reason(reason)
    check_data(data, today(session))
    with session.ledger.read() as tx:
        found = living_facts(tx, number)
        key = person_key(session, found.number)
        before = past_records(tx, found.number, key)[-1]
    kept = before.facts if facts is None else facts
    if before.data == data and before.facts == kept:
        raise UsageError("people.nothing-changed", number=found.number)
    old = record_postings(session, found.number, before.data)
    new = record_postings(session, found.number, data)
    content = record_json(data, kept, before.source, said)
    version = before.version + 1
    sealed = seal(key, session.entropy(NONCE_BYTES), content, record_of(found.number, version))
    parts = changed_identity(before.data, data)
    if parts and found.approved_at is not None:
        return _held(session, found, AskedChange(
            found.number, "record", "", ", ".join(parts), version=before.version, sealed=sealed,
        ), said, key)
    vault = vault_of(session)
    vault.transact(lambda tx: add_postings(tx, [row for row in new if row not in old]))

    def work(tx: WriteTransaction) -> PersonFacts:
        put_version(tx, session, found, sealed)
        follow_record(tx, session, found, data, said)
        record_by(
            tx, session, action="people.correct", object=found.number, detail={"version": version},
        )
        return facts_of(tx, found.number)

    corrected = session.ledger.transact(work)
    vault.transact(lambda tx: remove_postings(tx, [row for row in old if row not in new]))
    return corrected


def past_records(tx: ReadTransaction, number: str, key: bytes) -> list[PastRecord]:
    """Every version of a record, the first one first."""
    rows = tx.all(
        select(PersonVersion).where(PersonVersion.person == number)
        .order_by(col(PersonVersion.version))
    )
    found = []
    for row in rows:
        belongs_to = record_of(number, row.version)
        told: Any = open_sealed(key, row.sealed, belongs_to, number=number)
        found.append(PastRecord(
            version=row.version, data=record_data(told), facts=told.get("facts", {}),
            source=told.get("source", ""), reason=told.get("reason", ""),
            made_by=row.made_by, made_at=row.made_at,
        ))
    return found


def _held(
    session: OperatorSession, found: PersonFacts, asked: AskedChange, reason: str, key: bytes
) -> PersonFacts:
    """Let the change wait, unless the same of this operator does already."""
    def told(sealed: bytes | None) -> JsonValue:
        belongs_to = record_of(found.number, (asked.version or 0) + 1)
        return open_sealed(key, sealed or b"", belongs_to, number=found.number)

    def work(tx: WriteTransaction) -> PersonFacts:
        now = living_facts(tx, found.number)
        if now.version != asked.version:
            raise Conflict("people.corrected-meanwhile", number=found.number)
        waits = any(
            told(row.sealed) == told(asked.sealed) for row in held_rows(tx, found.number)
            if (row.kind, row.version, row.asked_by)
            == (asked.kind, asked.version, session.operator.name)
        )
        if not waits:
            hold(tx, session, asked, reason=reason, date=date_at(session.clock(), "UTC"))
        return now

    return session.ledger.transact(work)


def record_postings(session: OperatorSession, number: str, data: PersonalData) -> list[Posting]:
    """The keyed hashes by which a record is found."""
    hashed = hasher(session.keys.need("people"))
    return [posting(hashed, kind, value, number) for kind, value in search_keys(data)]


def follow_record(
    tx: WriteTransaction, session: OperatorSession, found: PersonFacts, data: PersonalData,
    reason: str
) -> None:
    """Keep what stands in the clear what the record says: the year of birth, the name's script."""
    tx.run(
        "UPDATE person SET name_script = :script WHERE number = :number",
        script=hint_of(data.names), number=found.number,
    )
    year = data.birth.year if data.birth else None
    if year == found.birth_year:
        return
    tx.run(
        "UPDATE person SET birth_year = :year WHERE number = :number",
        year=year, number=found.number,
    )
    was, became = (str(value or "") for value in (found.birth_year, year))
    change = FactChange(found.number, "birth-year", was, became)
    put_changes(tx, session, [change], reason=reason, date=date_at(session.clock(), "UTC"))


def put_version(
    tx: WriteTransaction, session: OperatorSession, found: PersonFacts, sealed: bytes, *,
    made_by: str = ""
) -> None:
    """Let a sealed record be the person's next version.

    Raises:
        Conflict: somebody else corrected the record meanwhile, or the person was erased.
    """
    moved = tx.run(
        "UPDATE person SET version = version + 1"
        " WHERE number = :number AND version = :was AND erased_at IS NULL",
        number=found.number, was=found.version,
    )
    if moved != 1:
        raise Conflict("people.corrected-meanwhile", number=found.number)
    tx.add(PersonVersion(
        person=found.number, version=found.version + 1, sealed=sealed,
        made_by=made_by or session.operator.name, made_at=session.clock(),
    ))
