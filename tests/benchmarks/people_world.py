"""A ledger and vault in a folder, with as many people enrolled as a benchmark needs.

Enrolled through the people's own room, in lists of a few thousand, so that what is measured is what
stands in a real ledger. An office of its own clock and randomness makes two builds alike.
"""

import random
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from cbi.operators.desk import Desk, Operator
from cbi.operators.keyring import Keyring, make_keyring
from cbi.people.enrolling import enrol
from cbi.people.record import NewPerson
from cbi.storage.migrate import upgrade
from cbi.storage.sqlite import SqliteDatabase

LIST = 5_000
NOW_US = 1_660_600_000_000_000


def desk_in(folder: Path, *, create: bool = False) -> Desk:
    """The desk of a field officer over the ledger and vault of this folder."""
    randomness = random.Random(7)
    keys = make_keyring(randomness.randbytes(16), randomness.randbytes)
    ledger = SqliteDatabase(folder / "ledger.db", create=create)
    vault = SqliteDatabase(folder / "vault.db", create=create, secure_delete=True)
    if create:
        upgrade(ledger, "ledger")
        upgrade(vault, "vault")
        with ledger.write() as tx:
            _first_rows(tx, keys)
    ticks = iter(range(NOW_US, sys.maxsize, 1_000))
    operator = Operator("field1", frozenset({"field", "manager", "admin"}))
    noise = random.SystemRandom().randbytes if not create else randomness.randbytes
    return Desk(ledger, operator, lambda: next(ticks), noise, lambda: keys, lambda: vault, "bench")


def _first_rows(tx: object, keys: Keyring) -> None:
    tx.insert("ledger_identity", [{
        "number": 1, "ledger_id": keys.ledger_id, "practice": 1, "origin": "bench",
        "seal_public": keys.seal_public, "made_at": NOW_US,
    }])
    for code in ("almaty", "astana", "shymkent", "karaganda", "semey"):
        tx.insert("city", [{
            "code": code, "names": '{"en": "x"}', "kato": None, "iso": None, "pcode": None,
        }])


def fill(desk: Desk, people: Iterable[NewPerson]) -> list[str]:
    """Enrol these people, list by list; their beneficiary numbers in order."""
    waiting = iter(people)
    numbers: list[str] = []
    while part := list(islice(waiting, LIST)):
        numbers += enrol(desk, part).numbers
    return numbers
