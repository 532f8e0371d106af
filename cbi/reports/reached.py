"""Whom vouchers reached, each person once, as everything stood when the report sees it.

A person counts by the first hand-over, with the age of that year. A voucher given to a household
reaches all who live in it; those not enrolled themselves stand as `number/1`, `/2` … What was
corrected in people's records later (who is one person with whom, sex, birth year, household) is
taken back to the report's instant, so that a closed month keeps its figures.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlmodel import select

from cbi.base.clock import date_at
from cbi.programmes.tables import Entitlement, Programme
from cbi.reports.as_of import FOREVER, AsOf
from cbi.storage import ReadTransaction

SEXES = (("f", "female"), ("m", "male"))
DISABILITY = "disability"
"""The flag of people with a disability (`cbi people flags`)."""


@dataclass(frozen=True, slots=True)
class Band:
    """An age band, both ages included; no `until` means and older."""

    name: str
    age_from: int
    until: int | None

    @property
    def tag(self) -> str:
        """Its attributes in HXL: `+children+age0_17`, `+elderly+age60plus`."""
        ages = f"{self.age_from}_{self.until}" if self.until is not None else f"{self.age_from}plus"
        return f"+{self.name}+age{ages}"

    @property
    def years(self) -> str:
        """As people read it: `0-17`, `60+`."""
        return f"{self.age_from}+" if self.until is None else f"{self.age_from}–{self.until}"

    def holds(self, age: int) -> bool:
        """Whether an age is in it."""
        return self.age_from <= age and (self.until is None or age <= self.until)


class Someone(NamedTuple):
    """Somebody in the clear; `one` is who they were found to be, where they were enrolled twice."""

    number: str
    household: str
    sex: str
    birth_year: int | None
    one: str


class _HouseholdSize(NamedTuple):
    """A household, and how many live in it."""

    number: str
    size: int


class _Change(NamedTuple):
    """A fact of a person's that was changed."""

    person: str
    kind: str
    was: str


class _Joined(NamedTuple):
    """A decision that made two numbers one, or parted them again."""

    decision: str
    keeps: str
    goes: str


class _Flagged(NamedTuple):
    """A line of the log about a person's flags."""

    person: str
    detail: str


class VoucherInPeriod(NamedTuple):
    """A voucher, and what happened to it in the period."""

    round: str
    city: str
    category: str
    beneficiary: str
    face_minor: int
    generation: int
    issued: int
    given_at: int | None
    redeemed_minor: int


class _First(NamedTuple):
    """When the first line of a programme happened; None while there is none."""

    at: int | None


class Met(NamedTuple):
    """When somebody was reached: the instant, which alone orders, and the year where that was."""

    at: int
    year: int


@dataclass(slots=True)
class Reached:
    """Whom one row counts: people and households by number, with when each was first reached."""

    targeted: set[str] = field(default_factory=set)
    people: dict[str, Met] = field(default_factory=dict)
    households: dict[str, Met] = field(default_factory=dict)
    issued_minor: int = 0
    redeemed_minor: int = 0

    def add(self, other: "Reached") -> None:
        """Count these too, whoever is counted already once."""
        self.targeted |= other.targeted
        _meet(self.people, other.people)
        _meet(self.households, other.households)
        self.issued_minor += other.issued_minor
        self.redeemed_minor += other.redeemed_minor


def _meet(known: dict[str, Met], more: Mapping[str, Met]) -> None:
    """Each stays with when they were reached first."""
    for number, met in more.items():
        known[number] = min(met, known.get(number, met))


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody in the clear by beneficiary number, and who lives in each household."""

    people: Mapping[str, Someone]
    homes: Mapping[str, Sequence[str]]

    def in_band(self, numbers: Mapping[str, Met], sex: str, band: Band) -> list[str]:
        """Who of these, when they were reached, is of this sex and age."""
        return [
            number for number, met in numbers.items()
            if (one := self.people.get(number)) is not None and one.sex == sex
            and one.birth_year is not None and band.holds(met.year - one.birth_year)
        ]


def population(tx: ReadTransaction, seen: AsOf) -> Population:
    """The people as the report sees them."""
    people = {one.number: one for one in tx.read(
        Someone, "SELECT number, household, sex, birth_year, coalesce(merged_into, number) AS one "
        "FROM person WHERE enrolled_at < :until", until=seen.until,
    )}
    sizes = {one.number: one.size for one in tx.read(
        _HouseholdSize, "SELECT number, size FROM household"
    )}
    _take_back(people, sizes, tx.read(
        _Change, "SELECT person, kind, was FROM person_change WHERE changed_at >= :until "
        "AND kind IN ('sex', 'birth-year', 'household', 'size') "
        "ORDER BY changed_at DESC, id DESC", until=seen.until,
    ))
    for joined in tx.read(
        _Joined, "SELECT decision, keeps, goes FROM duplicate_decision WHERE keeps IS NOT NULL "
        "AND decided_at >= :until ORDER BY decided_at DESC, first, second, seq DESC",
        until=seen.until,
    ):
        if joined.goes in people:
            one = joined.keeps if joined.decision == "undo" else joined.goes
            people[joined.goes] = people[joined.goes]._replace(one=one)
    people = {number: one._replace(one=_one(people, one)) for number, one in people.items()}
    return Population(people, _homes(people, sizes))


def flagged(tx: ReadTransaction, seen: AsOf, flag: str) -> frozenset[str]:
    """Who had a flag at the report's instant, as the log tells it: it outlasts an erasure."""
    has: dict[str, bool] = {}
    for one in tx.read(
        _Flagged, "SELECT object AS person, detail FROM log WHERE action = 'people.flags' "
        "AND at < :until ORDER BY seq", until=seen.until,
    ):
        has[one.person] = flag in json.loads(one.detail).get("became", "").split(", ")
    return frozenset(number for number, yes in has.items() if yes)


