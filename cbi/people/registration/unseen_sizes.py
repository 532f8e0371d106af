"""Sizes of households of which nobody is approved: whoever approves the first of one is the second
person for its size too, so it is shown to them, and they are not who said it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.counting import LIVES
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction

SIZED: Final = "('people.size', 'people.join', 'people.split', 'people.status')"
"""Deeds that may say how many a household counts."""


@dataclass(frozen=True, slots=True)
class UnseenSize:
    """How many a household counts of which nobody is approved, and how many of it are enrolled."""

    household: str
    size: int
    enrolled: int


def unseen_sizes(tx: ReadTransaction, homes: Iterable[str]) -> list[UnseenSize]:
    """Those of these households whose size no second person has seen."""
    found = read_in(
        tx, UnseenSize,
        "SELECT number AS household, size, (SELECT count(*) FROM person"
        f" WHERE household = household.number AND {LIVES}) AS enrolled FROM household"
        " WHERE number IN ({}) AND NOT EXISTS (SELECT 1 FROM person"
        " WHERE household = household.number AND approved_at IS NOT NULL AND erased_at IS NULL)",
        sorted(set(homes)),
    )
    return most_beside_first(found)


def most_beside_first(sizes: Iterable[UnseenSize]) -> list[UnseenSize]:
    """Those who count the most people beside the enrolled first: they are to be looked at."""
    return sorted(sizes, key=lambda one: (one.enrolled - one.size, one.household))


def waiting_sizes(tx: ReadTransaction) -> list[UnseenSize]:
    """Those of everybody who waits for approval; the most that is beside the enrolled first."""
    rows = tx.tuples(
        "SELECT DISTINCT household FROM person"
        " WHERE approved_at IS NULL AND erased_at IS NULL AND merged_into IS NULL"
    )
    return unseen_sizes(tx, [household for (household,) in rows])


class _Member(NamedTuple):
    """Somebody of a household, and who enrolled them."""

    number: str
    household: str
    enrolled_by: str


def seen_with(
    tx: ReadTransaction, session: OperatorSession, homes: Iterable[str], *, apart: bool
) -> list[UnseenSize]:
    """The sizes that are approved with the first people of these households.

    Raises:
        NotAllowed: the operator said one of them, and duties are kept apart.
    """
    found = unseen_sizes(tx, homes)
    members = read_in(
        tx, _Member, "SELECT number, household, enrolled_by FROM person WHERE household IN ({})",
        [one.household for one in found],
    )
    mine = session.operator.name
    said = {about for (about,) in tx.tuples(
        f"SELECT DISTINCT object FROM log WHERE operator = :who AND action IN {SIZED}", who=mine,
    )} if apart and found else set()
    for one in members:
        if one.enrolled_by == mine or {one.number, one.household} & said:
            keep_apart(mine, mine, duty="people.approve", apart=apart)
    return found
