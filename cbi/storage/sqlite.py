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
from cbi.base.logs import Log
from cbi.storage.database import Database
from cbi.storage.faults import committing, said, translated
from cbi.storage.lock import WriterLock
from cbi.storage.shares import refuse_network_share
from cbi.storage.transactions import ReadTransaction, WriteTransaction

logger = Log(__name__)

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
    gives_way_s = 0.01
    """Who waits for the writers' lock is woken when it is let go, but who asks again at once is
    quicker."""

    def __init__(
        self, path: Path, *, create: bool = False, secure_delete: bool = False,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self.path = path
        self.place = str(path)
        self.read_only = read_only
        self._create = create
        self._secure_delete = secure_delete
        self._connection: Any = None
        self._lock = WriterLock(path.with_name(path.name + ".lock"))

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        """A snapshot of the last commit."""
        try:
            connection = self.connection()
            with translated():
                connection.execute("BEGIN")
            try:
                yield ReadTransaction(connection, "sqlite")
            finally:
                connection.rollback()
        except Unusable as error:
            self.add_place(error)
            raise

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        """The one writer's transaction."""
        try:
            connection = self.connection()
            with self._lock:
                with translated():
                    connection.execute("BEGIN IMMEDIATE")
                try:
                    tx = WriteTransaction(connection, "sqlite", self.following)
                    yield tx
                    tx.tell()
                    with committing():
                        connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        except Unusable as error:
            self.add_place(error)
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
        """A fresh connection set up the same way.

        Raises:
            Unusable: no such file, it cannot be opened, or it stands on a network share.
        """
        refuse_network_share(self.path)
        if self._create:
            self._make_file()
        elif not _is_there(self.path):
            raise Unusable("storage.missing", path=str(self.path))
        with translated():
            connection = sqlite3.connect(
                self._uri(), uri=True, isolation_level=None, timeout=BUSY_MS / 1000,
                check_same_thread=False,
            )
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    def _set_up(self, connection: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        if self._secure_delete:
            connection.execute("PRAGMA secure_delete = ON")
        if self.read_only:
            connection.execute("PRAGMA query_only = ON")
        sound = sqlite3.sqlite_version_info >= SOUND_WAL
        if self._may_write() and not self.read_only:
            connection.execute(f"PRAGMA journal_mode = {'WAL' if sound else 'DELETE'}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if sound else 'EXTRA'}")
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        logger.debug("SQLite %s, %s opened", sqlite3.sqlite_version, "WAL" if sound else "DELETE")

    def _uri(self) -> str:
        """The file as SQLite wants it named.

        In a folder that we cannot write to SQLite cannot make the files that a WAL database needs
        even to be read. Where none stands there nobody has the database open, and it is read as a
        file that does not change.
        """
        uri = self.path.absolute().as_uri()
        wal = self.path.with_name(self.path.name + "-wal")
        if not self._may_write() and not wal.exists():
            return f"{uri}?immutable=1"
        return f"{uri}?mode=ro" if self.read_only else uri

    def _may_write(self) -> bool:
        effective = os.access in os.supports_effective_ids
        return all(
            os.access(place, os.W_OK, effective_ids=effective)
            for place in (self.path, self.path.parent)
        )

    def _make_file(self) -> None:
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))
        except OSError as error:
            raise Unusable("storage.cannot-open", detail=said(error), place=self.place) from error


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise Unusable("storage.cannot-open", detail=said(error), place=str(path)) from error
    return True
