"""What households have had: aid per household is once a round, household and category.

A household has had it if it was given to it, whoever was its head; to the household it was split
from afterwards; or to somebody who lives in it now, under whichever number. The first two are rows
with one primary key, so that the database itself refuses a second time.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cbi.base.errors import Conflict
from cbi.storage import Refused
from cbi.storage.transactions import Reading, Writing


@dataclass(frozen=True, slots=True)
class AidHad:
    """A round's aid that a household has had, in minor units; `beneficiary` holds the vouchers."""

    round: str
    household: str
    category: str
    beneficiary: str
    batch: bytes
    amount_minor: int
    split_from: str | None = None


_HAD = "SELECT round, household, category, beneficiary, batch, amount_minor, split_from"


def aid_had(tx: Reading, round_code: str) -> dict[tuple[str, str], AidHad]:
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


def aid_of(tx: Reading, household: str) -> list[AidHad]:
    """What one household has had, the rounds in order."""
    rows = tx.rows(
        f"{_HAD} FROM household_aid WHERE household = :household ORDER BY round, category",
        household=household,
    )
    return [AidHad(**row) for row in rows]


def put_aid(tx: Writing, given: Iterable[AidHad]) -> None:
    """Write down what households get with a batch.

    Raises:
        Conflict: one of them has had it already.
    """
    rows = [asdict(one) for one in given]
    try:
        tx.insert("household_aid", rows)
    except Refused as refused:
        raise Conflict("people.household-had-aid", round=rows[0]["round"]) from refused


def inherit_aid(tx: Writing, old: str, fresh: str) -> None:
    """A household split from another has had what that one had."""
    tx.run(
        "INSERT INTO household_aid (round, household, category, beneficiary, batch, amount_minor,"
        " split_from) SELECT round, :fresh, category, beneficiary, batch, amount_minor, :old"
        " FROM household_aid WHERE household = :old", fresh=fresh, old=old,
    )


def merged(tx: Reading) -> dict[str, str]:
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
