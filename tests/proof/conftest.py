"""What the proofs share: a lived-in ledger in a transaction that is never kept."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from cbi.ledger import invariants
from cbi.operators.digests import vouching_keys
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import ENGINES, World, build, new_world
from tests.lived import live
from tests.postgres import discard
from tests.tampered import Tampered


@pytest.fixture(scope="module", params=ENGINES)
def fallen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tampered]:
    """One ledger of each engine for all of a module's tests, its guards down."""
    engine = str(request.param)
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    world = new_world(engine, tmp_path_factory.mktemp("fallen"), server)
    build(world)
    live(world)
    guards_down = _on_postgres if isinstance(world.ledger, PostgresDatabase) else _on_sqlite
    with guards_down(world) as tampered:
        yield tampered
    discard(world.ledger, world.vault)


@pytest.fixture
def tampered(fallen: Tampered, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tampered]:
    """The same ledger for each test: what one did to it is undone before the next."""
    monkeypatch.delitem(invariants.LEDGER_RULES, "rules-stand")
    monkeypatch.delitem(invariants.LEDGER_RULES, "file-sound")
    keys = fallen.keys
    with fallen.undone():
        yield fallen
    fallen.keys = keys


@contextmanager
def _on_postgres(world: World) -> Iterator[Tampered]:
    with psycopg.connect(world.ledger.place) as connection:
        connection.execute("SET session_replication_role = replica")
        for row in connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' "
            "AND connamespace = 'public'::regnamespace"
        ).fetchall():
            connection.execute(f"ALTER TABLE {row[0]} DROP CONSTRAINT {row[1]}")
        yield Tampered(world, connection, "postgresql", vouching_keys(world.keys))
        connection.rollback()


@contextmanager
def _on_sqlite(world: World) -> Iterator[Tampered]:
    connection = world.ledger.another_connection()
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield Tampered(world, connection, "sqlite", vouching_keys(world.keys))
    connection.execute("ROLLBACK")
    connection.close()
