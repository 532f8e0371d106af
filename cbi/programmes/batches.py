"""Batches: lists of vouchers to be, drafted by one operator to be approved by another.

A draft is a list and moves nothing. What was drafted and what was approved are each named by the
hash of their list, and neither list can change. `cbi.ledger.vouchers.approving` makes the vouchers.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Update, update
from sqlmodel import col

from cbi.base.canonical import canonical_json
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.terms import batch_term
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batch_tables import ApprovedList, Batch
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction

LISTED = 10_000
"""So many lines of a list are written at a time."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One voucher to be: for whom (a pseudonym), where, in which language, of what.

    `part` counts the vouchers that one person's entitlement of a category is split into, from 1.
    """

    beneficiary: str
    city: str
    language: str
    category: str
    amount_minor: int
    part: int = 1


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as people see it."""

    id: bytes
    number: str
    round: str
    state: str
    voucher_count: int
    amount_minor: int
    list_hash: bytes
    drafted_hash: bytes
    drafted_by: str
    drafted_at: int
    approved_by: str | None
    approved_at: int | None
    programme: str
    currency: str
    duties_apart: int


_SELECT = """
SELECT b.id, b.number, b.round, b.state, b.voucher_count, b.amount_minor, b.list_hash,
       b.drafted_hash, b.drafted_by, b.drafted_at, b.approved_by, b.approved_at, r.programme,
       p.currency, p.duties_apart
FROM batch b
JOIN round r ON r.code = b.round JOIN programme p ON p.code = r.programme
"""


def draft(
    session: OperatorSession, round_code: str, lines: Sequence[DraftLine], *, reason: str = ""
) -> BatchView:
    """Write down a list of vouchers to be; nothing moves yet. The log keeps a `reason`.

    Raises:
        UsageError: the list is empty.
        NotFound: no such round.
    """
    session.require("batch.draft")
    if not lines:
        raise UsageError("ledger.batch-empty", round=round_code)
    now, batch_id, named = session.clock(), session.new_id(), list_hash(lines)

    def work(tx: WriteTransaction) -> BatchView:
        tx.run("UPDATE round SET next_batch = next_batch + 1 WHERE code = :code", code=round_code)
        counted = tx.value("SELECT next_batch - 1 FROM round WHERE code = :code", code=round_code)
        if counted is None:
            raise NotFound("ledger.round-unknown", round=round_code)
        if tx.value("SELECT cancelled_at FROM round WHERE code = :code", code=round_code):
            raise Conflict("programme.round-cancelled", round=round_code)
        number = f"{round_code}-B{counted}"
        tx.add(Batch(
            id=batch_id, number=number, round=round_code, state="draft", voucher_count=len(lines),
            amount_minor=sum(line.amount_minor for line in lines), list_hash=named,
            drafted_hash=named, drafted_by=session.operator.name, drafted_at=now,
        ))
        tx.insert("batch_line", _rows(batch_id, lines))
        log.record_by(
            tx, session, action="batch.draft", object=number, at=now,
            detail={"vouchers": len(lines), "list": named.hex(),
                    **({"reason": reason} if reason else {})},
        )
        return batch(tx, number)

    return session.ledger.transact(work)


def cancel(session: OperatorSession, number: str, reason: str) -> BatchView:
    """Give up a draft."""
    session.require("batch.draft")

    def work(tx: WriteTransaction) -> BatchView:
        drafted = batch(tx, number)
        moved = tx.change(_still_a_draft(drafted), {Batch.state: "cancelled"})
        if moved != 1:
            raise not_a_draft(drafted)
        log.record_by(
            tx, session, action="batch.cancel", object=drafted.number, detail={"reason": reason},
        )
        return batch(tx, number)

    return session.ledger.transact(work)


def not_a_draft(batch: BatchView) -> Conflict:
    """The refusal of whoever decides on a batch that was decided on."""
    return Conflict("ledger.batch-not-a-draft", batch=batch.number, state=batch_term(batch.state))


def mark_issuing(tx: WriteTransaction, drafted: BatchView, operator: str, at: int) -> None:
    """Let a draft be approved: from now on its vouchers are made.

    Raises:
        Conflict: it is not a draft any more, or its round has a batch whose vouchers are not all
            made.
    """
    try:
        moved = tx.change(_still_a_draft(drafted), {
            Batch.state: "issuing", Batch.approved_by: operator, Batch.approved_at: at,
        })
    except ConstraintViolation as refused:
        raise Conflict(
            "ledger.round-issuing", batch=drafted.number, round=drafted.round
        ) from refused
    if moved != 1:
        raise not_a_draft(drafted)


