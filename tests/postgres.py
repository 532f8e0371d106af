"""Empty databases on the tests' PostgreSQL server, set up as `cbi init` sets them up.

A pair of databases serves one test after the other: between two its rows are deleted, and a pair
whose schema a test has tampered with is thrown away. Making a pair costs fifty times as much.
"""

import itertools
import os
from functools import cache

import psycopg
from psycopg.pq import TransactionStatus

from cbi.base.errors import Unusable
from cbi.storage.database import Database
from cbi.storage.migrate import Tables, upgrade
from cbi.storage.postgres import DUTIES, PostgresDatabase, database_name, duty_role
from cbi.storage.roles import give_rights
from tests.rows import all_rows

_numbers = itertools.count(1)
_idle: list[str] = []
_standing: dict[str, str] = {}
"""By database, what its catalogue showed when it was made."""
_owners: dict[str, PostgresDatabase] = {}
"""By database, its owner's connection, which knows the tables: a new one has to look up each."""
_left: dict[str, PostgresDatabase] = {}
"""By database, as the last test had it, with a connection that knows the tables."""
_SHOWS = """
WITH home AS (SELECT oid, nspacl::text FROM pg_namespace WHERE nspname = 'public'),
relation AS (SELECT c.* FROM pg_class c JOIN home ON c.relnamespace = home.oid),
shown AS (
    SELECT concat_ws(' ', oid, relname, relkind, relowner, relacl, relrowsecurity, relhasrules,
                     reloptions) AS text FROM relation
    UNION ALL SELECT concat_ws(' ', a.attrelid, a.attnum, a.xmin)
    FROM pg_attribute a JOIN relation c ON a.attrelid = c.oid
    UNION ALL SELECT concat_ws(' ', d.oid, d.xmin) FROM pg_attrdef d
    UNION ALL SELECT concat_ws(' ', k.oid, k.xmin) FROM pg_constraint k
    JOIN home ON k.connamespace = home.oid
    UNION ALL SELECT concat_ws(' ', i.indexrelid, i.xmin)
    FROM pg_index i JOIN relation c ON i.indexrelid = c.oid
    UNION ALL SELECT concat_ws(' ', t.oid, t.xmin)
    FROM pg_trigger t JOIN relation c ON t.tgrelid = c.oid
    UNION ALL SELECT concat_ws(' ', p.oid, p.xmin) FROM pg_proc p
    JOIN home ON p.pronamespace = home.oid
    UNION ALL SELECT concat_ws(' ', p.oid, p.xmin) FROM pg_policy p
    UNION ALL SELECT concat_ws(' ', r.*::text, m.*::text) FROM pg_roles r
    LEFT JOIN pg_auth_members m ON r.oid IN (m.roleid, m.member)
    WHERE starts_with(r.rolname, current_database() || '_')
    UNION ALL SELECT nspacl FROM home
    UNION ALL SELECT concat_ws(' ', d.datacl, s.setconfig) FROM pg_database d
    LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid WHERE d.datname = current_database()
    UNION ALL SELECT version_num FROM alembic_version
)
SELECT md5(string_agg(text, E'\\n' ORDER BY text)) FROM shown
"""
"""Whatever was defined or given since is another row of the catalogue: another `xmin`."""
_AS_NEW = "RESET ROLE; RESET ALL; UNLISTEN *; DISCARD TEMP; SELECT pg_advisory_unlock_all()"
"""What else a test can have done to a connection of its own is in its transactions."""
_HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""A test's data need not outlive the machine's power; only a benchmark asks for it."""


def hurry(server_url: str) -> None:
    """Let a server that is thrown away afterwards be fast."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in _HASTE:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def fresh_databases(server_url: str) -> tuple[Database, Database]:
    """A ledger and a vault with nothing in them, opened as the application."""
    return _fresh(server_url, "ledger"), _fresh(server_url, "vault")


def fresh_url(server_url: str, purpose: str, template: str = "template1") -> str:
    """The URL of a new database, a copy of a template."""
    name = f"t{os.getpid()}_{next(_numbers)}_{purpose}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    address, _, query = server_url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def discard(*databases: Database) -> None:
    """Done with these: the next test may have them."""
    for database in databases:
        if not isinstance(database, PostgresDatabase):
            database.close()
        elif database.url in _standing:
            _leave(database)
            _idle.append(database.url)
        else:
            database.close()
            drop(database.url)


def _leave(database: PostgresDatabase) -> None:
    """Keep a connection that waits for nothing and holds nothing; any other is closed."""
    connection = database._connection
    if isinstance(connection, psycopg.Connection) and (
        connection.info.transaction_status == TransactionStatus.IDLE
    ):
        _left[database.url] = database
    else:
        database.close()


def _opened(url: str) -> PostgresDatabase:
    """The database for the next test, which has nothing of the last one's but its connection."""
    made, last = PostgresDatabase(url), _left.pop(url, None)
    if last is None:
        return made
    try:
        last.connection().execute(_AS_NEW)
    except psycopg.Error:
        last.close()  # it was ended from without
    else:
        made._connection, made._role = last._connection, last._role
    return made


def _fresh(server_url: str, tables: Tables) -> PostgresDatabase:
    same_server = server_url.partition("?")[2]
    for url in [
        one for one in _idle
        if database_name(one).endswith(tables) and one.partition("?")[2] == same_server
    ]:
        _idle.remove(url)
        if _emptied(url):
            return _opened(url)
        _standing.pop(url)
        drop(url)
    url = fresh_url(server_url, tables, _template(server_url, tables))
    owner = _owners[url] = PostgresDatabase(url, as_owner=True)
    give_rights(owner, tables)
    with owner.read() as tx:
        _standing[url] = tx.value(_SHOWS)
    return PostgresDatabase(url)


def _emptied(url: str) -> bool:
    """Delete every row of a database whose schema still stands; False if it does not."""
    owner = _owners[url]
    try:
        with owner.read() as tx:
            if tx.value(_SHOWS) != _standing[url]:
                return False
            tables = [
                row["name"] for row in all_rows(tx,
                    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' "
                    "AND tablename <> 'alembic_version'"
                )
            ]
        with owner.write() as tx:
            tx.run("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
            tx.run("; ".join(f'DELETE FROM "{name}"' for name in tables))
    except Unusable:
        return False  # a test ended its connection
    return True


def drop(url: str) -> None:
    """Take a database away, with its roles."""
    name = database_name(url)
    for kept in (_owners, _left):
        if url in kept:
            kept.pop(url).close()
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for duty in DUTIES:
            connection.execute(f'DROP ROLE IF EXISTS "{duty_role(name, duty)}"')


@cache
def _template(server_url: str, tables: Tables) -> str:
    url = fresh_url(server_url, f"template_{tables}")
    owner = PostgresDatabase(url, as_owner=True)
    upgrade(owner, tables)
    owner.close()
    return database_name(url)
