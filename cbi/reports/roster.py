"""Lists of people for those who look after them: by city and state, who has not collected or spent.

The counts come from the ledger in the clear; names are opened only where they are asked for, by who
may read them and for a stated purpose, which the log keeps.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cbi.files import Column, Sheet, write_workbook
from cbi.messages import text
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import Person, unseal

_SELECT = """
SELECT p.number, p.city, p.household, p.sex, p.birth_year, p.status,
       CASE WHEN p.approved_at IS NULL THEN 0 ELSE 1 END AS approved, p.consent,
       coalesce(v.uncollected, 0) AS uncollected, coalesce(v.unspent, 0) AS unspent
FROM person p LEFT JOIN (
    SELECT beneficiary,
           sum(CASE WHEN state = 'issued' THEN 1 ELSE 0 END) AS uncollected,
           sum(CASE WHEN state = 'active' AND spent_minor < face_minor THEN 1 ELSE 0 END) AS unspent
    FROM voucher GROUP BY beneficiary
) v ON v.beneficiary = p.number
WHERE p.erased_at IS NULL AND p.merged_into IS NULL
"""


class RosterLine(NamedTuple):
    """A person on the list, in the clear: vouchers not handed over to them, and not spent whole."""

    number: str
    city: str
    household: str
    sex: str
    birth_year: int | None
    status: str
    approved: int
    consent: int
    uncollected: int
    unspent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterWanted:
    """Who is wanted on the list; what is not said narrows nothing."""

    city: str | None = None
    status: str | None = None
    waiting: bool = False
    not_collected: bool = False
    not_spent: bool = False


def roster(session: OperatorSession, wanted: RosterWanted) -> list[RosterLine]:
    """The people wanted, by city and household.

    Raises:
        NotAllowed: the operator may not read the ledger.
    """
    session.require("ledger.read")
    narrowed = {
        "p.city = :city": wanted.city is not None, "p.status = :status": wanted.status is not None,
        "p.approved_at IS NULL": wanted.waiting, "v.uncollected > 0": wanted.not_collected,
        "v.unspent > 0": wanted.not_spent,
    }
    met = "".join(f" AND {condition}" for condition, said in narrowed.items() if said)
    with session.ledger.read() as tx:
        return tx.read(
            RosterLine, f"{_SELECT}{met} ORDER BY p.city, p.household, p.number",
            city=wanted.city, status=wanted.status,
        )


def write_roster(
    session: OperatorSession, wanted: RosterWanted, path: Path, *, purpose: str = "",
    language: str = "en",
) -> int:
    """Write the list to a workbook, with names where a `purpose` says what for; how many stand on
    it.

    Raises:
        NotAllowed: names are not for this operator.
        BadFile: the file cannot be written.
    """
    listed = roster(session, wanted)
    names = unseal(session, [one.number for one in listed], purpose=purpose) if purpose else {}
    own = ("name", "father", "phone") if purpose else ()
    fields = [*own, *RosterLine._fields]
    columns = [
        Column(
            text(f"reports.roster-{field.replace('_', '-')}", language),
            "count" if field in ("uncollected", "unspent", "birth_year") else "text",
        )
        for field in fields
    ]
    rows = [[*(_told(names.get(one.number)) if purpose else ()), *_cells(one)] for one in listed]
    write_workbook(
        path, [Sheet(text("reports.roster-sheet", language), columns, rows)],
        title=text("reports.roster-sheet", language), language=language, private=True,
    )
    return len(listed)


def _told(person: Person | None) -> tuple[str, str, str]:
    if person is None:
        return "", "", ""
    return (
        " / ".join(one.text for one in person.data.names),
        " / ".join(one.father for one in person.data.names if one.father),
        ", ".join(person.data.phones),
    )


def _cells(one: RosterLine) -> list[object]:
    signs = {True: "+", False: ""}
    return [
        signs[bool(value)] if field in ("approved", "consent") else value
        for field, value in one._asdict().items()
    ]
