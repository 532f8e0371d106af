"""Backups: one file that holds everything, looked over before it is called a backup.

Whatever the engine, a backup is a SQLite file: of a SQLite database a copy by the online API, which
stops nobody; of a PostgreSQL database the same rows, table by table, from one snapshot. So a backup
is read without a server, and goes back into either engine. A file is made beside its place, opened,
looked over, and only then moved there; nothing is ever overwritten.

Looking over asks whether the copy is whole: SQLite's pages by SQLite, and what went from one engine
to the other row against row. What the rows say is not asked: a ledger in which a rule is broken
needs its backups more than any other. `cbi check` says it, of the ledger or of a copy.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cbi.base.errors import Conflict, Unusable
from cbi.base.logs import Log
from cbi.storage import sqlite
from cbi.storage.database import Database
from cbi.storage.faults import said, translated
from cbi.storage.making import making
from cbi.storage.migrate import Tables, check_version, upgrade, version_of
from cbi.storage.roles import give_rights
from cbi.storage.rows import copy_rows, is_empty, same_rows
from cbi.storage.shares import share_of
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.standing import damage
from cbi.storage.transactions import ReadTransaction, WriteTransaction

logger = Log(__name__)

Without = Callable[[WriteTransaction], object]
"""Deletes what must not come back."""


def backup(database: Database, path: Path, *, tables: Tables) -> None:
    """Copy a database whole into a new file, and look the copy over.

    Raises:
        Conflict: the file exists.
        Unusable: the copy is not sound, or cannot be written.
    """
    with making(path) as made:
        copy_out(database, made.files[0], tables=tables)
        made.place()


def restore(source: Path, target: Database | Path, *, tables: Tables) -> None:
    """Bring a backup back: as a new file, or into an empty PostgreSQL database opened as its owner.

    A backup of an older release is taken forward on the way.

    Raises:
        Conflict: there is something at the target already.
        Unusable: the backup is not sound, is newer than this program, or cannot be read.
    """
    if isinstance(target, Path):
        with making(target) as made:
            copy_back(source, made.files[0], tables=tables)
            made.place()
        return
    with tempfile.TemporaryDirectory(prefix="cbi-") as folder:
        beside = Path(folder) / "backup.db"
        copy_back(source, beside, tables=tables)
        fill(target, beside, tables=tables)


def copy_out(database: Database, file: Path, *, tables: Tables) -> None:
    """Make a copy of a database in a new file, and look it over."""
    with _on_local_disk(file) as local:
        copy = SqliteDatabase(local, create=True)
        try:
            if isinstance(database, SqliteDatabase):
                _copy_pages(database.connection(), local)
            else:
                upgrade(copy, tables)
                with database.read() as source:
                    _copy_across(source, copy)
            _look_over(copy, tables, quickly=True)
            _fold(copy)
            logger.info("%s copied from %s and looked over", tables, database.engine)
        finally:
            copy.close()


def copy_back(
    source: Path, file: Path, *, tables: Tables, without: Without | None = None
) -> None:
    """Make a copy of a backup in a new file, at the newest step, and look it over.

    What `without` deletes is in no file that has a name: until then the copy stands in one that is
    gone with this process.
    """
    copy = SqliteDatabase(file, create=True)
    try:
        with _opened(source) as backed_up:
            if without is None:
                _copy_pages(backed_up, file)
            else:
                _copy_without(backed_up, file, without)
        with copy.read() as tx:
            version = version_of(tx)
        if version is not None:
            upgrade(copy, tables)
        _look_over(copy, tables)
        _fold(copy)
    except Unusable as error:
        error.facts["place"] = str(source)
        raise
    finally:
        copy.close()


def fill(
    target: Database, file: Path, *, tables: Tables, or_same: bool = False
) -> None:
    """Bring a copy that was looked over into a PostgreSQL database that is empty.

    With `or_same` it may hold the same rows, and nothing else, already.

    Raises:
        Conflict: it holds rows.
    """
    staged = SqliteDatabase(file)
    try:
        with target.read() as tx, staged.read() as rows:
            if version_of(tx) is not None and not is_empty(tx):
                if not or_same or not same_rows(rows, tx):
                    raise Conflict("storage.exists", path=target.place)
                return
        upgrade(target, tables)
        give_rights(target, tables)
        with staged.read() as rows:
            _copy_across(rows, target)
    finally:
        staged.close()


def fold(file: Path) -> None:
    """Leave one file that can be read from any medium: no write-ahead log stands beside it."""
    copy = SqliteDatabase(file)
    try:
        _fold(copy)
    finally:
        copy.close()


def _fold(copy: SqliteDatabase) -> None:
    with translated():
        copy.connection().execute("PRAGMA journal_mode = DELETE")


def _copy_pages(source: Any, file: Path) -> None:
    """Copy into a new file, each page once: no log, since half a copy is thrown away, and no wait
    for the disk, since who lets the file stand at its place sees that it is there."""
    try:
        file.touch(mode=0o600)
    except OSError as error:
        raise Unusable("storage.cannot-open", detail=said(error), place=str(file)) from error
    with translated():
        copy = sqlite.sqlite3.connect(str(file), isolation_level=None)
        try:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy)
        finally:
            copy.close()


def _copy_without(source: Any, file: Path, without: Without) -> None:
    """Copy by way of a nameless database, in which the rows are overwritten first."""
    with translated():
        nameless = sqlite.sqlite3.connect("", isolation_level=None)
    try:
        with translated():
            nameless.execute("PRAGMA secure_delete = ON")
            source.backup(nameless)
            nameless.execute("BEGIN")
            without(WriteTransaction(nameless, "sqlite"))
            nameless.execute("COMMIT")
        _copy_pages(nameless, file)
    finally:
        nameless.close()


@contextmanager
def _opened(source: Path) -> Iterator[Any]:
    """A backup, read and left as it is. One that stands alone is read from any medium."""
    if not source.exists():
        raise Unusable("storage.missing", path=str(source))
    uri = source.absolute().as_uri()
    alone = not source.with_name(source.name + "-wal").exists()
    with translated():
        connection = sqlite.sqlite3.connect(
            f"{uri}?{'immutable=1' if alone else 'mode=rw'}", uri=True, isolation_level=None
        )
    try:
        yield connection
    finally:
        connection.close()


def _copy_across(source: ReadTransaction, copy: Database) -> None:
    """Copy every row into an empty database of the other engine; all of them, or none."""
    with copy.write() as target:
        copy_rows(source, target)
        if not same_rows(source, target):
            raise Unusable("storage.copy-differs", place=copy.place)


def _look_over(copy: SqliteDatabase, tables: Tables, *, quickly: bool = False) -> None:
    """Quickly: of what was whole a moment ago, without every index against its table."""
    with copy.read() as tx:
        check_version(tx, tables)
        wrong = damage(tx, quickly=quickly)
    if wrong:
        raise Unusable("storage.copy-unsound", place=copy.place, what=wrong[0], count=len(wrong))


@contextmanager
def _on_local_disk(file: Path) -> Iterator[Path]:
    """Where a file is made: SQLite never works on a network share, its file is copied there."""
    if share_of(file.parent.parent) is None:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="cbi-") as folder:
        local = Path(folder) / file.name
        yield local
        try:
            shutil.copyfile(local, file)
        except OSError as error:
            raise Unusable("storage.cannot-open", detail=said(error), place=str(file)) from error
