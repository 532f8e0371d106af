"""To the review queue: whoever seemed to be the same when a person was enrolled or put right.

The operator who went on all the same has not decided anything: the pair waits like any other, and
until somebody decides, neither of the two receives if they are likely one.
"""

from collections.abc import Sequence

from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.people.duplicates import PURPOSE, Aside, Candidate, find_duplicates
from cbi.people.reading import unseal
from cbi.people.review import FoundPair, in_order, put_pairs
from cbi.storage.transactions import Writing


def queue_alike(desk: Desk, number: str, alike: Sequence[Candidate]) -> int:
    """Queue the pairs of a person enrolled or put right; returns how many were new."""
    found = [
        FoundPair(*in_order(number, one.number), one.match.strength, one.match.bits,
                  one.match.evidence)
        for one in alike
        if one.number != number
    ]
    if not found:
        return 0

    def work(tx: Writing) -> int:
        now = desk.clock()
        new = put_pairs(tx, found, now)
        record(
            tx, operator=desk.operator.name, action="duplicate.search", object=number, at=now,
            detail={"pairs": len(found), "new": new}, origin=desk.origin,
        )
        return new

    return desk.ledger.transact(work)


def look_again(desk: Desk, number: str) -> list[Candidate]:
    """Who may be the same as a person whose record was put right; queued as at enrolment."""
    person = unseal(desk, [number], purpose=PURPOSE, shown=False).get(number)
    if person is None:
        return []
    aside = Aside(number=number, household=person.household, sex=person.sex)
    alike = find_duplicates(desk, person.data, aside)
    queue_alike(desk, number, alike)
    return alike
