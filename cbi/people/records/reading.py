"""Reading people: what stands in the clear, and what is sealed, opened for a purpose.

Facts in the clear (city, household, status, approval) are for whoever may read the ledger. Personal
data is opened by `unseal`, for field staff and managers alone, and each call leaves one line in the
log: who, how many, what for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cbi.base.errors import Conflict, NotFound, Unusable
from cbi.base.words import said
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.contents import record_data
from cbi.people.records.numbers import read_number
from cbi.people.records.record import Discreet, PersonalData
from cbi.people.records.sealing import cipher, open_sealed, record_of, unwrap
from cbi.people.records.vault import vault_of, wrapped_keys
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

SLICE = 1_000


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person in the clear. Instants in microseconds UTC."""

    number: str
    city: str
    household: str
    head: bool
    household_size: int
    sex: str
    birth_year: int | None
    language: str
    status: str
    consent: bool
    version: int
    list_hash: str
    enrolled_by: str
    enrolled_at: int
    approved_by: str | None
    approved_at: int | None
    merged_into: str | None
    erased_at: int | None


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A list that waits for approval: its hash, how many of it, and the number of the first."""

    list: str
    number: str
    people: int
    enrolled_by: str
    enrolled_at: int


@dataclass(frozen=True, slots=True, repr=False)
class Person(Discreet):
    """A person with personal data opened. `facts` are other columns of the list they came in."""

    number: str
    city: str
    household: str
    head: bool
    household_size: int
    sex: str
    birth_year: int | None
    language: str
    status: str
    data: PersonalData
    facts: dict[str, str] = field(default_factory=dict)
    source: str = ""

    def __repr__(self) -> str:
        return f"Person({self.number!r}, {self.city!r}, ***)"


class _StoredFacts(NamedTuple):
    """A person's row and what their household's says of them, as the database tells a yes or no."""

    number: str
    city: str
    household: str
    head: int | None
    household_size: int
    sex: str
    birth_year: int | None
    language: str
    status: str
    consent: int
    version: int
    list_hash: str
    enrolled_by: str
    enrolled_at: int
    approved_by: str | None
    approved_at: int | None
    merged_into: str | None
    erased_at: int | None


class _SealedPerson(NamedTuple):
    """A person's facts and the sealed record that holds today."""

    number: str
    city: str
    household: str
    head: int | None
    household_size: int
    sex: str
    birth_year: int | None
    language: str
    status: str
    version: int
    erased_at: int | None
    sealed: bytes


_SELECT_FACTS = (
    "SELECT person.number, person.city, person.household, household.head = person.number AS head,"
    " household.size AS household_size, person.sex, person.birth_year, person.language,"
    " person.status, person.consent, person.version, person.list_hash, person.enrolled_by,"
    " person.enrolled_at, person.approved_by, person.approved_at, person.merged_into,"
    " person.erased_at FROM person JOIN household ON household.number = person.household"
)
_SELECT_SEALED = (
    "SELECT person.number, person.city, person.household, household.head = person.number AS head,"
    " household.size AS household_size, person.sex, person.birth_year, person.language,"
    " person.status, person.version, person.erased_at, person_version.sealed"
    " FROM person JOIN household ON household.number = person.household"
    " JOIN person_version ON person_version.person = person.number"
    " AND person_version.version = person.version"
)


def facts_of(tx: ReadTransaction, number: str) -> PersonFacts:
    """One person in the clear, by a number as typed.

    Raises:
        UsageError: it is no beneficiary number.
        NotFound: no such person.
    """
    wanted = read_number(number)
    row = tx.read_one(
        _StoredFacts, f"{_SELECT_FACTS} WHERE person.number = :number", number=wanted
    )
    if row is None:
        raise NotFound("people.person-unknown", number=wanted)
    return _facts(row)


def living_facts(tx: ReadTransaction, number: str) -> PersonFacts:
    """One person whose data is still there.

    Raises:
        Conflict: the person was erased.
    """
    found = facts_of(tx, number)
    if found.erased_at is not None:
        raise Conflict("people.erased", number=found.number)
    return found


def people(
    tx: ReadTransaction, *, city: str | None = None, approved: bool | None = None,
    status: str | None = None, list_hash: str | None = None, limit: int = 1000,
) -> list[PersonFacts]:
    """People in the clear, the latest enrolled first; the start of a list's hash is enough."""
    filters: dict[str, str | None] = {
        "person.city = :city": city,
        "person.status = :status": status,
        "person.list_hash LIKE :list_hash || '%'": list_hash,
    }
    met = [condition for condition, value in filters.items() if value is not None]
    if approved is not None:
        met.append(f"person.approved_at IS {'NOT ' if approved else ''}NULL")
    rows = tx.read(
        _StoredFacts,
        f"{_SELECT_FACTS} WHERE {' AND '.join(['person.erased_at IS NULL', *met])}"
        " ORDER BY person.enrolled_at DESC, person.number LIMIT :limit",
        city=city, status=status, list_hash=list_hash, limit=limit,
    )
    return [_facts(row) for row in rows]


