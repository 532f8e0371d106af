"""PostgreSQL: one server that many offices share.

Transactions are READ COMMITTED: every rule that needs more is a guarded statement. Sessions give
up the owner's rights at once (`SET ROLE` to the application's role), so that the append-only
tables hold even when the owner runs the program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cbi.base.errors import Unusable, UsageError
from cbi.storage.database import Database
from cbi.storage.faults import translated
from cbi.storage.transactions import Reading, Writing

CONNECT_SECONDS = 10


def app_role(database: str) -> str:
    """The role that the application works as in a database: may read, insert, update a little."""
    return f"{database}_app"


def make_database(url: str) -> bool:
    """Make the database that a URL names, if it is not there; returns whether it was made.

    Raises:
        Unusable: the server is away, or this user may not make databases.
    """
    import psycopg
    from psycopg import sql

    with translated(), psycopg.connect(
        url, dbname="postgres", autocommit=True, connect_timeout=CONNECT_SECONDS
    ) as connection:
        name = database_name(url)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if known.fetchone() is not None:
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return True


def database_name(url: str) -> str:
    """The database that a URL names."""
    return unquote(urlsplit(url).path.lstrip("/"))


class PostgresDatabase(Database):
    """A database on a server, connected to on first use."""

    engine = "postgresql"

    def __init__(self, url: str, *, as_owner: bool = False) -> None:
        super().__init__()
        parts = urlsplit(url)
        if parts.password or "password" in parse_qs(parts.query):
            raise UsageError("storage.password-in-url")
        self.url = url
        self.place = url
        self.name = database_name(url)
        self._as_owner = as_owner
        self._connection: Any = None

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """One snapshot for the whole block."""
        try:
            connection = self.connection()
            with translated():
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield Reading(connection, "postgresql")
            finally:
                self._roll_back()
        except Unusable as error:
            self.add_place(error)
            raise

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """A READ COMMITTED transaction."""
        try:
            connection = self.connection()
            with translated():
                connection.execute("BEGIN")
            try:
                tx = Writing(connection, "postgresql", self.following)
                yield tx
                tx.tell()
                with translated():
                    connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
        except Unusable as error:
            self.add_place(error)
            raise

    def connection(self) -> Any:
        """The driver's connection, set up on first use; a broken one is replaced."""
        if self._connection is None or self._connection.closed:
            self._connection = self.another_connection()
        return self._connection

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def another_connection(self) -> Any:
        """A fresh connection set up the same way."""
        import psycopg

        with translated():
            connection = psycopg.connect(
                self.url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="cbi"
            )
        if not self._as_owner:
            self._work_as_application(connection)
        return connection

    def _work_as_application(self, connection: Any) -> None:
        from psycopg import sql

        role = app_role(self.name)
        with translated():
            known = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)
            ).fetchone()
            if known is None:
                connection.close()
                raise Unusable("storage.missing", path=self.url)
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))

    def _roll_back(self) -> None:
        """Leave the transaction; a connection that is broken, or will not say, is given up."""
        connection = self._connection
        if connection is None or connection.closed:
            return
        import psycopg
        from psycopg.pq import TransactionStatus

        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