def mark_approved(tx: WriteTransaction, issuing: BatchView) -> None:
    """Let a batch be whole, within the transaction that makes the last of its vouchers."""
    tx.change(update(Batch).where(col(Batch.id) == issuing.id), {Batch.state: "approved"})


def with_list(tx: WriteTransaction, drafted: BatchView, due: Sequence[DraftLine]) -> BatchView:
    """The batch with the list that is approved, if that is another than was drafted."""
    lines = _listed(due)
    made = replace(
        drafted, list_hash=hashlib.sha256(lines).digest(), voucher_count=len(due),
        amount_minor=sum(line.amount_minor for line in due),
    )
    if made.list_hash != drafted.list_hash:
        tx.change(update(Batch).where(col(Batch.id) == made.id), {
            Batch.list_hash: made.list_hash, Batch.voucher_count: made.voucher_count,
            Batch.amount_minor: made.amount_minor,
        })
        tx.add(ApprovedList(batch=made.id, lines=lines))
    return made


def approved_list(tx: ReadTransaction, batch_id: bytes) -> list[DraftLine]:
    """The list that was approved of a batch, in its order; empty where it is the drafted one.

    Raises:
        ValueError: what is kept is no list.
    """
    kept = tx.value("SELECT lines FROM approved_list WHERE batch = :batch", batch=batch_id)
    return [] if kept is None else [
        DraftLine(who, city, language, category, amount_minor, part)
        for who, city, language, category, part, amount_minor in json.loads(kept)
    ]


def take_serials(tx: WriteTransaction, round_code: str, count: int) -> int:
    """Reserve consecutive serial numbers of a round; returns the first."""
    tx.run(
        "UPDATE round SET next_serial = next_serial + :count WHERE code = :code",
        count=count, code=round_code,
    )
    first: int = tx.value("SELECT next_serial FROM round WHERE code = :code", code=round_code)
    return first - count


def batch(tx: ReadTransaction, number: str, *, hold: bool = False) -> BatchView:
    """The batch with this number; `hold` keeps other writers off it until the transaction's end.

    Raises:
        NotFound: no such batch.
    """
    held = " FOR UPDATE OF b" if hold and tx.engine == "postgresql" else ""
    found = tx.read_one(
        BatchView, f"{_SELECT} WHERE b.number = :number{held}", number=number.strip().upper()
    )
    if found is None:
        raise NotFound("ledger.batch-unknown", batch=number)
    return found


def batches(
    tx: ReadTransaction, *, round_code: str | None = None, limit: int = 1000
) -> list[BatchView]:
    """Batches, the newest first."""
    where = "WHERE b.round = :round" if round_code else "WHERE :round = :round"
    return tx.read(
        BatchView, f"{_SELECT} {where} ORDER BY b.drafted_at DESC, b.number DESC LIMIT :limit",
        round=round_code or "", limit=limit,
    )


def list_hash(lines: Sequence[DraftLine]) -> bytes:
    """What names a list: SHA-256 of its canonical JSON."""
    return hashlib.sha256(_listed(lines)).digest()


def lines_of(tx: ReadTransaction, batch_id: bytes) -> list[DraftLine]:
    """A batch's list as it was drafted, in its order."""
    held: dict[str, str] = {}
    once = held.setdefault  # words that repeat line by line are held once: a third of the memory
    return [
        DraftLine(once(who, who), once(city, city), once(language, language),
                  once(category, category), amount_minor, part)
        for who, city, language, category, amount_minor, part in tx.tuples(
            "SELECT beneficiary, city, language, category, amount_minor, part "
            "FROM batch_line WHERE batch = :batch ORDER BY line",
            batch=batch_id,
        )
    ]


def _rows(batch_id: bytes, lines: Iterable[DraftLine]) -> Iterator[dict[str, object]]:
    """Made while tills wait: the fields are named, which takes a tenth of what `asdict` does."""
    for number, line in enumerate(lines, 1):
        yield {
            "batch": batch_id, "line": number, "beneficiary": line.beneficiary, "city": line.city,
            "language": line.language, "category": line.category,
            "amount_minor": line.amount_minor, "part": line.part,
        }


def _listed(lines: Sequence[DraftLine]) -> bytes:
    """A list's canonical JSON, so many lines at a time: a million are not held twice."""
    return b"[" + b",".join(
        canonical_json([
            [one.beneficiary, one.city, one.language, one.category, one.part, one.amount_minor]
            for one in lines[start : start + LISTED]
        ])[1:-1]
        for start in range(0, len(lines), LISTED)
    ) + b"]"


def _still_a_draft(drafted: BatchView) -> Update:
    return update(Batch).where(col(Batch.id) == drafted.id, col(Batch.state) == "draft")
