"""A rule of `cbi check`: nothing above a threshold was done without all the people it takes.

Held against the rules and the rounds as they were when it was done, from the rows alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from cbi.audit.rule_results import Violation
from cbi.finance.deciding import said_alike
from cbi.programmes.approval_tables import ApprovalRule
from cbi.programmes.approvals import (
    BATCH,
    DECISION,
    KINDS,
    SETTLEMENT,
    approval_rules,
    approvals,
    in_force,
    people_for,
    programmes_of,
)
from cbi.storage import ReadTransaction


class _Batch(NamedTuple):
    """A batch that is approved."""

    number: str
    programme: str
    drafted_hash: bytes
    amount_minor: int
    drafted_by: str
    approved_at: int


class _Paid(NamedTuple):
    """A payment, and the settlement that it is for."""

    number: str
    retailer: str
    currency: str
    hash: bytes
    payable_minor: int
    made_by: str
    paid_at: int


class _Decided(NamedTuple):
    """A decision that settles an exception, after how many others, and who took the bill in."""

    exception: bytes
    reference: str
    retailer: str
    currency: str
    imported_by: str
    verdict: str
    part_minor: int | None
    decided_at: int
    earlier: int
    claimed_minor: int
    redeemed_minor: int
    at_risk_minor: int


class _Done(NamedTuple):
    """A deed that may have taken several people: `where` as it is told."""

    where: str
    kind: str
    object: str
    said: str
    amount_minor: int
    programmes: tuple[str, ...]
    made_by: str
    at: int


def enough_people(tx: ReadTransaction) -> Iterator[Violation]:
    """Every batch approved, settlement paid and exception decided had the yes of as many people as
    its programme then asked for, none of them who made it."""
    rules = approval_rules(tx)
    if not rules:
        return
    said = defaultdict(set)
    for kind in KINDS:
        for one in approvals(tx, kind):
            said[kind, one.object, one.said].add(one.given_by)
    for done in (*_batches(tx), *_payments(tx), *_decisions(tx)):
        people = _people(rules, done)
        given = said[done.kind, done.object, done.said] - {done.made_by}
        if 1 < people > len(given):
            yield Violation(done.where, "approvals.check-too-few",
                            {"people": people, "given": len(given)})


def _people(rules: list[ApprovalRule], done: _Done) -> int:
    return people_for(in_force(rules, done.at), done.kind, done.amount_minor, done.programmes)


def _batches(tx: ReadTransaction) -> Iterator[_Done]:
    for one in tx.read(
        _Batch, "SELECT b.number, r.programme, b.drafted_hash, b.amount_minor, b.drafted_by, "
        "b.approved_at FROM batch b JOIN round r ON r.code = b.round "
        "WHERE b.approved_at IS NOT NULL ORDER BY b.number",
    ):
        yield _Done(one.number, BATCH, one.number, one.drafted_hash.hex(), one.amount_minor,
                    (one.programme,), one.drafted_by, one.approved_at)


def _payments(tx: ReadTransaction) -> Iterator[_Done]:
    for one in tx.read(
        _Paid, "SELECT s.number, s.retailer, t.currency, s.hash, s.payable_minor, s.made_by, "
        "max(p.paid_at) AS paid_at FROM payment p JOIN settlement s ON s.id = p.settlement "
        "JOIN statement t ON t.id = s.statement GROUP BY s.number, s.retailer, t.currency, "
        "s.hash, s.payable_minor, s.made_by ORDER BY s.number",
    ):
        yield _Done(one.number, SETTLEMENT, one.number, one.hash.hex(), one.payable_minor,
                    programmes_of(tx, one.retailer, one.currency, one.paid_at), one.made_by,
                    one.paid_at)


def _decisions(tx: ReadTransaction) -> Iterator[_Done]:
    for one in tx.read(
        _Decided, "SELECT d.exception, s.number || '/' || x.subject AS reference, s.retailer, "
        "s.currency, s.imported_by, d.verdict, d.amount_minor AS part_minor, d.decided_at, "
        "row_number() OVER (PARTITION BY d.exception ORDER BY d.decided_at, d.id) - 1 AS earlier, "
        "x.claimed_minor, x.redeemed_minor, x.at_risk_minor FROM decision d "
        "JOIN exception x ON x.id = d.exception JOIN statement s ON s.id = x.statement "
        "WHERE d.verdict NOT IN ('ask', 'later') ORDER BY reference, d.decided_at",
    ):
        yield _Done(
            one.reference, DECISION, one.exception.hex(),
            said_alike(one.verdict, one.part_minor, one.earlier),
            max(one.claimed_minor, abs(one.redeemed_minor), one.at_risk_minor),
            programmes_of(tx, one.retailer, one.currency, one.decided_at), one.imported_by,
            one.decided_at,
        )
