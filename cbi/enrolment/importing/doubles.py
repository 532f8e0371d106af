"""Doubles of a list, told before it is taken in: rows that are likely one person, and the same
document or phone twice in it or in the ledger already.

A document tells that two rows are likely one person; a phone alone does not, and within one
household it is not even mentioned. Nothing is merged or left out here: whoever imports is told,
and a person decides later.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cbi.enrolment.lists.taking import ReadyPerson
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.scoring import Match
from cbi.people.matching.screen_import import foresee
from cbi.people.records.keys import own_numbers
from cbi.people.records.record import Discreet
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import owners, vault_of
from cbi.storage.listed import column_in

FORESEEN_MAX = 3_000
"""A longer list is searched only once it is taken in: twice would take long."""

ASKED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Double:
    """A row that shares a `document` or `phone` with an earlier row of the list, or with a person
    of the ledger by beneficiary number."""

    sheet: str | None
    row: int
    kind: str
    other_row: int | None = None
    other_number: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Alike(Discreet):
    """A row that is likely the same person as an earlier row, or as somebody of the ledger."""

    sheet: str | None
    row: int
    name: str
    other_name: str
    match: Match
    other_row: int | None = None
    other_number: str | None = None


def foreseen(
    session: OperatorSession, candidates: Sequence[ReadyPerson], known: Collection[str]
) -> tuple[Alike, ...]:
    """Rows that are likely one person; none of a list that is too long to look before (they are
    found when it is taken in)."""
    fresh = [
        one for one in candidates if one.source not in known and one.repeats_row is None
    ]
    if not 0 < len(fresh) <= FORESEEN_MAX:
        return ()
    people = [replace(one.person, household_ref=one.household) for one in fresh]
    return tuple(
        Alike(
            fresh[one.place].sheet, fresh[one.place].row, people[one.place].data.names[0].text,
            one.other.names[0].text, one.match,
            None if one.other_place is None else fresh[one.other_place].row, one.other_number,
        )
        for one in foresee(session, people)
    )


def doubles_within(candidates: Sequence[ReadyPerson]) -> list[Double]:
    """Rows that share a document or, across households, a phone with an earlier row."""
    first: dict[tuple[str, str], ReadyPerson] = {}
    found = []
    for one in candidates:
        for kind, value in own_numbers(one.person.data):
            earlier = first.setdefault((kind, value), one)
            same_home = kind == "phone" and one.household and one.household == earlier.household
            if earlier is not one and not same_home and earlier.source != one.source:
                found.append(Double(one.sheet, one.row, kind, other_row=earlier.row))
    return found


def doubles_before(session: OperatorSession, candidates: Sequence[ReadyPerson]) -> list[Double]:
    """Rows whose document or phone somebody in the ledger has, by keyed hashes alone."""
    found: dict[tuple[int, str, str], Double] = {}
    for start in range(0, len(candidates), ASKED_AT_ONCE):
        found |= _doubles_before(session, candidates[start : start + ASKED_AT_ONCE])
    return [double for _, double in sorted(found.items())]


def _doubles_before(
    session: OperatorSession, candidates: Sequence[ReadyPerson]
) -> dict[tuple[int, str, str], Double]:
    hashed = hasher(session.keys.need("people"))
    wanted: dict[bytes, list[tuple[str, ReadyPerson]]] = {}
    for one in candidates:
        for kind, value in own_numbers(one.person.data):
            wanted.setdefault(hashed(kind, value), []).append((kind, one))
    with vault_of(session).read() as vault:
        held = owners(vault, wanted)
    numbers = sorted({number for found in held.values() for number in found})
    sql = "SELECT number FROM person WHERE erased_at IS NULL AND number IN ({})"
    with session.ledger.read() as tx:
        there = set(column_in(tx, sql, numbers))
    return {
        (one.row, kind, number): Double(one.sheet, one.row, kind, other_number=number)
        for value, had in held.items() for number in had if number in there
        for kind, one in wanted[value]
    }
