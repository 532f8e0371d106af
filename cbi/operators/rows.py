"""Rows of the operators' tables, as a login reads them: whole, and without a library.

Their digests are of whole rows, so that each of these has every column of its table.
"""

from typing import NamedTuple


class StoredOperator(NamedTuple):
    """An operator's row; `must_change` is 1 or 0, `tries` a JSON array of instants."""

    name: str
    passphrase_hash: str
    must_change: int
    disabled_at: int | None
    tries: str
    rests_until: int | None
    made_by: str
    made_at: int


class HeldRole(NamedTuple):
    """A role that an operator holds."""

    operator: str
    role: str


class HeldStore(NamedTuple):
    """A store that an operator is bound to."""

    operator: str
    store: str


class StoredTraining(NamedTuple):
    """A training's row."""

    operator: str
    topic: str
    day: str
    trainer: str
    store: str | None
    made_by: str
    made_at: int


class StoredLogin(NamedTuple):
    """A login's row."""

    token_hash: bytes
    operator: str
    started_at: int
    ends_at: int
    ended_at: int | None
    mac: bytes | None


class StoredHead(NamedTuple):
    """The guarded row that names a chain's last line."""

    number: int
    seq: int
    hash: bytes


class StoredLine(NamedTuple):
    """A line of the log as it stands; `detail` is JSON."""

    seq: int
    at: int
    operator: str
    action: str
    object: str
    detail: str
    origin: str
    hash: bytes


class DigestLine(NamedTuple):
    """A line about rows as it stands: JSON of their keys, and their digests, one after another."""

    seq: int
    place: str
    keys: str
    digests: bytes
    vouched_by: str
    mac: bytes
    hash: bytes
