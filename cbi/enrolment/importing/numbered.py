"""Rows that name somebody by our own number: no new person, whatever else they say.

A list of ours that was written out and corrected by hand comes back so. A number that nobody has
goes back with its row, and so does a new person beside a household of ours: who joins one is
enrolled there by name, so that nobody's family grows by a list.
"""

from collections.abc import Callable, Sequence

from cbi.base.errors import CbiError
from cbi.enrolment.lists.taking import ReadyPerson, Taken
from cbi.files import Problem
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.numbers import read_number
from cbi.storage.listed import column_in

_LIVING = "SELECT number FROM person WHERE erased_at IS NULL AND number IN ({})"


def named_by_number(session: OperatorSession, taken: Taken) -> dict[str, str]:
    """By their rows' labels, the numbers of people whom the list names by number; rows that name
    nobody of the ledger go back, with all that comes with them.
    """
    told = [one for one in taken.candidates if one.number]
    with session.ledger.read() as tx:
        living = set(column_in(tx, _LIVING, sorted({one.number for one in told})))
    _send_back(taken, "enrolment.number-unknown", [
        (one, {"number": one.number}) for one in told if one.number not in living
    ])
    _send_back(taken, "enrolment.household-is-ours", [
        (one, {"household": home}) for one in taken.candidates
        if not one.number and (home := _household_of_ours(one.household))
    ])
    return {one.source: one.number for one in taken.candidates if one.number}


def _household_of_ours(label: str) -> str:
    return _read(label, lambda text: read_number(text, "H")) if label[:1] in "hн" else ""


def _read(text: str, reader: Callable[[str], str]) -> str:
    try:
        return reader(text)
    except CbiError:
        return ""


def _send_back(
    taken: Taken, code: str, wrong: Sequence[tuple[ReadyPerson, dict[str, object]]]
) -> None:
    if not wrong:
        return
    units = {id(one.unit): one.unit for one, _ in wrong}
    taken.candidates = [one for one in taken.candidates if id(one.unit) not in units]
    taken.rejected += [
        (unit, [
            Problem(code, one.sheet, one.row, facts=facts) for one, facts in wrong
            if one.unit is unit
        ])
        for unit in units.values()
    ]
