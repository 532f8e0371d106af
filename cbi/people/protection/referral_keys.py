"""The key of referrals: made by who keeps them, in a file of its own under a passphrase."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from cbi.base.errors import Conflict, Unusable
from cbi.operators.keyring import (
    PROTECTION,
    Keyring,
    key_checks,
    read_keyring,
    write_keyring,
)
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.stretching import KEY_BYTES
from cbi.people.protection.tables import ReferralKey
from cbi.storage.transactions import ReadTransaction, WriteTransaction

ACTION = "referral.keep"


_SAID_OF_REFERRALS = {
    "operators.keyring-missing": "protection.key-missing",
    "operators.keyring-damaged": "protection.key-damaged",
    "operators.keyring-of-another-ledger": "protection.key-unknown",
    "operators.key-missing": "protection.key-unknown",
}
"""What is wrong with a keyring, said of the file that `--key` names."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenedKey:
    """A key of referrals and which of the ledger's it is. Printed, it shows nothing."""

    number: int
    key: bytes


def make_key(session: OperatorSession, path: Path, passphrase: str, *, anew: bool) -> None:
    """Make the ledger's key of referrals; `anew` another one, after the first was lost.

    Raises:
        NotAllowed: the operator does not keep referrals.
        Conflict: there is one already, or a file of this name.
    """
    session.require(ACTION)
    office = session.keys
    ring = Keyring(office.ledger_id, office.seal_public, {PROTECTION: session.entropy(KEY_BYTES)})

    def work(tx: WriteTransaction) -> None:
        known = _known(tx)
        if known and not anew:
            raise Conflict(
                "protection.key-there", operator=known[-1].made_by,
            )
        now = session.clock()
        tx.add(ReferralKey(
            number=len(known) + 1, key_check=key_checks(ring), made_by=session.operator.name,
            made_at=now,
        ))
        record_by(tx, session, action="referral.key", object="referrals", at=now)
        write_keyring(ring, path, passphrase=passphrase, stretching=session.stretching)

    session.ledger.transact(work)


def copy_key(
    session: OperatorSession, path: Path, opened: OpenedKey, passphrase: str
) -> None:
    """Write a key into another file under another passphrase, for a colleague or for keeping.

    Raises:
        NotAllowed: the operator does not keep referrals.
        Conflict: there is a file of this name.
    """
    session.require(ACTION)
    office = session.keys
    ring = Keyring(office.ledger_id, office.seal_public, {PROTECTION: opened.key})
    write_keyring(ring, path, passphrase=passphrase, stretching=session.stretching)


def open_key(
    session: OperatorSession, path: Path, passphrase: Callable[[], str]
) -> OpenedKey:
    """The key in a file.

    Raises:
        NotAllowed: the operator does not keep referrals: their key opens nothing then.
        Unusable: the file is missing, lies open, is damaged, of another ledger or under another
            passphrase; or it holds no key of this ledger's referrals.
    """
    session.require(ACTION)
    try:
        ring = read_keyring(path, ledger_id=session.keys.ledger_id, passphrase=passphrase)
        only = Keyring(ring.ledger_id, ring.seal_public, {PROTECTION: ring.need(PROTECTION)})
    except Unusable as error:
        if error.code not in _SAID_OF_REFERRALS:
            raise
        raise Unusable(_SAID_OF_REFERRALS[error.code], path=str(path)) from error
    with session.ledger.read() as tx:
        numbers = [one.number for one in _known(tx) if one.key_check == key_checks(only)]
    if not numbers:
        raise Unusable("protection.key-unknown", path=str(path))
    return OpenedKey(numbers[0], ring.need(PROTECTION))


def _known(tx: ReadTransaction) -> list[ReferralKey]:
    return tx.all(select(ReferralKey).order_by(col(ReferralKey.number)))
