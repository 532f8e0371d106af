"""What households have had: aid per household is once a round, household and category.

A household has had it if it was given to it, whoever was its head; to the household it was split
from afterwards; or to somebody who lives in it now, under whichever number. The first two are rows
with one primary key, so that the database itself refuses a second time. A member counts once, too:
whoever was counted in one household's aid is not counted in that of another that they join.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.errors import Conflict
from cbi.people.households.counting import LIVES
from cbi.people.records.tables import AidCounted, PersonChange, PersonRow
from cbi.storage import ConstraintViolation
from cbi.storage.following import Following, NotedRows, noted
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class AidHad:
    """A round's aid that a household has had, in minor units; `beneficiary` holds the vouchers,
    `people` is for how many of the household's size it was."""

    round: str
    household: str
    category: str
    beneficiary: str
    batch: bytes
    amount_minor: int
    people: int = 0
    split_from: str | None = None


class _Lives(NamedTuple):
    """Who lives where."""

    number: str
    household: str


_HAD = "SELECT round, household, category, beneficiary, batch, amount_minor, people, split_from"


def aid_had(tx: ReadTransaction, round_code: str) -> dict[tuple[str, str], AidHad]:
    """What each household, as it is today, has had of a round, by household and category.

    `beneficiary` is the number that holds it today, if that was merged into another.
    """
    rows = tx.read(AidHad, f"{_HAD} FROM household_aid WHERE round = :round", round=round_code)
    if not rows:
        return {}
    kept, homes = merged(tx), dict[str, str]()
    given = [
        replace(row, beneficiary=kept.get(row.beneficiary, row.beneficiary)) for row in rows
    ]
    holders = {one.beneficiary for one in given}
    for number, household in tx.stream(select(PersonRow.number, PersonRow.household)):
        if number in holders:
            homes[number] = household
    had = {(one.household, one.category): one for one in given}
    for one in given:
        home = homes.get(one.beneficiary)
        if home is not None and one.split_from is None:
            had.setdefault((home, one.category), one)
    return had


def every_aid(tx: ReadTransaction) -> list[AidHad]:
    """All that households have had, of all rounds."""
    return tx.read(AidHad, f"{_HAD} FROM household_aid")


def homes_over_time(tx: ReadTransaction) -> dict[str, list[tuple[int, str]]]:
    """Where each person has lived, and since when (microseconds UTC; 0 for the first)."""
    found: dict[str, list[tuple[int, str]]] = {}
    for person, was, became, changed_at in tx.all(
        select(
            PersonChange.person, PersonChange.was, PersonChange.became, PersonChange.changed_at
        ).where(PersonChange.kind == "household")
        .order_by(col(PersonChange.changed_at), col(PersonChange.id))
    ):
        found.setdefault(person, [(0, was)]).append((changed_at, became))
    for number, household in tx.stream(select(PersonRow.number, PersonRow.household)):
        found.setdefault(number, [(0, household)])
    return found


def aid_of(tx: ReadTransaction, household: str) -> list[AidHad]:
    """What one household has had, the rounds in order."""
    return tx.read(
        AidHad, f"{_HAD} FROM household_aid WHERE household = :household ORDER BY round, category",
        household=household,
    )


class AidRows(NamedTuple):
    """What is written down of households' aid: each household's, and who was counted in it."""

    round: str
    given: NotedRows
    counted: NotedRows


def aid_rows(
    tx: ReadTransaction, given: Sequence[AidHad], following: Following | None
) -> AidRows:
    """What to write down of the aid that households get with a batch of one round, and what the
    ledger's `following` says of it: of 100,000 people that takes longer than writing it.
    """
    round_code = given[0].round if given else ""
    counted = set(_counted(tx, round_code))
    living: dict[str, list[str]] = {}
    for one in _living(tx):
        living.setdefault(one.household, []).append(one.number)
    return AidRows(
        round_code,
        noted(following, tx, "household_aid", [asdict(one) for one in given]),
        noted(following, tx, "aid_counted", [
            {"round": round_code, "category": one.category, "person": number,
             "household": one.household}
            for one in given for number in living.get(one.household, ())
            if (one.category, number) not in counted
        ]),
    )


def put_aid(tx: WriteTransaction, rows: AidRows) -> None:
    """Write down what households get with a batch, and who was counted in it.

    `rows` were found at this very state of the ledger: a till waits as long as this takes.

    Raises:
        Conflict: one of them has had it already.
    """
    try:
        tx.insert_noted("household_aid", rows.given)
        tx.insert_noted("aid_counted", rows.counted)
    except ConstraintViolation as refused:
        raise Conflict("people.household-had-aid", round=rows.round) from refused


def inherit_aid(tx: WriteTransaction, old: str, fresh: str) -> None:
    """A household split from another has had what that one had."""
    tx.run(
        "INSERT INTO household_aid (round, household, category, beneficiary, batch, amount_minor,"
        " people, split_from) SELECT round, :fresh, category, beneficiary, batch, amount_minor, 0,"
        " :old FROM household_aid WHERE household = :old", fresh=fresh, old=old,
    )


def take_along(tx: WriteTransaction, household: str, movers: Iterable[str]) -> None:
    """Whoever leaves a household takes along that they were counted in its aid: members who were
    enrolled by then are on record, and of one enrolled later it is so while a place is left that
    was counted and is nobody's yet.
    """
    for aid in aid_of(tx, household):
        rows = tx.all(
            select(AidCounted.person, AidCounted.household)
            .where(AidCounted.round == aid.round, AidCounted.category == aid.category)
        )
        known = {person for person, _ in rows}
        left = aid.people - sum(home == household for _, home in rows)
        fresh = [number for number in movers if number not in known][: max(0, left)]
        tx.add(*(
            AidCounted(
                round=aid.round, category=aid.category, person=number, household=household
            )
            for number in fresh
        ))


def counted_before(tx: ReadTransaction, round_code: str) -> dict[tuple[str, str], frozenset[str]]:
    """Who of each household, as it is today, was counted in aid of a round already, by household
    and category; whose number went into another, under that one.
    """
    counted = _counted(tx, round_code)
    if not counted:
        return {}
    kept, homes = merged(tx), dict(_living(tx))
    found: dict[tuple[str, str], set[str]] = {}
    for category, person in counted:
        number = kept.get(person, person)
        if number in homes:
            found.setdefault((homes[number], category), set()).add(number)
    return {key: frozenset(people) for key, people in found.items()}


def merged(tx: ReadTransaction) -> dict[str, str]:
    """The number that stays of each that was merged into another, through all steps."""
    into = dict(tx.all(
        select(PersonRow.number, PersonRow.merged_into)
        .where(col(PersonRow.merged_into).is_not(None))
    ))
    return {number: _last(into, number) for number in into}


def _counted(tx: ReadTransaction, round_code: str) -> list[tuple[str, str]]:
    """In what category of a round whom aid counted."""
    return tx.all(
        select(AidCounted.category, AidCounted.person).where(AidCounted.round == round_code)
    )


def _living(tx: ReadTransaction) -> list[_Lives]:
    """Everybody who counts where they live."""
    return tx.read(_Lives, f"SELECT number, household FROM person WHERE {LIVES} ORDER BY number")


def _last(into: dict[str, str | None], number: str) -> str:
    seen = {number}
    while (step := into.get(number)) is not None and step not in seen:
        seen.add(step)
        number = step
    return number
