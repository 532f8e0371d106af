"""To the review queue: whoever seemed to be the same when a person was enrolled or put right.

The operator who went on all the same has not decided anything: the pair waits like any other, and
until somebody decides, neither of the two receives if they are likely one.
"""

from collections.abc import Sequence

from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.duplicates import PURPOSE, Aside, Candidate, find_duplicates
from cbi.people.matching.review import FoundPair, in_order, put_pairs
from cbi.people.records.reading import unseal
from cbi.storage.transactions import WriteTransaction


def queue_alike(session: OperatorSession, number: str, alike: Sequence[Candidate]) -> int:
    """Queue the pairs of a person enrolled or put right; returns how many were new."""
    found = [
        FoundPair(*in_order(number, one.number), one.match.strength, one.match.bits,
                  one.match.evidence)
        for one in alike
        if one.number != number
    ]
    if not found:
        return 0

    def work(tx: WriteTransaction) -> int:
        now = session.clock()
        new = put_pairs(tx, found, now)
        record_by(
            tx, session, action="duplicate.search", object=number, at=now,
            detail={"pairs": len(found), "new": new},
        )
        return new

    return session.ledger.transact(work)


def look_again(session: OperatorSession, number: str) -> list[Candidate]:
    """Who may be the same as a person whose record was put right; queued as at enrolment."""
    person = unseal(session, [number], purpose=PURPOSE, shown=False).get(number)
    if person is None:
        return []
    aside = Aside(number=number, household=person.household, sex=person.sex)
    alike = find_duplicates(session, person.data, aside)
    queue_alike(session, number, alike)
    return alike
