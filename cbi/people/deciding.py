"""Deciding a pair: same, different, later; taken back with a reason. Nothing merges by itself.

Same: one number is kept, the other is remembered as gone into it and receives nothing any more.
What becomes of its unspent vouchers is the operator's choice and the ledger's work: `Decided.goes`
says whose they are. Each decision is a line that stays; its reason is sealed under the key of the
pair's first person, because it may tell a name.
"""

from dataclasses import dataclass, replace
from typing import Literal

from cbi.base.errors import Conflict, UsageError
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.people.checking import check_reason
from cbi.people.history import opened_note, sealed_note
from cbi.people.reading import living_facts, person_key
from cbi.people.review import PairView, kept_number, pair
from cbi.storage.transactions import Reading, Writing

Decision = Literal["same", "different", "later"]
DECISIONS: tuple[Decision, ...] = ("same", "different", "later")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision carried out: where the pair stands now, and which number goes into which."""

    pair: PairView
    decision: str
    keeps: str | None = None
    goes: str | None = None


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


@dataclass(frozen=True, slots=True)
class _Line:
    decision: str
    reason: str
    keeps: str | None = None
    goes: str | None = None
    head_moved: bool = False


def decide(
    desk: Desk, one: str, other: str, decision: str, *, reason: str, keep: str | None = None
) -> Decided:
    """Say what two numbers are. `keep` names the one that stays when they are the same; without it
    the approved one stays, else the one enrolled first.

    Raises:
        UsageError: an unknown decision, no reason, or `keep` is neither of the two.
        NotFound: they were never found alike.
        Conflict: they are decided already (undo that first), or one of them was erased.
    """
    desk.require("duplicate.decide")
    if decision not in DECISIONS:
        raise UsageError("duplicates.word-unknown", text=decision, known=", ".join(DECISIONS))
    line = _Line(decision, check_reason(reason))

    def work(tx: Writing) -> Decided:
        found = pair(tx, one, other)
        if found.state in ("same", "different"):
            raise Conflict(
                "duplicates.decided-already", first=found.first, second=found.second,
                state=found.state,
            )
        living_facts(tx, found.first)
        living_facts(tx, found.second)
        told = _merged(tx, found, line, keep) if decision == "same" else line
        return _put(tx, desk, found, told, decision)

    return desk.ledger.transact(work)


def undo(desk: Desk, one: str, other: str, *, reason: str) -> Decided:
    """Take the last decision back: the pair is open again, and two numbers are two again.

    Raises:
        UsageError: no reason.
        NotFound: they were never found alike.
        Conflict: nothing is decided, or what was decided has since been built upon.
    """
    desk.require("duplicate.decide")
    said = check_reason(reason)

    def work(tx: Writing) -> Decided:
        found = pair(tx, one, other)
        if found.state == "open":
            raise Conflict("duplicates.nothing-decided", first=found.first, second=found.second)
        return _put(tx, desk, found, _parted(tx, found, said), "open")

    return desk.ledger.transact(work)


def decisions(desk: Desk, one: str, other: str) -> list[PastDecision]:
    """Everything that was decided of a pair, the first decision first."""
    desk.require("people.read")
    with desk.ledger.read() as tx:
        found = pair(tx, one, other)
        rows = tx.rows(
            "SELECT * FROM duplicate_decision WHERE first = :first AND second = :second"
            " ORDER BY seq",
            first=found.first, second=found.second,
        )
    if not rows:
        return []
    key = person_key(desk, found.first)
    return [
        PastDecision(
            seq=row["seq"], decision=row["decision"], keeps=row["keeps"], goes=row["goes"],
            reason=opened_note(
                key, found.first, _row_id(found, row["seq"]), row["reason_sealed"]
            ),
            decided_by=row["decided_by"], decided_at=row["decided_at"],
        )
        for row in rows
    ]


def _merged(tx: Writing, found: PairView, line: _Line, keep: str | None) -> _Line:
    """Make the two one: the number that goes points to the one that stays."""
    one, other = kept_number(tx, found.first), kept_number(tx, found.second)
    if one == other:
        return line
    keeps = _which_stays(tx, one, other, keep)
    goes = other if keeps == one else one
    tx.run(
        "UPDATE person SET merged_into = :keeps WHERE number = :goes", keeps=keeps, goes=goes
    )
    moved = tx.run(
        "UPDATE household SET head = :keeps WHERE head = :goes"
        " AND number = (SELECT household FROM person WHERE number = :keeps)",
        keeps=keeps, goes=goes,
    )
    return replace(line, keeps=keeps, goes=goes, head_moved=bool(moved))


def _which_stays(tx: Reading, one: str, other: str, keep: str | None) -> str:
    first, second = living_facts(tx, one), living_facts(tx, other)
    if keep is not None:
        named = kept_number(tx, living_facts(tx, keep).number)
        if named not in (one, other):
            raise UsageError("duplicates.keep-neither", keep=keep, first=one, second=other)
        return named
    return min(
        (first, second),
        key=lambda person: (person.approved_at is None, person.enrolled_at, person.number),
    ).number


def _parted(tx: Writing, found: PairView, reason: str) -> _Line:
    last = tx.row(
        "SELECT * FROM duplicate_decision WHERE first = :first AND second = :second"
        " ORDER BY seq DESC LIMIT 1",
        first=found.first, second=found.second,
    )
    if last is None or last["goes"] is None:
        return _Line("undo", reason)
    keeps, goes = last["keeps"], last["goes"]
    parted = tx.run(
        "UPDATE person SET merged_into = NULL WHERE number = :goes AND merged_into = :keeps",
        goes=goes, keeps=keeps,
    )
    if parted != 1:
        raise Conflict("duplicates.built-upon", keeps=keeps, goes=goes)
    if last["head_moved"]:
        tx.run(
            "UPDATE household SET head = :goes WHERE head = :keeps"
            " AND number = (SELECT household FROM person WHERE number = :goes)",
            keeps=keeps, goes=goes,
        )
    return _Line("undo", reason, keeps, goes, bool(last["head_moved"]))


def _put(tx: Writing, desk: Desk, found: PairView, line: _Line, state: str) -> Decided:
    now = desk.clock()
    count: int = tx.value(
        "SELECT count(*) FROM duplicate_decision WHERE first = :first AND second = :second",
        first=found.first, second=found.second,
    )
    sealed = sealed_note(desk, found.first, _row_id(found, count + 1), line.reason)
    tx.insert("duplicate_decision", [{
        "first": found.first, "second": found.second, "seq": count + 1, "decision": line.decision,
        "keeps": line.keeps, "goes": line.goes, "head_moved": int(line.head_moved),
        "reason_sealed": sealed, "decided_by": desk.operator.name, "decided_at": now,
    }])
    decided = state != "open"
    tx.run(
        "UPDATE duplicate_pair SET state = :state, decided_by = :by, decided_at = :at"
        " WHERE first = :first AND second = :second",
        state=state, by=desk.operator.name if decided else None, at=now if decided else None,
        first=found.first, second=found.second,
    )
    detail = {"pair": found.second, "decision": line.decision}
    detail |= {"keeps": line.keeps, "goes": line.goes} if line.keeps and line.goes else {}
    record(
        tx, operator=desk.operator.name, action="duplicate.decide", object=found.first, at=now,
        detail={**detail}, origin=desk.origin,
    )
    return Decided(pair(tx, found.first, found.second), line.decision, line.keeps, line.goes)


def _row_id(found: PairView, seq: int) -> bytes:
    return f"duplicate\x1f{found.first}\x1f{found.second}\x1f{seq}".encode()
