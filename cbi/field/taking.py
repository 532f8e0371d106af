"""What a laptop brings back, taken once: each event is posted, or noted, or kept as a conflict.

The laptop's row says how far its chain is taken. What a file has of it before that is known; what
comes after must begin right there. So a file that was lost is made good by the next one, and one
that comes late, twice or out of order changes nothing. A long file is taken a slice at a time,
because a till waits as long as a transaction does; killed in between, it is taken again from where
it stood.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
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

SLICE = 200
"""So many events are taken in one transaction."""


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


class EventFile(NamedTuple):
    """A file of events that were verified: whose, the events by their digests in order, the
    digest of the file, and its name."""

    owner: Owner
    events: Mapping[bytes, LaptopEvent]
    digest: bytes
    name: str


def read_back(session: OperatorSession, path: Path) -> EventFile:
    """What a laptop brings back, each event held to its signature and to the one before.

    Raises:
        BadFile: it is no such file, a part of one, or an event in it is not the laptop's own.
        NotFound: no such laptop.
        NotAllowed: this operator may not take it.
        Conflict: it is another ledger's.
    """
    session.require("field.take")
    content = read_bytes(path)
    owner, events = read_events(content, path.name)
    if owner.ledger != session.keys.ledger_id:
        raise Conflict("field.events-other-ledger", file=path.name)
    with session.ledger.read() as tx:
        check_chain(owner, events, laptop_row(tx, owner.laptop).sign_key, path.name)
    digests = {digest_of(owner, one): one for one in events}
    return EventFile(owner, digests, hashlib.sha256(content).digest(), path.name)


def take(
    session: OperatorSession, file: EventFile, *,
    progress: Callable[[int], None] = lambda done: None,
) -> TakenFile:
    """Take what is new in a file; `progress` hears how many of its events are done.

    Raises:
        NotAllowed: this operator is the laptop's holder, and duties are kept apart.
        Conflict: it brings nothing new, or does not follow what is taken.
    """
    session.require("field.take")
    taken = session.ledger.transact(lambda tx: _take(tx, session, file))
    while taken.known + len(taken.events) < len(file.events):
        progress(taken.known + len(taken.events))
        session.ledger.give_way()
        more = session.ledger.transact(lambda tx: _take(tx, session, file, begun=True))
        if not more.events:
            break  # somebody else takes the same file, and was quicker
        taken = replace(taken, events=(*taken.events, *more.events))
    progress(len(file.events))
    return taken


def _take(
    tx: WriteTransaction, session: OperatorSession, file: EventFile, *, begun: bool = False
) -> TakenFile:
    """Take the next slice of what is new; nothing, if it was `begun` and nothing is left."""
    laptop = laptop_row(tx, file.owner.laptop, hold=True)
    keep_holder_apart(tx, session, laptop.holder, "field.take")
    since = min((one.seq for one in file.events.values()), default=0)
    known = dict(tx.all(select(FieldEvent.digest, FieldEvent.outcome).where(
        FieldEvent.laptop == laptop.name, FieldEvent.seq >= since
    )))
    fresh = {digest: one for digest, one in file.events.items() if digest not in known}
    if not fresh and not begun:
        raise Conflict("field.nothing-new", file=file.name, laptop=laptop.name,
                       events=len(file.events), taken=laptop.taken)
    recalled = laptop.recalled_at is not None
    if fresh and not recalled:
        _must_follow(laptop, next(iter(fresh.values())), file.name)
    part = dict(islice(fresh.items(), SLICE))
    fates = _undone(file.events, known, part)
    fates |= _posted(tx, session, laptop, file.digest,
                     {digest: one for digest, one in part.items() if digest not in fates})
    if part:
        _keep(tx, session, laptop, part, fates)
    found = tuple(TakenEvent(one, fates[digest]) for digest, one in part.items())
    return TakenFile(
        laptop.name, laptop.holder, found, len(file.events.keys() & known.keys()), recalled
    )


def _must_follow(laptop: FieldLaptop, first: LaptopEvent, file: str) -> None:
    """What is new begins right after what is taken, or nothing of it is taken."""
    if first.seq > laptop.taken + 1:
        raise Conflict("field.gap", file=file, laptop=laptop.name, taken=laptop.taken,
                       first=first.seq)
    if first.seq <= laptop.taken or first.prev != laptop.head:
        raise Conflict("field.forked", file=file, laptop=laptop.name, seq=first.seq)


def _undone(
    events: Mapping[bytes, LaptopEvent], known: Mapping[bytes, str],
    part: Mapping[bytes, LaptopEvent],
) -> dict[bytes, EventFate]:
    """Of a part of a file, what it takes back itself, and what takes that back: the whole file
    says which. What takes back a hand-over that was posted before is a conflict, because the
    voucher may be spent by now.
    """
    found: dict[bytes, EventFate] = {}
    given: dict[str, bytes] = {}
    for digest, one in events.items():
        if one.kind == HAND_OVER:
            given[one.serial] = digest
        elif one.kind == UNDO:
            back = given.pop(one.serial, None)
            here = back is not None and known.get(back, "undone") == "undone"
            found[digest] = NOTED if here else EventFate("conflict", "undo-late")
            if here and back is not None:
                found[back] = UNDONE
    return {digest: fate for digest, fate in found.items() if digest in part}


def _posted(
    tx: WriteTransaction, session: OperatorSession, laptop: FieldLaptop, file: bytes,
    events: Mapping[bytes, LaptopEvent],
) -> dict[bytes, EventFate]:
    """What becomes of events that nothing takes back: what can be handed over is."""
    found = {digest: NOTED for digest, one in events.items() if one.kind != HAND_OVER}
    bundles = {one.number: one for one in tx.all(
        select(FieldBundle).where(FieldBundle.laptop == laptop.name)
    )}
    told: dict[bytes, ToldHandOver] = {}
    for digest, one in events.items():
        if digest in found:
            continue
        reason = "recalled" if laptop.recalled_at else _unfit(tx, one, bundles)
        if reason:
            found[digest] = EventFate("conflict", reason)
            continue
        occurred_at = max(one.said_at, bundles[one.bundle].sent_at)
        told[digest] = ToldHandOver(
            one.serial, laptop.holder, one.acknowledged or "", occurred_at
        )
    given = hand_over_told(tx, session, list(told.values()), file)
    return found | {
        digest: _fate_of(made) for digest, made in zip(told, given, strict=True)
    }


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
    fresh: Mapping[bytes, LaptopEvent], fates: Mapping[bytes, EventFate],
) -> None:
    now = recorded_now(tx, session.clock())
    tx.insert("field_event", [
        {
            **one._asdict(), **fates[digest]._asdict(), "digest": digest, "laptop": laptop.name,
            "taken_by": session.operator.name, "taken_at": now,
        }
        for digest, one in fresh.items()
    ])
    digest, last = list(fresh.items())[-1]
    if laptop.recalled_at is None:
        tx.change(
            update(FieldLaptop).where(col(FieldLaptop.name) == laptop.name),
            {FieldLaptop.taken: last.seq, FieldLaptop.head: digest},
        )
    counted = Counter(fates[one].outcome for one in fresh)
    record_by(tx, session, action="field.take", object=laptop.name, at=now, detail={
        "events": len(fresh), "first": min(one.seq for one in fresh.values()),
        "last": last.seq, "holder": laptop.holder,
        **{name: counted[name] for name in ("posted", "undone", "noted", "conflict")},
    })
