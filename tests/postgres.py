"""Fresh databases on the tests' PostgreSQL server, set up as `cbi init` sets them up."""

import itertools
import os

import psycopg

from cbi.app import ledger_metadata, vault_metadata
from cbi.storage.database import Database
from cbi.storage.migrate import upgrade
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.roles import give_rights

_numbers = itertools.count(1)


def fresh_databases(server_url: str) -> tuple[Database, Database]:
    """A ledger and a vault, migrated as owner and opened as the application."""
    address, _, query = server_url.partition("?")
    base = address.rpartition("/")[0]
    made: list[Database] = []
    for tables, metadata in (("ledger", ledger_metadata()), ("vault", vault_metadata())):
        name = f"t{os.getpid()}_{next(_numbers)}_{tables}"
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = f"{base}/{name}" + (f"?{query}" if query else "")
        owner = PostgresDatabase(url, as_owner=True)
        upgrade(owner, tables)  # type: ignore[arg-type]
        give_rights(owner, metadata)
        owner.close()
        made.append(PostgresDatabase(url))
    return made[0], made[1]
