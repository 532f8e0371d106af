"""Who may receive vouchers: the pseudonym, and what a round's rules need to know. No names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cbi.messages import USUAL_LANGUAGE
from cbi.people.records.languages import UNSAID, language_for
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """A person who may receive. `household_size` counts everybody in the household; `language` is
    that of the vouchers, said of them or not.

    `flags` are vulnerabilities that a round's rules may look at, `point` where the household
    collects (empty: the city's only point).
    """

    number: str
    city: str
    language: str
    household: str
    head: bool
    household_size: int
    birth_year: int | None
    sex: str
    flags: frozenset[str] = frozenset()
    point: str = ""


BARRED = (
    "CASE WHEN person.erased_at IS NOT NULL THEN 'erased'"
    " WHEN person.merged_into IS NOT NULL THEN 'merged'"
    " WHEN person.status <> 'active' THEN person.status"
    " WHEN person.consent = 0 THEN 'no-consent' END"
)
"""Why a row of `person` may be given nothing any more, in one word, the weightiest first; NULL if
nothing stands in the way."""

WHY_NOT = (
    f"coalesce({BARRED}, CASE WHEN person.approved_at IS NULL THEN 'not-approved'"
    " WHEN person.number IN ("
    "SELECT first FROM duplicate_pair WHERE state IN ('open', 'later')"
    " AND strength IN ('certain', 'likely')"
    " UNION SELECT second FROM duplicate_pair WHERE state IN ('open', 'later')"
    " AND strength IN ('certain', 'likely')) THEN 'duplicate' END)"
)
"""Why a row of `person` is not chosen for new vouchers, in one word; NULL if they are."""

RECEIVES = f"{WHY_NOT} IS NULL"
"""The condition on a row of `person`: approved, consenting, active, neither erased nor merged into
another, and in no likely duplicate that nobody has decided yet."""


def why_not(tx: ReadTransaction, numbers: Iterable[str]) -> dict[str, str]:
    """Of these numbers, those who are chosen for no new vouchers today, each with the reason."""
    return _reasons(tx, WHY_NOT, numbers)


def barred(tx: ReadTransaction, numbers: Iterable[str]) -> dict[str, str]:
    """Of these numbers, those whose vouchers nobody may give out today, each with the reason."""
    return _reasons(tx, BARRED, numbers)


class _WhyNot(NamedTuple):
    number: str
    reason: str


class _Home(NamedTuple):
    number: str
    household: str


class _Number(NamedTuple):
    number: str


class _Flag(NamedTuple):
    person: str
    flag: str


class _Due(NamedTuple):
    number: str
    city: str
    language: str
    name_script: str
    household: str
    head: str | None
    size: int
    point: str | None
    birth_year: int | None
    sex: str


def _reasons(tx: ReadTransaction, why: str, numbers: Iterable[str]) -> dict[str, str]:
    rows = read_in(
        tx, _WhyNot,
        f"SELECT number, reason FROM (SELECT person.number, {why} AS reason FROM person"
        " WHERE number IN ({})) AS asked WHERE reason IS NOT NULL", sorted(set(numbers)),
    )
    return dict(rows)


def homes_of(tx: ReadTransaction, numbers: Iterable[str]) -> dict[str, str]:
    """The household of each of these numbers, whoever may receive or not."""
    return dict(read_in(
        tx, _Home, "SELECT number, household FROM person WHERE number IN ({})",
        sorted(set(numbers)),
    ))


def unsaid_language(tx: ReadTransaction, numbers: Iterable[str]) -> frozenset[str]:
    """Of these numbers, those of whom nobody said what they read."""
    rows = read_in(
        tx, _Number, f"SELECT number FROM person WHERE language = '{UNSAID}' AND number IN ({{}})",
        sorted(set(numbers)),
    )
    return frozenset(row.number for row in rows)


def eligible(
    tx: ReadTransaction, *, city: str | None = None, language: str = USUAL_LANGUAGE
) -> Iterator[Beneficiary]:
    """Whoever may receive today, by beneficiary number; of one city (its code) or of all. Who said
    no language is given the programme's, unless their name shows another.
    """
    flags: dict[str, set[str]] = {}
    for person, flag in tx.read(_Flag, "SELECT person, flag FROM person_flag"):
        flags.setdefault(person, set()).add(flag)
    rows = tx.read(
        _Due,
        "SELECT person.number, person.city, person.language, person.name_script, person.household,"
        " household.head, household.size, household.point, person.birth_year, person.sex"
        " FROM person JOIN household ON household.number = person.household"
        f" WHERE {RECEIVES} AND (person.city = :city OR :everywhere = 1)"
        " ORDER BY person.number",
        city=city or "", everywhere=int(city is None),
    )
    for row in rows:
        yield Beneficiary(
            number=row.number, city=row.city,
            language=language_for(row.language, row.name_script, language),
            household=row.household, head=row.head == row.number,
            household_size=row.size, birth_year=row.birth_year, sex=row.sex,
            flags=frozenset(flags.get(row.number, ())), point=row.point or "",
        )
