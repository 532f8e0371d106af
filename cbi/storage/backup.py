"""Backups: one file that holds everything, checked before it is called a backup.

Whatever the engine, a backup is a SQLite file: of a SQLite database a copy by the online API, which
stops nobody; of a PostgreSQL database the same rows, table by table, from one snapshot. So a backup
is read without a server, and goes back into either engine. A file is made beside its place, opened,
checked, and only then moved there; nothing is ever overwritten.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cbi.base.errors import Conflict, Unusable
from cbi.storage.database import Database
from cbi.storage.faults import said, translated
from cbi.storage.migrate import Tables, check_version, upgrade, version_of
from cbi.storage.rows import copy_rows, is_empty
from cbi.storage.shares import share_of
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.standing import damage
from cbi.storage.transactions import Reading

Check = Callable[[Reading], Sequence[str]]
"""Looks a database over and says what is wrong in it, a line each; handed in by who knows."""


def backup(database: Database, path: Path, *, tables: Tables, check: Check) -> None:
    """Copy a database whole into a new file, and check the copy.

    Raises:
        Conflict: the file exists.
        Unusable: the copy is not sound, or cannot be written.
    """
    with _new_file(path) as beside:
        copy = SqliteDatabase(beside, create=True)
        try:
            if isinstance(database, SqliteDatabase):
                _copy_pages(database, copy)
            else:
                upgrade(copy, tables)
                with database.read() as source, copy.write() as target:
                    copy_rows(source, target)
            _check(copy, tables, check)
            _fold(copy)
        finally:
            copy.close()


def restore(source: Path, target: Database | Path, *, tables: Tables, check: Check) -> None:
    """Bring a backup back: as a new file, or into an empty PostgreSQL database opened as its owner.

    A backup of an older release is taken forward on the way.

    Raises:
        Conflict: there is something at the target already.
        Unusable: the backup is not sound, is newer than this program, or cannot be read.
    """
    if isinstance(target, Path):
        with _new_file(target) as beside:
            _staged(source, beside, tables, check)
        return
    with target.read() as tx:
        if version_of(tx) is not None and not is_empty(tx):
            raise Conflict("storage.exists", path=target.place)
    with tempfile.TemporaryDirectory(prefix="cbi-") as folder:
        beside = Path(folder) / "backup.db"
        _staged(source, beside, tables, check)
        upgrade(target, tables)
        staged = SqliteDatabase(beside)
        try:
            with staged.read() as rows, target.write() as into:
                copy_rows(rows, into)
        finally:
            staged.close()
    _check(target, tables, check)


def _staged(source: Path, beside: Path, tables: Tables, check: Check) -> None:
    """A checked copy of a backup, at the newest step."""
    copy = SqliteDatabase(beside, create=True)
    with _on_local_disk(source) as local:
        backed_up = SqliteDatabase(local)
        try:
            _copy_pages(backed_up, copy)
            with copy.read() as tx:
                version = version_of(tx)
            if version is not None:
                upgrade(copy, tables)
            _check(copy, tables, check)
            _fold(copy)
        except Unusable as error:
            error.facts["place"] = str(source)
            raise
        finally:
            copy.close()
            backed_up.close()


def _copy_pages(database: SqliteDatabase, copy: SqliteDatabase) -> None:
    with translated():
        database.connection().backup(copy.connection())


def _check(database: Database, tables: Tables, check: Check) -> None:
    with database.read() as tx:
        check_version(tx, tables)
        wrong = [*damage(tx), *check(tx)]
    if wrong:
        raise Unusable(
            "storage.copy-unsound", place=database.place, what=wrong[0], count=len(wrong)
        )


def _fold(copy: SqliteDatabase) -> None:
    """Leave one file that can be read from any medium: no write-ahead log stands beside it."""
    with translated():
        copy.connection().execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _on_local_disk(source: Path) -> Iterator[Path]:
    """The file, or a local copy of it where it stands on a network share."""
    if share_of(source) is None:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="cbi-") as folder:
        local = Path(folder) / "backup.db"
        _copy_file(source, local)
        yield local


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A place to make a file in; after the block it stands at its path, whole, or not at all."""
    if os.path.lexists(path):
        raise Conflict("storage.exists", path=str(path))
    parent = path.absolute().parent
    local = parent if share_of(parent) is None else None
    try:
        folder = Path(tempfile.mkdtemp(prefix=".cbi-", dir=local))
    except OSError as error:
        raise Unusable("storage.cannot-open", detail=said(error), place=str(path)) from error
    try:
        beside = folder / path.name
        yield beside
        _placed(beside, path)
    except Unusable as error:
        if str(folder) in str(error.facts.get("place", "")):
            error.facts["place"] = str(path)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _placed(beside: Path, path: Path) -> None:
    """Move a finished file to its path, which nobody may have taken meanwhile."""
    try:
        os.link(beside, path)
    except FileExistsError as error:
        raise Conflict("storage.exists", path=str(path)) from error
    except OSError:  # a file system without links
        _copy_file(beside, path)
    _sync(path)


def _copy_file(source: Path, path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as into, source.open("rb") as known:
            shutil.copyfileobj(known, into)
    except FileExistsError as error:
        raise Conflict("storage.exists", path=str(path)) from error
    except OSError as error:
        raise Unusable("storage.cannot-open", detail=said(error), place=str(path)) from error


def _sync(path: Path) -> None:
    """Make sure that the file and its name are on the disk before anyone is told so."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    if os.name == "posix":
        folder = os.open(path.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
