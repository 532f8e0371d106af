"""The second factor of who reads the books over the network: a code that changes every half minute.

An operator sets it up at an office's machine: their phone's program and the ledger share a secret
(TOTP, RFC 6238), which the ledger keeps sealed. A code is good once; a try is counted and committed
before it is looked at. Ten recovery codes, each good once, go on paper. Who lost both is reset by
another admin. A terminal in the office asks for none of it.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cbi.base.clock import SECOND_US
from cbi.base.errors import NotAllowed, NotFound, UsageError
from cbi.base.ids import Entropy
from cbi.operators.keyring import Keyring
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.roster import known_as
from cbi.operators.tries import after_try
from cbi.storage.transactions import ReadTransaction, WriteTransaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES, NONCE_BYTES, RECOVERY_BYTES = 20, 12, 10
STEP_SECONDS, DIGITS, DRIFT_STEPS = 30, 6, 1
RECOVERY_CODES = 10
MISSES_MAX = 15
ISSUER = "cbi"


class StoredSecond(NamedTuple):
    """A second factor's row; `tries` is a JSON array of instants, `last_step` the last one used."""

    operator: str
    secret_sealed: bytes
    last_step: int
    tries: str
    rests_until: int | None
    misses: int
    made_by: str
    made_at: int


class SecondMade(NamedTuple):
    """A second factor that was set up: the recovery codes, told once and kept nowhere."""

    operator: str
    recovery: Sequence[str]


def new_secret(entropy: Entropy) -> bytes:
    """A secret for a phone's program."""
    return entropy(SECRET_BYTES)


def shown_secret(secret: bytes) -> str:
    """The secret as a person types it into a program that has no camera."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[at:at + 4] for at in range(0, len(plain), 4))


def address_of(secret: bytes, name: str) -> str:
    """What the program's camera reads."""
    return _totp(secret).get_provisioning_uri(name, ISSUER)


def has_second(tx: ReadTransaction, name: str) -> bool:
    """Whether this operator has set one up."""
    return bool(tx.value("SELECT 1 FROM operator_second WHERE operator = :name", name=name))


