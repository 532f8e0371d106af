"""Enrolling: from people as read to sealed records, a whole list in one transaction of the ledger.

What takes long (keys and keyed hashes) is done first, into the vault, and no till waits for it.
Then short transactions write the list to the ledger. A kill between the two leaves keys without
records, which open nothing; the same list again takes them up (`drawing`), else they are swept.

The same row of a list enrols once: its label's keyed hash is looked up before sealing, and again
when the turn is ours, because somebody else may be uploading the same file.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from cbi.base.errors import Conflict
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.checking import (
    check_date,
    check_witnesses,
    city_codes,
    problem_of,
    today_in,
)
from cbi.people.records.contents import record_json
from cbi.people.records.gathering import Gathering
from cbi.people.records.keys import search_keys
from cbi.people.records.languages import hint_of
from cbi.people.records.record import Consent, NewPerson
from cbi.people.records.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    KeyedHash,
    hasher,
    record_of,
    seal,
)
from cbi.people.records.vault import (
    ERASED,
    SOURCE,
    forget,
    owners,
    vault_of,
)
from cbi.people.registration.drawing import Drawn, draw, take_up
from cbi.people.registration.grouping import BY_NUMBER, Grouped, group, refuse_unknown_homes
from cbi.people.registration.turn import take_turn
from cbi.storage.listed import column_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

SLICE = 5_000
"""People whose keys are made in one transaction of the vault."""
TOLD_EVERY = 250
STORED = 1_000
"""People stored in one transaction of the ledger, for which a till may have to wait."""


@dataclass(frozen=True, slots=True)
class EnrolResult:
    """Beneficiary numbers in the order of the people handed in.

    `known` are the places of those who were enrolled before, by their row's label; theirs is the
    number they have.
    """

    numbers: tuple[str, ...]
    known: frozenset[int]


@dataclass(slots=True)
class _Enrolment:
    """A list on its way, by place: labels' hashes, numbers of those known, and of the new the
    numbers drawn and the randomness for a key and two nonces. `again` are places that repeat an
    earlier place's label; `left` has the numbers that a killed enrolment left for a label's place.
    """

    people: Sequence[NewPerson]
    list_hash: str
    now: int
    today: str = ""
    labels: dict[int, bytes] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)
    known: dict[int, str] = field(default_factory=dict)
    left: dict[int, list[str]] = field(default_factory=dict)
    drawn: dict[int, str] = field(default_factory=dict)
    noise: dict[int, bytes] = field(default_factory=dict)

    def number(self, place: int) -> str:
        """The number of the person at a place."""
        place = self.again.get(place, place)
        return self.known.get(place) or self.drawn[place]


def enrol(
    session: OperatorSession, people: Sequence[NewPerson], *, list_hash: str = "",
    progress: Callable[[int], None] | None = None,
) -> EnrolResult:
    """Enrol people. `list_hash` names the list that they came in; `progress` hears how many have
    keys. Nobody is stored before all were looked at and have keys.

    Rows that have labels are stored a slice at a time, because tills wait meanwhile: killed on its
    way, the same list again enrols those who are left. Others are stored all or none.

    Raises:
        UsageError: a person as given cannot be: no name, an impossible date or size.
        NotFound: a city or a witness that is not there.
        Unusable: the vault or the keyring cannot be used.
    """
    session.require("people.enrol")
    ready = _Enrolment(people, list_hash, session.clock())
    _look_through(session, ready)
    _fill_vault(session, ready, progress)
    places, size = list(ready.drawn), len(people)
    if len(ready.labels) + len(ready.again) == len(people):
        size = STORED
    for start in range(0, len(places), size):
        part = [_sealed(ready, place) for place in places[start : start + size]]
        session.ledger.transact(partial(_store, session=session, ready=ready, part=part))
        session.ledger.give_way()
    late = [
        ready.drawn[place] for place in ready.drawn.keys() & ready.known.keys()
        if ready.drawn[place] != ready.known[place]
    ]
    if late:
        forget(vault_of(session), late)
    everybody = range(len(people))
    return EnrolResult(
        tuple(ready.number(place) for place in everybody),
        frozenset(place for place in everybody if place in ready.again or place in ready.known),
    )


def known_sources(session: OperatorSession, labels: Iterable[str]) -> dict[str, str]:
    """The beneficiary numbers of rows that were enrolled before, by their label (`source_ref`)."""
    hashed = hasher(session.keys.need("people"))
    hashes = {label: hashed(SOURCE, label) for label in labels}
    with session.ledger.read() as tx:
        found = _held(tx, session, hashes.values()).enrolled
    return {label: found[value] for label, value in hashes.items() if value in found}


def erased_sources(session: OperatorSession, labels: Iterable[str]) -> dict[str, str]:
    """The days (ISO text) on which people of such rows were erased, by the row's label."""
    hashed = hasher(session.keys.need("people"))
    hashes = {label: hashed(SOURCE, label) for label in labels}
    with vault_of(session).read() as vault:
        held = owners(vault, hashes.values())
    days = {
        label: [one.partition(" ")[2] for one in held.get(value, ()) if one.startswith(ERASED)]
        for label, value in hashes.items()
    }
    return {label: max(found) for label, found in days.items() if found}


