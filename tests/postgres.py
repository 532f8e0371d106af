"""Fresh databases on the tests' PostgreSQL server, set up as `cbi init` sets them up.

Each table line is migrated once a run, into a template that every fresh database is copied from.
"""

import itertools
import os
from functools import cache

import psycopg

from cbi.app import ledger_metadata, vault_metadata
from cbi.storage.database import Database
from cbi.storage.migrate import Tables, upgrade
from cbi.storage.postgres import PostgresDatabase, database_name
from cbi.storage.roles import give_rights

_numbers = itertools.count(1)
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""A test's data need not outlive the machine's power; only a benchmark asks for it."""


def hurry(server_url: str) -> None:
    """Let a server that is thrown away afterwards be fast."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in _HASTE:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def fresh_databases(server_url: str) -> tuple[Database, Database]:
    """A ledger and a vault, migrated as owner and opened as the application."""
    made: list[Database] = []
    for tables in ("ledger", "vault"):
        url = fresh_url(server_url, tables, _template(server_url, tables))
        owner = PostgresDatabase(url, as_owner=True)
        give_rights(owner, ledger_metadata() if tables == "ledger" else vault_metadata())
        owner.close()
        made.append(PostgresDatabase(url))
    return made[0], made[1]


def fresh_url(server_url: str, purpose: str, template: str = "template1") -> str:
    """The URL of a new database, a copy of a template."""
    name = f"t{os.getpid()}_{next(_numbers)}_{purpose}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    address, _, query = server_url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def discard(*databases: Database) -> None:
    """Drop the databases behind these, and their roles."""
    for database in databases:
        database.close()
        if isinstance(database, PostgresDatabase):
            with psycopg.connect(database.url, dbname="postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')
                connection.execute(f'DROP ROLE IF EXISTS "{database.name}_app"')


@cache
def _template(server_url: str, tables: Tables) -> str:
    url = fresh_url(server_url, f"template_{tables}")
    owner = PostgresDatabase(url, as_owner=True)
    upgrade(owner, tables)
    owner.close()
    return database_name(url)
