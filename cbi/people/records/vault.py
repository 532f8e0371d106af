"""The vault: keys of sealed records and keyed hashes, in a database of their own.

Two databases cannot be committed together (150 of 315 kills left half a pair), so the order is
fixed: what gives access is written to the vault first and to the ledger second; what takes access
away is deleted from the vault first. A key without its record is harmless, and is swept after a
day (`sweeping`); a record without its key is an erased person.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cbi.base.errors import Unusable
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.sealing import KeyedHash
from cbi.storage.database import Database
from cbi.storage.listed import column_in, read_in
from cbi.storage.scrub import emptied_log
from cbi.storage.standing import fallen_rules
from cbi.storage.transactions import ReadTransaction, WriteTransaction

SLICE = 500
SOURCE, HOUSEHOLD, ERASED, PROXY = "source", "household", "erased", "proxy"
"""Kinds of keyed hash beside those a person is searched by: where a row came from, the label of a
household, what stays of a row whose person was erased (whose it is says the day and no person), and
the document of a proxy, under the number of the head who named them.
"""


class Posting(NamedTuple):
    """A keyed hash, and whose it is."""

    key_hash: bytes
    person: str
    kind: str


class WrappedKey(NamedTuple):
    """A person's key under the *people* key."""

    person: str
    wrapped: bytes


def vault_of(session: OperatorSession) -> Database:
    """The session's vault, once it is known to be this ledger's.

    Raises:
        Unusable: it is another ledger's.
    """
    vault = session.vault
    if "ledger_id" not in vault.remembered:
        with vault.read() as tx:
            owner = tx.value("SELECT ledger_id FROM vault_identity")
        if owner is None:
            return vault
        vault.remembered["ledger_id"] = bytes(owner)
    if vault.remembered["ledger_id"] != session.keys.ledger_id:
        raise Unusable("people.vault-of-another-ledger", path=vault.place)
    return vault


def bind(tx: WriteTransaction, ledger_id: bytes) -> None:
    """Write down whose vault this is, if it has not been."""
    if tx.value("SELECT 1 FROM vault_identity") is None:
        tx.run(
            "INSERT INTO vault_identity (number, ledger_id) VALUES (1, :ledger_id)"
            " ON CONFLICT (number) DO NOTHING",
            ledger_id=ledger_id,
        )


def posting(hashed: KeyedHash, kind: str, value: str, whose: str) -> Posting:
    """A row of `posting`."""
    return Posting(hashed(kind, value), whose, kind)


def add_postings(tx: WriteTransaction, rows: Iterable[Posting]) -> None:
    """Add keyed hashes, those that are there already left as they are.

    In the order of the hashes, because the table is: neighbours go to one page.
    """
    tx.fill("posting", Posting._fields, sorted(rows))


def remove_postings(tx: WriteTransaction, rows: Iterable[Posting]) -> None:
    """Delete keyed hashes."""
    tx.run_many(
        "DELETE FROM posting WHERE key_hash = :key_hash AND person = :person",
        [row._asdict() for row in rows],
    )


def owners(tx: ReadTransaction, hashes: Iterable[bytes]) -> dict[bytes, list[str]]:
    """Whose each of these keyed hashes is; the vault may know people the ledger does not."""
    found: dict[bytes, list[str]] = {}
    sql = "SELECT key_hash, person, kind FROM posting WHERE key_hash IN ({})"
    for row in read_in(tx, Posting, sql, list(dict.fromkeys(hashes))):
        found.setdefault(row.key_hash, []).append(row.person)
    return found


def wrapped_keys(tx: ReadTransaction, numbers: Iterable[str]) -> dict[str, bytes]:
    """The wrapped keys of these people; whoever was erased has none."""
    sql = "SELECT person, wrapped FROM person_key WHERE person IN ({})"
    return dict(read_in(tx, WrappedKey, sql, list(dict.fromkeys(numbers))))


def hold_people(tx: WriteTransaction, numbers: Sequence[str]) -> None:
    """Let nobody else change these people's rows before this transaction ends.

    On SQLite a writer is alone anyway.
    """
    if tx.engine == "postgresql":
        column_in(
            tx, "SELECT number FROM person WHERE number IN ({}) ORDER BY number FOR UPDATE",
            list(numbers),
        )


def drop_keys(tx: WriteTransaction, numbers: Sequence[str]) -> None:
    """Leave out people's keys from a copy that is still in no file; `forget` does the rest."""
    for start in range(0, len(numbers), SLICE):
        named = {f"v{at}": one for at, one in enumerate(numbers[start : start + SLICE])}
        places = ", ".join(f":{name}" for name in named)
        tx.run(f"DELETE FROM person_key WHERE person IN ({places})", **named)


def forget(
    vault: Database, numbers: Sequence[str], households: Sequence[str] = (), *, day: str = ""
) -> None:
    """Destroy people's keys and every keyed hash of them and of these households, for good.

    With the `day` of an erasure, the keyed hash of the row that each came from stays under that day
    alone, so that the same row does not bring them back without a word.

    Raises:
        Unusable: nothing is deleted, because the vault is not as it was built, or gave back what
            was deleted; or all is deleted, but another program holds the vault open, so that its
            log could not be emptied yet; the same again, later, empties it.
    """
    owned = [*numbers, *households]
    with vault.read_to_check("vault") as tx:
        fallen = fallen_rules(tx, "vault")
    if fallen:
        raise Unusable("people.vault-altered", path=vault.place, what=", ".join(fallen))

    def work(tx: WriteTransaction) -> None:
        for start in range(0, len(owned), SLICE):
            part = owned[start : start + SLICE]
            named = {f"v{place}": number for place, number in enumerate(part)}
            places = ", ".join(f":{name}" for name in named)
            if day:
                tx.run(
                    "INSERT INTO posting (key_hash, person, kind) SELECT key_hash, :mark, :erased"
                    f" FROM posting WHERE kind = :source AND person IN ({places})"
                    " ON CONFLICT (key_hash, person) DO NOTHING",
                    mark=f"{ERASED} {day}", erased=ERASED, source=SOURCE, **named,
                )
            tx.run(f"DELETE FROM person_key WHERE person IN ({places})", **named)
            tx.run(f"DELETE FROM posting WHERE person IN ({places})", **named)
            _must_be_gone(tx, vault, places, named)

    vault.transact(work)
    if not emptied_log(vault):
        raise Unusable("people.vault-held-open", path=vault.place)


def _must_be_gone(
    tx: WriteTransaction, vault: Database, places: str, named: Mapping[str, object]
) -> None:
    """Look again: whoever can write to the vault could let it keep what it was told to delete."""
    for table in ("person_key", "posting"):
        if tx.value(f"SELECT 1 FROM {table} WHERE person IN ({places}) LIMIT 1", **named):
            raise Unusable("people.erasure-withstood", path=vault.place)
