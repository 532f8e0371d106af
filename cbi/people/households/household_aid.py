"""What households have had: aid per household is once a round, household and category.

A household has had it if it was given to it, whoever was its head; to the household it was split
from afterwards; or to somebody who lives in it now, under whichever number. The first two are rows
with one primary key, so that the database itself refuses a second time. A member counts once, too:
whoever was counted in one household's aid is not counted in that of another that they join.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cbi.base.errors import Conflict
from cbi.people.households.counting import LIVES
from cbi.storage import ConstraintViolation
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


_HAD = "SELECT round, household, category, beneficiary, batch, amount_minor, people, split_from"


def aid_had(tx: ReadTransaction, round_code: str) -> dict[tuple[str, str], AidHad]:
    """What each household, as it is today, has had of a round, by household and category.

    `beneficiary` is the number that holds it today, if that was merged into another.
    """
    rows = tx.rows(f"{_HAD} FROM household_aid WHERE round = :round", round=round_code)
    if not rows:
        return {}
    kept, homes = merged(tx), dict[str, str]()
    given = [
        AidHad(**{**row, "beneficiary": kept.get(row["beneficiary"], row["beneficiary"])})
        for row in rows
    ]
    holders = {one.beneficiary for one in given}
    for row in tx.rows("SELECT number, household FROM person"):
        if row["number"] in holders:
            homes[row["number"]] = row["household"]
    had = {(one.household, one.category): one for one in given}
    for one in given:
        home = homes.get(one.beneficiary)
        if home is not None and one.split_from is None:
            had.setdefault((home, one.category), one)
    return had


def every_aid(tx: ReadTransaction) -> list[AidHad]:
    """All that households have had, of all rounds."""
    return [AidHad(**row) for row in tx.rows(f"{_HAD} FROM household_aid")]


def homes_over_time(tx: ReadTransaction) -> dict[str, list[tuple[int, str]]]:
    """Where each person has lived, and since when (microseconds UTC; 0 for the first)."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in tx.rows(
        "SELECT person, was, became, changed_at FROM person_change WHERE kind = 'household'"
        " ORDER BY changed_at, id"
    ):
        lived = found.setdefault(row["person"], [(0, row["was"])])
        lived.append((row["changed_at"], row["became"]))
    for row in tx.rows("SELECT number, household FROM person"):
        found.setdefault(row["number"], [(0, row["household"])])
    return found


def aid_of(tx: ReadTransaction, household: str) -> list[AidHad]:
    """What one household has had, the rounds in order."""
    rows = tx.rows(
        f"{_HAD} FROM household_aid WHERE household = :household ORDER BY round, category",
        household=household,
    )
    return [AidHad(**row) for row in rows]


def put_aid(tx: WriteTransaction, given: Iterable[AidHad]) -> None:
    """Write down what households get with a batch, and who was counted in it.

    Raises:
        Conflict: one of them has had it already.
    """
    aid = list(given)
    if not aid:
        return
    rows = [asdict(one) for one in aid]
    counted = {(row["category"], row["person"]) for row in tx.rows(
        "SELECT category, person FROM aid_counted WHERE round = :round", round=aid[0].round
    )}
    living: dict[str, list[str]] = {}
    for row in tx.rows(f"SELECT number, household FROM person WHERE {LIVES} ORDER BY number"):
        living.setdefault(row["household"], []).append(row["number"])
    people = [
        {"round": one.round, "category": one.category, "person": number,
         "household": one.household}
        for one in aid for number in living.get(one.household, ())
        if (one.category, number) not in counted
    ]
    try:
        tx.insert("household_aid", rows)
        tx.insert("aid_counted", people)
    except ConstraintViolation as refused:
        raise Conflict("people.household-had-aid", round=rows[0]["round"]) from refused


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
        rows = tx.rows(
            "SELECT person, household FROM aid_counted"
            " WHERE round = :round AND category = :category",
            round=aid.round, category=aid.category,
        )
        known = {row["person"] for row in rows}
        left = aid.people - sum(row["household"] == household for row in rows)
        fresh = [number for number in movers if number not in known][: max(0, left)]
        tx.insert("aid_counted", [
            {"round": aid.round, "category": aid.category, "person": number,
             "household": household} for number in fresh
        ])


def counted_before(tx: ReadTransaction, round_code: str) -> dict[tuple[str, str], frozenset[str]]:
    """Who of each household, as it is today, was counted in aid of a round already, by household
    and category; whose number went into another, under that one.
    """
    rows = tx.rows(
        "SELECT category, person FROM aid_counted WHERE round = :round", round=round_code
    )
    if not rows:
        return {}
    kept = merged(tx)
    homes: dict[str, str] = {row["number"]: row["household"] for row in tx.rows(
        f"SELECT number, household FROM person WHERE {LIVES}"
    )}
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        number = str(kept.get(row["person"], row["person"]))
        if number in homes:
            found.setdefault((homes[number], row["category"]), set()).add(number)
    return {key: frozenset(people) for key, people in found.items()}


def merged(tx: ReadTransaction) -> dict[str, str]:
    """The number that stays of each that was merged into another, through all steps."""
    into = {
        row["number"]: row["merged_into"] for row in tx.rows(
            "SELECT number, merged_into FROM person WHERE merged_into IS NOT NULL"
        )
    }
    return {number: _last(into, number) for number in into}


def _last(into: dict[str, str], number: str) -> str:
    seen = {number}
    while (step := into.get(number)) is not None and step not in seen:
        seen.add(step)
        number = step
    return number
