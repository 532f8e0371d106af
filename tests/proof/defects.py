"""Guards of the ledger, taken out one at a time: what the judge must see.

A defect patches the program as it runs, or the database as its owner could. Each is a guard that
somebody might one day think superfluous.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg

from cbi.base.errors import Conflict
from cbi.ledger import journal, sealing
from cbi.ledger.chain import chained
from cbi.ledger.vouchers import changes, redeeming, spending
from cbi.ledger.vouchers.reading import Voucher, one_voucher
from cbi.ledger.vouchers.spending import move
from cbi.storage import lock
from cbi.storage.faults import translated
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import ReadTransaction, WriteTransaction
from tests.there import there

BOTH = ("sqlite", "postgresql")
Plant = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Defect:
    """A guard taken out: `plant(world, monkeypatch)`; `sign` is in what the judge says."""

    name: str
    plant: Plant
    sign: str
    engines: tuple[str, ...] = BOTH
    schema: bool = False
    """Whether the judge may look at the database's own rules, or must see what follows."""
    slow: bool = False
    """Whether it shows only after tills have waited out their time for each other."""


def without(condition: str, instead: str = "1 = 1") -> Plant:
    """The till's statement without one of its conditions."""

    def plant(world: Any, monkeypatch: Any) -> None:
        if isinstance(world.ledger, PostgresDatabase):
            in_the_server(world, condition, instead)
            return
        assert condition in spending._SQLITE_MOVE, condition
        monkeypatch.setattr(
            spending, "_SQLITE_MOVE", spending._SQLITE_MOVE.replace(condition, instead)
        )

    return plant


def in_the_server(world: Any, condition: str, instead: str) -> None:
    """The same in the function that the till's statement is on PostgreSQL, by its owner."""
    with psycopg.connect(world.ledger.url) as owner:
        (stands,) = there(owner.execute(
            "SELECT pg_get_functiondef(%s::regproc)", (spending.POSTGRES_FUNCTION,)
        ).fetchone())
        assert spending.in_function(condition) in stands, condition
        owner.execute(
            stands.replace(spending.in_function(condition), spending.in_function(instead))
        )


def before_its_time(world: Any, monkeypatch: Any) -> None:
    """A sale before the first day, and so before the hand-over: both of its guards are out."""
    without(":occurred_at >= v.opens_at")(world, monkeypatch)
    monkeypatch.setattr("cbi.ledger.vouchers.redeeming.was_in_hands", lambda *_sale: None)


def drop_check(table: str, rule: str) -> Plant:
    """A CHECK out of the database."""

    def plant(world: Any, monkeypatch: Any) -> None:
        if isinstance(world.ledger, PostgresDatabase):
            with psycopg.connect(world.ledger.url) as owner:
                owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {rule}")
            return
        connection = world.ledger.another_connection()
        connection.execute("PRAGMA writable_schema = ON")
        sql = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()[0]
        start = sql.index(f"CONSTRAINT {rule} CHECK (")
        end = start + len(f"CONSTRAINT {rule} CHECK (")
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        without_rule = sql[:start] + f"CONSTRAINT {rule} CHECK (1 = 1)" + sql[end:]
        connection.execute(
            "UPDATE sqlite_schema SET sql = ? WHERE name = ?", (without_rule, table)
        )
        connection.close()
        world.ledger.close()

    return plant


def both(*plants: Plant) -> Plant:
    """Several guards at once."""

    def plant(world: Any, monkeypatch: Any) -> None:
        for one in plants:
            one(world, monkeypatch)

    return plant


def no_triggers(world: Any, monkeypatch: Any) -> None:
    """The append-only triggers gone, and a hand that cleans up after a redemption."""
    if isinstance(world.ledger, PostgresDatabase):
        with psycopg.connect(world.ledger.url) as owner:
            owner.execute("ALTER TABLE entry DISABLE TRIGGER ALL")
            owner.execute(f'GRANT DELETE ON entry TO "{world.ledger.name}_manager"')
    else:
        connection = world.ledger.another_connection()
        for kind in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER entry_no_{kind}")
        connection.close()
    original = move

    def cleaned(ledger: Any, values: Any) -> Any:
        moved = original(ledger, values)
        if moved is not None and values["amount_minor"] == 20_000:
            ledger.transact(lambda tx: tx.run("DELETE FROM entry WHERE id = :id", id=values["id"]))
        return moved

    monkeypatch.setattr(redeeming, "move", cleaned)


