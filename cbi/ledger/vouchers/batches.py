"""Batches: a list drafted by one operator; approved by another, it becomes vouchers at once.

Value exists only from approval on: a draft is a list and moves nothing. What was drafted and what
was approved are each named by the hash of their list, and neither list can change.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Update, update
from sqlmodel import col

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import show_amount
from cbi.ledger.sealing import seal_in
from cbi.ledger.vouchers.issuing import DraftLine, issue_batch
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher
from cbi.operators import log
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import issued_net_minor
from cbi.programmes.tables import Batch
from cbi.storage import ReadTransaction, WriteTransaction


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
    now, batch_id = session.clock(), session.new_id()

    def work(tx: WriteTransaction) -> BatchView:
        tx.run("UPDATE round SET next_batch = next_batch + 1 WHERE code = :code", code=round_code)
        counted = tx.value("SELECT next_batch - 1 FROM round WHERE code = :code", code=round_code)
        if counted is None:
            raise NotFound("ledger.round-unknown", round=round_code)
        number = f"{round_code}-B{counted}"
        tx.add(Batch(
            id=batch_id, number=number, round=round_code, state="draft", voucher_count=len(lines),
            amount_minor=sum(line.amount_minor for line in lines), list_hash=list_hash(lines),
            drafted_hash=list_hash(lines), drafted_by=session.operator.name, drafted_at=now,
        ))
        tx.insert("batch_line", (
            {"batch": batch_id, "line": line_number, **asdict(line)}
            for line_number, line in enumerate(lines, 1)
        ))
        log.record(
            tx, operator=session.operator.name, action="batch.draft", object=number, at=now,
            detail={"vouchers": len(lines), "list": list_hash(lines).hex(),
                    **({"reason": reason} if reason else {})},
            origin=session.origin,
        )
        return batch(tx, number)

    return session.ledger.transact(work)


Look = Callable[[WriteTransaction, BatchView, Sequence[DraftLine]], Sequence[DraftLine]]
"""Looks again at a drafted list, within the approval's transaction: what of it is due now."""


def approve(session: OperatorSession, number: str, look: Look | None = None) -> BatchView:
    """Turn a draft into vouchers: codes, rows and first lines, in one transaction; then seal.

    With `look`, what it gives back is approved: its hash becomes the batch's, the log tells both.

    Raises:
        Unusable: the keyring lacks a key that issuing or sealing needs.
        NotAllowed: the same operator drafted it, and the programme keeps duties apart.
        Conflict: it is not a draft, the budget does not suffice any more, or somebody on it has
            this round's voucher already.
    """
    session.require("batch.approve")
    session.keys.need("seal")
    now = session.clock()

    def work(tx: WriteTransaction) -> BatchView:
        drafted = batch(tx, number)
        keep_apart(
            drafted.drafted_by, session.operator.name, duty="batch.approve",
            apart=bool(drafted.duties_apart),
        )
        moved = tx.change(_still_a_draft(drafted), {
            Batch.state: "approved", Batch.approved_by: session.operator.name,
            Batch.approved_at: now,
        })
        if moved != 1:
            raise Conflict("ledger.batch-not-a-draft", batch=number, state=drafted.state)
        lines = lines_of(tx, drafted.id)
        if list_hash(lines) != drafted.list_hash:
            raise Conflict("ledger.batch-list-changed", batch=number)
        due = lines if look is None else look(tx, drafted, lines)
        made = _as_due(tx, drafted, due)
        _check_budget(tx, made)
        issue_batch(tx, session, made.id, made.round, due)
        log.record(
            tx, operator=session.operator.name, action="batch.approve", object=made.number, at=now,
            detail={"list": made.list_hash.hex(), "amount_minor": made.amount_minor,
                    **_what_changed(drafted, made)},
            origin=session.origin,
        )
        return batch(tx, number)

    approved = session.ledger.transact(work)
    session.ledger.transact(lambda tx: seal_in(tx, session, f"batch {approved.number}"))
    return approved


