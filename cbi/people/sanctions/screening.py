"""Screening: what a programme asks, the lists that were brought, what was found, what was decided.

A likeness that somebody decided stays decided until the list's entry or the name is another one.
What was found and not decided goes when it is no longer found.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, update
from sqlmodel import col, select

from cbi.base.canonical import canonical_json
from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.base.words import said, typed
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.privacy.erasing import tells
from cbi.people.sanctions.entries import ListEntry, ListRead
from cbi.people.sanctions.likeness import BITS_TENTH, LookedThrough
from cbi.people.sanctions.subjects import (
    NAMED,
    Subject,
    asked,
    list_digests,
    opened,
    subjects,
)
from cbi.people.sanctions.tables import (
    SanctionsHit,
    SanctionsList,
    SanctionsName,
    SanctionsPolicy,
    SanctionsRun,
)
from cbi.storage.transactions import ReadTransaction, WriteTransaction

DECISIONS = ("same", "different")
LABEL_MAX, NAME_MAX = 32, 200


@dataclass(frozen=True, slots=True)
class Screened:
    """How many were looked at, how many likenesses are new, and how many wait for a decision."""

    subjects: int
    found: int
    undecided: int


class _Found(NamedTuple):
    subject: Subject
    label: str
    entry: ListEntry
    bits: float

    @property
    def fingerprint(self) -> bytes:
        told = canonical_json([self.subject.version, [*self.entry.names], [*self.entry.births]])
        return hashlib.sha256(told).digest()

    @property
    def key(self) -> tuple[str, str, str, str, bytes]:
        return (self.subject.kind, self.subject.subject, self.label, self.entry.uid,
                self.fingerprint)


def set_policy(
    session: OperatorSession, programme: str, *, asked: bool = True, families: bool = False
) -> SanctionsPolicy:
    """Say whether a programme asks for screening, and whether of families too.

    Raises:
        NotFound: no such programme.
    """
    session.require("sanctions.policy")
    code = programme.strip().upper()
    row = SanctionsPolicy(programme=code, asked=asked, families=asked and families,
                          set_by=session.operator.name, set_at=session.clock())

    def work(tx: WriteTransaction) -> SanctionsPolicy:
        if not tx.value("SELECT 1 FROM programme WHERE code = :code", code=code):
            raise NotFound("programme.programme-unknown", programme=programme)
        where = col(SanctionsPolicy.programme) == code
        if tx.first(select(SanctionsPolicy).where(where)) is None:
            tx.add(row)
        else:
            tx.change(update(SanctionsPolicy).where(where), {
                SanctionsPolicy.asked: row.asked, SanctionsPolicy.families: row.families,
                SanctionsPolicy.set_by: row.set_by, SanctionsPolicy.set_at: row.set_at,
            })
        record_by(tx, session, action="sanctions.policy", object=code,
                  detail={"asked": row.asked, "families": row.families})
        return row

    return session.ledger.transact(work)


def take_list(session: OperatorSession, label: str, read: ListRead) -> SanctionsList:
    """Keep a list under a label, in place of what stood there before.

    Raises:
        UsageError: the label is missing or too long.
        Conflict: no programme asks for screening.
    """
    session.require("sanctions.screen")
    name = said(label, "sanctions.label-missing").lower()
    if not 2 <= len(name) <= LABEL_MAX:
        raise UsageError("sanctions.label-missing")
    row = SanctionsList(
        label=name, digest=read.digest, dated=read.dated, entry_count=len(read.entries),
        entries=json.dumps(read.entries, ensure_ascii=False, separators=(",", ":")),
        loaded_by=session.operator.name, loaded_at=session.clock(),
    )

    def work(tx: WriteTransaction) -> SanctionsList:
        _check_asked(tx)
        where = col(SanctionsList.label) == name
        if tx.first(select(SanctionsList.label).where(where)) is None:
            tx.add(row)
        else:
            tx.change(update(SanctionsList).where(where), {
                SanctionsList.digest: row.digest, SanctionsList.dated: row.dated,
                SanctionsList.entry_count: row.entry_count, SanctionsList.entries: row.entries,
                SanctionsList.loaded_by: row.loaded_by, SanctionsList.loaded_at: row.loaded_at,
            })
        record_by(tx, session, action="sanctions.list", object=name,
                  detail={"entries": row.entry_count, "file": read.digest})
        return row

    return session.ledger.transact(work)


def give_name(
    session: OperatorSession, kind: str, subject: str, name: str, *, drop: bool = False
) -> None:
    """Say an operator's full name, or that of a retailer's owner; or take it back.

    Raises:
        UsageError: neither a retailer nor an operator, or no name.
        NotFound: there is none of them, or no such name to take back.
    """
    session.require("sanctions.screen")
    told = " ".join(typed(said(name, "sanctions.name-missing")).split())
    if kind not in NAMED:
        raise UsageError("sanctions.kind-unknown", text=kind, known=", ".join(NAMED))
    if len(told) > NAME_MAX:
        raise UsageError("sanctions.name-missing")
    code = subject.strip().lower()
    table, key = ("retailer", "code") if kind == "retailer" else ("operator", "name")

    def work(tx: WriteTransaction) -> None:
        if not tx.value(f"SELECT 1 FROM {table} WHERE {key} = :code", code=code):
            if kind == "operator":
                raise NotFound("operators.unknown", operator=subject)
            raise NotFound("place.retailer-unknown", retailer=subject)
        where = (col(SanctionsName.kind) == kind, col(SanctionsName.subject) == code,
                 col(SanctionsName.name) == told)
        known = tx.first(select(SanctionsName).where(*where))
        if drop and known is None:
            raise NotFound("sanctions.name-unknown", name=told)
        if drop:
            tx.remove(delete(SanctionsName).where(*where))
        elif known is not None:
            return
        else:
            tx.add(SanctionsName(kind=kind, subject=code, name=told,
                                 made_by=session.operator.name, made_at=session.clock()))
        record_by(tx, session, action="sanctions.name", object=code,
                  detail={"kind": kind, "dropped": drop})

    session.ledger.transact(work)


def screen(session: OperatorSession) -> Screened:
    """Compare everybody with every list; what was decided is not asked again.

    Raises:
        Conflict: no programme asks for it, or no list was brought.
    """
    session.require("sanctions.screen")
    session.require("people.read")
    with session.ledger.read() as tx:
        _check_asked(tx)
        lists = [(one.label, LookedThrough(entries_of(one)))
                 for one in tx.all(select(SanctionsList))]
        if not lists:
            raise Conflict("sanctions.no-list")
        wanted = subjects(tx)
        compared = _compared(wanted, list_digests(tx))
        found = [
            _Found(one, label, like.entry, like.bits)
            for one, data in opened(tx, session, wanted)
            for label, looked in lists for like in looked.like(data)
        ]
    read = sum(one.kind not in NAMED for one in wanted)

    def work(tx: WriteTransaction) -> Screened:
        added = _keep(tx, session, found)
        before = int(tx.value("SELECT coalesce(max(counted), 0) FROM sanctions_run"))
        tx.add(SanctionsRun(counted=before + 1, at=session.clock(), run_by=session.operator.name,
                            subjects=len(wanted), compared=compared))
        if read:
            record_by(tx, session, action="people.read", object="",
                      detail={"people": read, "purpose": "sanctions"})
        record_by(tx, session, action="sanctions.screen", object="",
                  detail={"checked": len(wanted), "found": added})
        if read:
            session.seal_reading(tx, session)
        return Screened(len(wanted), added, undecided(tx))

    return session.ledger.transact(work)


def decide(session: OperatorSession, number: str, decision: str, reason: str) -> SanctionsHit:
    """Say whether they are who the list means, or not, and why.

    Raises:
        UsageError: no such decision, no reason, or one that tells who a proxy or a person is.
        NotFound: no such likeness.
        NotAllowed: it is about oneself.
    """
    session.require("sanctions.decide")
    if decision not in DECISIONS:
        raise UsageError("sanctions.decision-unknown", text=decision, known=", ".join(DECISIONS))
    why = said(reason, "sanctions.reason-missing")

    def work(tx: WriteTransaction) -> SanctionsHit:
        found = hit(tx, number)
        if (found.kind, found.subject) == ("operator", session.operator.name):
            raise NotAllowed("sanctions.of-oneself")
        if found.kind not in NAMED:
            _check_discreet(tx, session, found, why)
        tx.change(update(SanctionsHit).where(col(SanctionsHit.counted) == found.counted), {
            SanctionsHit.decision: decision, SanctionsHit.reason: why,
            SanctionsHit.decided_by: session.operator.name,
            SanctionsHit.decided_at: session.clock(),
        })
        record_by(tx, session, action="sanctions.decide", object=f"S-{found.counted}",
                  detail={"decision": decision, "reason": why})
        return hit(tx, number)

    return session.ledger.transact(work)


def hits(tx: ReadTransaction, *, open_only: bool = False) -> list[SanctionsHit]:
    """Likenesses, those that nobody decided first, then the weightiest."""
    query = select(SanctionsHit)
    if open_only:
        query = query.where(col(SanctionsHit.decision).is_(None))
    return sorted(tx.all(query),
                  key=lambda one: (one.decision is not None, -one.bits, one.counted))


def hit(tx: ReadTransaction, number: str) -> SanctionsHit:
    """One likeness, by its number (`S-7`).

    Raises:
        NotFound: there is none.
    """
    digits = number.strip().upper().removeprefix("S-")
    found = tx.first(select(SanctionsHit).where(
        SanctionsHit.counted == int(digits))) if digits.isdecimal() and len(digits) < 10 else None
    if found is None:
        raise NotFound("sanctions.hit-unknown", number=number)
    return found


def undecided(tx: ReadTransaction) -> int:
    """How many likenesses wait for a decision."""
    return int(tx.value("SELECT count(*) FROM sanctions_hit WHERE decision IS NULL"))


def is_due(tx: ReadTransaction) -> bool:
    """Whether somebody or a list is new or another one since the last screening."""
    last = tx.value("SELECT compared FROM sanctions_run ORDER BY counted DESC LIMIT 1")
    return last is None or bytes(last) != _compared(subjects(tx), list_digests(tx))


def entries_of(one: SanctionsList) -> list[ListEntry]:
    """A list's entries."""
    return [ListEntry(uid, kind, tuple(names), tuple(births))
            for uid, kind, names, births in json.loads(one.entries)]