def refuse_erased(session: OperatorSession, label: str) -> None:
    """Refuse to enrol somebody from where an erased person came, unless they were since.

    Raises:
        Conflict: whoever came from there was erased.
    """
    day = erased_sources(session, [label]).get(label)
    if day is not None and not known_sources(session, [label]):
        raise Conflict("people.source-erased", source=label, date=day)


def _look_through(session: OperatorSession, ready: _Enrolment) -> None:
    """Refuse who cannot be enrolled, hash the rows' labels and find those known, in one look: a
    long list makes each person anew for every look."""
    consents: set[Consent] = set()
    at_home, problem = list[NewPerson](), None
    first: dict[bytes, int] = {}
    hashed = hasher(session.keys.need("people"))
    with session.ledger.read() as tx:
        cities, ready.today = city_codes(tx), today_in(tx, ready.now)
    for place, person in enumerate(ready.people):
        problem = problem or problem_of(person, cities, ready.today)
        if person.consent:
            consents.add(person.consent)
        if person.household_ref.startswith(BY_NUMBER):
            at_home.append(person)
        if person.source_ref:
            label = hashed(SOURCE, person.source_ref)
            if first.setdefault(label, place) == place:
                ready.labels[place] = label
            else:
                ready.again[place] = first[label]
    with session.ledger.read() as tx:
        check_witnesses(tx, consents)
        refuse_unknown_homes(tx, at_home)
        if problem is not None:
            raise problem
        _mark_known(tx, session, ready, ready.labels)


def _mark_known(
    tx: ReadTransaction, session: OperatorSession, ready: _Enrolment, places: Iterable[int]
) -> None:
    """Note who of these places is in the ledger already, and what was left for the others."""
    labels = {place: ready.labels[place] for place in places if place in ready.labels}
    found = _held(tx, session, labels.values())
    for place, label in labels.items():
        if label in found.enrolled:
            ready.known[place] = found.enrolled[label]
        elif label in found.left:
            ready.left[place] = found.left[label]


class _Held(NamedTuple):
    """Whose labels the vault holds: the number of who is in the ledger, and the numbers of nobody,
    which a killed enrolment left."""

    enrolled: dict[bytes, str]
    left: dict[bytes, list[str]]


def _held(tx: ReadTransaction, session: OperatorSession, labels: Iterable[bytes]) -> _Held:
    with vault_of(session).read() as vault:
        held = owners(vault, labels)
    named = sorted({number for numbers in held.values() for number in numbers})
    there = set(column_in(tx, "SELECT number FROM person WHERE number IN ({})", named))
    enrolled = {
        label: min(there & set(numbers)) for label, numbers in held.items() if there & set(numbers)
    }
    return _Held(enrolled, {
        label: numbers for label, numbers in held.items() if label not in enrolled
    })


