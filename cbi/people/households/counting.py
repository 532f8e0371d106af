"""Who of a household counts: whoever lives in it, enrolled and not another number of somebody else.

The suspended count (they still eat there); who has left or died does not, nor the erased.
"""

from cbi.base.errors import Conflict
from cbi.people.records.checking import check_size
from cbi.people.records.reading import PersonFacts
from cbi.storage.transactions import ReadTransaction

SIZE_MAX = 99
COUNTED = ("active", "suspended")
LIVES = "erased_at IS NULL AND merged_into IS NULL AND status IN ('active', 'suspended')"
"""The condition on a row of `person`: counted where they live."""


def counted_members(tx: ReadTransaction, household: str) -> list[str]:
    """Those of a household who are enrolled and live in it, by beneficiary number."""
    rows = tx.tuples(
        f"SELECT number FROM person WHERE household = :household AND {LIVES} ORDER BY number",
        household=household,
    )
    return [number for (number,) in rows]


def size_with(tx: ReadTransaction, person: PersonFacts, status: str) -> int:
    """How many a household counts once this person of it has another status.

    Who leaves or dies takes a place along, but for the last one and for those who stay and are
    approved: one of them may have been enrolled into a place that still waits for a second person.
    A number that went into another has no place. Who comes back brings back the place that was
    taken along; where nobody lives any more, the last place is nobody's, and it is theirs, as is
    that of a household into which they were parted after they had gone.
    """
    size = person.household_size
    if person.merged_into is not None or (person.status in COUNTED) == (status in COUNTED):
        return size
    if status not in COUNTED:
        left = approved_members(tx, person.household) - (person.approved_at is not None)
        return max(1, min(size, max(size - 1, left)))
    if size == 1 and (
        not counted_members(tx, person.household) or _parted_since_gone(tx, person)
    ):
        return 1
    return min(SIZE_MAX, size + 1) if _took_a_place(tx, person.number) else size


def _parted_since_gone(tx: ReadTransaction, person: PersonFacts) -> bool:
    """Whether a household was founded after this person left or died, and nobody approved lives in
    it: who was enrolled there meanwhile waits for a place of their own."""
    return approved_members(tx, person.household) == 0 and bool(tx.value(
        "SELECT count(*) FROM household WHERE number = :home AND made_at >= ("
        "SELECT max(changed_at) FROM person_change WHERE person = :number AND kind = 'status'"
        " AND was IN ('active', 'suspended') AND became IN ('left', 'dead'))",
        home=person.household, number=person.number,
    ))


def approved_members(tx: ReadTransaction, household: str) -> int:
    """How many of a household are approved and live in it."""
    return int(tx.value(
        f"SELECT count(*) FROM person WHERE household = :household AND {LIVES}"
        " AND approved_at IS NOT NULL", household=household,
    ))


def check_room(tx: ReadTransaction, household: str, size: int) -> None:
    """Refuse a size smaller than the members who are enrolled and live there.

    Raises:
        UsageError: a size that cannot be.
        Conflict: there are more of them.
    """
    check_size(size)
    members = len(counted_members(tx, household))
    if size < members:
        raise Conflict(
            "people.size-below-members", size=size, members=members, household=household
        )


def _took_a_place(tx: ReadTransaction, number: str) -> bool:
    """Whether a person's household was counted down when they left or died."""
    return bool(tx.value(
        "SELECT count(*) FROM person_change AS size JOIN person_change AS gone"
        " ON gone.person = size.person AND gone.changed_at = size.changed_at"
        " WHERE size.person = :number AND size.kind = 'size' AND gone.kind = 'status'"
        " AND gone.changed_at = (SELECT max(changed_at) FROM person_change"
        " WHERE person = :number AND kind = 'status' AND was IN ('active', 'suspended')"
        " AND became IN ('left', 'dead'))",
        number=number,
    ))
