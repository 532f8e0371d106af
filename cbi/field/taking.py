"""What a laptop brings back, taken once: each event is posted, or noted, or kept as a conflict.

The laptop's row says how far its chain is taken. What a file has of it before that is known; what
comes after must begin right there. So a file that was lost is made good by the next one, and one
that comes late, twice or out of order changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import CbiError, Conflict
from cbi.distribution.told import ToldHandOver, hand_over_told
from cbi.field.events import (
    HAND_OVER,
    UNDO,
    LaptopEvent,
    Owner,
    check_chain,
    digest_of,
    read_events,
)
from cbi.field.pairing import keep_holder_apart, laptop_row
from cbi.field.tables import FieldBundle, FieldEvent, FieldLaptop
from cbi.files import read_bytes
from cbi.ledger.clocks import recorded_now
from cbi.ledger.vouchers.reading import one_voucher
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class EventFate(NamedTuple):
    """What became of an event: its outcome, why it is a conflict, and its hand-over's evidence."""

    outcome: str
    reason: str | None = None
    hand_over: bytes | None = None


NOTED, UNDONE = EventFate("noted"), EventFate("undone")


class TakenEvent(NamedTuple):
    """One event of a file, and what became of it."""

    event: LaptopEvent
    fate: EventFate


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file taken: its events that were new, in order, and how many of it were known before."""

    laptop: str
    holder: str
    events: tuple[TakenEvent, ...]
    known: int
    recalled: bool

    def count(self, outcome: str) -> int:
        """How many new events came to this."""
        return sum(one.fate.outcome == outcome for one in self.events)

    @property
    def conflicts(self) -> list[TakenEvent]:
        """Those that somebody must look at."""
        return [one for one in self.events if one.fate.outcome == "conflict"]


def take(session: OperatorSession, path: Path) -> TakenFile:
    """Take what a laptop brings back, in one transaction.

    Raises:
        BadFile: it is no such file, a part of one, or an event in it is not the laptop's own.
        NotFound: no such laptop.
        NotAllowed: this operator may not, or is the laptop's holder where duties are kept apart.
        Conflict: it is another ledger's, brings nothing new, or does not follow what is taken.
    """
    session.require("field.take")
    content = read_bytes(path)
    owner, events = read_events(content, path.name)
    if owner.ledger != session.keys.ledger_id:
        raise Conflict("field.events-other-ledger", file=path.name)
    with session.ledger.read() as tx:
        check_chain(owner, events, laptop_row(tx, owner.laptop).sign_key, path.name)
    file = _File(owner, events, hashlib.sha256(content).digest(), path.name)
    return session.ledger.transact(lambda tx: _take(tx, session, file))


class _File(NamedTuple):
    """A file that was read: whose, its events, its digest and its name."""

    owner: Owner
    events: Sequence[LaptopEvent]
    digest: bytes
    name: str

    def digests(self) -> dict[bytes, LaptopEvent]:
        """The events by their digests, in order."""
        return {digest_of(self.owner, one): one for one in self.events}


def _take(tx: WriteTransaction, session: OperatorSession, file: _File) -> TakenFile:
    laptop = laptop_row(tx, file.owner.laptop, hold=True)
    keep_holder_apart(tx, session, laptop.holder, "field.take")
    known = set(tx.all(select(FieldEvent.digest).where(FieldEvent.laptop == laptop.name)))
    digests = file.digests()
    fresh = {digest: one for digest, one in digests.items() if digest not in known}
    if not fresh:
        raise Conflict("field.nothing-new", file=file.name, laptop=laptop.name,
                       events=len(file.events), taken=laptop.taken)
    recalled = laptop.recalled_at is not None
    if not recalled:
        _must_follow(laptop, next(iter(fresh.values())), file.name)
    fates = _fates(tx, session, laptop, (list(fresh.values()), file.digest))
    _keep(tx, session, laptop, (fresh, fates))
    found = tuple(
        TakenEvent(one, fate) for one, fate in zip(fresh.values(), fates, strict=True)
    )
    return TakenFile(laptop.name, laptop.holder, found, len(digests) - len(fresh), recalled)


def _must_follow(laptop: FieldLaptop, first: LaptopEvent, file: str) -> None:
    """What is new begins right after what is taken, or nothing of it is taken."""
    if first.seq > laptop.taken + 1:
        raise Conflict("field.gap", file=file, laptop=laptop.name, taken=laptop.taken,
                       first=first.seq)
    if first.seq <= laptop.taken or first.prev != laptop.head:
        raise Conflict("field.forked", file=file, laptop=laptop.name, seq=first.seq)


def _fates(
    tx: WriteTransaction, session: OperatorSession, laptop: FieldLaptop,
    file: tuple[Sequence[LaptopEvent], bytes],
) -> list[EventFate]:
    """What becomes of each event; what can be handed over is."""
    events, digest = file
    found = _undone(events)
    bundles = {one.number: one for one in tx.all(
        select(FieldBundle).where(FieldBundle.laptop == laptop.name)
    )}
    for place, one in enumerate(events):
        if place not in found and one.kind == HAND_OVER:
            reason = "recalled" if laptop.recalled_at else _unfit(tx, one, bundles)
            if reason:
                found[place] = EventFate("conflict", reason)
    asked = [place for place, one in enumerate(events)
             if place not in found and one.kind == HAND_OVER]
    told = [
        ToldHandOver(events[place].serial, laptop.holder, events[place].acknowledged or "",
                     max(events[place].said_at, bundles[events[place].bundle].sent_at))
        for place in asked
    ]
    for place, made in zip(asked, hand_over_told(tx, session, told, digest), strict=True):
        found[place] = _fate_of(made)
    return [found.get(place, NOTED) for place in range(len(events))]


def _undone(events: Sequence[LaptopEvent]) -> dict[int, EventFate]:
    """Hand-overs that the same file takes back, with what takes them back; what takes back one that
    came before is a conflict, because the voucher may be spent by now."""
    found: dict[int, EventFate] = {}
    given: dict[str, int] = {}
    for place, one in enumerate(events):
        if one.kind == HAND_OVER:
            given[one.serial] = place
        elif one.kind == UNDO and one.serial in given:
            found[given.pop(one.serial)] = UNDONE
        elif one.kind == UNDO:
            found[place] = EventFate("conflict", "undo-late")
    return found


def _unfit(
    tx: ReadTransaction, event: LaptopEvent, bundles: Mapping[int, FieldBundle]
) -> str | None:
    """Why the laptop could not give this, whatever the ledger says: it was not in its bundle, or
    the person moved away since."""
    voucher = one_voucher(tx, "serial = :serial", serial=event.serial)
    bundle = bundles.get(event.bundle)
    if voucher is None:
        return "unknown"
    if bundle is None or voucher.city not in bundle.cities.split():
        return "not-in-bundle"
    if tx.value(
        "SELECT 1 FROM entry WHERE voucher = :voucher AND seq = 1 AND recorded_at > :sent_at",
        voucher=voucher.id, sent_at=bundle.sent_at,
    ):
        return "not-in-bundle"
    if tx.value(
        "SELECT 1 FROM person_change WHERE person = :person AND kind = 'city'"
        " AND changed_at > :sent_at LIMIT 1", person=voucher.beneficiary, sent_at=bundle.sent_at,
    ):
        return "moved"
    return None


def _fate_of(made: bytes | CbiError) -> EventFate:
    """What the ledger said of a hand-over; a refusal's name is known to the catalogue."""
    if isinstance(made, CbiError):
        return EventFate("conflict", made.code.rpartition(".")[2])
    return EventFate("posted", None, made)


def _keep(
    tx: WriteTransaction, session: OperatorSession, laptop: FieldLaptop,
    taken: tuple[Mapping[bytes, LaptopEvent], Sequence[EventFate]],
) -> None:
    fresh, fates = taken
    now = recorded_now(tx, session.clock())
    tx.insert("field_event", [
        {
            **one._asdict(), **fate._asdict(), "digest": digest, "laptop": laptop.name,
            "taken_by": session.operator.name, "taken_at": now,
        }
        for (digest, one), fate in zip(fresh.items(), fates, strict=True)
    ])
    digest, last = list(fresh.items())[-1]
    if laptop.recalled_at is None:
        tx.change(
            update(FieldLaptop).where(col(FieldLaptop.name) == laptop.name),
            {FieldLaptop.taken: last.seq, FieldLaptop.head: digest},
        )
    counted = Counter(fate.outcome for fate in fates)
    record_by(tx, session, action="field.take", object=laptop.name, at=now, detail={
        "events": len(fates), "first": min(one.seq for one in fresh.values()),
        "last": last.seq, "holder": laptop.holder,
        **{name: counted[name] for name in ("posted", "undone", "noted", "conflict")},
    })
