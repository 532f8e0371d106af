"""PostgreSQL's two roles: the owner makes and migrates tables, the application works in them.

The application's role may read and insert, and change only the columns that a table's description
names; so an append-only table holds even against the program itself. People log in as users who
are members of it: `GRANT cbi_app TO office_almaty`.
"""

from typing import TYPE_CHECKING

from cbi.storage.postgres import PostgresDatabase, app_role
from cbi.storage.schema import grants

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def give_rights(owner: PostgresDatabase, metadata: "MetaData") -> None:
    """Make the application's role of a database, and give it its rights; safe to repeat."""
    role = app_role(owner.name)
    with owner.write() as tx:
        if tx.value("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role) is None:
            tx.run(f'CREATE ROLE "{role}" NOLOGIN')
        tx.run(f'GRANT "{role}" TO CURRENT_USER')
        tx.run(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        tx.run(f'GRANT SELECT ON alembic_version TO "{role}"')
        for statement in grants(metadata, role):
            tx.run(statement)
