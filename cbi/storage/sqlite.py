"""SQLite: one file, many readers, one writer at a time, nothing acknowledged ever lost.

Reading uses a plain BEGIN and blocks nobody; writing holds the writers' lock, then BEGIN IMMEDIATE.
WAL with synchronous FULL where the library is sound (3.51.3 on: earlier ones can corrupt a WAL
database with several connections, sqlite.org/wal.html); else a rollback journal and EXTRA.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from cbi.base.errors import Unusable
from cbi.storage.database import Database
from cbi.storage.faults import translated
from cbi.storage.lock import WriterLock
from cbi.storage.transactions import Reading, Writing

sqlite3: Any
try:
    sqlite3 = import_module("pysqlite3.dbapi2")
except ImportError:  # no wheel for this platform: Python's own library serves
    sqlite3 = import_module("sqlite3")

SOUND_WAL = (3, 51, 3)
BUSY_MS = 5_000


class SqliteDatabase(Database):
    """A database in one file, opened on first use."""

    engine = "sqlite"

    def __init__(self, path: Path, *, create: bool = False, secure_delete: bool = False) -> None:
        super().__init__()
        self.path = path
        self.place = str(path)
        self._create = create
        self._secure_delete = secure_delete
        self._connection: Any = None
        self._lock = WriterLock(path.with_name(path.name + ".lock"))

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """A snapshot of the last commit."""
        connection = self.connection()
        with translated():
            connection.execute("BEGIN")
        try:
            yield Reading(connection, "sqlite")
        finally:
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """The one writer's transaction."""
        connection = self.connection()
        with self._lock.held():
            with translated():
                connection.execute("BEGIN IMMEDIATE")
            try:
                yield Writing(connection, "sqlite")
                with translated():
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def connection(self) -> Any:
        """The driver's connection, opened and set up on first use."""
        if self._connection is None:
            self._connection = self.another_connection()
        return self._connection

    def close(self) -> None:
        """Close the file; the last one out folds the WAL in."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.close()

    def another_connection(self) -> Any:
        """A fresh connection set up the same way."""
        if not self._create and not self.path.exists():
            raise Unusable("storage.missing", path=str(self.path))
        if self._create:
            made = os.open(self.path, os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR)
            os.close(made)
        with translated():
            connection = sqlite3.connect(
                str(self.path), isolation_level=None, timeout=BUSY_MS / 1000,
                check_same_thread=False,
            )
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
            if self._secure_delete:
                connection.execute("PRAGMA secure_delete = ON")
            if sqlite3.sqlite_version_info >= SOUND_WAL:
                if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
                    connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
            else:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        return connection
