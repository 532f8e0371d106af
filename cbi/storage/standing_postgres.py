"""What a database holds and who may write in it, word for word, against what its steps make.

PostgreSQL words things in its own way, by release: so the steps are carried out anew in the
session's own temporary schema, read back in the server's words, and undone.
"""

import re
from collections.abc import Iterator
from typing import Any

from cbi.storage.faults import translated
from cbi.storage.migrate import Tables, rights_of, steps
from cbi.storage.postgres import DUTIES, duty_role
from cbi.storage.roles import GIVEN, GivenRight
from cbi.storage.transactions import ReadTransaction

_HOMES = re.compile(r"\b(public|pg_temp(_\d+)?)\.")
_HELD: dict[tuple[int, Tables], dict[str, str]] = {}
"""What the steps make, by the server's release: built once a process."""

_HELD_THERE = """
WITH home AS (SELECT %(home)s::regnamespace::oid AS oid),
relation AS (SELECT c.* FROM pg_class c, home WHERE c.relnamespace = home.oid
             AND c.relname NOT IN ('alembic_version', 'alembic_version_pkc'))
SELECT CASE c.relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' ELSE 'relation ' END
       || c.relname AS name,
       c.relkind::text || c.relrowsecurity || c.relforcerowsecurity || c.relhasrules
       || coalesce(c.reloptions::text, '') AS text
FROM relation c WHERE c.relkind NOT IN ('i', 't')
UNION ALL
SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
       || ' ' || a.attnum || a.attidentity::text || a.attgenerated::text
       || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid) || ' ' || k.convalidated
FROM relation c JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n'
UNION ALL
SELECT 'index ' || c.relname, pg_get_indexdef(c.oid) || ' ' || i.indisvalid
FROM relation c JOIN pg_index i ON i.indexrelid = c.oid
UNION ALL
SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
FROM relation c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function ' || p.proname, pg_get_functiondef(p.oid)
FROM pg_proc p, home WHERE p.pronamespace = home.oid AND p.prokind <> 'a'
UNION ALL
SELECT c.relname || '.' || p.polname, p.polcmd::text FROM relation c
JOIN pg_policy p ON p.polrelid = c.oid
"""

_BESIDE = """
SELECT 'search_path' AS name WHERE current_schemas(false) <> ARRAY['public']::name[]
UNION ALL SELECT 'table ' || relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence <> 'p'
"""
"""Another schema that is looked in before ours, and tables that a crash of the server empties."""

_RAISED = """
SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY(:roles)
AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
     OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)
     OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid
                AND c.relnamespace = 'public'::regnamespace))
"""


def fallen_on_postgres(tx: ReadTransaction, tables: Tables) -> Iterator[str]:
    """What is missing, altered, added or out of force in a database on a server."""
    there = _read(tx.connection, "public")
    built = _built_anew(tx.connection, tables)
    yield from (name for name in there.keys() | built if there.get(name) != built.get(name))
    yield from (str(name) for (name,) in tx.tuples(_BESIDE))
    yield from _wrong_rights(tx, tables)


def _wrong_rights(tx: ReadTransaction, tables: Tables) -> Iterator[str]:
    """Rights that the models do not give, or that are gone; anybody may be let read."""
    database = str(tx.value("SELECT current_database()"))
    roles = {duty: duty_role(database, duty) for duty in DUTIES}
    due = {
        (roles[right.duty], right.table, right.privilege, right.column)
        for right in rights_of(tables)
    }
    there = tx.read(GivenRight, GIVEN)
    given = {row[:4] for row in there if row.what != "SELECT" or row.whom in roles.values()}
    passed_on = {row[:4] for row in there if row.passed_on}
    for whom, table, what, column in (due ^ given) | passed_on:
        where = f"{table}.{column}" if column else table
        yield f"right {what} on {where} of {whom}"
    for (name,) in tx.tuples(_RAISED, roles=list(roles.values())):
        yield f"role {name}"


def _read(connection: Any, home: str) -> dict[str, str]:
    with translated():
        found = connection.execute(_HELD_THERE, {"home": home}).fetchall()
    return {name: " ".join(_HOMES.sub("", text).split()) for name, text in found}


def build_anew(connection: Any, tables: Tables) -> None:
    """See what the steps make on this server, in a transaction that keeps nothing."""
    if (connection.info.server_version, tables) in _HELD:
        return
    with translated(), connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL search_path = pg_temp")
        for statement in steps(tables, "postgresql"):
            connection.execute(_in_temporary(statement))
        home = ReadTransaction(connection, "postgresql").value(
            "SELECT pg_my_temp_schema()::regnamespace::text"
        )
        _HELD[connection.info.server_version, tables] = _read(connection, home)


def _built_anew(connection: Any, tables: Tables) -> dict[str, str]:
    """What the steps make; if nobody saw to it before this reading began, beside it."""
    import psycopg

    told = connection.info
    if (told.server_version, tables) not in _HELD:
        with translated(), psycopg.connect(
            told.dsn, password=told.password or None, prepare_threshold=None
        ) as anew:
            build_anew(anew, tables)
    return _HELD[told.server_version, tables]


def _in_temporary(statement: str) -> str:
    """A temporary schema is never searched for functions: they are named in full."""
    return statement.replace("EXECUTE FUNCTION ", "EXECUTE FUNCTION pg_temp.")
