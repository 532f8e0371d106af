"""A person's vouchers stopped along with the person, and let go again: one deed, one transaction.

What waits to be handed over needs no stopping, for a hand-over asks who may receive. Letting go
unblocks what a stop had blocked, and nothing that was blocked for another reason.
"""

from dataclasses import dataclass

from cbi.ledger.changes import block_in, unblock_in
from cbi.operators.desk import Desk
from cbi.operators.log import entries, record
from cbi.people.reading import PersonFacts, living_facts
from cbi.people.standing import NewStatus, set_status_in
from cbi.storage.transactions import Reading, Writing

EVERY = 2**62


@dataclass(frozen=True, slots=True)
class StatusWithVouchers:
    """A person's new status, and the serials that were stopped or let go with it."""

    person: PersonFacts
    serials: tuple[str, ...]


def stop_with_status(desk: Desk, number: str, new: NewStatus) -> StatusWithVouchers:
    """Set a person's status and block every voucher of theirs that could be spent.

    Raises:
        As for `cbi.people.standing.set_status`; NotAllowed where vouchers may not be blocked.
    """
    desk.require("voucher.block")

    def work(tx: Writing) -> StatusWithVouchers:
        person = _with_status(tx, desk, number, new)
        serials = [row["serial"] for row in tx.rows(
            "SELECT serial FROM voucher WHERE beneficiary = :number AND state = 'active'"
            " AND spent_minor < face_minor ORDER BY serial", number=person.number,
        )]
        for serial in serials:
            block_in(tx, desk, serial, new.reason)
        lines = _blocking_lines(tx, person.number)
        _log(tx, desk, "people.stop-vouchers", person.number,
             {serial: lines[serial] for serial in serials})
        return StatusWithVouchers(person, tuple(serials))

    return desk.ledger.transact(work)


def resume_with_status(desk: Desk, number: str, new: NewStatus) -> StatusWithVouchers:
    """Set a person's status and unblock what a stop of theirs had blocked.

    Raises:
        As for `stop_with_status`.
    """
    desk.require("voucher.block")

    def work(tx: Writing) -> StatusWithVouchers:
        person = _with_status(tx, desk, number, new)
        stopped = {
            str(line)
            for deed in entries(tx, action="people.stop-vouchers", object=person.number,
                                limit=EVERY)
            for line in deed.detail.values()
        }
        blocked = _blocking_lines(tx, person.number)
        serials = [serial for serial, line in blocked.items() if line in stopped]
        for serial in serials:
            unblock_in(tx, desk, serial, new.reason)
        _log(tx, desk, "people.resume-vouchers", person.number,
             {serial: blocked[serial] for serial in serials})
        return StatusWithVouchers(person, tuple(serials))

    return desk.ledger.transact(work)


def _with_status(tx: Writing, desk: Desk, number: str, new: NewStatus) -> PersonFacts:
    """The person in that status, whether they were in it before or not."""
    found = living_facts(tx, number)
    if found.status == new.status.strip().lower():
        return found
    return set_status_in(tx, desk, number, new)


def _blocking_lines(tx: Reading, number: str) -> dict[str, str]:
    """Of a person's blocked vouchers, by serial, the line that blocked each, as hexadecimal."""
    rows = tx.rows(
        "SELECT voucher.serial, entry.id FROM voucher JOIN entry ON entry.voucher = voucher.id"
        " WHERE voucher.beneficiary = :number AND voucher.state = 'blocked' AND entry.seq ="
        " (SELECT max(one.seq) FROM entry AS one WHERE one.voucher = voucher.id"
        " AND one.kind = 'block') ORDER BY voucher.serial", number=number,
    )
    return {row["serial"]: bytes(row["id"]).hex() for row in rows}


def _log(tx: Writing, desk: Desk, action: str, number: str, lines: dict[str, str]) -> None:
    record(
        tx, operator=desk.operator.name, action=action, object=number, at=desk.clock(),
        detail={**lines}, origin=desk.origin,
    )
