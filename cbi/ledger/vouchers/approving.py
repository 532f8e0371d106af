"""Approving a batch: the list that one operator drafted becomes vouchers, by another.

Value exists only from approval on: a draft is a list and moves nothing. What was drafted and what
was approved are each named by the hash of their list, and neither list can change.

Approving is decided in one transaction: the list, the budget, whom it binds. The vouchers are then
made a slice at a time, because a till waits as long as a transaction does; each slice is true by
itself, and the last one makes the batch whole. Killed in between, it is approved once more, by
whoever may approve it, and goes on where it stood.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from cbi.base.canonical import JsonValue
from cbi.base.errors import Conflict
from cbi.base.money import show_amount
from cbi.ledger.clocks import recorded_now
from cbi.ledger.sealing import seal_in_slices
from cbi.ledger.vouchers.issuing_slices import issue_in_slices, refuse_held
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher
from cbi.operators import log
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.operators.since import LogPosition, office_acted, position
from cbi.programmes.approvals import BATCH, Thing, say_yes
from cbi.programmes.batches import (
    BatchView,
    DraftLine,
    batch,
    lines_of,
    list_hash,
    mark_issuing,
    not_a_draft,
    with_list,
)
from cbi.programmes.programmes import issued_net_minor
from cbi.storage import ReadTransaction, WriteTransaction

LOOKS = 3
"""How often a list is looked at while tills go on, before they wait for it."""


class DueLines(NamedTuple):
    """What of a drafted list is due now, and what its approval writes beside it."""

    lines: Sequence[DraftLine]
    claim: Callable[[WriteTransaction], None] = lambda tx: None


Look = Callable[[ReadTransaction, BatchView, Sequence[DraftLine]], DueLines]
"""Looks again at a drafted list: what of it is due now."""


class _Seen(NamedTuple):
    """What was due, looked at after a moment."""

    at: LogPosition
    due: DueLines


def approve(session: OperatorSession, number: str, look: Look | None = None) -> BatchView:
    """Turn a draft into vouchers, or go on with one whose vouchers are not all made; then seal.

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
    for key in ("seal", "codes", "lookup"):
        session.keys.need(key)
    with session.ledger.read() as tx:
        drafted = batch(tx, number)
    keep_apart(
        drafted.drafted_by, session.operator.name, duty="batch.approve",
        apart=bool(drafted.duties_apart),
    )
    _decide(session, drafted, look or (lambda tx, drafted, lines: DueLines(lines)))
    approved = issue_in_slices(session, number)
    if approved.state == "approved":
        seal_in_slices(session, f"batch {approved.number}")
    return approved


def _decide(session: OperatorSession, drafted: BatchView, look: Look) -> None:
    """Approve a draft, if that is not done: from here on its list, its amount and its people are
    bound.

    What was drafted never changes. Looking at a long list takes seconds, so that it is done before;
    tills wait for it only where an office did something at each look.
    """
    with session.ledger.read() as tx:
        lines = lines_of(tx, drafted.id)
    if list_hash(lines) != drafted.drafted_hash:
        raise Conflict("ledger.batch-list-changed", batch=drafted.number)
    if drafted.state == "issuing":
        return
    if drafted.state != "draft":
        raise not_a_draft(drafted)
    for _ in range(LOOKS):
        with session.ledger.read() as tx:
            seen = _Seen(position(tx), look(tx, drafted, lines))
        if session.ledger.transact(partial(
            _decided, session=session, drafted=drafted, lines=lines, seen=seen
        )):
            return
    session.ledger.transact(lambda tx: _decided(
        tx, session, drafted, lines, _Seen(position(tx), look(tx, drafted, lines))
    ))


def _decided(
    tx: WriteTransaction, session: OperatorSession, drafted: BatchView,
    lines: Sequence[DraftLine], seen: _Seen,
) -> bool:
    """Say yes to what was seen to be due, and approve it if that is the last yes; False, and
    nothing done, where what was seen may not hold any more."""
    if office_acted(tx, seen.at):
        return False
    now, due = session.clock(), seen.due.lines
    recorded_now(tx, now)  # a clock that may write no voucher's line approves nothing either
    drafted = batch(tx, drafted.number)
    if drafted.state == "draft" and say_yes(tx, session, approval_of(drafted)).left:
        return True
    mark_issuing(tx, drafted, session.operator.name, now)
    seen.due.claim(tx)
    made = drafted if list(due) == list(lines) else with_list(tx, drafted, due)
    refuse_held(tx, made, due)
    _check_budget(tx, made)
    log.record_by(
        tx, session, action="batch.approve", object=made.number, at=now,
        detail={"list": made.list_hash.hex(), "amount_minor": made.amount_minor,
                **_what_changed(drafted, made)},
    )
    return True


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


def _check_budget(tx: WriteTransaction, made: BatchView) -> None:
    """The budget may have become less since it was drafted; one approval looks at a time."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
    budget_minor = tx.value(
        f"SELECT budget_minor FROM programme WHERE code = :code{lock}", code=made.programme
    )
    left_minor = budget_minor - issued_net_minor(tx, made.programme)
    if left_minor < 0:
        raise Conflict(
            "ledger.batch-beyond-budget", batch=made.number, programme=made.programme,
            amount=show_amount(made.amount_minor, made.currency),
            left=show_amount(left_minor + made.amount_minor, made.currency),
        )
