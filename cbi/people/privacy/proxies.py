"""Who collects for a household: name, document and relation, sealed under the head's key.

The head names a proxy, so a proxy ends when the head changes, and is named anew by the next one.
A keyed hash of the document tells whether one person collects for many, without opening anybody.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.words import alike, western_digits
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.checking import LABEL_LENGTH_MAX
from cbi.people.records.placeholders import is_placeholder
from cbi.people.records.reading import living_facts, person_key
from cbi.people.records.record import Discreet
from cbi.people.records.sealing import NONCE_BYTES, keyed_hash, note_of, open_sealed, seal
from cbi.people.records.tables import Proxy
from cbi.people.records.vault import PROXY, Posting, add_postings, vault_of
from cbi.storage.transactions import ReadTransaction, WriteTransaction


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
    """Let somebody collect for the household of this head; returns the proxy's id, of the one that
    holds already where the same is said again.

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
        key = person_key(session, found.number)
        for one in proxies_of(tx, found.number, key):
            if one.person == told and one.ended_at is None:
                return one.id
        _index(session, found.number, told.document)
        row_id = session.new_id()
        sealed = seal(
            key, session.entropy(NONCE_BYTES), asdict(told), note_of(found.number, row_id)
        )
        tx.add(Proxy(
            id=row_id, household=found.household, head=found.number, sealed=sealed,
            named_by=session.operator.name, named_at=session.clock(), ended_by=None,
            ended_at=None,
        ))
        record_by(
            tx, session, action="people.proxy-named", object=found.household,
            detail={"proxy": row_id.hex()},
        )
        return row_id.hex()

    return session.ledger.transact(work)


DIGITS_FROM = 5
"""So many digits are a document's own; in fewer its letters count, too."""


def document_key(document: str) -> str:
    """What is alike in a document however it is written: its digits; empty of one that only fills a
    field."""
    number = western_digits(alike(document))
    if is_placeholder(number):
        return ""
    digits = "".join(filter(str.isdigit, number))
    return digits if len(digits) >= DIGITS_FROM else "".join(filter(str.isalnum, number))


def _index(session: OperatorSession, head: str, document: str) -> None:
    """Keep the keyed hash of a proxy's document, under the head's number.

    It goes first: without the ledger's row it is a hash of a head's, which nothing reads.
    """
    key = document_key(document)
    if key:
        hashed = Posting(keyed_hash(session.keys.need("people"), PROXY, key), head, PROXY)
        vault_of(session).transact(lambda vault: add_postings(vault, [hashed]))


def end_proxy(session: OperatorSession, proxy_id: str) -> None:
    """Take a proxy's leave to collect away, by its id or the last eight of it.

    Raises:
        NotFound: no such proxy that still holds.
    """
    session.require("people.edit")

    def work(tx: WriteTransaction) -> None:
        rows = tx.all(select(Proxy).where(col(Proxy.ended_at).is_(None)))
        wanted = proxy_id.strip().lower()
        met = [row for row in rows if len(wanted) >= 8 and row.id.hex().endswith(wanted)]
        if len(met) != 1:
            raise NotFound("people.proxy-unknown", proxy=wanted)
        _end(tx, session, met)

    session.ledger.transact(work)


def end_proxies_in(
    tx: WriteTransaction, session: OperatorSession, household: str, now: int | None = None
) -> None:
    """End every proxy of a household, in the caller's transaction and at its instant."""
    _end(tx, session, tx.all(
        select(Proxy).where(Proxy.household == household, col(Proxy.ended_at).is_(None))
    ), now)


def begin_again(
    tx: WriteTransaction, session: OperatorSession, household: str, ended_at: int
) -> None:
    """Let those proxies of a household collect again who were ended at this instant."""
    for row_id in tx.all(
        select(Proxy.id).where(Proxy.household == household, Proxy.ended_at == ended_at)
    ):
        tx.change(
            update(Proxy).where(col(Proxy.id) == row_id),
            {Proxy.ended_by: None, Proxy.ended_at: None},
        )
        record_by(
            tx, session, action="people.proxy-named", object=household,
            detail={"proxy": row_id.hex()},
        )


def proxies_of(tx: ReadTransaction, head: str, key: bytes) -> list[NamedProxy]:
    """Everybody a head ever named, opened with the head's key."""
    rows = tx.all(
        select(Proxy).where(Proxy.head == head).order_by(col(Proxy.named_at), col(Proxy.id))
    )
    found = []
    for row in rows:
        told: Any = open_sealed(key, row.sealed, note_of(head, row.id), number=head)
        found.append(NamedProxy(
            id=row.id.hex(), person=ProxyPerson(**told), named_by=row.named_by,
            named_at=row.named_at, ended_at=row.ended_at,
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
        record_by(
            tx, session, action="people.read", object=found.number,
            detail={"people": 1, "purpose": purpose},
        )
        session.seal_reading(tx, session)
        return [proxy for proxy in named if proxy.ended_at is None]

    return session.ledger.transact(work)


def _end(
    tx: WriteTransaction, session: OperatorSession, rows: list[Proxy], at: int | None = None
) -> None:
    for row in rows:
        now = session.clock() if at is None else at
        tx.change(
            update(Proxy).where(col(Proxy.id) == row.id),
            {Proxy.ended_by: session.operator.name, Proxy.ended_at: now},
        )
        record_by(
            tx, session, action="people.proxy-ended", object=row.household, at=now,
            detail={"proxy": row.id.hex()},
        )