def _keep(tx: WriteTransaction, session: OperatorSession, found: Iterable[_Found]) -> int:
    """Add what is new, and let go of what nobody decided and is no longer found; how many new."""
    by_key = {one.key: one for one in found}
    stood = {(row.kind, row.subject, row.label, row.entry, row.fingerprint): row
             for row in tx.all(select(SanctionsHit))}
    gone = [row.counted for key, row in stood.items()
            if row.decision is None and key not in by_key]
    for counted in gone:
        tx.remove(delete(SanctionsHit).where(col(SanctionsHit.counted) == counted))
    number = int(tx.value("SELECT coalesce(max(counted), 0) FROM sanctions_hit"))
    new = [one for key, one in by_key.items() if key not in stood]
    for place, one in enumerate(new, number + 1):
        tx.add(SanctionsHit(
            counted=place, kind=one.subject.kind, subject=one.subject.subject, label=one.label,
            entry=one.entry.uid, fingerprint=one.fingerprint, bits=round(one.bits * BITS_TENTH),
            found_by=session.operator.name, found_at=session.clock(),
        ))
    return len(new)


def _compared(wanted: Iterable[Subject], lists: Iterable[tuple[str, str]]) -> bytes:
    """A digest of who is to be screened and with what."""
    told = canonical_json([[[*one] for one in wanted], [[*one] for one in lists]])
    return hashlib.sha256(told).digest()


def _check_asked(tx: ReadTransaction) -> None:
    if not asked(tx):
        raise Conflict("sanctions.not-asked")


def _check_discreet(
    tx: ReadTransaction, session: OperatorSession, found: SanctionsHit, reason: str
) -> None:
    """The reason stays readable, so it must not tell who a proxy or a person is."""
    wanted = [one for one in subjects(tx)
              if (one.kind, one.subject) == (found.kind, found.subject)]
    for _, data in opened(tx, session, wanted):
        if tells(reason, data):
            raise UsageError("people.reason-tells-who")
