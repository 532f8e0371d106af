"""PostgreSQL's roles: the owner makes and migrates tables, a role for each duty works in them.

Every duty's role may read, and writes what the tables' descriptions give it; so an append-only
table holds even against the program itself. People log in as users who are members of one:
`GRANT cbi_till TO shop_almaty`.
"""

from typing import NamedTuple

from cbi.storage.database import Database
from cbi.storage.migrate import Right, Tables, rights_of
from cbi.storage.postgres import DUTIES, PostgresDatabase, duty_role
from cbi.storage.transactions import WriteTransaction


class GivenRight(NamedTuple):
    """That somebody but the owner may do something with a table or a column of it."""

    whom: str
    on_table: str
    what: str
    on_column: str
    passed_on: bool


GIVEN = """
SELECT coalesce(r.rolname, 'PUBLIC') AS whom, c.relname AS on_table, g.privilege_type AS what,
       coalesce(g.attname, '') AS on_column, g.is_grantable AS passed_on
FROM pg_class c CROSS JOIN LATERAL (
    SELECT x.*, NULL::name AS attname FROM aclexplode(c.relacl) x
    UNION ALL
    SELECT x.*, a.attname FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x
    WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL
) g LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
  AND g.grantee <> c.relowner
"""
"""Who but the owner may do what with each table and column."""


def give_rights(owner: Database, tables: Tables) -> None:
    """PostgreSQL: make the duties' roles of a database with exactly their rights, as often as
    wanted; in a SQLite file there are none.
    """
    if not isinstance(owner, PostgresDatabase):
        return
    roles = {duty: duty_role(owner.name, duty) for duty in DUTIES}
    with owner.write() as tx:
        for role in roles.values():
            if tx.value("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role) is None:
                tx.run(f'CREATE ROLE "{role}" NOLOGIN')
        everyone = ", ".join(f'"{role}"' for role in roles.values())
        tx.run(f'GRANT "{roles["manager"]}" TO CURRENT_USER')
        _take_back(tx)
        tx.run(f"GRANT USAGE ON SCHEMA public TO {everyone}")
        tx.run(f'GRANT TEMPORARY ON DATABASE "{owner.name}" TO {everyone}')
        tx.run(f"GRANT SELECT ON alembic_version TO {everyone}")
        tx.run("; ".join(_grants(rights_of(tables), roles)))


def _take_back(tx: WriteTransaction) -> None:
    """Whatever anybody but the owner was given to write in these tables goes."""
    for name in sorted({row.whom for row in tx.read(GivenRight, GIVEN)}):
        whom = "PUBLIC" if name == "PUBLIC" else '"' + name.replace('"', '""') + '"'
        tx.run("REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER "
               f"ON ALL TABLES IN SCHEMA public FROM {whom}")
        tx.run(f"REVOKE GRANT OPTION FOR ALL ON ALL TABLES IN SCHEMA public FROM {whom}")
    tx.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _grants(rights: list[Right], roles: dict[str, str]) -> list[str]:
    """One GRANT for each table and privilege of a role."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for right in rights:
        columns = grouped.setdefault((right.table, right.duty, right.privilege), [])
        if right.column:
            columns.append(right.column)
    return [
        f"GRANT {privilege}{' (' + ', '.join(columns) + ')' if columns else ''} "
        f'ON {table} TO "{roles[duty]}"'
        for (table, duty, privilege), columns in grouped.items()
    ]
