"""A rule of `cbi check`: nothing above a threshold was done without all the people it takes.

Held against the rules and the rounds as they were when it was done. What came first the log's order
tells, not the clocks: two offices' may differ, and a ledger that is right must never turn red.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cbi.audit.rule_results import Violation
from cbi.finance.decisions.deciding import said_alike
from cbi.operators.log import entries
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
)
from cbi.programmes.loosening import EVERY
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
    turn: int


class _Taken(NamedTuple):
    """A programme, and a retailer that takes its vouchers in a round, if one does."""

    programme: str
    currency: str
    round: str | None
    retailer: str | None


@dataclass(frozen=True, slots=True)
class _Order:
    """What was done in which order: of each deed its line's number in the log."""

    turns: dict[tuple[str, str, int], int]
    made: dict[tuple[str, str], int]
    taken: list[_Taken]

    @classmethod
    def of(cls, tx: ReadTransaction) -> "_Order":
        """As the log has it."""
        lines = [one for action in _DEEDS for one in entries(tx, action=action, limit=EVERY)]
        return cls(
            {(one.action, one.object, one.at): one.seq for one in lines},
            {(one.action, one.object): one.seq for one in lines if one.action.endswith(".add")},
            tx.read(_Taken, _TAKEN),
        )

    def turn(self, action: str, name: str, at: int) -> int:
        """When a deed was done; after all else, where the log does not know it."""
        return self.turns.get((action, name, at), EVERY)

    def before(self, rules: list[ApprovalRule], turn: int) -> list[ApprovalRule]:
        """Rules that were said by then; one that the log does not know always was."""
        return [one for one in rules
                if self.turns.get(("approval.rule", one.programme, one.set_at), 0) < turn]

    def programmes(self, retailer: str, currency: str, turn: int) -> tuple[str, ...]:
        """The programmes whose rules a retailer's money then fell under, as `programmes_of` has
        them now."""
        known = [one for one in self.taken if one.currency == currency
                 and self.made.get(("programme.add", one.programme), 0) < turn]
        of_it = {one.programme for one in known if one.retailer == retailer
                 and self.made.get(("round.add", one.round or ""), 0) < turn}
        return tuple(of_it or {one.programme for one in known})


_DEEDS = ("approval.rule", "batch.approve", "settlement.pay", "exception.decide", "round.add",
          "programme.add")
_TAKEN = """
SELECT DISTINCT p.code AS programme, p.currency, r.code AS round, t.retailer FROM programme p
LEFT JOIN round r ON r.programme = p.code LEFT JOIN round_retailer t ON t.round = r.code
"""


def enough_people(tx: ReadTransaction) -> Iterator[Violation]:
    """Every batch approved, settlement paid and exception decided had the yes of as many people as
    its programme then asked for, none of them who made it."""
    rules = approval_rules(tx)
    if not rules:
        return
    said, order = defaultdict(set), _Order.of(tx)
    for kind in KINDS:
        for one in approvals(tx, kind):
            said[kind, one.object, one.said].add(one.given_by)
    told = set()
    for done in (*_batches(tx, order), *_payments(tx, order), *_decisions(tx, order)):
        people = people_for(in_force(order.before(rules, done.turn)), done.kind,
                            done.amount_minor, done.programmes)
        given = said[done.kind, done.object, done.said] - {done.made_by}
        if 1 < people > len(given) and done.where not in told:
            told.add(done.where)
            yield Violation(done.where, "approvals.check-too-few",
                            {"people": people, "given": len(given)})


def _batches(tx: ReadTransaction, order: _Order) -> Iterator[_Done]:
    for one in tx.read(
        _Batch, "SELECT b.number, r.programme, b.drafted_hash, b.amount_minor, b.drafted_by, "
        "b.approved_at FROM batch b JOIN round r ON r.code = b.round "
        "WHERE b.approved_at IS NOT NULL ORDER BY b.number",
    ):
        yield _Done(one.number, BATCH, one.number, one.drafted_hash.hex(), one.amount_minor,
                    (one.programme,), one.drafted_by,
                    order.turn("batch.approve", one.number, one.approved_at))


def _payments(tx: ReadTransaction, order: _Order) -> Iterator[_Done]:
    for one in tx.read(
        _Paid, "SELECT s.number, s.retailer, t.currency, s.hash, s.payable_minor, s.made_by, "
        "p.paid_at FROM payment p JOIN settlement s ON s.id = p.settlement "
        "JOIN statement t ON t.id = s.statement ORDER BY s.number, p.part",
    ):
        turn = order.turn("settlement.pay", one.number, one.paid_at)
        yield _Done(one.number, SETTLEMENT, one.number, one.hash.hex(), one.payable_minor,
                    order.programmes(one.retailer, one.currency, turn), one.made_by, turn)


def _decisions(tx: ReadTransaction, order: _Order) -> Iterator[_Done]:
    for one in tx.read(
        _Decided, "SELECT d.exception, s.number || '/' || x.subject AS reference, s.retailer, "
        "s.currency, s.imported_by, d.verdict, d.amount_minor AS part_minor, d.decided_at, "
        "row_number() OVER (PARTITION BY d.exception ORDER BY d.decided_at, d.id) - 1 AS earlier, "
        "x.claimed_minor, x.redeemed_minor, x.at_risk_minor FROM decision d "
        "JOIN exception x ON x.id = d.exception JOIN statement s ON s.id = x.statement "
        "WHERE d.verdict NOT IN ('ask', 'later') ORDER BY reference, d.decided_at",
    ):
        turn = order.turn("exception.decide", one.reference.partition("/")[0], one.decided_at)
        yield _Done(
            one.reference, DECISION, one.exception.hex(),
            said_alike(one.verdict, one.part_minor, one.earlier),
            max(one.claimed_minor, abs(one.redeemed_minor), one.at_risk_minor),
            order.programmes(one.retailer, one.currency, turn), one.imported_by, turn,
        )
