"""Approving a batch: the list that one operator drafted becomes vouchers at once, by another.

Value exists only from approval on: a draft is a list and moves nothing. What was drafted and what
was approved are each named by the hash of their list, and neither list can change.
"""

from collections.abc import Callable, Sequence

from cbi.base.canonical import JsonValue
from cbi.base.errors import Conflict
from cbi.base.money import show_amount
from cbi.ledger.sealing import seal_in
from cbi.ledger.vouchers.issuing import issue_batch
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher
from cbi.operators import log
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.approvals import BATCH, Thing, say_yes
from cbi.programmes.batches import (
    BatchView,
    DraftLine,
    batch,
    lines_of,
    list_hash,
    mark_approved,
    with_list,
)
from cbi.programmes.programmes import issued_net_minor
from cbi.storage import ReadTransaction, WriteTransaction

Look = Callable[[WriteTransaction, BatchView, Sequence[DraftLine]], Sequence[DraftLine]]
"""Looks again at a drafted list, within the approval's transaction: what of it is due now."""


def approve(session: OperatorSession, number: str, look: Look | None = None) -> BatchView:
    """Turn a draft into vouchers: codes, rows and first lines, in one transaction; then seal.

    With `look`, what it gives back is approved: its hash becomes the batch's, the log tells both.
    Where the programme asks for more people, it stays a draft until the last of them approves.

    Raises:
        Unusable: the keyring lacks a key that issuing or sealing needs.
        NotAllowed: the same operator drafted it, and the programme keeps duties apart; or they
            have approved it before.
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
        if drafted.state == "draft" and say_yes(tx, session, approval_of(drafted)).left:
            return drafted
        mark_approved(tx, drafted, session.operator.name, now)
        lines = lines_of(tx, drafted.id)
        if list_hash(lines) != drafted.list_hash:
            raise Conflict("ledger.batch-list-changed", batch=number)
        due = lines if look is None else look(tx, drafted, lines)
        made = with_list(tx, drafted, due)
        _check_budget(tx, made)
        issue_batch(tx, session, made.id, made.round, due)
        log.record_by(
            tx, session, action="batch.approve", object=made.number, at=now,
            detail={"list": made.list_hash.hex(), "amount_minor": made.amount_minor,
                    **_what_changed(drafted, made)},
        )
        return batch(tx, number)

    approved = session.ledger.transact(work)
    if approved.state == "approved":
        session.ledger.transact(lambda tx: seal_in(tx, session, f"batch {approved.number}"))
    return approved


def approval_of(drafted: BatchView) -> Thing:
    """What several people may have to say yes to: the list as it was drafted."""
    return Thing(
        BATCH, drafted.number, drafted.drafted_hash.hex(), drafted.amount_minor,
        (drafted.programme,), drafted.drafted_by,
    )


def vouchers_of(tx: ReadTransaction, number: str) -> list[Voucher]:
    """The vouchers of a batch in serial order, without their codes."""
    return tx.read(
        Voucher, f"{SELECT_VOUCHER} WHERE batch = (SELECT id FROM batch WHERE number = :number) "
        "ORDER BY serial",
        number=number.strip().upper(),
    )


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
