"""Deciding a pair: same, different, later; taken back with a reason. Nothing merges by itself.

Same: one number is kept, the other is remembered as gone into it and receives nothing any more.
What becomes of its unspent vouchers is the operator's choice and the ledger's work: `Decided.goes`
says whose they are. What follows for other numbers of the two is settled with it (`carrying`).
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from cbi.base.errors import Conflict, UsageError
from cbi.base.terms import term
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.decision_lines import Line, put_line, row_id
from cbi.people.matching.merging import MergeDecision, merge, merging, part
from cbi.people.matching.propagate_decision import carry_over, refuse_contradiction, take_back
from cbi.people.matching.review import PairView, pair
from cbi.people.records.checking import check_reason
from cbi.people.records.history import opened_note
from cbi.people.records.reading import living_facts, person_key
from cbi.storage.transactions import WriteTransaction

Decision = Literal["same", "different", "later"]
DECISIONS: tuple[Decision, ...] = ("same", "different", "later")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision carried out: where the pair stands now, which number goes into which, and how
    many other pairs are settled with it."""

    pair: PairView
    decision: str
    keeps: str | None = None
    goes: str | None = None
    settled: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class PastDecision:
    """A decision on record. `decided_at` in microseconds UTC."""

    seq: int
    decision: str
    keeps: str | None
    goes: str | None
    reason: str
    decided_by: str
    decided_at: int


def decide(
    session: OperatorSession, one: str, other: str, decision: str, *, reason: str,
    keep: str | None = None
) -> Decided:
    """Say what two numbers are. `keep` names the one that stays when they are the same; without it
    the one stays on which more hangs (`merging`).

    Raises:
        UsageError: an unknown decision, no reason, or `keep` is neither of the two.
        NotFound: they were never found alike.
        Conflict: they are decided already (undo that first), one of them was erased, or it
            contradicts what was decided of another number of theirs.
    """
    session.require("duplicate.decide")
    if decision not in DECISIONS:
        raise UsageError("duplicates.word-unknown", text=decision, known=", ".join(DECISIONS))
    line = Line(decision, check_reason(reason))

    def work(tx: WriteTransaction) -> Decided:
        found, now = pair(tx, one, other), session.clock()
        if found.state in ("same", "different"):
            raise Conflict(
                "duplicates.decided-already", first=found.first, second=found.second,
                state=term("duplicates.state", found.state),
            )
        living_facts(tx, found.first)
        living_facts(tx, found.second)
        if decision == "same":
            refuse_contradiction(tx, found.first, found.second)
            plan = merging(tx, found, keep)
            said = line if plan is None else merge(tx, session, plan, line, now)
            return _put(tx, session, found, said, now)
        return _put(tx, session, found, line, now)

    return session.ledger.transact(work)


def undo(session: OperatorSession, one: str, other: str, *, reason: str) -> Decided:
    """Take the last decision back: the pair is open again, and two numbers are two again.

    Raises:
        UsageError: no reason.
        NotFound: they were never found alike.
        Conflict: nothing is decided, or what was decided has since been built upon.
    """
    session.require("duplicate.decide")
    said = check_reason(reason)

    def work(tx: WriteTransaction) -> Decided:
        found = pair(tx, one, other)
        if found.state == "open":
            raise Conflict("duplicates.nothing-decided", first=found.first, second=found.second)
        return _put(tx, session, found, _parted(tx, session, found, said), session.clock())

    return session.ledger.transact(work)


def decisions(session: OperatorSession, one: str, other: str) -> list[PastDecision]:
    """Everything that was decided of a pair, the first decision first."""
    session.require("people.read")
    with session.ledger.read() as tx:
        found = pair(tx, one, other)
        rows = tx.read(
            _Sealed,
            "SELECT seq, decision, keeps, goes, reason_sealed, decided_by, decided_at"
            " FROM duplicate_decision WHERE first = :first AND second = :second ORDER BY seq",
            first=found.first, second=found.second,
        )
    if not rows:
        return []
    key = person_key(session, found.first)
    return [
        PastDecision(
            seq=row.seq, decision=row.decision, keeps=row.keeps, goes=row.goes,
            reason=opened_note(
                key, found.first, row_id(found.first, found.second, row.seq), row.reason_sealed,
            ),
            decided_by=row.decided_by, decided_at=row.decided_at,
        )
        for row in rows
    ]


class _Sealed(NamedTuple):
    seq: int
    decision: str
    keeps: str | None
    goes: str | None
    reason_sealed: bytes
    decided_by: str
    decided_at: int


def _parted(tx: WriteTransaction, session: OperatorSession, found: PairView, reason: str) -> Line:
    last = tx.read_one(
        MergeDecision,
        "SELECT keeps, goes, head_moved, home, home_size, home_left, home_headed, decided_at"
        " FROM duplicate_decision WHERE first = :first AND second = :second"
        " AND seq = (SELECT max(seq) FROM duplicate_decision"
        " WHERE first = :first AND second = :second) AND goes IS NOT NULL",
        first=found.first, second=found.second,
    )
    if last is None:
        return Line("undo", reason)
    return part(tx, session, last, reason)


def _put(
    tx: WriteTransaction, session: OperatorSession, found: PairView, line: Line, now: int
) -> Decided:
    put_line(tx, session, found.first, found.second, line, now)
    detail = {"pair": found.second, "decision": line.decision}
    detail |= {"keeps": line.keeps, "goes": line.goes} if line.keeps and line.goes else {}
    record_by(tx, session, action="duplicate.decide", object=found.first, at=now, detail={**detail})
    settled = 0
    if line.decision in ("same", "different"):
        settled = carry_over(tx, session, found.first, found.second, now)
    elif line.decision == "undo" and found.decided_at is not None:
        take_back(tx, session, line, found.decided_at, now)
    return Decided(
        pair(tx, found.first, found.second), line.decision, line.keeps, line.goes, settled
    )
