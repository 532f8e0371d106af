"""Backups: whole, checked, never over something else, and good on either engine."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from cbi.base.errors import Conflict, Unusable
from cbi.storage import backup as backups
from cbi.storage.backup import backup, restore
from cbi.storage.database import Database
from cbi.storage.migrate import Tables
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.rows import copy_rows, is_empty, table_names
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import ReadTransaction, WriteTransaction
from tests.conftest import World
from tests.postgres import discard, fresh_url
from tests.rows import all_rows
from tests.there import as_postgres, as_sqlite


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as tx:
        return {
            name: sorted(tuple(row.values()) for row in all_rows(tx, f"SELECT * FROM {name}"))
            for name in table_names(tx)
        }


def no_more_than(folder: Path, *names: str) -> bool:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"} <= set(names)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder for backups alone."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def test_a_backup_holds_the_same_rows_whatever_the_engine(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    copy = SqliteDatabase(shelf / "b.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_backup_is_one_file_for_its_owner_alone_and_needs_no_files_beside_it(
    world: World, shelf: Path,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    assert no_more_than(shelf, "b.db")
    assert stat.S_IMODE((shelf / "b.db").stat().st_mode) == 0o600
    reader = sqlite3.connect(f"file:{shelf / 'b.db'}?mode=ro&immutable=1", uri=True)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    reader.close()
    assert (shelf / "b.db").read_bytes()[18:20] == b"\1\1", "2 would ask for a log beside it"


def test_the_vault_is_backed_up_in_the_same_way(world: World, shelf: Path) -> None:
    backup(world.vault, shelf / "v.db", tables="vault")
    copy = SqliteDatabase(shelf / "v.db")
    assert content(copy) == content(world.vault)
    copy.close()


def test_a_backup_goes_back_into_a_sqlite_ledger(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    restore(shelf / "b.db", shelf / "ledger.db", tables="ledger")
    restored = SqliteDatabase(shelf / "ledger.db")
    assert content(restored) == content(world.ledger)
    with restored.write() as tx:
        assert tx.run("UPDATE programme SET duties_apart = 0") == 1
    restored.close()


def test_a_backup_goes_back_into_an_empty_postgres_database(
    world: World, shelf: Path, postgres_url: str,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    owner = PostgresDatabase(fresh_url(postgres_url, "restored"), as_owner=True)
    restore(shelf / "b.db", owner, tables="ledger")
    assert content(owner) == content(world.ledger)
    with pytest.raises(Conflict, match=r"storage\.exists"):
        restore(shelf / "b.db", owner, tables="ledger")
    discard(owner)


def test_nothing_is_overwritten_by_a_backup_or_a_restore(world: World, shelf: Path) -> None:
    taken = shelf / "taken.db"
    taken.write_text("mine")
    with pytest.raises(Conflict, match=r"storage\.exists"):
        backup(world.ledger, taken, tables="ledger")
    backup(world.ledger, shelf / "b.db", tables="ledger")
    with pytest.raises(Conflict, match=r"storage\.exists"):
        restore(shelf / "b.db", taken, tables="ledger")
    assert taken.read_text() == "mine"


def test_a_path_taken_while_the_copy_is_made_is_not_overwritten(
    world: World, shelf: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    fold = backups._fold

    def somebody_else_is_faster(copy: SqliteDatabase) -> None:
        fold(copy)
        (shelf / "b.db").write_text("mine")

    monkeypatch.setattr(backups, "_fold", somebody_else_is_faster)
    with pytest.raises(Conflict, match=r"storage\.exists"):
        backup(world.ledger, shelf / "b.db", tables="ledger")
    assert (shelf / "b.db").read_text() == "mine"
    assert no_more_than(shelf, "b.db")


def test_a_copy_that_is_not_whole_is_not_called_a_backup(
    world: World, shelf: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_over = backups._look_over

    def on_a_bad_disk(copy: SqliteDatabase, tables: Tables, *, quickly: bool = False) -> None:
        pages = copy.connection().execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'store'").fetchall()
        copy.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.close()
        with copy.path.open("r+b") as file:
            file.seek(4096 * (pages[0][0] - 1))
            file.write(b"\xff" * 4096)
        look_over(copy, tables, quickly=quickly)

    monkeypatch.setattr(backups, "_look_over", on_a_bad_disk)
    with pytest.raises(Unusable) as refused:
        backup(world.ledger, shelf / "b.db", tables="ledger")
    assert refused.value.code in ("storage.damaged", "storage.copy-unsound")
    assert refused.value.facts["place"] == str(shelf / "b.db")
    assert no_more_than(shelf)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_copy_from_one_engine_to_the_other_in_which_a_row_differs_is_refused(
    world: World, shelf: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    copied = copy_rows

    def with_another_row(source: ReadTransaction, target: WriteTransaction) -> None:
        copied(source, target)
        target.run("UPDATE programme SET duties_apart = 1 - duties_apart")

    monkeypatch.setattr(backups, "copy_rows", with_another_row)
    with pytest.raises(Unusable, match=r"storage\.copy-differs"):
        backup(world.ledger, shelf / "c.db", tables="ledger")
    owner = PostgresDatabase(fresh_url(postgres_url, "differs"), as_owner=True)
    with pytest.raises(Unusable, match=r"storage\.copy-differs"):
        restore(shelf / "b.db", owner, tables="ledger")
    with owner.read() as tx:
        assert is_empty(tx)
    discard(owner)
    assert no_more_than(shelf, "b.db")


def test_a_backup_does_not_stop_a_writer_and_holds_one_moment(world: World, shelf: Path) -> None:
    other = world.ledger
    if isinstance(other, SqliteDatabase):
        other = SqliteDatabase(other.path)
    else:
        other = PostgresDatabase(as_postgres(other).url)
    with other.write() as tx:
        tx.run("UPDATE programme SET duties_apart = 0")
        backup(world.ledger, shelf / "b.db", tables="ledger")
    other.close()
    copy = SqliteDatabase(shelf / "b.db")
    with copy.read() as tx:
        assert tx.value("SELECT duties_apart FROM programme") == 1
    copy.close()


def test_a_damaged_backup_is_not_restored(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    with (shelf / "b.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    with pytest.raises(Unusable) as refused:
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger")
    assert refused.value.code in ("storage.damaged", "storage.copy-unsound")
    assert refused.value.facts["place"] == str(shelf / "b.db")
    assert no_more_than(shelf, "b.db")


@pytest.mark.parametrize("words", [b"", b"name;amount\n", b"SQLite format 3\x00" + b"\x00" * 500])
def test_something_else_than_a_backup_is_not_restored(shelf: Path, words: bytes) -> None:
    (shelf / "b.db").write_bytes(words)
    with pytest.raises(Unusable) as refused:
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger")
    assert refused.value.code in ("storage.not-a-ledger", "storage.damaged")
    assert no_more_than(shelf, "b.db")


def test_a_backup_that_is_not_there_is_named(shelf: Path) -> None:
    with pytest.raises(Unusable, match=r"storage\.missing") as refused:
        restore(shelf / "none.db", shelf / "ledger.db", tables="ledger")
    assert refused.value.facts["path"] == str(shelf / "none.db")


def test_a_backup_from_a_newer_program_is_refused(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    newer = sqlite3.connect(shelf / "b.db")
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with pytest.raises(Unusable, match=r"storage\.newer"):
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_ledger_still_in_use_is_restored_with_what_its_log_holds(
    world: World, shelf: Path,
) -> None:
    world.ledger.transact(lambda tx: tx.run("UPDATE programme SET duties_apart = 0"))
    assert (world.folder / "ledger.db-wal").stat().st_size > 0
    restore(as_sqlite(world.ledger).path, shelf / "l.db", tables="ledger")
    copy = SqliteDatabase(shelf / "l.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_folder_that_is_not_there_is_named(world: World, shelf: Path) -> None:
    with pytest.raises(Unusable, match=r"storage\.cannot-open") as refused:
        backup(world.ledger, shelf / "no" / "b.db", tables="ledger")
    assert refused.value.facts["place"] == str(shelf / "no" / "b.db")


def test_a_backup_goes_to_a_network_share_and_comes_back(
    world: World, shelf: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite never works on the share itself: the finished file is copied there and back."""
    share = shelf / "share"
    share.mkdir()
    monkeypatch.setattr(
        backups, "share_of",
        lambda path: "nfs" if path == share or path.parent == share else None,
    )

    def no_links(*args: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    backup(world.ledger, share / "b.db", tables="ledger")
    assert no_more_than(share, "b.db")
    restore(share / "b.db", shelf / "l.db", tables="ledger")
    copy = SqliteDatabase(shelf / "l.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_backup_travels_from_one_engine_to_the_other_and_back(
    world: World, shelf: Path, postgres_url: str,
) -> None:
    backup(world.ledger, shelf / "1.db", tables="ledger")
    owner = PostgresDatabase(fresh_url(postgres_url, "there"), as_owner=True)
    restore(shelf / "1.db", owner, tables="ledger")
    backup(owner, shelf / "2.db", tables="ledger")
    first, second = SqliteDatabase(shelf / "1.db"), SqliteDatabase(shelf / "2.db")
    assert content(first) == content(second)
    for database in (first, second):
        database.close()
    discard(owner)


def test_a_copied_file_can_be_backed_up_and_restored_twice_under_other_names(
    world: World, shelf: Path,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger")
    shutil.copy(shelf / "b.db", shelf / "c.db")
    restore(shelf / "c.db", shelf / "one.db", tables="ledger")
    restore(shelf / "c.db", shelf / "two.db", tables="ledger")
    assert (shelf / "one.db").stat().st_size == (shelf / "two.db").stat().st_size
