"""A cashier's PIN: how they sign in at a till in a browser, on a device that the office has paired.

Chosen by the cashier alone, who proves by passphrase who they are. It is guessed at slowly: a try
is counted and committed before the PIN is looked at, five in ten minutes rest for five, and after
fifteen wrong ones in a row it is locked until its owner chooses another. It is never written
anywhere but as an argon2id hash.
"""

import json
from itertools import pairwise
from typing import NamedTuple

from cbi.base.errors import NotAllowed, UsageError
from cbi.operators.log import record
from cbi.operators.operator_session import OperatorSession
from cbi.operators.passphrases import Hashing
from cbi.operators.tries import after_try
from cbi.storage.transactions import WriteTransaction

DIGITS_MIN, DIGITS_MAX = 6, 12
MISSES_MAX = 15


class StoredPin(NamedTuple):
    """A PIN's row; `tries` is a JSON array of instants."""

    operator: str
    pin_hash: str
    tries: str
    rests_until: int | None
    misses: int
    made_by: str
    made_at: int


def read_pin(text: str) -> str:
    """A PIN as it is kept, whatever digits and spaces it was typed with.

    Raises:
        UsageError: it is no PIN, or one that everybody tries first.
    """
    plain = "".join(text.split())
    if not (plain.isdecimal() and DIGITS_MIN <= len(plain) <= DIGITS_MAX):
        raise UsageError("operators.pin-unreadable", least=DIGITS_MIN, most=DIGITS_MAX)
    digits = [int(one) for one in plain]
    steps = {after - before for before, after in pairwise(digits)}
    if steps in ({0}, {1}, {-1}):
        raise UsageError("operators.pin-easy")
    return "".join(map(str, digits))


def set_pin(session: OperatorSession, pin: str) -> None:
    """Put this PIN in place of the operator's own.

    Raises:
        UsageError: a PIN that will not do.
        NotAllowed: the operator is no cashier.
    """
    session.require("till.redeem")
    pin_hash = Hashing(session.entropy, session.stretching).hash(read_pin(pin))
    name, now = session.operator.name, session.clock()
    row = StoredPin(name, pin_hash, "[]", None, 0, name, now)

    def work(tx: WriteTransaction) -> None:
        known = tx.value("SELECT 1 FROM operator_pin WHERE operator = :name", name=name)
        if known is None:
            tx.insert("operator_pin", [row._asdict()])
        else:
            tx.run(
                "UPDATE operator_pin SET pin_hash = :hash, tries = '[]', rests_until = NULL, "
                "misses = 0, made_by = :name, made_at = :now WHERE operator = :name",
                hash=pin_hash, name=name, now=now,
            )
        record(
            tx, operator=name, action="operator.pin", object=name, at=now, detail={},
            origin=session.origin,
        )

    session.ledger.transact(work)


def take_pin_try(tx: WriteTransaction, name: str, now: int) -> StoredPin | None:
    """Count one try of an operator's PIN; its row, None if there is none.

    Raises:
        NotAllowed: the PIN rests after too many wrong ones, or is locked.
    """
    row = tx.read_one(
        StoredPin, "UPDATE operator_pin SET tries = tries WHERE operator = :name RETURNING *",
        name=name,
    )
    if row is None:
        return None
    if row.misses >= MISSES_MAX:
        raise NotAllowed("operators.pin-locked")
    tries, rests_until = after_try(json.loads(row.tries), row.rests_until, now)
    tx.run(
        "UPDATE operator_pin SET tries = :tries, rests_until = :until, misses = :misses "
        "WHERE operator = :name",
        name=name, tries=json.dumps(tries), until=rests_until, misses=row.misses + 1,
    )
    return row


def forgive_pin(tx: WriteTransaction, name: str) -> None:
    """Forget the tries of a PIN that was right."""
    tx.run(
        "UPDATE operator_pin SET tries = '[]', rests_until = NULL, misses = 0 "
        "WHERE operator = :name", name=name,
    )


def note_wrong_pin(tx: WriteTransaction, name: str, *, now: int, origin: str) -> None:
    """Log a try that was not right. A name that nobody has is left out: it may be a PIN."""
    record(
        tx, operator=name, action="operator.login-failed", object=name, at=now,
        detail={"why": "pin"}, origin=origin,
    )
