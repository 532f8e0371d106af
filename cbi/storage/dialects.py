"""SQLAlchemy's dialects for a connection on loan: it begins, ends and closes nothing.

The transaction that lends its driver connection owns its beginning and end, and has set it up.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class _OnLoan:
    """What a dialect does to a connection that is not its own: nothing."""

    supports_statement_cache = True

    def on_connect(self) -> None: ...

    def do_begin(self, dbapi_connection: Any) -> None: ...

    def do_commit(self, dbapi_connection: Any) -> None: ...

    def do_rollback(self, dbapi_connection: Any) -> None: ...

    def do_close(self, dbapi_connection: Any) -> None: ...

    def do_terminate(self, dbapi_connection: Any) -> None: ...


class SqliteOnLoan(_OnLoan, SQLiteDialect_pysqlite):  # type: ignore[misc]
    """SQLite through the driver that `cbi.storage.sqlite` chose."""

    supports_statement_cache = True


class PostgresOnLoan(_OnLoan, PGDialect_psycopg):
    """PostgreSQL through psycopg."""

    supports_statement_cache = True


def register() -> None:
    """Let `create_engine` know them, as `sqlite+loan` and `postgresql+loan`."""
    registry.register("sqlite.loan", __name__, "SqliteOnLoan")
    registry.register("postgresql.loan", __name__, "PostgresOnLoan")
