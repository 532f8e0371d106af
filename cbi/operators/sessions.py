"""Logins that last: a file of the operator's own, and the hash of its token in the ledger.

The file holds a name, a random token and an end; who else may read it could act as its owner, so a
file that lies open is refused. The ledger alone says whose token it is, whether it still holds and
what its owner may do now. Read at the start of every command: standard library only.
"""

import hashlib
import json
from pathlib import Path

from cbi.base.clock import MINUTE_US, Clock
from cbi.base.errors import NotAllowed, Unusable
from cbi.base.ids import Entropy
from cbi.base.logs import Log
from cbi.operators import owner_only
from cbi.operators.digests import Vouching, login_mac, vouching_of
from cbi.operators.log import record
from cbi.operators.operator_session import Operator
from cbi.operators.roster import check_as_said, operator_of
from cbi.operators.rows import StoredLogin
from cbi.storage.database import Database
from cbi.storage.transactions import ReadTransaction, WriteTransaction

logger = Log(__name__)

TOKEN_BYTES = 32
LASTS_US = 12 * 60 * MINUTE_US
FILE_BYTES_MAX = 4_096


def start_session(
    ledger: Database, operator: Operator, *, clock: Clock, entropy: Entropy, path: Path,
    origin: str = "",
) -> int:
    """Sign the operator in at this file, in place of whoever was; the instant it ends.

    The login is bound to this machine's keyring, which vouches for it.

    Raises:
        Unusable: the file cannot be written.
    """
    token, now, by = entropy(TOKEN_BYTES), clock(), vouching_of(ledger)
    ends_at, before = now + LASTS_US, _token(path)

    def work(tx: WriteTransaction) -> None:
        if before is not None:
            _end(tx, before, now)
        add_login(tx, token, operator.name, now=now, by=by, origin=origin)

    ledger.transact(work)
    told = {"operator": operator.name, "token": token.hex(), "ends_at": ends_at}
    try:
        owner_only.write_over(path, json.dumps(told).encode() + b"\n")
    except OSError as error:
        raise _unwritable(path, error) from error
    return ends_at


def session_operator(
    ledger: Database, path: Path, *, clock: Clock, by: Vouching | None = None,
    keys: dict[str, bytes] | None = None,
) -> Operator | None:
    """The operator signed in at this file, with their present roles and stores; None if nobody is.

    With this machine's `by` and `keys`, a login and rights that they do not vouch for are none.

    Raises:
        NotAllowed: the login is over: ended, revoked, or the operator was disabled or reset; or it,
            or the account, was put in or changed behind the program's back.
        Unusable: others may read the file, or it cannot be read.
    """
    try:
        if owner_only.lies_open(path):
            raise Unusable(
                "operators.session-lies-open", path=str(path),
                command=owner_only.how_to_close(path),
            )
        token = _token_in(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unusable(
            "operators.session-unreadable", path=str(path), detail=error.strerror
        ) from error
    if token is None:
        raise NotAllowed("operators.session-over")
    now = clock()
    with ledger.read() as tx:
        found, _ = operator_by(tx, token, now=now, by=by, keys=keys)
        logger.debug("signed in by a login kept here")
        return found


def add_login(
    tx: WriteTransaction, token: bytes, name: str, *, now: int, by: Vouching | None, origin: str
) -> int:
    """A login that holds for whoever has this token; the instant it ends."""
    ends_at = now + LASTS_US
    row = StoredLogin(_hash(token), name, now, ends_at, ended_at=None, mac=None)
    row = row._replace(mac=login_mac(by, row) if by else None)
    tx.insert("operator_login", [row._asdict()])
    record(
        tx, operator=name, action="operator.login", object=name, at=now, detail={}, origin=origin
    )
    return ends_at


def operator_by(
    tx: ReadTransaction, token: bytes, *, now: int, by: Vouching | None,
    keys: dict[str, bytes] | None,
) -> tuple[Operator, int]:
    """The operator whose login has this token, and the instant at which it ends.

    Raises:
        NotAllowed: as for `session_operator`.
    """
    row = tx.read_one(
        StoredLogin, "SELECT l.* FROM operator_login l JOIN operator o ON o.name = l.operator "
        "WHERE l.token_hash = :hash AND l.ended_at IS NULL "
        "AND l.ends_at > :now AND o.disabled_at IS NULL AND o.must_change = 0",
        hash=_hash(token), now=now,
    )
    if row is None or (by and row.mac != login_mac(by, row)):
        raise NotAllowed("operators.session-over")
    check_as_said(tx, row.operator, keys)
    return operator_of(tx, row.operator, keys), row.ends_at


def end_login(tx: WriteTransaction, token: bytes, *, now: int, origin: str) -> str | None:
    """End the login of this token; whose it was, None if it had ended."""
    name = _end(tx, token, now)
    if name is not None:
        record(
            tx, operator=name, action="operator.logout", object=name, at=now, detail={},
            origin=origin,
        )
    return name


def end_session(ledger: Database, path: Path, *, clock: Clock, origin: str = "") -> str | None:
    """Sign out at this file; the name of who was signed in, None if nobody was.

    Raises:
        Unusable: the login is over, but its file cannot be taken away.
    """
    token, now = _token(path), clock()

    ended = None if token is None else ledger.transact(
        lambda tx: end_login(tx, token, now=now, origin=origin)
    )
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    return ended


def _end(tx: WriteTransaction, token: bytes, now: int) -> str | None:
    """End the login of this token; whose it was, None if it had ended."""
    name: str | None = tx.value(
        "UPDATE operator_login SET ended_at = :now WHERE token_hash = :hash AND ended_at IS NULL "
        "RETURNING operator",
        hash=_hash(token), now=now,
    )
    return name


def _token(path: Path) -> bytes | None:
    """The token in a file that may not be there, be ours or be whole."""
    try:
        return _token_in(path)
    except OSError:
        return None


def _token_in(path: Path) -> bytes | None:
    """The token in a file; None if the file is damaged."""
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX)
    try:
        token = bytes.fromhex(json.loads(content)["token"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def _unwritable(path: Path, error: OSError) -> Unusable:
    return Unusable("operators.session-unwritable", path=str(path), detail=error.strerror)


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