def cancel(session: OperatorSession, number: str, reason: str) -> BatchView:
    """Give up a draft."""
    session.require("batch.draft")

    def work(tx: WriteTransaction) -> BatchView:
        drafted = batch(tx, number)
        moved = tx.change(_still_a_draft(drafted), {Batch.state: "cancelled"})
        if moved != 1:
            raise Conflict("ledger.batch-not-a-draft", batch=number, state=drafted.state)
        log.record(
            tx, operator=session.operator.name, action="batch.cancel", object=drafted.number,
            at=session.clock(), detail={"reason": reason}, origin=session.origin,
        )
        return batch(tx, number)

    return session.ledger.transact(work)


def batch(tx: ReadTransaction, number: str) -> BatchView:
    """The batch with this number.

    Raises:
        NotFound: no such batch.
    """
    found = tx.read_one(
        BatchView, f"{_SELECT} WHERE b.number = :number", number=number.strip().upper()
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


def vouchers_of(tx: ReadTransaction, number: str) -> list[Voucher]:
    """The vouchers of a batch in serial order, without their codes."""
    return tx.read(
        Voucher, f"{SELECT_VOUCHER} WHERE batch = (SELECT id FROM batch WHERE number = :number) "
        "ORDER BY serial",
        number=number.strip().upper(),
    )


def list_hash(lines: Sequence[DraftLine]) -> bytes:
    """What names a list: SHA-256 of its canonical JSON."""
    listed = [
        [line.beneficiary, line.city, line.language, line.category, line.part, line.amount_minor]
        for line in lines
    ]
    return hashlib.sha256(canonical_json(listed)).digest()  # type: ignore[arg-type]


def lines_of(tx: ReadTransaction, batch_id: bytes) -> list[DraftLine]:
    """A batch's list as it was drafted, in its order."""
    return tx.read(
        DraftLine, "SELECT beneficiary, city, language, category, amount_minor, part "
        "FROM batch_line WHERE batch = :batch ORDER BY line",
        batch=batch_id,
    )


def _as_due(tx: WriteTransaction, drafted: BatchView, due: Sequence[DraftLine]) -> BatchView:
    """The batch with the list that is approved, if that is another than was drafted."""
    made = replace(
        drafted, list_hash=list_hash(due), voucher_count=len(due),
        amount_minor=sum(line.amount_minor for line in due),
    )
    if made.list_hash != drafted.list_hash:
        tx.change(update(Batch).where(col(Batch.id) == made.id), {
            Batch.list_hash: made.list_hash, Batch.voucher_count: made.voucher_count,
            Batch.amount_minor: made.amount_minor,
        })
    return made


def _what_changed(drafted: BatchView, made: BatchView) -> dict[str, JsonValue]:
    if made.list_hash == drafted.list_hash:
        return {}
    return {"drafted": drafted.list_hash.hex(), "drafted_minor": drafted.amount_minor,
            "vouchers": made.voucher_count, "drafted_vouchers": drafted.voucher_count}


def _check_budget(tx: WriteTransaction, drafted: BatchView) -> None:
    """The budget may have become less since it was drafted; one approval looks at a time."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
    budget_minor = tx.value(
        f"SELECT budget_minor FROM programme WHERE code = :code{lock}", code=drafted.programme
    )
    left_minor = budget_minor - issued_net_minor(tx, drafted.programme)
    if drafted.amount_minor > left_minor:
        raise Conflict(
            "ledger.batch-beyond-budget", batch=drafted.number, programme=drafted.programme,
            amount=show_amount(drafted.amount_minor, drafted.currency),
            left=show_amount(left_minor, drafted.currency),
        )


def _still_a_draft(drafted: BatchView) -> Update:
    return update(Batch).where(col(Batch.id) == drafted.id, col(Batch.state) == "draft")
