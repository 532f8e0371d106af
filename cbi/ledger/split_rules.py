"""To be known: what stayed under an approval's amount one by one, and passed it together.

A limit is got round by halves: two batches of a round, two settlements of a retailer, made by one
person on one day. Each is honest by itself, and a ledger is right with them; so it is told, with
the sum and how many people that would have taken, and breaks no rule.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cbi.audit.rule_results import Violation
from cbi.base.clock import date_at
from cbi.base.money import show_amount
from cbi.programmes.approval_tables import ApprovalRule
from cbi.programmes.approvals import (
    BATCH,
    SETTLEMENT,
    approval_rules,
    in_force,
    people_for,
    programmes_of,
)
from cbi.programmes.programmes import programmes
from cbi.programmes.tables import Programme
from cbi.storage import ReadTransaction

_BATCHES = """
SELECT b.number, b.drafted_by AS made_by, b.drafted_at AS made_at, b.amount_minor, b.round AS of,
       p.currency, r.programme
FROM batch b JOIN round r ON r.code = b.round JOIN programme p ON p.code = r.programme
WHERE b.approved_at IS NOT NULL ORDER BY b.number
"""
_SETTLEMENTS = """
SELECT s.number, s.made_by, s.made_at, s.payable_minor AS amount_minor, s.retailer AS of,
       t.currency, '' AS programme
FROM settlement s JOIN statement t ON t.id = s.statement ORDER BY s.number
"""


class _Made(NamedTuple):
    """A batch or a settlement: who made it, when, and the round or the retailer it is of."""

    number: str
    made_by: str
    made_at: int
    amount_minor: int
    of: str
    currency: str
    programme: str


def splits(tx: ReadTransaction) -> Iterator[Violation]:
    """Every day on which one person's batches of a round, or settlements of a retailer, would have
    taken more people as one."""
    rules = approval_rules(tx)
    if not rules:
        return
    known = {one.code: one for one in programmes(tx)}
    for kind, sql in ((BATCH, _BATCHES), (SETTLEMENT, _SETTLEMENTS)):
        together: dict[tuple[str, ...], list[_Made]] = defaultdict(list)
        for one in tx.read(_Made, sql):
            codes = (one.programme,) if one.programme else \
                programmes_of(tx, one.of, one.currency)
            day = date_at(one.made_at, known[codes[0]].zone)
            together[one.made_by, one.of, day, *codes].append(one)
        for (_, _, day, *owners), several in sorted(together.items()):
            yield from _split(kind, day, several, ([known[code] for code in owners], rules))


def _split(
    kind: str, day: str, several: Sequence[_Made],
    by: tuple[Sequence[Programme], Sequence[ApprovalRule]],
) -> Iterator[Violation]:
    """What several come to, held to the rules as they were when the last of them was made."""
    owners, rules = by
    codes = [owner.code for owner in owners]
    last = max(one.made_at for one in several)
    held = in_force(one for one in rules if one.set_at <= last)
    whole = sum(one.amount_minor for one in several)
    people = people_for(held, kind, whole, codes)
    if len(several) < 2 or people <= max(
        people_for(held, kind, one.amount_minor, codes) for one in several
    ):
        return
    yield Violation(", ".join(one.number for one in several), f"approvals.split-{kind}", {
        "of": several[0].of, "operator": several[0].made_by, "day": day, "people": people,
        "amount": show_amount(whole, several[0].currency),
    })
