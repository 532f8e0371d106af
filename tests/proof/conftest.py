"""What the proofs share: a lived-in ledger in a transaction that is never kept."""

from collections.abc import Iterator

import psycopg
import pytest

from cbi.ledger import invariants
from cbi.operators.digests import vouching_keys
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import World
from tests.lived import live
from tests.tampered import Tampered


@pytest.fixture
def tampered(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tampered]:
    live(world)
    monkeypatch.delitem(invariants.LEDGER_RULES, "rules-stand")
    monkeypatch.delitem(invariants.LEDGER_RULES, "file-sound")
    if isinstance(world.ledger, PostgresDatabase):
        with psycopg.connect(world.ledger.url) as connection:
            connection.execute("SET session_replication_role = replica")
            for row in connection.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' "
                "AND connamespace = 'public'::regnamespace"
            ).fetchall():
                connection.execute(f"ALTER TABLE {row[0]} DROP CONSTRAINT {row[1]}")
            yield Tampered(connection, "postgresql", vouching_keys(world.keys))
            connection.rollback()
        return
    connection = world.ledger.another_connection()
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield Tampered(connection, "sqlite", vouching_keys(world.keys))
    connection.execute("ROLLBACK")
    connection.close()
