"""Devices that are tills: offered at the office, paired once, revoked at any time.

The office offers a device and is told a short code, good for ten minutes and once. Whoever types it
gets a credential of their own; the ledger keeps a hash of it. A device is bound to one store. Read
at every request of a till: standard library alone.
"""

import hashlib
import hmac
from typing import NamedTuple

from cbi.base.clock import MINUTE_US
from cbi.base.errors import Conflict, NotAllowed, NotFound
from cbi.base.ids import new_id
from cbi.ledger.vouchers.codes import ALPHABET
from cbi.ledger.vouchers.stores import retailer_of
from cbi.operators.digests import is_as_said
from cbi.operators.log import record, record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.roster import known_as, operators
from cbi.storage.transactions import ReadTransaction, WriteTransaction

PAIR_IN_US = 10 * MINUTE_US
CREDENTIAL_BYTES = 32
CODE_LETTERS = 8


class Offer(NamedTuple):
    """A device that waits to be paired: its code is shown once and kept nowhere."""

    number: str
    store: str
    code: str
    pair_until: int


class Device(NamedTuple):
    """A device as the office sees it; instants in microseconds UTC."""

    id: bytes
    number: str
    store: str
    operator: str | None
    made_by: str
    made_at: int
    pair_until: int
    claimed_at: int | None
    revoked_at: int | None
    revoked_by: str | None


class StoredDevice(NamedTuple):
    """A device's row."""

    id: bytes
    number: str
    store: str
    operator: str | None
    pairing_hash: bytes
    pair_until: int
    made_by: str
    made_at: int


class StoredClaim(NamedTuple):
    """A claim's row."""

    device: bytes
    credential_hash: bytes
    claimed_at: int


def offer(session: OperatorSession, store: str, operator: str | None = None) -> Offer:
    """Let a device be paired as a till of this store.

    `operator` is the cashier in whose name a shop's own till redeems; without one, cashiers sign in
    on the device.

    Raises:
        NotFound: no such store or operator.
        NotAllowed: the operator is no cashier of this store.
    """
    session.require("till.pair")
    retailer_of(session, store)
    place = store.strip().lower()
    code = "".join(ALPHABET[byte & 31] for byte in session.entropy(CODE_LETTERS))
    key = session.keys.need("lookup")

    def work(tx: WriteTransaction) -> Offer:
        name = None if operator is None else _cashier_of(tx, operator, place)
        now = session.clock()
        count: int = tx.value("SELECT count(*) FROM till_device WHERE store = :store", store=place)
        row = StoredDevice(
            new_id(now, session.entropy), f"{place}/{count + 1}", place, name,
            _pairing_hash(code, key), now + PAIR_IN_US, session.operator.name, now,
        )
        tx.insert("till_device", [row._asdict()])
        record_by(
            tx, session, action="till.pair", object=row.number, at=now,
            detail={"operator": name or ""},
        )
        return Offer(row.number, place, f"{code[:4]}-{code[4:]}", row.pair_until)

    return session.ledger.transact(work)


def _cashier_of(tx: ReadTransaction, operator: str, store: str) -> str:
    for one in operators(tx):
        if one.name == known_as(operator):
            if "cashier" not in one.roles or store not in one.stores:
                raise NotAllowed("ledger.store-not-yours", operator=one.name, store=store)
            return one.name
    raise NotFound("operators.unknown", operator=operator)


def claim(
    tx: WriteTransaction, typed: str, credential: bytes, *, now: int, key: bytes, origin: str
) -> StoredDevice:
    """Pair: from now on whoever has this credential is the device that the code was shown for.

    Raises:
        NotFound: no device waits for this code: mistyped, used, or too late.
    """
    device = tx.read_one(
        StoredDevice,
        "SELECT d.* FROM till_device d WHERE d.pairing_hash = :hash AND d.pair_until > :now "
        "AND NOT EXISTS (SELECT 1 FROM till_claim c WHERE c.device = d.id) "
        "AND NOT EXISTS (SELECT 1 FROM till_revoked r WHERE r.device = d.id)",
        hash=_pairing_hash(_read(typed), key), now=now,
    )
    if device is None:
        raise NotFound("till-devices.code-unknown")
    row = StoredClaim(device.id, hashlib.sha256(credential).digest(), now)
    tx.insert("till_claim", [row._asdict()])
    record(
        tx, operator=device.operator or "", action="till.paired", object=device.number, at=now,
        detail={}, origin=origin,
    )
    return device


def device_of(
    tx: ReadTransaction, credential: bytes, keys: dict[str, bytes] | None = None
) -> StoredDevice:
    """The device that has this credential, as the program wrote it.

    Raises:
        NotAllowed: there is none, it was revoked, or it was put in behind the program's back.
    """
    known = tx.read_one(
        StoredClaim, "SELECT * FROM till_claim WHERE credential_hash = :hash",
        hash=hashlib.sha256(credential).digest(),
    )
    device = None if known is None else tx.read_one(
        StoredDevice,
        "SELECT d.* FROM till_device d WHERE d.id = :id "
        "AND NOT EXISTS (SELECT 1 FROM till_revoked r WHERE r.device = d.id)", id=known.device,
    )
    if (
        known is None or device is None
        or not is_as_said(tx, "till_claim", known.device.hex(), known._asdict(), keys)
        or not is_as_said(tx, "till_device", device.id.hex(), device._asdict(), keys)
    ):
        raise NotAllowed("till-devices.not-paired")
    return device


def revoke(session: OperatorSession, number: str) -> Device:
    """Let a device be no till any more, from its next request on.

    Raises:
        NotFound: no such device.
        Conflict: it was revoked before.
    """
    session.require("till.pair")

    def work(tx: WriteTransaction) -> Device:
        now = session.clock()
        found = next((one for one in devices(tx) if one.number == number.strip().lower()), None)
        if found is None:
            raise NotFound("till-devices.unknown", device=number)
        if found.revoked_at is not None:
            raise Conflict("till-devices.revoked-already", device=found.number)
        by = session.operator.name
        tx.insert("till_revoked", [{"device": found.id, "revoked_by": by, "revoked_at": now}])
        record_by(tx, session, action="till.revoke", object=found.number, at=now)
        return found._replace(revoked_at=now, revoked_by=by)

    return session.ledger.transact(work)


def devices(tx: ReadTransaction, store: str | None = None) -> list[Device]:
    """All devices by number, revoked ones too, or one store's."""
    of_store = "" if store is None else "WHERE d.store = :store "
    return tx.read(
        Device,
        "SELECT d.id, d.number, d.store, d.operator, d.made_by, d.made_at, d.pair_until, "
        "c.claimed_at, r.revoked_at, r.revoked_by FROM till_device d "
        "LEFT JOIN till_claim c ON c.device = d.id LEFT JOIN till_revoked r ON r.device = d.id "
        f"{of_store}ORDER BY d.store, d.made_at",
        store=(store or "").strip().lower(),
    )


def _read(typed: str) -> str:
    """A pairing code as it was shown, however it was typed."""
    plain = "".join(one for one in typed.upper() if one.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))[:64]


def _pairing_hash(code: str, key: bytes) -> bytes:
    return hmac.digest(key, b"cbi pairs a till" + code.encode(), "sha256")