def set_second(
    session: OperatorSession, secret: bytes, code: str, *, before: str = ""
) -> SecondMade:
    """Set up the operator's own second factor, proved by a code of it.

    `before` is a code of the one that it takes the place of.

    Raises:
        NotAllowed: the operator has no reason to have one, or `before` is not right, rests or is
            locked.
        UsageError: the code is not the secret's.
    """
    session.require("finance.read")
    name, ring = session.operator.name, session.open_keys()
    now = session.clock()
    step = _step_of(secret, code, now, 0)
    if step is None:
        raise UsageError("operators.second-code-wrong")
    if not _may_replace(session, before, ring):
        raise NotAllowed("operators.second-before-wrong")
    codes = [_recovery(session.entropy(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    nonce = session.entropy(NONCE_BYTES)
    row = StoredSecond(name, _sealed(ring, name, secret, nonce), step, "[]", None, 0, name, now)

    def work(tx: WriteTransaction) -> None:
        _forget(tx, name)
        tx.insert("operator_second", [row._asdict()])
        tx.insert("operator_recovery", [
            {"hash": _recovery_hash(ring, name, one), "operator": name, "used_at": None}
            for one in codes
        ])
        record_by(tx, session, action="operator.second-factor", object=name, at=now)

    session.ledger.transact(work)
    return SecondMade(name, codes)


def _may_replace(session: OperatorSession, before: str, ring: Keyring) -> bool:
    """Whether none is there, or a code of it is given; the try is counted first."""
    name, now = session.operator.name, session.clock()
    row = session.ledger.transact(lambda tx: take_second_try(tx, name, now))
    return row is None or session.ledger.transact(
        lambda tx: use_second(tx, row, before, now=now, ring=ring)
    )


def reset_second(session: OperatorSession, name: str, reason: str) -> str:
    """Take away the second factor of who lost it; they set up another at the office.

    Raises:
        NotAllowed: one's own: another admin does that.
        NotFound: this operator has none.
        UsageError: no reason is given.
    """
    session.require("operator.manage")
    whose = known_as(name)
    if whose == session.operator.name:
        raise NotAllowed("operators.second-own")
    if not reason.strip():
        raise UsageError("operators.second-reason")

    def work(tx: WriteTransaction) -> None:
        if not has_second(tx, whose):
            raise NotFound("operators.second-none", operator=whose)
        _forget(tx, whose)
        now = session.clock()
        tx.run("UPDATE operator_login SET ended_at = :now WHERE operator = :name "
               "AND ended_at IS NULL", now=now, name=whose)
        record_by(tx, session, action="operator.second-reset", object=whose, at=now,
                  detail={"reason": reason.strip()})

    session.ledger.transact(work)
    return whose


def take_second_try(tx: WriteTransaction, name: str, now: int) -> StoredSecond | None:
    """Count one try of an operator's second factor; its row, None if there is none.

    Raises:
        NotAllowed: it rests after too many wrong ones, or is locked.
    """
    row = tx.read_one(
        StoredSecond,
        "UPDATE operator_second SET tries = tries WHERE operator = :name RETURNING *", name=name,
    )
    if row is None:
        return None
    if row.misses >= MISSES_MAX:
        raise NotAllowed("operators.second-locked", operator=name)
    tries, rests_until = after_try(json.loads(row.tries), row.rests_until, now)
    tx.run(
        "UPDATE operator_second SET tries = :tries, rests_until = :until, misses = :misses "
        "WHERE operator = :name",
        name=name, tries=json.dumps(tries), until=rests_until, misses=row.misses + 1,
    )
    return row


def use_second(
    tx: WriteTransaction, row: StoredSecond, typed: str, *, now: int, ring: Keyring
) -> bool:
    """Whether this is a code of it that was not used yet; from now on it is. Tries are forgotten.

    Of two that use one code at the same instant, the database lets one.
    """
    name = row.operator
    plain = "".join(one for one in typed.upper() if one.isalnum())
    if plain.isdecimal() and len(plain) == DIGITS:
        step = _step_of(_opened(ring, row), plain, now, row.last_step)
        used = step is not None and tx.value(
            "UPDATE operator_second SET last_step = :step WHERE operator = :name "
            "AND last_step < :step RETURNING 1", step=step, name=name,
        )
    else:
        used = tx.value(
            "UPDATE operator_recovery SET used_at = :now WHERE hash = :hash "
            "AND operator = :name AND used_at IS NULL RETURNING 1",
            now=now, hash=_recovery_hash(ring, name, plain), name=name,
        )
    if used:
        tx.run("UPDATE operator_second SET tries = '[]', rests_until = NULL, misses = 0 "
               "WHERE operator = :name", name=name)
    return bool(used)


def _forget(tx: WriteTransaction, name: str) -> None:
    for table in ("operator_recovery", "operator_second"):
        tx.run(f"DELETE FROM {table} WHERE operator = :name", name=name)


def _totp(secret: bytes) -> "TOTP":
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - what every program reads


def _step_of(secret: bytes, code: str, now: int, after: int) -> int | None:
    """The half minute whose code this is, of those that may be now and are later than `after`."""
    plain = "".join(str(int(one)) for one in code if one.isdecimal())
    here, found = now // (STEP_SECONDS * SECOND_US), None
    totp = _totp(secret)
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        right = hmac.compare_digest(totp.generate(step * STEP_SECONDS), plain.encode())
        if right and step > after:
            found = step
    return found


def _recovery(random: bytes) -> str:
    plain = base64.b32encode(random).decode()
    return "-".join(plain[at:at + 4] for at in range(0, len(plain), 4))


def _recovery_hash(ring: Keyring, name: str, typed: str) -> bytes:
    plain = "".join(one for one in typed.upper() if one.isalnum())
    return hmac.digest(_key(ring), f"recovery\0{name}\0{plain}".encode(), "sha256")


def _key(ring: Keyring) -> bytes:
    """An office's keyring alone opens a second factor, and vouches for one."""
    return hmac.digest(ring.need("codes"), b"cbi second factors", "sha256")


def _sealed(ring: Keyring, name: str, secret: bytes, nonce: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return nonce + AESGCM(_key(ring)).encrypt(nonce, secret, name.encode())


def _opened(ring: Keyring, row: StoredSecond) -> bytes:
    """The secret; one put in the place of another's opens nothing.

    Raises:
        NotAllowed: it is not as the program wrote it.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = row.secret_sealed
    try:
        return AESGCM(_key(ring)).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.operator.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise NotAllowed("operators.not-as-said", operator=row.operator) from error