def no_writers_lock(world: Any, monkeypatch: Any) -> None:
    """No queue of writers and a deferred BEGIN."""
    monkeypatch.setattr(lock.WriterLock, "__enter__", lambda self: None)
    monkeypatch.setattr(lock.WriterLock, "__exit__", lambda self, *_: None)

    @contextmanager
    def write(self: SqliteDatabase) -> Iterator[WriteTransaction]:
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield WriteTransaction(connection, "sqlite")
            with translated():
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    monkeypatch.setattr(SqliteDatabase, "write", write)


def no_second_look(world: Any, monkeypatch: Any) -> None:
    """Where nothing was updated, nobody asks whether the request is known."""
    monkeypatch.setattr(redeeming, "known_line", lambda session, request, receipt: None)
    monkeypatch.setattr(redeeming, "TURNS_MAX", 5)


def no_request_id(world: Any, monkeypatch: Any) -> None:
    """The same request asked again is another one."""
    dice = random.Random(1)
    for name in ("request_id", "receipt_key"):
        original = getattr(redeeming, name)
        monkeypatch.setattr(
            redeeming, name,
            lambda *asked, original=original: sha256(original(*asked) + dice.randbytes(8)).digest(),
        )


def no_previous_hash(world: Any, monkeypatch: Any) -> None:
    """A line's hash that does not cover the one before."""
    monkeypatch.setattr(
        spending, "chained_in_sql", lambda previous, digest: sha256(digest).digest()
    )
    if isinstance(world.ledger, PostgresDatabase):
        in_the_server(world, "sha256(v.last_hash || :digest)", "sha256(:digest)")


def an_entry_left_out(world: Any, monkeypatch: Any) -> None:
    """A seal that passes over a line."""
    original = sealing.unsealed
    monkeypatch.setattr(
        sealing, "unsealed",
        lambda tx, since=0: [
            row for row in original(tx, since) if row.object[-1] % 8 or row.kind != "entry"
        ],
    )


def a_silent_change(world: Any, monkeypatch: Any) -> None:
    """A state changed without a line, where nothing in the database holds it to one."""
    if isinstance(world.ledger, PostgresDatabase):
        with psycopg.connect(world.ledger.url) as owner:
            owner.execute("ALTER TABLE voucher DISABLE TRIGGER voucher_follows")

    def block(session: Any, serial: str, reason: str) -> Any:
        session.ledger.transact(lambda tx: tx.run(
            "UPDATE voucher SET state = 'blocked' WHERE serial = :serial", serial=serial
        ))

    def unblock(session: Any, serial: str, reason: str) -> Any:
        raise Conflict("ledger.voucher-state", serial=serial, state="active")

    monkeypatch.setattr(changes, "block", block)
    monkeypatch.setattr(changes, "unblock", unblock)


def answered_before_the_commit(world: Any, monkeypatch: Any) -> None:
    """`ok` for what is then undone."""
    original = move

    def early(ledger: Any, values: Any) -> Any:
        if values["amount_minor"] != 30_000:
            return original(ledger, values)
        with ledger.read() as tx:
            found = one_voucher(tx, "code_hash = :hash", hash=values["code_hash"])
        if found is None or found.state != "active":
            return original(ledger, values)
        return moved_by(found, 30_000)

    monkeypatch.setattr(redeeming, "move", early)


def moved_by(seen: Voucher, amount_minor: int) -> spending.Moved:
    """What the till's statement would return of a voucher."""
    return spending.Moved(
        seen.id, seen.last_seq + 1, seen.last_hash, seen.serial, seen.category, seen.currency,
        seen.valid_from, seen.valid_until, seen.balance_minor - amount_minor,
    )


