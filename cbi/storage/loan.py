"""A driver's connection on loan to SQLAlchemy: it begins, ends and closes nothing.

The transaction that lends its connection owns its beginning and end, and has set it up. The two
dialects stand in modules of their own, because each costs a command the time to import it.
"""

from typing import Any

from sqlalchemy.dialects import registry


class OnLoan:
    """What a dialect does to a connection that is not its own: nothing."""

    supports_statement_cache = True

    def on_connect(self) -> Any: ...

    def do_begin(self, dbapi_connection: Any) -> None: ...

    def do_commit(self, dbapi_connection: Any) -> None: ...

    def do_rollback(self, dbapi_connection: Any) -> None: ...

    def do_close(self, dbapi_connection: Any) -> None: ...

    def do_terminate(self, dbapi_connection: Any) -> None: ...


def register() -> None:
    """Let `create_engine` know them, as `sqlite+loan` and `postgresql+loan`."""
    registry.register("sqlite.loan", "cbi.storage.loan_sqlite", "SqliteOnLoan")
    registry.register("postgresql.loan", "cbi.storage.loan_postgres", "PostgresOnLoan")
