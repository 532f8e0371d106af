"""Wrong passphrases: five in ten minutes, then five minutes of rest.

A try is counted, and committed, *before* the passphrase is looked at, and taken back when it was
right: neither a killed process nor a hundred guesses at once get one for nothing.
"""

import json

from cbi.base.clock import MINUTE_US
from cbi.base.errors import NotAllowed
from cbi.operators.rows import StoredOperator
from cbi.storage.transactions import WriteTransaction

TRIES_MAX = 5
WINDOW_US = 10 * MINUTE_US
REST_US = 5 * MINUTE_US


def take_try(tx: WriteTransaction, name: str, now: int) -> StoredOperator | None:
    """Count one try of an operator's passphrase; the operator's row, None if there is none.

    Raises:
        NotAllowed: the operator rests after too many.
    """
    # An update that changes nothing keeps the row ours until the commit, on both engines.
    row = tx.read_one(
        StoredOperator,
        "UPDATE operator SET tries = tries WHERE name = :name RETURNING *", name=name,
    )
    if row is None:
        return None
    tries, rests_until = after_try(json.loads(row.tries), row.rests_until, now)
    tx.run(
        "UPDATE operator SET tries = :tries, rests_until = :until WHERE name = :name",
        name=name, tries=json.dumps(tries), until=rests_until,
    )
    return row


def forgive(tx: WriteTransaction, name: str) -> None:
    """Forget an operator's tries: the passphrase was right, or is a new one."""
    tx.run("UPDATE operator SET tries = '[]', rests_until = NULL WHERE name = :name", name=name)


def after_try(
    tries: list[int], rests_until: int | None, now: int
) -> tuple[list[int], int | None]:
    """The tries that count and the end of the rest, once another try is made at this instant.

    Raises:
        NotAllowed: it is a time of rest.
    """
    if rests_until is not None:
        if now < rests_until:
            minutes = -(-(rests_until - now) // MINUTE_US)
            raise NotAllowed("operators.resting", minutes=minutes)
        tries = []
    counted = [*(at for at in tries if at > now - WINDOW_US), now]
    return counted, now + REST_US if len(counted) >= TRIES_MAX else None