def waiting_lists(tx: ReadTransaction) -> list[WaitingList]:
    """Who waits for approval, the latest first: by list, or one by one if they came in none."""
    return tx.read(
        WaitingList,
        "SELECT list_hash AS list, min(number) AS number, count(*) AS people, enrolled_by,"
        " max(enrolled_at) AS enrolled_at FROM person"
        " WHERE approved_at IS NULL AND erased_at IS NULL AND merged_into IS NULL"
        " GROUP BY list_hash, enrolled_by, CASE WHEN list_hash = '' THEN number ELSE '' END"
        " ORDER BY max(enrolled_at) DESC, min(number)"
    )


def unseal(
    session: OperatorSession, numbers: Iterable[str], *, purpose: str, shown: bool = True
) -> dict[str, Person]:
    """Open the records of these people; one line in the log says who read how many, what for.

    Whoever was erased is left out of the answer. The line is sealed at once, unless the records are
    not `shown` to anybody: the program itself compares them, in portions of a long list.

    Raises:
        NotAllowed: the operator may not read personal data.
        NotFound: a number that is no person's.
        Unusable: the keyring or vault is another's, or a record is damaged.
    """
    session.require("people.read")
    why = purpose_of(purpose)
    wanted = list(dict.fromkeys(numbers))
    with session.ledger.read() as tx:
        found = {person.number: person for person in opened_records(tx, session, wanted)}
    if wanted:
        _log_read(session, wanted[0] if len(wanted) == 1 else "", len(wanted), why, shown)
    return {number: found[number] for number in wanted if number in found}


def person_key(session: OperatorSession, number: str) -> bytes:
    """A person's own key, to seal or open what belongs to them.

    Raises:
        Unusable: the vault has none, or the keyring's people key does not open it.
    """
    with vault_of(session).read() as vault:
        wrapped = wrapped_keys(vault, [number]).get(number)
    if wrapped is None:
        raise Unusable("people.key-missing", number=number)
    return unwrap(cipher(session.keys.need("people")), wrapped, number)


def person_keys(session: OperatorSession, numbers: Iterable[str]) -> dict[str, bytes]:
    """The same of many; whoever was erased has none.

    Raises:
        Unusable: the keyring's people key does not open one.
    """
    with vault_of(session).read() as vault:
        wrapped = wrapped_keys(vault, numbers)
    people_cipher = cipher(session.keys.need("people"))
    return {number: unwrap(people_cipher, one, number) for number, one in wrapped.items()}


def _facts(row: _StoredFacts) -> PersonFacts:
    told = row._asdict() | {"head": bool(row.head), "consent": bool(row.consent)}
    return PersonFacts(**told)


def opened_records(
    tx: ReadTransaction, session: OperatorSession, numbers: Sequence[str]
) -> Iterator[Person]:
    """Open the records of these people; who asks keeps its own account of it.

    Raises:
        NotFound: a number that is no person's.
        Unusable: the keyring or vault is another's, or a record is damaged.
    """
    rows = read_in(
        tx, _SealedPerson, f"{_SELECT_SEALED} WHERE person.number IN ({{}})", numbers
    )
    for missing in set(numbers) - {row.number for row in rows}:
        raise NotFound("people.person-unknown", number=missing)
    here = [row for row in rows if row.erased_at is None]
    with vault_of(session).read() as vault:
        keys = wrapped_keys(vault, [row.number for row in here])
    people_cipher = cipher(session.keys.need("people"))
    for row in here:
        if row.number not in keys:
            raise Unusable("people.key-missing", number=row.number)
        key = unwrap(people_cipher, keys[row.number], row.number)
        told: Any = open_sealed(
            key, row.sealed, record_of(row.number, row.version), number=row.number
        )
        yield _person(row, told)


def _person(row: _SealedPerson, told: Any) -> Person:
    return Person(
        number=row.number, city=row.city, household=row.household, head=bool(row.head),
        household_size=row.household_size, sex=row.sex, birth_year=row.birth_year,
        language=row.language, status=row.status, data=record_data(told),
        facts=told.get("facts", {}), source=told.get("source", ""),
    )


def purpose_of(purpose: str) -> str:
    """A purpose, trimmed.

    Raises:
        UsageError: none was given.
    """
    return said(purpose, "people.purpose-missing")


def _log_read(session: OperatorSession, number: str, count: int, purpose: str, shown: bool) -> None:
    def work(tx: WriteTransaction) -> None:
        record_by(
            tx, session, action="people.read", object=number or "people",
            detail={"people": count, "purpose": purpose},
        )
        if shown:
            session.seal_reading(tx, session)

    session.ledger.transact(work)
