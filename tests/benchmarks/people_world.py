"""A ledger and vault in a folder, with as many people as a benchmark needs.

`fill` enrols through the people's own room. `pour` writes the same rows without its questions
(households, lists, turns), for a million people: sealed records, wrapped keys and postings are made
by the room's own functions, and put in the order of the hashes.
"""

import random
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from cbi.ledger.identity import identity_row
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import Keyring, make_keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.people.records.contents import record_json
from cbi.people.records.keys import search_keys
from cbi.people.records.languages import hint_of
from cbi.people.records.record import NewPerson
from cbi.people.records.sealing import cipher, hasher, record_of, seal, wrap
from cbi.people.registration.enrolling import enrol
from cbi.storage.migrate import upgrade
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.countries import KZ_ROW

LIST = 5_000
POURED = 100_000
NOW_US = 1_660_600_000_000_000


def desk_in(folder: Path, *, create: bool = False) -> OperatorSession:
    """The desk of a field officer over the ledger and vault of this folder."""
    randomness = random.Random(7)
    keys = make_keyring(randomness.randbytes(16), randomness.randbytes)
    ledger = SqliteDatabase(folder / "ledger.db", create=create)
    vault = SqliteDatabase(folder / "vault.db", create=create, secure_delete=True)
    ledger.following = following(lambda: vouching(keys))
    if create:
        upgrade(ledger, "ledger")
        upgrade(vault, "vault")
        with ledger.write() as tx:
            _first_rows(tx, keys)
        with vault.write() as tx:
            tx.insert("vault_identity", [{"number": 1, "ledger_id": keys.ledger_id}])
    ticks = iter(range(NOW_US, sys.maxsize, 1_000))
    operator = Operator("field1", frozenset({"field", "manager", "admin"}))
    return OperatorSession(
        ledger, operator, lambda: next(ticks), random.SystemRandom().randbytes, lambda: keys,
        lambda: vault, "bench",
    )


def _first_rows(tx: WriteTransaction, keys: Keyring) -> None:
    tx.insert("ledger_identity", [identity_row(keys, practice=True, made_at=NOW_US)])
    tx.add(KZ_ROW)
    for code in ("almaty", "astana", "shymkent", "karaganda", "semey"):
        tx.insert("city", [{
            "code": code, "names": '{"en": "x"}', "kato": None, "iso": None, "pcode": None,
        }])


def fill(session: OperatorSession, people: Iterable[NewPerson]) -> list[str]:
    """Enrol these people, list by list; their beneficiary numbers in order."""
    waiting = iter(people)
    numbers: list[str] = []
    while part := list(islice(waiting, LIST)):
        numbers += enrol(session, part).numbers
    return numbers


def pour(
    session: OperatorSession, people: Iterable[NewPerson], homes: dict[str, str] | None = None
) -> list[str]:
    """Write these people, after those who are there, as they stand after enrolling; their numbers
    in order. `homes` are household numbers by label, kept from call to call."""
    ledger, vault = session.ledger.connection(), session.vault.connection()
    for connection in (ledger, vault):
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
    vault.execute("PRAGMA secure_delete = OFF")
    with session.ledger.read() as tx:
        before: int = tx.value("SELECT count(*) FROM person")
    waiting = iter(people)
    numbers = [""] * before
    dice = random.Random(1 + before)
    known = {} if homes is None else homes
    while part := list(islice(waiting, POURED)):
        _pour(session, part, numbers, known, dice)
    return numbers[before:]


def _pour(
    session: OperatorSession, part: list[NewPerson], numbers: list[str], homes: dict[str, str],
    dice: random.Random,
) -> None:
    key = session.keys.need("people")
    people_cipher, hashed = cipher(key), hasher(key)
    rows: dict[str, list[dict[str, Any]]] = {
        "household": [], "person": [], "person_version": [], "person_key": [],
    }
    postings = []
    for person in part:
        number = _number("B", len(numbers))
        numbers.append(number)
        own, nonce = dice.randbytes(32), dice.randbytes(12)
        sealed = seal(own, nonce, record_json(person.data, {}), record_of(number, 1))
        rows["person_key"].append({
            "person": number, "wrapped": wrap(people_cipher, nonce, own, number),
            "made_at": NOW_US,
        })
        home = homes.get(person.household_ref)
        if home is None:
            home = homes[person.household_ref] = _number("H", len(numbers))
            rows["household"].append({
                "number": home, "head": number, "size": person.household_size, "made_at": NOW_US,
            })
        rows["person"].append(_person(person, number, home))
        rows["person_version"].append({
            "person": number, "version": 1, "sealed": sealed, "made_by": "field1",
            "made_at": NOW_US,
        })
        postings += [(hashed(kind, value), number, kind)
                     for kind, value in search_keys(person.data)]
    with session.vault.write() as tx:
        tx.insert("person_key", rows.pop("person_key"))
        tx.run_many(
            "INSERT INTO posting (key_hash, person, kind) VALUES (:key_hash, :person, :kind)",
            [dict(zip(("key_hash", "person", "kind"), row, strict=True))
             for row in sorted(postings)],
        )
    with session.ledger.write() as tx:
        for table, listed in rows.items():
            tx.insert(table, listed)


def _number(kind: str, count: int) -> str:
    """A number spread over all numbers, as real ones are; no check digit is asked of it here."""
    spread = f"{count * 618_033_989 % 1_000_000_007 % 10**9:09d}"
    return f"{kind}-{spread[:3]}-{spread[3:6]}-{spread[6:]}"


def _person(person: NewPerson, number: str, home: str) -> dict[str, Any]:
    return {
        "number": number, "city": person.city, "household": home, "sex": person.sex,
        "birth_year": person.data.birth.year if person.data.birth else None, "language": "fa",
        "name_script": hint_of(person.data.names), "status": "active", "consent": 1,
        "version": 1, "list_hash": "", "enrolled_by": "field1",
        "enrolled_at": NOW_US, "approved_by": None, "approved_at": None, "merged_into": None,
        "erased_at": None,
    }