def read_check_write(world: Any, monkeypatch: Any) -> None:
    """The till as one would write it at first: look, think, write what was thought."""

    def naive(ledger: Any, values: Any) -> Any:
        with ledger.read() as tx:
            seen = one_voucher(tx, "code_hash = :hash", hash=values["code_hash"])
            known = redeeming_known(tx, values)
        if seen is None or known or seen.state != "active" or values["retailer"] != "magnum" or (
            values["occurred_at"] < seen.opens_at
            or seen.face_minor - seen.spent_minor < values["amount_minor"]
        ):
            return None
        said = (*journal.LINE_COLUMNS, "vouched_by", "mac")
        digest = chained(seen.last_hash, values["digest"])
        with ledger.write() as tx:
            tx.run(
                "INSERT INTO entry (voucher, seq, hash, " + ", ".join(said)
                + ") SELECT :voucher, max(seq) + 1, :hash, "
                + ", ".join(f":{name}" for name in said)
                + " FROM entry WHERE voucher = :voucher",
                voucher=seen.id, hash=digest,
                **{name: values[name] for name in said},
            )
            tx.run(
                "UPDATE voucher SET spent_minor = :spent, last_seq = :seq, last_hash = :hash, "
                "last_at = :at WHERE id = :id", spent=seen.spent_minor + values["amount_minor"],
                seq=seen.last_seq + 1, hash=digest, at=values["recorded_at"], id=seen.id,
            )
        return moved_by(seen, values["amount_minor"])

    monkeypatch.setattr(redeeming, "move", naive)


def redeeming_known(tx: ReadTransaction, values: Any) -> bool:
    """Whether the request or the receipt's turn is there already."""
    return tx.value(
        "SELECT 1 FROM entry WHERE request_id = :request OR receipt_key = :receipt",
        request=values["request_id"], receipt=values["receipt_key"],
    ) is not None


def no_guard_on_the_last_line(world: Any, monkeypatch: Any) -> None:
    """Changes that do not look whether the voucher moved on, on rows that nobody holds."""
    original = WriteTransaction.run

    def run(self: WriteTransaction, sql: str, **values: object) -> int:
        return original(self, sql.replace(" AND last_seq = :was", ""), **values)

    monkeypatch.setattr(WriteTransaction, "run", run)
    read = ReadTransaction.read
    monkeypatch.setattr(
        ReadTransaction, "read",
        lambda self, kind, sql, **values: read(
            self, kind, sql.replace(" FOR UPDATE", ""), **values
        ),
    )


BALANCE = "(v.face_minor - v.spent_minor - v.closed_minor) >= :amount_minor"
DEFECTS = (
    Defect("the balance condition", without(BALANCE), "till"),
    Defect("the CHECK", drop_check("voucher", "voucher_within_face"), "rules-stand", schema=True),
    Defect(
        "the balance condition and the CHECK",
        both(without(BALANCE), drop_check("voucher", "voucher_within_face")), "within-face",
    ),
    Defect(
        "the writers' lock and IMMEDIATE", no_writers_lock, "storage.busy", ("sqlite",), slow=True
    ),
    Defect("the append-only triggers", no_triggers, "is not recorded"),
    Defect("the second look-up of the request id", no_second_look, "too-many-turns"),
    Defect("the request id", no_request_id, "carried out twice"),
    Defect("the chain's previous hash", no_previous_hash, "chains-hold"),
    Defect("an entry of a seal", an_entry_left_out, "left out"),
    Defect("the line of a changed state", a_silent_change, "rows-are-their-journal"),
    Defect("the commit before the answer", answered_before_the_commit, "is not recorded"),
    Defect("the guarded update", read_check_write, "", ("postgresql",), slow=True),
    Defect("the guard on the last line", no_guard_on_the_last_line, "till", ("postgresql",)),
    Defect(
        "the receipt's total", drop_check("receipt", "receipt_within_total"), "receipts-add-up"
    ),
    Defect(
        "the retailer's condition",
        without("AND t.retailer = :retailer", ""), "right-retailer",
    ),
    Defect("the first day", before_its_time, "in-valid-time"),
    Defect(
        "the state's conditions",
        both(without("v.state = 'active'"),
             both(without("v.state <> 'void'"), without("v.state <> 'blocked'"))),
        "states-follow",
    ),
    Defect("the clock's condition", without("v.last_at <= :recorded_at"), "time-never-runs-back"),
)
