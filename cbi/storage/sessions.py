"""SQLModel over a transaction's own driver connection: statements with types, rows as values.

The transaction stays the only owner of its beginning and end: what SQLAlchemy would do about them
is switched off, so that a session never commits, never closes and never takes a second connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cbi.base.errors import NotAllowed
from cbi.storage.faults import as_fault
from cbi.storage.transactions import Engine, ReadTransaction

if TYPE_CHECKING:
    import sqlalchemy
    from sqlmodel import Session


class Sessions:
    """Makes sessions that read; one engine of SQLAlchemy serves them all."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Any = None
        self._engine = _engine(engine, lambda: self._connection)

    @contextmanager
    def reading(self, tx: ReadTransaction) -> "Iterator[Session]":
        """A session over one snapshot. Writing through it is refused before it reaches the engine.

        Raises:
            NotAllowed: the session was asked to write.
            Unusable: the engine cannot answer.
        """
        from sqlalchemy import event
        from sqlmodel import Session

        if tx.engine == "postgresql":
            tx.value("SELECT 1")  # with its snapshot taken, nothing turns it to READ WRITE
        self._connection = tx.connection
        with self._engine.connect() as connection:
            session = Session(
                connection, autoflush=False, expire_on_commit=False,
                join_transaction_mode="rollback_only",
            )
            event.listen(session, "before_flush", _no_flush)
            event.listen(session, "do_orm_execute", _reads_alone)
            with session:
                yield session


def _engine(engine: Engine, connection: Any) -> "sqlalchemy.Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if engine == "sqlite":
        from cbi.storage.sqlite import sqlite3

        made = create_engine("sqlite://", creator=connection, poolclass=NullPool, module=sqlite3,
                             pool_reset_on_return=None)
    else:
        made = create_engine("postgresql+psycopg://", creator=connection, poolclass=NullPool,
                             pool_reset_on_return=None, use_native_hstore=False)
    for name in ("do_begin", "do_commit", "do_rollback", "do_close", "do_terminate"):
        setattr(made.dialect, name, lambda _: None)
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