def _fill_vault(
    session: OperatorSession, ready: _Enrolment, progress: Callable[[int], None] | None
) -> None:
    """Numbers, keys and keyed hashes of whoever is new, into the vault: keys a slice at a time,
    hashes when all are there."""
    new = [
        place for place in range(len(ready.people))
        if place not in ready.known and place not in ready.again
    ]
    vault, gathered = vault_of(session), Gathering()
    hashed = hasher(session.keys.need("people"))
    for start in range(0, len(new), SLICE):
        places = new[start : start + SLICE]
        for place, (number, noise) in _drawn(session, ready, places).items():
            if progress and len(ready.drawn) % TOLD_EVERY == 0:
                progress(len(ready.drawn))
            ready.drawn[place], ready.noise[place] = number, noise
            gathered.add(number, _hashes_of(ready, place, hashed))
    gathered.write(vault)
    if progress:
        progress(len(new))


def _drawn(
    session: OperatorSession, ready: _Enrolment, places: Sequence[int]
) -> dict[int, Drawn]:
    """Numbers and randomness for these places, in their order."""
    left = {place: ready.left[place] for place in places if place in ready.left}
    found = take_up(session, left, ready.now) if left else {}
    fresh = [place for place in places if place not in found]
    if fresh:
        labels = [ready.labels.get(place) for place in fresh]
        made = vault_of(session).transact(
            partial(draw, session=session, labels=labels, now=ready.now)
        )
        found |= zip(fresh, made, strict=True)
    return {place: found[place] for place in places}


def _hashes_of(
    ready: _Enrolment, place: int, hashed: KeyedHash
) -> Iterator[tuple[str, bytes]]:
    """What finds a person again beside their row's label: what they are searched by, and where else
    they came from."""
    person = ready.people[place]
    for kind, value in search_keys(person.data):
        yield kind, hashed(kind, value)
    for label in person.other_refs:
        if label != person.source_ref:
            yield SOURCE, hashed(SOURCE, label)


class _Sealed(NamedTuple):
    """Somebody about to be stored: their place in the list, number, data and sealed record."""

    place: int
    number: str
    person: NewPerson
    record: bytes


def _sealed(ready: _Enrolment, place: int) -> _Sealed:
    """A person's record, sealed with their own key."""
    person, number, noise = ready.people[place], ready.drawn[place], ready.noise[place]
    record = seal(
        noise[:KEY_BYTES], noise[KEY_BYTES:-NONCE_BYTES],
        record_json(person.data, person.facts, person.source_ref), record_of(number, 1),
    )
    return _Sealed(place, number, person, record)


def _store(
    tx: WriteTransaction, session: OperatorSession, ready: _Enrolment, part: Sequence[_Sealed]
) -> None:
    """Write a slice of the list to the ledger, but for those whom a faster upload has just
    enrolled."""
    take_turn(tx)
    _mark_known(tx, session, ready, [one.place for one in part])
    new = [one for one in part if one.place not in ready.known]
    if not new:
        return
    grouped = group(tx, session, [(one.number, one.person) for one in new], ready.now)
    tx.insert("person", [_person_row(session, ready, one, grouped) for one in new])
    tx.insert("person_version", [
        {
            "person": one.number, "version": 1, "sealed": one.record,
            "made_by": session.operator.name, "made_at": ready.now,
        }
        for one in new
    ])
    tx.insert("consent", _consent_rows(session, ready, new))
    record_by(
        tx, session, action="people.enrol", object=ready.list_hash or new[0].number,
        at=ready.now, detail={"people": len(new), "known": len(part) - len(new)},
    )


def _person_row(
    session: OperatorSession, ready: _Enrolment, one: _Sealed, grouped: Grouped
) -> dict[str, object]:
    person = one.person
    return {
        "number": one.number, "city": person.city, "household": grouped.of[one.number],
        "sex": person.sex, "birth_year": person.data.birth.year if person.data.birth else None,
        "language": person.language, "name_script": hint_of(person.data.names),
        "status": "active", "consent": int(bool(person.consent)),
        "version": 1, "list_hash": ready.list_hash, "enrolled_by": session.operator.name,
        "enrolled_at": ready.now,
    }


def _consent_rows(
    session: OperatorSession, ready: _Enrolment, new: Sequence[_Sealed]
) -> Iterator[dict[str, object]]:
    for one in new:
        consent = one.person.consent
        if consent:
            yield {
                "person": one.number, "seq": 1, "kind": "given",
                "version": consent.version.strip(), "language": consent.language,
                "way": consent.way, "date": check_date(consent.date, ready.today),
                "witness": consent.witness, "taken_by": session.operator.name,
                "taken_at": ready.now,
            }
