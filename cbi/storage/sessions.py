"""SQLModel over a transaction's own driver connection: statements with types, rows as values.

The transaction stays the only owner of its beginning and end: what SQLAlchemy would do about them
is switched off, so that a session never commits, never closes and never takes a second connection.
A session lives for one call. It writes nothing by itself: rows are written by the transaction,
which lets the tables that are followed be followed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from cbi.base.errors import NotAllowed
from cbi.storage.faults import as_fault

if TYPE_CHECKING:
    import sqlalchemy
    from sqlmodel import Session

    from cbi.storage.transactions import Engine, ReadTransaction

_LENT: ContextVar[Any] = ContextVar("lent")
"""The driver's connection that the session being opened is to use."""


def connection_on(tx: "ReadTransaction") -> "sqlalchemy.Connection":
    """SQLAlchemy's face of a transaction's own connection, to be used as `with connection_on(tx)`:
    leaving it ends nothing of the transaction.
    """
    lent = _LENT.set(tx.connection)
    try:
        return _engine(tx.engine).connect()
    finally:
        _LENT.reset(lent)


@contextmanager
def session_on(tx: "ReadTransaction") -> "Iterator[Session]":
    """A session over a transaction, for one statement."""
    from sqlmodel import Session

    with connection_on(tx) as connection, Session(
        connection, autoflush=False, expire_on_commit=False,
        join_transaction_mode="rollback_only",
    ) as session:
        if tx.views:
            from sqlalchemy import event

            event.listen(connection, "before_cursor_execute", _through(tx.views), retval=True)
        yield session


def through_views(statement: str, views: str) -> str:
    """A statement that reads views in place of tables."""
    if not views:
        return statement
    head, with_, rest = statement.partition("WITH ")
    if with_ and not head.strip():
        return f"WITH {views}, {rest}"
    return f"WITH {views} {statement}"


def _through(views: str) -> "Callable[..., tuple[str, object]]":
    """What lets a session's statements read views in place of tables."""
    def prepared(_: object, __: object, statement: str, values: object, *___: object
                 ) -> tuple[str, object]:
        return through_views(statement, views), values

    return prepared


@contextmanager
def reading_session(tx: "ReadTransaction") -> "Iterator[Session]":
    """A session over one snapshot. Writing through it is refused before it reaches the engine.

    Raises:
        NotAllowed: the session was asked to write.
        Unusable: the engine cannot answer.
    """
    from sqlalchemy import event

    if tx.engine == "postgresql":
        tx.value("SELECT 1")  # with its snapshot taken, nothing turns it to READ WRITE
    with session_on(tx) as session:
        event.listen(session, "before_flush", _no_flush)
        event.listen(session, "do_orm_execute", _reads_alone)
        yield session


@cache
def _engine(engine: "Engine") -> "sqlalchemy.Engine":
    """One engine of SQLAlchemy for all transactions of an engine: it keeps what it compiled."""
    import logging

    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    from cbi.storage.loan import register

    register()
    # Of a cursor that cannot be closed any more, as after Ctrl-C, it would write a traceback to
    # the terminal; whoever asks the database next is told.
    logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())
    module = {}
    if engine == "sqlite":
        from cbi.storage.sqlite import sqlite3

        module = {"module": sqlite3}
    made = create_engine(f"{engine}+loan://", creator=_LENT.get, poolclass=NullPool,
                         pool_reset_on_return=None, **module)
    event.listen(made, "handle_error", _in_our_words)
    return made


def _in_our_words(context: Any) -> None:
    fault = as_fault(context.original_exception)
    if fault is not None:
        raise fault from context.original_exception


def _no_flush(*_: object) -> None:
    raise NotAllowed("storage.session-reads")


def _reads_alone(state: Any) -> None:
    if not state.is_select and (state.is_insert or state.is_update or state.is_delete):
        raise NotAllowed("storage.session-reads")
