"""Changing a ledger behind the program's back: triggers gone, CHECKs and rights out of the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from cbi.context import LedgerContext
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import World

Run = Callable[..., object]


@contextmanager
def tampering(world: World | LedgerContext) -> Iterator[Run]:
    """Statements with `?` places, run by who owns the database, past every guard; then kept."""
    if isinstance(world.ledger, PostgresDatabase):
        with psycopg.connect(world.ledger.url) as connection:
            connection.execute("SET session_replication_role = replica")
            yield lambda sql, *values: connection.execute(sql.replace("?", "%s"), values)
        return
    connection = world.ledger.another_connection()
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield lambda sql, *values: connection.execute(sql, values)
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()
