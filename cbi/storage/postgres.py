"""PostgreSQL: one server that many offices share.

Transactions are READ COMMITTED: every rule that needs more is a guarded statement. Each of them
takes up the role of a duty (`SET LOCAL ROLE`), so that the append-only tables hold even when the
owner runs the program, and that a pooler which gives the session to somebody else gives nothing
of it away. For the same reason no statement is prepared on the server.
"""

import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cbi.base.clock import Clock
from cbi.base.errors import Unusable, UsageError
from cbi.base.logs import Log
from cbi.storage.database import Database
from cbi.storage.faults import committing, translated
from cbi.storage.server_clock import ServerClock
from cbi.storage.transactions import ReadTransaction, WriteTransaction

if TYPE_CHECKING:
    from cbi.storage.migrate import Tables

logger = Log(__name__)

CONNECT_SECONDS = 10
logging.getLogger("psycopg").addHandler(logging.NullHandler())
"""What the driver warns of is said by our own errors, and not on the user's screen beside them."""

_HERE = re.compile(r"localhost|\[?::1\]?|127(\.\d+){3}|[/@].*")
"""A host that is this machine; a service's file may lead anywhere."""

_PORT = re.compile(r":\d*(?=,|$)")
DUTIES = ("manager", "finance", "field", "till")
"""From the one who may do most."""


def duty_role(database: str, duty: str) -> str:
    """The role of a duty in a database."""
    return f"{database}_{duty}"


def make_database(url: str) -> bool:
    """Make the database that a URL names, if it is not there; returns whether it was made.

    Raises:
        Unusable: the server is away, or this user may not make databases.
    """
    import psycopg
    from psycopg import sql

    _ask_for_proof(urlsplit(url))
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

    def __init__(
        self, url: str, *, as_owner: bool = False, read_only: bool = False, built_at: str = "",
    ) -> None:
        """`built_at` is where the steps may be carried out to compare with: a standby takes none.
        """
        super().__init__()
        parts = urlsplit(url)
        if parts.password or "password" in parse_qs(parts.query):
            raise UsageError("storage.password-in-url")
        _ask_for_proof(parts)
        self.url = url
        self.place = url
        self.name = database_name(url)
        self._as_owner = as_owner
        self._built_at = built_at
        self.read_only = read_only
        self._connection: Any = None
        self._role: str | None = None

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        """One snapshot for the whole block."""
        try:
            connection = self.connection()
            self._begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield ReadTransaction(connection, "postgresql")
            finally:
                self._roll_back()
        except Unusable as error:
            self.add_place(error)
            raise

    def read_to_check(self, tables: "Tables") -> AbstractContextManager[ReadTransaction]:
        """Before it begins, what a check compares with: one connection of a pool is enough."""
        from cbi.storage.standing_postgres import build_anew

        builder = PostgresDatabase(self._built_at) if self._built_at else self
        try:
            build_anew(builder.connection(), tables)
        except Unusable as error:
            builder.add_place(error)
            raise
        finally:
            if builder is not self:
                builder.close()
        return self.read()

    def newest_change(self) -> int | None:
        """What a standby has replayed, by the server's clock at the commit."""
        with translated():
            found = self.connection().execute(
                "SELECT (extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000000)::bigint "
                "WHERE pg_is_in_recovery()"
            ).fetchone()
        return None if found is None or found[0] is None else int(found[0])

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        """A READ COMMITTED transaction."""
        try:
            connection = self.connection()
            self._begin(connection, "BEGIN")
            try:
                tx = WriteTransaction(connection, "postgresql", self.following)
                yield tx
                tx.tell()
                with committing():
                    done = connection.execute("COMMIT").statusmessage
                if done != "COMMIT":
                    raise Unusable("storage.engine-said", detail=done)
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

    def clock(self, machine: Clock) -> Clock:
        """The server's clock, whatever this machine's says."""
        return ServerClock(self._server_instant, machine)

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
                self.url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="cbi",
                prepare_threshold=None,
            )
        if self.read_only:
            with translated():
                connection.execute("SET default_transaction_read_only = on")
        if not self._as_owner:
            self._role = self._own_role(connection)
        logger.debug("PostgreSQL %s connected", connection.info.server_version)
        return connection

    def call(self, function: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Call a function of the database's, in a transaction of its own; its rows.

        It is given the role to work as before its values, and takes it up itself
        (`set_config('role', …, true)`): so one message to the server is the whole transaction.
        """
        connection = self.connection()
        places = ", ".join(["%s"] * (1 + len(values)))
        try:
            with committing():
                found: list[tuple[Any, ...]] = connection.execute(
                    f"SELECT * FROM public.{function}({places})", (self._role, *values)
                ).fetchall()
            return found
        except BaseException:
            self._roll_back()
            raise

    def _server_instant(self) -> int:
        with translated():
            found = self.connection().execute(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
            ).fetchone()
        return int(found[0])

    def _begin(self, connection: Any, begin: str) -> None:
        with translated():
            role = "" if self._role is None else f"; {_set_role(self._role)}"
            connection.execute(begin + role)

    def _own_role(self, connection: Any) -> str | None:
        """The role to work as: of the widest duty; none where a user has two side by side.

        Who owns the tables is a member of the manager's role, and so never works as the owner.
        """
        roles = [duty_role(self.name, duty) for duty in DUTIES]
        with translated():
            known = dict(connection.execute(
                "SELECT rolname, pg_has_role(oid, 'MEMBER') FROM pg_roles "
                "WHERE rolname = ANY(%s)", (roles,),
            ).fetchall())
        own = [role for role in roles if known.get(role)]
        if own:
            return own[0] if own[0] == roles[0] or len(own) == 1 else None
        connection.close()
        if len(known) == len(roles):
            raise Unusable("storage.no-duty", roles=", ".join(roles))
        raise self._without_roles()

    def _without_roles(self) -> Unusable:
        """What to say of a database without the duties' roles: a dump brought back, or nothing."""
        plain = self.__class__(self.url, as_owner=True)
        with plain.read() as tx:
            there = tx.value("SELECT to_regclass('public.alembic_version')")
        plain.close()
        if there is None:
            return Unusable("storage.missing", path=self.url)
        return Unusable("storage.no-roles", roles=", ".join(
            duty_role(self.name, duty) for duty in DUTIES
        ))

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


def _set_role(role: str) -> str:
    quoted = role.replace('"', '""')
    return f'SET LOCAL ROLE "{quoted}"'


def _ask_for_proof(parts: SplitResult) -> None:
    """Beyond this machine the server proves who it is, unless the address says otherwise."""
    asked = parse_qs(parts.query)
    if "sslmode" in asked or "PGSSLMODE" in os.environ:
        return
    named = unquote(_PORT.sub("", parts.netloc.rpartition("@")[2]))
    for name in ("host", "hostaddr", "service"):
        said = (
            ",".join(asked.get(name, [])) or (named if name == "host" else "")
            or os.environ.get(f"PG{name.upper()}", "")
        )
        for host in said.split(","):
            if host and (name == "service" or not _HERE.fullmatch(host)):
                raise UsageError("storage.sslmode", host=host)
