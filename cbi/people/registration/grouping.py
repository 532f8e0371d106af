"""Which household a newly enrolled person belongs to: by its label, or one of one's own.

The label's keyed hash stands in the vault and names the household, so that a list that comes in two
parts, or twice, makes each household once. A label `number:H-…` is a household's own number, as an
interview gives it. The household's head is the first who was marked so.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from cbi.base.clock import date_at
from cbi.base.errors import NotFound
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import LIVES
from cbi.people.records.held_changes import hold_size
from cbi.people.records.numbers import fresh_numbers, read_number
from cbi.people.records.record import NewPerson
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import (
    HOUSEHOLD,
    Posting,
    add_postings,
    owners,
    vault_of,
)
from cbi.storage.listed import column_in, read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

BY_NUMBER = "number:"
Members = Sequence[tuple[str, NewPerson]]


@dataclass(slots=True)
class _GroupedHome:
    """A household's row, as it stands and as it is to be."""

    number: str
    head: str | None
    size: int
    made_at: int


@dataclass(slots=True)
class Grouped:
    """The household's number of each beneficiary number, and the households' rows; `sizes` are what
    those that were there counted before."""

    of: dict[str, str] = field(default_factory=dict)
    rows: dict[str, _GroupedHome] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


def group(tx: WriteTransaction, session: OperatorSession, members: Members, now: int) -> Grouped:
    """Find or make each person's household, labels into the vault, rows into the ledger.

    A household's size is the largest that was declared for it, and never less than its members;
    where somebody of it is approved, more than it counted waits for a second person.
    """
    grouped = Grouped()
    labels = _labels(session, members)
    standing = _standing(tx, session, labels, grouped)
    _name(tx, members, grouped)
    made = _fresh_numbers(tx, session, len(members))
    for (number, person), label, fresh in zip(members, labels, made, strict=True):
        household = standing.get(label) if label else _by_number(person)
        if household is None:
            household = fresh
            grouped.new.append(fresh)
            grouped.rows[fresh] = _GroupedHome(fresh, None, 1, now)
            if label:
                standing[label] = fresh
        _add(grouped, household, number, person)
    _count(tx, grouped)
    new = set(grouped.new)
    fresh_labels = [
        Posting(label, household, HOUSEHOLD)
        for label, household in standing.items() if household in new
    ]
    if fresh_labels:
        vault_of(session).transact(lambda vault: add_postings(vault, fresh_labels))
    _let_wait(tx, session, grouped, now)
    _write(tx, grouped)
    return grouped


def _labels(session: OperatorSession, members: Members) -> list[bytes | None]:
    hashed = hasher(session.keys.need("people"))
    return [
        hashed(HOUSEHOLD, label) if label and not label.startswith(BY_NUMBER) else None
        for label in (person.household_ref for _, person in members)
    ]


def _by_number(person: NewPerson) -> str | None:
    """The household that a label names by its own number."""
    if not person.household_ref.startswith(BY_NUMBER):
        return None
    return read_number(person.household_ref.removeprefix(BY_NUMBER), "H")


def refuse_unknown_homes(tx: ReadTransaction, people: Sequence[NewPerson]) -> None:
    """Refuse people of a household that is named by its number and is not there.

    Raises:
        NotFound: no such household.
    """
    wanted = {number for person in people if (number := _by_number(person))}
    sql = "SELECT number FROM household WHERE number IN ({})"
    for missing in sorted(wanted - set(column_in(tx, sql, sorted(wanted)))):
        raise NotFound("people.household-unknown", household=missing)


def _name(tx: WriteTransaction, members: Members, grouped: Grouped) -> None:
    """Households that are named by their number.

    Raises:
        NotFound: no such household.
    """
    wanted = sorted({number for _, person in members if (number := _by_number(person))})
    _take(tx, wanted, grouped)
    for missing in [number for number in wanted if number not in grouped.rows]:
        raise NotFound("people.household-unknown", household=missing)


def _standing(
    tx: WriteTransaction, session: OperatorSession, labels: Sequence[bytes | None], grouped: Grouped
) -> dict[bytes, str]:
    """Households that these labels name already; a killed enrolment's leftovers do not count."""
    with vault_of(session).read() as vault:
        held = owners(vault, [label for label in labels if label])
    named = sorted({number for numbers in held.values() for number in numbers})
    _take(tx, named, grouped)
    return {
        label: min(there)
        for label, numbers in held.items()
        if (there := [number for number in numbers if number in grouped.rows])
    }


def _take(tx: WriteTransaction, numbers: Sequence[str], grouped: Grouped) -> None:
    """Households that stand."""
    sql = "SELECT number, head, size, made_at FROM household WHERE number IN ({})"
    for home in read_in(tx, _GroupedHome, sql, numbers):
        grouped.rows[home.number], grouped.sizes[home.number] = home, home.size


def _fresh_numbers(tx: WriteTransaction, session: OperatorSession, count: int) -> list[str]:
    sql = "SELECT number FROM household WHERE number IN ({})"
    return fresh_numbers(
        "H", count, session.entropy, lambda numbers: column_in(tx, sql, numbers)
    )


def _add(grouped: Grouped, household: str, number: str, person: NewPerson) -> None:
    home = grouped.rows[household]
    grouped.of[number] = household
    home.size = max(home.size, person.household_size)
    if person.head and home.head is None:
        home.head = number


def _count(tx: WriteTransaction, grouped: Grouped) -> None:
    """No household smaller than its members, those who live in it already among them."""
    counted: dict[str, int] = {}
    for household in grouped.of.values():
        counted[household] = counted.get(household, 0) + 1
    old = list(grouped.rows.keys() - set(grouped.new))
    sql = f"SELECT household FROM person WHERE {LIVES} AND household IN ({{}})"
    for household in column_in(tx, sql, old):
        if household in counted:
            counted[household] += 1
    for household, members in counted.items():
        home = grouped.rows[household]
        home.size = max(home.size, members)


def _let_wait(tx: WriteTransaction, session: OperatorSession, grouped: Grouped, now: int) -> None:
    for number in sorted(grouped.rows.keys() - set(grouped.new)):
        home, size = grouped.rows[number], grouped.sizes[number]
        if home.size != size and hold_size(
            tx, session, number, home.size, reason="", date=date_at(now, "UTC")
        ):
            home.size = size


def _write(tx: WriteTransaction, grouped: Grouped) -> None:
    new = set(grouped.new)
    tx.insert("household", [asdict(grouped.rows[number]) for number in grouped.new])
    tx.run_many(
        "UPDATE household SET head = :head, size = :size WHERE number = :number",
        [
            {"head": home.head, "size": home.size, "number": number}
            for number, home in grouped.rows.items() if number not in new
        ],
    )
