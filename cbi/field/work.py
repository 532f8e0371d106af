"""A day's work at a laptop: find a voucher on the list, hand it over, say why not, take it back.

The list is the newest bundle's, and what was done since stands in the journal: the two together say
what still waits. Nothing here can make or spend a code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import Clock
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.distribution.naming import discreet
from cbi.field.boxes import FieldVoucher
from cbi.field.codes import field_hash
from cbi.field.events import (
    ACKNOWLEDGED,
    HAND_OVER,
    NOTES,
    UNDO,
    LaptopEvent,
    sign,
    write_events,
)
from cbi.field.laptop import Laptop
from cbi.files import atomic_file
from cbi.ledger.vouchers.keyboards import readings


class VoucherStanding(NamedTuple):
    """A voucher of the list, and the last thing that was done with it here, if anything was."""

    voucher: FieldVoucher
    event: LaptopEvent | None

    @property
    def given(self) -> bool:
        """Whether it was handed over here."""
        return self.event is not None and self.event.kind == HAND_OVER


class PackedEvents(NamedTuple):
    """A file for the main office: its place, and which events are in it (0 for none)."""

    path: Path
    first: int
    last: int


def standings(laptop: Laptop) -> Iterator[VoucherStanding]:
    """Every voucher of the list, in its order, as it stands here."""
    done = {one.serial: one for one in laptop.journal.events}
    for voucher in laptop.list.vouchers:
        last = done.get(voucher.serial)
        yield VoucherStanding(voucher, last if last is None or last.kind != UNDO else None)


def find(laptop: Laptop, text: str) -> VoucherStanding:
    """The voucher of a serial or a code.

    Raises:
        NotFound: it is not on the list.
    """
    salt = bytes.fromhex(laptop.list.salt)
    wanted = {field_hash(salt, one.code) for one in readings(text)}
    serial = text.strip().upper()
    for one in standings(laptop):
        if one.voucher.serial == serial or one.voucher.code_hash in wanted:
            return one
    raise NotFound("field.not-on-list", item=discreet(text))


def hand_over(laptop: Laptop, text: str, acknowledged: str, clock: Clock) -> FieldVoucher:
    """Keep that a voucher was handed over.

    Raises:
        NotFound: it is not on the list.
        UsageError: the way it was acknowledged is unknown.
        Conflict: it was handed over here before, its person may not receive, or no proxy is named.
    """
    if acknowledged not in ACKNOWLEDGED:
        raise UsageError(
            "issuance.acknowledged-unknown", text=acknowledged, known=", ".join(ACKNOWLEDGED)
        )
    with laptop.working():
        found = find(laptop, text)
        serial, voucher = found.voucher.serial, found.voucher
        if found.given:
            raise Conflict("field.given-here", serial=serial)
        if voucher.remark:
            raise Conflict("field.not-to-give", serial=serial, why=voucher.remark)
        if acknowledged == "proxy" and not voucher.proxy:
            raise Conflict(
                "issuance.proxy-not-named", serial=serial, beneficiary=voucher.beneficiary
            )
        _keep(laptop, HAND_OVER, serial, acknowledged, clock)
    return voucher


def note(laptop: Laptop, text: str, why: str, clock: Clock) -> FieldVoucher:
    """Keep why a voucher was not handed over.

    Raises:
        NotFound: it is not on the list.
        UsageError: no such reason.
        Conflict: it was handed over here.
    """
    if why not in NOTES:
        raise UsageError("field.note-unknown", text=why, known=", ".join(NOTES))
    with laptop.working():
        found = find(laptop, text)
        if found.given:
            raise Conflict("field.given-here", serial=found.voucher.serial)
        _keep(laptop, why, found.voucher.serial, None, clock)
    return found.voucher


def undo(laptop: Laptop, text: str, clock: Clock) -> FieldVoucher:
    """Take a hand-over of this laptop back, while it has not left in a file.

    Raises:
        NotFound: it is not on the list.
        Conflict: it was not handed over here, or the main office is told of it already.
    """
    with laptop.working():
        found = find(laptop, text)
        serial = found.voucher.serial
        if found.event is None or not found.given:
            raise Conflict("field.not-given-here", serial=serial)
        if found.event.seq <= laptop.state.packed:
            raise Conflict("field.undo-packed", serial=serial)
        _keep(laptop, UNDO, serial, None, clock)
    return found.voucher


def pack(laptop: Laptop, path: Path, *, everything: bool = False) -> PackedEvents:
    """Write what the main office is not known to have, or everything, to a file for it.

    Raises:
        BadFile: it cannot be written there.
        NotFound: no bundle was opened yet.
    """
    with laptop.working():
        events = laptop.journal.after(0 if everything else laptop.list.taken)
        with atomic_file(path, private=True) as out:
            out.write(write_events(laptop.owner, events))
        if not events:
            return PackedEvents(path, 0, 0)
        laptop.packed_until(events[-1].seq)
    return PackedEvents(path, events[0].seq, events[-1].seq)


def _keep(
    laptop: Laptop, kind: str, serial: str, acknowledged: str | None, clock: Clock
) -> None:
    before = laptop.journal.events
    prev = laptop.journal.head_at(laptop.owner, len(before)) or b""
    event = LaptopEvent(
        len(before) + 1, prev, laptop.state.number, kind, serial, acknowledged, max(clock(), 0)
    )
    laptop.journal.append(sign(laptop.owner, event, laptop.sign_key))
