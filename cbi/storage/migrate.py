"""Migrations: explicit SQL per engine, run by Alembic, forward only.

`migrations/<tables>/NNNN.<engine>.sql` holds the statements of one step; a ledger and a vault have
a line of steps each. A command refuses a database that is older or newer than it knows.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cbi.base.errors import Unusable
from cbi.base.logs import Log
from cbi.storage.database import Database
from cbi.storage.transactions import ReadTransaction

logger = Log(__name__)

if TYPE_CHECKING:
    from sqlalchemy import Engine

Tables = Literal["ledger", "vault"]
SCHEMA_HEAD: dict[Tables, str] = {"ledger": "0001", "vault": "0001"}
"""The newest step of each line; a test holds it to the files."""

NEXT = "\n-- next\n"
"""Stands between two statements of a step: a trigger's body holds semicolons of its own."""


class Right(NamedTuple):
    """PostgreSQL: what a duty may do with a table, or with one column of it."""

    duty: str
    table: str
    privilege: str
    column: str = ""


def rights_of(tables: Tables) -> list[Right]:
    """The rights of each duty's role, as the models declare them; kept beside the steps."""
    text = (_folder(tables) / "rights.json").read_text("utf-8")
    return [Right(*one) for one in json.loads(text)]


def steps(tables: Tables, engine: str) -> Iterator[str]:
    """The statements of every migration step, in order."""
    for source in sorted(_folder(tables).iterdir(), key=lambda file: file.name):
        if source.name.endswith(f".{engine}.sql"):
            yield from source.read_text("utf-8").split(NEXT)


def version_of(tx: ReadTransaction) -> str | None:
    """The step a database stands at, or None where it has none yet."""
    there = (
        "SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'"
        if tx.engine == "sqlite"
        else "SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version' "
        "AND schemaname = 'public'"
    )
    if tx.value(there) is None:
        return None
    version: str | None = tx.value("SELECT version_num FROM alembic_version")
    return version


def check_version(tx: ReadTransaction, tables: Tables = "ledger") -> None:
    """Raises Unusable unless the database stands at the step this program knows."""
    version, head = tx.value("SELECT version_num FROM alembic_version"), SCHEMA_HEAD[tables]
    if version is None or version < head:
        raise Unusable("storage.older", version=version, head=head)
    if version > head:
        raise Unusable("storage.newer", version=version, head=head)


def upgrade(database: Database, tables: Tables = "ledger") -> tuple[str | None, str]:
    """Take a database forward to the newest step in one transaction; returns (from, to).

    Raises:
        Unusable: the database is newer than this program.
    """
    from alembic import command
    from alembic.config import Config

    head = SCHEMA_HEAD[tables]
    with database.read() as tx:
        version = version_of(tx)
    if version is not None and version > head:
        raise Unusable("storage.newer", version=version, head=head)
    config = Config()
    config.set_main_option("script_location", "cbi.storage:migrations")
    config.set_main_option("version_locations", str(_folder(tables)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = _engine(database)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
    logger.info("%s from step %s to %s", tables, version, head)
    return version, head


def run_step(connection: Any, tables: Tables, step: str) -> None:
    """Carry out one step's statements; called by the step's own Alembic file."""
    engine = connection.dialect.name
    source = _folder(tables) / f"{step}.{engine}.sql"
    for statement in source.read_text("utf-8").split(NEXT):
        plain = statement.strip()
        connection.exec_driver_sql(plain if engine == "sqlite" else plain.replace("%", "%%"))


def _folder(tables: Tables) -> Path:
    return Path(__file__).with_name("migrations") / tables


def _engine(database: Database) -> "Engine":
    """SQLAlchemy over a connection of the database's own making, for Alembic alone."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if database.engine == "postgresql":

        def in_transactions() -> Any:
            connection = database.another_connection()
            connection.autocommit = False
            return connection

        return create_engine("postgresql+psycopg://", creator=in_transactions, poolclass=NullPool)
    from cbi.storage.sqlite import sqlite3

    engine = create_engine(
        "sqlite://", module=sqlite3, creator=database.another_connection, poolclass=NullPool
    )
    event.listen(
        engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE") and None
    )
    return engine
