"""The log only grows, is chained, and shows whoever meddles with it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest

from cbi.base.canonical import canonical_json
from cbi.ledger.invariants import LEDGER_RULES
from cbi.operators.log import GENESIS, BrokenLine, broken_lines, chained_line, entries, record
from cbi.operators.rows import StoredLine
from cbi.storage.database import Database
from cbi.storage.faults import ConstraintViolation
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.rows import all_rows, one_row


def write(
    world: World, *objects: str, action: str = "batch.approve", operator: str = "dana",
) -> None:
    for name in objects:
        with world.ledger.write() as tx:
            record(
                tx, operator=operator, action=action, object=name, at=world.clock(),
                detail={"vouchers": 3}, origin="office",
            )


def broken(ledger: Database) -> list[BrokenLine]:
    with ledger.read() as tx:
        return list(broken_lines(tx))


@contextmanager
def meddling(world: World, *, guards: bool = False) -> Iterator[WriteTransaction]:
    """What somebody with the file or the owner's rights could do, undone again at the end."""
    ledger = world.ledger
    if isinstance(ledger, PostgresDatabase):
        ledger = PostgresDatabase(ledger.url, as_owner=True)
    with closed_after(ledger, world), suppress(Undone), ledger.write() as tx:
        if not guards and tx.engine == "postgresql":
            tx.run("ALTER TABLE log DISABLE TRIGGER USER")
        elif not guards:
            for row in all_rows(tx,
                "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'log'"
            ):
                tx.run(f"DROP TRIGGER {row['name']}")
        yield tx
        raise Undone


@contextmanager
def closed_after(ledger: Database, world: World) -> Iterator[None]:
    """A database of our own is closed, whatever happens."""
    try:
        yield
    finally:
        if ledger is not world.ledger:
            ledger.close()


class Undone(Exception):  # noqa: N818 - a signal
    """Ends a transaction without a trace."""


def test_a_line_says_who_did_what_to_which_object_when_and_from_where(world: World) -> None:
    write(world, "KZ22-R1-B1")
    with world.ledger.read() as tx:
        (line,) = entries(tx)
    assert (line.seq, line.operator, line.action, line.object, line.origin) == (
        1, "dana", "batch.approve", "KZ22-R1-B1", "office",
    )
    assert line.at == world.clock.now
    assert line.detail == {"vouchers": 3}


def test_each_hash_covers_the_line_and_the_one_before(world: World) -> None:
    write(world, "a", "b")
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT * FROM log ORDER BY seq")
        head = one_row(tx, "SELECT * FROM log_head")
    before = GENESIS
    for row in rows:
        told = {name: row[name] for name in (
            "seq", "at", "operator", "action", "object", "detail", "origin",
        )}
        digest = hashlib.sha256(canonical_json(told)).digest()
        before = hashlib.sha256(before + digest).digest()
        assert row["hash"] == before
    assert head == {"number": 1, "seq": 2, "hash": before}


def test_detail_is_kept_as_canonical_json(world: World) -> None:
    with world.ledger.write() as tx:
        record(
            tx, operator="dana", action="round.add", object="R", at=1,
            detail={"b": [1, "é"], "a": None}, origin="",
        )
        assert tx.value("SELECT detail FROM log") == '{"a":null,"b":[1,"é"]}'


def test_a_whole_chain_has_nothing_broken(world: World) -> None:
    assert broken(world.ledger) == []
    write(world, *"abcdefgh")
    assert broken(world.ledger) == []


def test_what_is_undone_leaves_no_line_and_no_gap(world: World) -> None:
    write(world, "a")
    with pytest.raises(RuntimeError), world.ledger.write() as tx:
        record(tx, operator="d", action="x.y", object="b", at=1, detail={}, origin="")
        raise RuntimeError
    write(world, "c")
    with world.ledger.read() as tx:
        assert [(line.seq, line.object) for line in entries(tx)] == [(2, "c"), (1, "a")]
    assert broken(world.ledger) == []


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "dcba"),
    ({"operator": "ermek"}, "d"),
    ({"action": "batch.approve"}, "ba"),
    ({"action": "batch"}, "cba"),
    ({"action": "bat"}, ""),
    ({"object": "c"}, "c"),
    ({"since": 30}, "dc"),
    ({"until": 30}, "ba"),
    ({"since": 20, "until": 40, "operator": "dana"}, "cb"),
    ({"limit": 1}, "d"),
]


def test_filters_narrow_the_log(world: World) -> None:
    with world.ledger.write() as tx:
        for at, operator, action, name in (
            (10, "dana", "batch.approve", "a"), (20, "dana", "batch.approve", "b"),
            (30, "dana", "batch.draft", "c"), (40, "ermek", "voucher.void", "d"),
        ):
            record(tx, operator=operator, action=action, object=name, at=at, detail={}, origin="")
    with world.ledger.read() as tx:
        found = ["".join(line.object for line in entries(tx, **one)) for one, _ in FILTERS]
    assert found == [objects for _, objects in FILTERS]


