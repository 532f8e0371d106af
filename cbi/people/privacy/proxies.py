"""Who collects for a household: name, document and relation, sealed under the head's key.

The head names a proxy, so a proxy ends when the head changes, and is named anew by the next one.
"""

from dataclasses import asdict, dataclass
from typing import Any

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.operators.log import record
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.checking import LABEL_LENGTH_MAX
from cbi.people.records.reading import living_facts, person_key
from cbi.people.records.record import Discreet
from cbi.people.records.sealing import NONCE_BYTES, note_of, open_sealed, seal
from cbi.storage.transactions import ReadTransaction, Record, WriteTransaction


@dataclass(frozen=True, slots=True, repr=False)
class ProxyPerson(Discreet):
    """Somebody who may collect: the name as written, the document shown, the relation."""

    name: str
    document: str
    relation: str


@dataclass(frozen=True, slots=True, repr=False)
class NamedProxy(Discreet):
    """A proxy on record; `id` in hexadecimal. `ended_at` is None while it holds."""

    id: str
    person: ProxyPerson
    named_by: str
    named_at: int
    ended_at: int | None


def name_proxy(session: OperatorSession, head: str, person: ProxyPerson) -> str:
    """Let somebody collect for the household of this head; returns the proxy's id.

    Raises:
        UsageError: name, document or relation is missing.
        NotFound: no such person.
        Conflict: the person is not the head of a household, or was erased.
    """
    session.require("people.edit")
    told = ProxyPerson(*(value.strip() for value in asdict(person).values()))
    if not (told.name and told.document and told.relation):
        raise UsageError("people.proxy-incomplete")
    if len(told.relation) > LABEL_LENGTH_MAX:
        raise UsageError("people.proxy-incomplete")

    def work(tx: WriteTransaction) -> str:
        found = living_facts(tx, head)
        if not found.head:
            raise Conflict("people.not-a-head", number=found.number)
        row_id = session.new_id()
        belongs_to = note_of(found.number, row_id)
        sealed = seal(
            person_key(session, found.number), session.entropy(NONCE_BYTES), asdict(told),
            belongs_to
        )
        tx.insert("proxy", [{
            "id": row_id, "household": found.household, "head": found.number, "sealed": sealed,
            "named_by": session.operator.name, "named_at": session.clock(),
        }])
        record(
            tx, operator=session.operator.name, action="people.proxy-named", object=found.household,
            at=session.clock(), detail={"proxy": row_id.hex()}, origin=session.origin,
        )
        return row_id.hex()

    return session.ledger.transact(work)


def end_proxy(session: OperatorSession, proxy_id: str) -> None:
    """Take a proxy's leave to collect away, by its id or the last eight of it.

    Raises:
        NotFound: no such proxy that still holds.
    """
    session.require("people.edit")

    def work(tx: WriteTransaction) -> None:
        rows = tx.rows("SELECT id, household FROM proxy WHERE ended_at IS NULL")
        wanted = proxy_id.strip().lower()
        met = [row for row in rows if len(wanted) >= 8 and row["id"].hex().endswith(wanted)]
        if len(met) != 1:
            raise NotFound("people.proxy-unknown", proxy=wanted)
        _end(tx, session, met)

    session.ledger.transact(work)


def end_proxies_in(
    tx: WriteTransaction, session: OperatorSession, household: str, now: int | None = None
) -> None:
    """End every proxy of a household, in the caller's transaction and at its instant."""
    _end(tx, session, tx.rows(
        "SELECT id, household FROM proxy WHERE household = :household AND ended_at IS NULL",
        household=household,
    ), now)


def begin_again(
    tx: WriteTransaction, session: OperatorSession, household: str, ended_at: int
) -> None:
    """Let those proxies of a household collect again who were ended at this instant."""
    rows = tx.rows(
        "SELECT id FROM proxy WHERE household = :household AND ended_at = :at",
        household=household, at=ended_at,
    )
    for row in rows:
        tx.run("UPDATE proxy SET ended_by = NULL, ended_at = NULL WHERE id = :id", id=row["id"])
        record(
            tx, operator=session.operator.name, action="people.proxy-named", object=household,
            at=session.clock(), detail={"proxy": row["id"].hex()}, origin=session.origin,
        )


def proxies_of(tx: ReadTransaction, head: str, key: bytes) -> list[NamedProxy]:
    """Everybody a head ever named, opened with the head's key."""
    rows = tx.rows("SELECT * FROM proxy WHERE head = :head ORDER BY named_at, id", head=head)
    found = []
    for row in rows:
        belongs_to = note_of(head, bytes(row["id"]))
        told: Any = open_sealed(key, bytes(row["sealed"]), belongs_to, number=head)
        found.append(NamedProxy(
            id=row["id"].hex(), person=ProxyPerson(**told), named_by=row["named_by"],
            named_at=row["named_at"], ended_at=row["ended_at"],
        ))
    return found


def proxies(session: OperatorSession, head: str, *, purpose: str) -> list[NamedProxy]:
    """Who may collect for the household of this head now; the reading is logged.

    Raises:
        NotFound: no such person.
        Conflict: the person was erased.
    """
    session.require("people.read")

    def work(tx: WriteTransaction) -> list[NamedProxy]:
        found = living_facts(tx, head)
        named = proxies_of(tx, found.number, person_key(session, found.number))
        record(
            tx, operator=session.operator.name, action="people.read", object=found.number,
            at=session.clock(), detail={"people": 1, "purpose": purpose}, origin=session.origin,
        )
        session.seal_reading(tx, session)
        return [proxy for proxy in named if proxy.ended_at is None]

    return session.ledger.transact(work)


def _end(
    tx: WriteTransaction, session: OperatorSession, rows: list[Record], at: int | None = None
) -> None:
    for row in rows:
        now = session.clock() if at is None else at
        tx.run(
            "UPDATE proxy SET ended_by = :operator, ended_at = :now WHERE id = :id",
            operator=session.operator.name, now=now, id=row["id"],
        )
        record(
            tx, operator=session.operator.name, action="people.proxy-ended",
            object=row["household"],
            at=now, detail={"proxy": row["id"].hex()}, origin=session.origin,
        )
