"""A person's vouchers stopped along with the person, and let go again: one deed, one transaction.

What waits to be handed over needs no stopping, for a hand-over asks who may receive. Letting go
unblocks what a stop had blocked, and nothing that was blocked for another reason.
"""

from dataclasses import dataclass
from typing import NamedTuple

from cbi.ledger.vouchers.changes import block_in, unblock_in
from cbi.operators.log import entries, record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.reading import PersonFacts, living_facts
from cbi.people.registration.status import NewStatus, set_status_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

EVERY = 2**62


@dataclass(frozen=True, slots=True)
class StatusWithVouchers:
    """A person's new status, and the serials that were stopped or let go with it."""

    person: PersonFacts
    serials: tuple[str, ...]


class _Blocked(NamedTuple):
    """A blocked voucher, and the line that blocked it."""

    serial: str
    id: bytes


def stop_with_status(session: OperatorSession, number: str, new: NewStatus) -> StatusWithVouchers:
    """Set a person's status and block every voucher of theirs that could be spent.

    Raises:
        As for `set_status` of people; NotAllowed where vouchers may not be blocked.
    """
    session.require("voucher.block")

    def work(tx: WriteTransaction) -> StatusWithVouchers:
        person = _with_status(tx, session, number, new)
        serials = spendable(tx, person.number)
        for serial in serials:
            block_in(tx, session, serial, new.reason)
        lines = _blocking_lines(tx, person.number)
        _log(tx, session, "people.stop-vouchers", person.number,
             {serial: lines[serial] for serial in serials})
        return StatusWithVouchers(person, tuple(serials))

    return session.ledger.transact(work)


def resume_with_status(session: OperatorSession, number: str, new: NewStatus) -> StatusWithVouchers:
    """Set a person's status and unblock what a stop of theirs had blocked.

    Raises:
        As for `stop_with_status`.
    """
    session.require("voucher.block")

    def work(tx: WriteTransaction) -> StatusWithVouchers:
        person = _with_status(tx, session, number, new)
        stopped = {
            str(line)
            for deed in entries(tx, action="people.stop-vouchers", object=person.number,
                                limit=EVERY)
            for line in deed.detail.values()
        }
        blocked = _blocking_lines(tx, person.number)
        serials = [serial for serial, line in blocked.items() if line in stopped]
        for serial in serials:
            unblock_in(tx, session, serial, new.reason)
        _log(tx, session, "people.resume-vouchers", person.number,
             {serial: blocked[serial] for serial in serials})
        return StatusWithVouchers(person, tuple(serials))

    return session.ledger.transact(work)


def spendable(tx: ReadTransaction, number: str) -> list[str]:
    """The serials of a person's vouchers that could be spent."""
    return [serial for serial, in tx.tuples(
        "SELECT serial FROM voucher WHERE beneficiary = :number AND state = 'active'"
        " AND spent_minor < face_minor ORDER BY serial", number=number,
    )]


def _with_status(
    tx: WriteTransaction, session: OperatorSession, number: str, new: NewStatus
) -> PersonFacts:
    """The person in that status, whether they were in it before or not."""
    found = living_facts(tx, number)
    if found.status == new.status.strip().lower():
        return found
    return set_status_in(tx, session, number, new)


def _blocking_lines(tx: ReadTransaction, number: str) -> dict[str, str]:
    """Of a person's blocked vouchers, by serial, the line that blocked each, as hexadecimal."""
    blocked = tx.read(
        _Blocked,
        "SELECT voucher.serial, entry.id FROM voucher JOIN entry ON entry.voucher = voucher.id"
        " WHERE voucher.beneficiary = :number AND voucher.state = 'blocked' AND entry.seq ="
        " (SELECT max(one.seq) FROM entry AS one WHERE one.voucher = voucher.id"
        " AND one.kind = 'block') ORDER BY voucher.serial", number=number,
    )
    return {one.serial: one.id.hex() for one in blocked}


def _log(
    tx: WriteTransaction, session: OperatorSession, action: str, number: str, lines: dict[str, str]
) -> None:
    record_by(tx, session, action=action, object=number, detail={**lines})
