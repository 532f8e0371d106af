"""An approved batch's vouchers, made so many at a time that no till waits long for its turn.

A slice is one transaction: it finds where the batch stands, makes the next vouchers of its list,
and the last slice says that the batch is whole. Whoever goes on after a kill, in the same process
or another, begins where the last slice ended, and two who do so at once each make other vouchers.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cbi.base.errors import Conflict
from cbi.ledger.vouchers.issuing import issue_batch
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batches import (
    BatchView,
    DraftLine,
    approved_list,
    batch,
    lines_of,
    mark_approved,
)
from cbi.storage import ReadTransaction, WriteTransaction

SLICE = 1_000
"""Vouchers in one transaction: a till waits for a tenth of a second or two."""


class _Held(NamedTuple):
    """Which of a round's vouchers somebody has."""

    beneficiary: str
    category: str
    part: int


def issue_in_slices(session: OperatorSession, number: str) -> BatchView:
    """Make the vouchers of an approved batch that are not made yet; the batch as it is then."""
    with session.ledger.read() as tx:
        made = batch(tx, number)
        lines = approved_list(tx, made.id) or lines_of(tx, made.id)
    done = 0

    def work(tx: WriteTransaction) -> BatchView:
        return _slice(tx, session, number, lines, done)

    while made.state == "issuing":
        made = session.ledger.transact(work)
        done += SLICE
        session.ledger.give_way()
    return made


def refuse_held(tx: ReadTransaction, made: BatchView, due: Sequence[DraftLine]) -> None:
    """Refuse a list on which somebody is who has the very voucher already, before any is made.

    Raises:
        Conflict: somebody has.
    """
    held = set(tx.read(
        _Held, "SELECT l.beneficiary, l.category, l.part FROM batch_line l JOIN voucher v "
        "ON v.round = :round AND v.beneficiary = l.beneficiary AND v.category = l.category "
        "AND v.part = l.part AND v.generation = 0 WHERE l.batch = :batch",
        round=made.round, batch=made.id,
    ))
    if held and any(_key(line) in held for line in due):
        raise Conflict("ledger.issued-already")


def _slice(
    tx: WriteTransaction, session: OperatorSession, number: str, lines: Sequence[DraftLine],
    expected: int,
) -> BatchView:
    """Make the next vouchers of a batch: from `expected` on, unless it stands elsewhere."""
    made = batch(tx, number, hold=True)
    if made.state != "issuing":
        return made
    done = expected if _stands_at(tx, made, lines, expected) else _count(tx, made)
    issue_batch(tx, session, made.id, made.round, lines[done : done + SLICE])
    if done + SLICE >= len(lines):
        mark_approved(tx, made)
    return batch(tx, number)


def _stands_at(
    tx: ReadTransaction, made: BatchView, lines: Sequence[DraftLine], place: int
) -> bool:
    """Whether a batch's vouchers are made up to this place of its list and no further; asked by
    key, because counting reads every voucher of the ledger."""
    before = place == 0 or _is_made(tx, made, lines[place - 1])
    return before and place < len(lines) and not _is_made(tx, made, lines[place])


def _is_made(tx: ReadTransaction, made: BatchView, line: DraftLine) -> bool:
    return bool(tx.value(
        "SELECT count(*) FROM voucher WHERE round = :round AND beneficiary = :beneficiary"
        " AND category = :category AND part = :part AND generation = 0 AND batch = :batch",
        round=made.round, batch=made.id, **_key(line)._asdict(),
    ))


def _count(tx: ReadTransaction, made: BatchView) -> int:
    return int(tx.value(
        "SELECT count(*) FROM voucher WHERE batch = :batch AND generation = 0", batch=made.id
    ))


def _key(line: DraftLine) -> _Held:
    return _Held(line.beneficiary, line.category, line.part)