def test_nobody_changes_or_removes_a_line(world: World) -> None:
    write(world, "a", "b", "c")
    statements = [
        "UPDATE log SET operator = 'somebody' WHERE seq = 2", "DELETE FROM log WHERE seq = 2",
    ]
    if world.ledger.engine == "postgresql":
        statements.append("TRUNCATE log")
    for statement in statements:
        with meddling(world, guards=True) as tx, pytest.raises(ConstraintViolation):
            tx.run(statement)
        assert broken(world.ledger) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_foreign_connection_cannot_replace_a_line(world: World) -> None:
    write(world, "a", "b")
    replace = (
        "INSERT OR REPLACE INTO log SELECT seq, at, 'x', action, object, detail, origin, hash "
        "FROM log WHERE seq = 1"
    )
    with (
        closing(sqlite3.connect(world.folder / "ledger.db", isolation_level=None)) as foreign,
        pytest.raises(sqlite3.IntegrityError),
    ):
        foreign.execute(replace)


CHANGED = "check.log-line-changed"
MEDDLINGS = {
    "UPDATE log SET operator = 'somebody' WHERE seq = 2": ("log 2", CHANGED),
    "UPDATE log SET at = at + 1 WHERE seq = 3": ("log 3", CHANGED),
    "UPDATE log SET action = 'batch.draft' WHERE seq = 1": ("log 1", CHANGED),
    "UPDATE log SET object = 'z' WHERE seq = 1": ("log 1", CHANGED),
    "UPDATE log SET detail = '{}' WHERE seq = 1": ("log 1", CHANGED),
    "UPDATE log SET origin = 'home' WHERE seq = 1": ("log 1", CHANGED),
    "DELETE FROM log WHERE seq = 2": ("log 2", "check.log-line-missing"),
    "DELETE FROM log WHERE seq = 1": ("log 1", "check.log-line-missing"),
    "UPDATE log SET seq = seq + 10 WHERE seq = 3": ("log 3", "check.log-line-missing"),
    "DELETE FROM log WHERE seq = 3":
        ("log head", "check.log-head-differs"),
    "DELETE FROM log": ("log head", "check.log-head-differs"),
    "UPDATE log_head SET seq = 2": ("log head", "check.log-head-differs"),
    "DELETE FROM log_head": ("log head", "check.log-head-missing"),
}


def test_meddling_with_the_guards_off_is_found(world: World) -> None:
    write(world, "a", "b", "c")
    found = {}
    for statement in MEDDLINGS:
        with meddling(world) as tx:
            tx.run(statement)
            found[statement] = [(broke.where, broke.what) for broke in broken_lines(tx)]
    assert found == {statement: [told] for statement, told in MEDDLINGS.items()}
    assert broken(world.ledger) == []


def test_what_is_wrong_is_told_in_the_readers_language(world: World) -> None:
    write(world, "a", "b", "c")
    told = set()
    for statement in MEDDLINGS:
        with meddling(world) as tx:
            tx.run(statement)
            (wrong,) = LEDGER_RULES["log-chained"](tx)
        told |= {wrong.describe("en"), wrong.describe("ru")}
    assert "log head: it names line 3 as the last, the log ends with 2" in told
    assert "log 2: строка изменена" in told
    assert not any("check." in words or "{" in words for words in told)


def test_a_line_slipped_in_is_found(world: World) -> None:
    write(world, "a", "b", "c")
    line = StoredLine(4, 9, "x", "y", "z", "{}", "", b"")
    with world.ledger.write() as tx:  # inserting is allowed to the program: the head tells
        tx.insert("log", [line._replace(hash=chained_line(b"guess" * 6, line))._asdict()])
    assert broken(world.ledger) == [BrokenLine("log 4", CHANGED)]


def test_check_runs_the_logs_chain_as_an_invariant(world: World) -> None:
    write(world, "a", "b")
    with meddling(world) as tx:
        tx.run("UPDATE log SET operator = 'somebody' WHERE seq = 1")
        (wrong,) = LEDGER_RULES["log-chained"](tx)
    assert (wrong.where, wrong.what) == ("log 1", CHANGED)


def test_offices_that_write_at_once_make_one_chain(world: World) -> None:
    def another() -> Database:
        if isinstance(world.ledger, PostgresDatabase):
            return PostgresDatabase(world.ledger.url)
        return SqliteDatabase(world.folder / "ledger.db")

    with ThreadPoolExecutor(4) as offices:
        list(offices.map(lambda number: many_lines(another(), number), range(4)))
    assert broken(world.ledger) == []
    with world.ledger.read() as tx:
        lines = entries(tx, limit=1000)
    assert len(lines) == 4 * 25
    assert {line.operator for line in lines} == {"o0", "o1", "o2", "o3"}


def many_lines(ledger: Database, number: int) -> None:
    def one(tx: WriteTransaction) -> None:
        record(tx, operator=f"o{number}", action="x.y", object="z", at=1, detail={}, origin="")

    for _ in range(25):
        ledger.transact(one)
    ledger.close()


def test_what_is_shown_is_what_was_hashed(world: World) -> None:
    write(world, "a")
    with world.ledger.read() as tx:
        (line,) = entries(tx)
        row = tx.read_one(StoredLine, "SELECT * FROM log")
    assert row is not None
    assert json.loads(row.detail) == line.detail
    assert chained_line(GENESIS, row) == row.hash