def _take_back(
    people: dict[str, Someone], sizes: dict[str, int], changes: Iterable[_Change]
) -> None:
    """Undo changes, the newest first."""
    for one in changes:
        about = people.get(one.person)
        if about is None:
            continue
        if one.kind == "sex":
            people[one.person] = about._replace(sex=one.was)
        elif one.kind == "birth-year":
            year = int(one.was) if one.was.isdecimal() else None
            people[one.person] = about._replace(birth_year=year)
        elif one.kind == "household":
            people[one.person] = about._replace(household=one.was)
        elif one.was.isdecimal():
            sizes[about.household] = int(one.was)


def _one(people: Mapping[str, Someone], person: Someone) -> str:
    """Who they were found to be in the end, where that one was found to be another again."""
    one = person.one
    while one in people and people[one].one != one:
        one = people[one].one
    return one


def _homes(people: Mapping[str, Someone], sizes: Mapping[str, int]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for number, person in people.items():
        if person.one == number:
            members.setdefault(person.household, []).append(number)
    for home, size in sizes.items():
        known = members.setdefault(home, [])
        known += [f"{home}/{more}" for more in range(1, size - len(known) + 1)]
    return members


_VOUCHERS = """, told AS (
    SELECT voucher,
           max(CASE WHEN kind = 'issue' AND counts_at >= :begins AND counts_at < :ends
               THEN 1 ELSE 0 END) AS issued,
           max(CASE kind WHEN 'hand-over' THEN seq ELSE 0 END) AS given_seq,
           max(CASE kind WHEN 'take-back' THEN seq ELSE 0 END) AS back_seq,
           max(CASE kind WHEN 'hand-over' THEN counts_at END) AS given_at,
           sum(CASE WHEN counts_at < :begins OR counts_at >= :ends THEN 0
               WHEN kind = 'redeem' THEN amount_minor WHEN kind = 'reverse' THEN -amount_minor
               ELSE 0 END) AS redeemed_minor
    FROM line GROUP BY voucher)
SELECT v.round, v.city, v.category, v.beneficiary, v.face_minor, v.generation, t.issued,
       CASE WHEN t.given_seq > t.back_seq AND t.given_at >= :begins AND t.given_at < :ends
       THEN t.given_at END AS given_at, t.redeemed_minor
FROM told t JOIN voucher v ON v.id = t.voucher JOIN round r ON r.code = v.round
WHERE r.programme = :code
"""


def vouchers(
    tx: ReadTransaction, seen: AsOf, code: str, begins: int = 0, ends: int = FOREVER
) -> Iterator[VoucherInPeriod]:
    """A programme's vouchers to which something happened in the period."""
    for voucher in tx.read_each(
        VoucherInPeriod, seen.lines + _VOUCHERS, code=code, begins=begins, ends=ends, **seen.values
    ):
        if voucher.issued or voucher.given_at is not None or voucher.redeemed_minor:
            yield voucher


def first_month(tx: ReadTransaction, found: Programme) -> str:
    """The month of a programme's first line; empty while it has none."""
    for (first,) in tx.read(_First, """
        SELECT min(e.occurred_at) AS at FROM entry e JOIN voucher v ON v.id = e.voucher
        JOIN round r ON r.code = v.round WHERE r.programme = :code""", code=found.code):
        return date_at(first, found.zone)[:7] if first is not None else ""
    return ""


def reached_by_row(
    tx: ReadTransaction, seen: AsOf, found: Programme, everybody: Population,
    period: tuple[int, int] = (0, FOREVER),
) -> dict[tuple[str, str], Reached]:
    """Whom a programme's vouchers reached in a period, by city and category."""
    wide = set(tx.all(
        select(Entitlement.round, Entitlement.category).where(Entitlement.per != "person")
    ))
    people = everybody.people
    rows: dict[tuple[str, str], Reached] = {}
    for voucher in vouchers(tx, seen, found.code, *period):
        row = rows.setdefault((voucher.city, voucher.category), Reached())
        number = voucher.beneficiary
        number = people[number].one if number in people else number
        home = people[number].household if number in people else number
        covered: Sequence[str] = [number]
        if (voucher.round, voucher.category) in wide:
            covered = everybody.homes.get(home, covered)
        if voucher.issued and not voucher.generation:  # a replacement moves value, it issues none
            row.issued_minor += voucher.face_minor
        row.redeemed_minor += int(voucher.redeemed_minor)
        if voucher.issued or voucher.given_at is not None:
            row.targeted.update(covered)
        if voucher.given_at is not None:
            met = Met(voucher.given_at, int(date_at(voucher.given_at, found.zone)[:4]))
            _meet(row.households, {home: met})
            _meet(row.people, dict.fromkeys(covered, met))
    return rows


def together(rows: Iterable[Reached]) -> Reached:
    """All rows in one: a person in several of them once."""
    whole = Reached()
    for row in rows:
        whole.add(row)
    return whole
