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
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.rows import table_names
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import ReadTransaction
from tests.conftest import World
from tests.postgres import discard, fresh_url
from tests.rows import all_rows
from tests.there import as_postgres, as_sqlite


def nothing_wrong(tx: ReadTransaction) -> list[str]:
    return []


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
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    copy = SqliteDatabase(shelf / "b.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_backup_is_one_file_for_its_owner_alone_and_needs_no_files_beside_it(
    world: World, shelf: Path,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    assert no_more_than(shelf, "b.db")
    assert stat.S_IMODE((shelf / "b.db").stat().st_mode) == 0o600
    reader = sqlite3.connect(f"file:{shelf / 'b.db'}?mode=ro&immutable=1", uri=True)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    reader.close()
    assert (shelf / "b.db").read_bytes()[18:20] == b"\1\1", "2 would ask for a log beside it"


def test_the_vault_is_backed_up_in_the_same_way(world: World, shelf: Path) -> None:
    backup(world.vault, shelf / "v.db", tables="vault", check=nothing_wrong)
    copy = SqliteDatabase(shelf / "v.db")
    assert content(copy) == content(world.vault)
    copy.close()


def test_a_backup_goes_back_into_a_sqlite_ledger(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    restore(shelf / "b.db", shelf / "ledger.db", tables="ledger", check=nothing_wrong)
    restored = SqliteDatabase(shelf / "ledger.db")
    assert content(restored) == content(world.ledger)
    with restored.write() as tx:
        assert tx.run("UPDATE programme SET duties_apart = 0") == 1
    restored.close()


def test_a_backup_goes_back_into_an_empty_postgres_database(
    world: World, shelf: Path, postgres_url: str,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    owner = PostgresDatabase(fresh_url(postgres_url, "restored"), as_owner=True)
    restore(shelf / "b.db", owner, tables="ledger", check=nothing_wrong)
    assert content(owner) == content(world.ledger)
    with pytest.raises(Conflict, match=r"storage\.exists"):
        restore(shelf / "b.db", owner, tables="ledger", check=nothing_wrong)
    discard(owner)


def test_nothing_is_overwritten_by_a_backup_or_a_restore(world: World, shelf: Path) -> None:
    taken = shelf / "taken.db"
    taken.write_text("mine")
    with pytest.raises(Conflict, match=r"storage\.exists"):
        backup(world.ledger, taken, tables="ledger", check=nothing_wrong)
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    with pytest.raises(Conflict, match=r"storage\.exists"):
        restore(shelf / "b.db", taken, tables="ledger", check=nothing_wrong)
    assert taken.read_text() == "mine"


def test_a_path_taken_while_the_copy_is_made_is_not_overwritten(world: World, shelf: Path) -> None:
    def somebody_else_is_faster(tx: ReadTransaction) -> list[str]:
        (shelf / "b.db").write_text("mine")
        return []

    with pytest.raises(Conflict, match=r"storage\.exists"):
        backup(world.ledger, shelf / "b.db", tables="ledger", check=somebody_else_is_faster)
    assert (shelf / "b.db").read_text() == "mine"
    assert no_more_than(shelf, "b.db")


def test_a_copy_that_does_not_hold_is_not_called_a_backup(world: World, shelf: Path) -> None:
    with pytest.raises(Unusable, match=r"storage\.copy-unsound") as refused:
        backup(world.ledger, shelf / "b.db", tables="ledger", check=lambda tx: ["KZ22-1: odd"])
    assert refused.value.facts["what"] == "KZ22-1: odd"
    assert refused.value.facts["place"] == str(shelf / "b.db")
    assert no_more_than(shelf)


def test_a_backup_does_not_stop_a_writer_and_holds_one_moment(world: World, shelf: Path) -> None:
    other = world.ledger
    if isinstance(other, SqliteDatabase):
        other = SqliteDatabase(other.path)
    else:
        other = PostgresDatabase(as_postgres(other).url)
    with other.write() as tx:
        tx.run("UPDATE programme SET duties_apart = 0")
        backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    other.close()
    copy = SqliteDatabase(shelf / "b.db")
    with copy.read() as tx:
        assert tx.value("SELECT duties_apart FROM programme") == 1
    copy.close()


def test_a_damaged_backup_is_not_restored(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    with (shelf / "b.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    with pytest.raises(Unusable) as refused:
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger", check=nothing_wrong)
    assert refused.value.code in ("storage.damaged", "storage.copy-unsound")
    assert refused.value.facts["place"] == str(shelf / "b.db")
    assert no_more_than(shelf, "b.db")


@pytest.mark.parametrize("words", [b"", b"name;amount\n", b"SQLite format 3\x00" + b"\x00" * 500])
def test_something_else_than_a_backup_is_not_restored(shelf: Path, words: bytes) -> None:
    (shelf / "b.db").write_bytes(words)
    with pytest.raises(Unusable) as refused:
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger", check=nothing_wrong)
    assert refused.value.code in ("storage.not-a-ledger", "storage.damaged")
    assert no_more_than(shelf, "b.db")


def test_a_backup_that_is_not_there_is_named(shelf: Path) -> None:
    with pytest.raises(Unusable, match=r"storage\.missing") as refused:
        restore(shelf / "none.db", shelf / "ledger.db", tables="ledger", check=nothing_wrong)
    assert refused.value.facts["path"] == str(shelf / "none.db")


def test_a_backup_from_a_newer_program_is_refused(world: World, shelf: Path) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    newer = sqlite3.connect(shelf / "b.db")
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with pytest.raises(Unusable, match=r"storage\.newer"):
        restore(shelf / "b.db", shelf / "ledger.db", tables="ledger", check=nothing_wrong)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_ledger_still_in_use_is_restored_with_what_its_log_holds(
    world: World, shelf: Path,
) -> None:
    world.ledger.transact(lambda tx: tx.run("UPDATE programme SET duties_apart = 0"))
    assert (world.folder / "ledger.db-wal").stat().st_size > 0
    restore(as_sqlite(world.ledger).path, shelf / "l.db", tables="ledger", check=nothing_wrong)
    copy = SqliteDatabase(shelf / "l.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_folder_that_is_not_there_is_named(world: World, shelf: Path) -> None:
    with pytest.raises(Unusable, match=r"storage\.cannot-open") as refused:
        backup(world.ledger, shelf / "no" / "b.db", tables="ledger", check=nothing_wrong)
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
    backup(world.ledger, share / "b.db", tables="ledger", check=nothing_wrong)
    assert no_more_than(share, "b.db")
    restore(share / "b.db", shelf / "l.db", tables="ledger", check=nothing_wrong)
    copy = SqliteDatabase(shelf / "l.db")
    assert content(copy) == content(world.ledger)
    copy.close()


def test_a_backup_travels_from_one_engine_to_the_other_and_back(
    world: World, shelf: Path, postgres_url: str,
) -> None:
    backup(world.ledger, shelf / "1.db", tables="ledger", check=nothing_wrong)
    owner = PostgresDatabase(fresh_url(postgres_url, "there"), as_owner=True)
    restore(shelf / "1.db", owner, tables="ledger", check=nothing_wrong)
    backup(owner, shelf / "2.db", tables="ledger", check=nothing_wrong)
    first, second = SqliteDatabase(shelf / "1.db"), SqliteDatabase(shelf / "2.db")
    assert content(first) == content(second)
    for database in (first, second):
        database.close()
    discard(owner)


def test_a_copied_file_can_be_backed_up_and_restored_twice_under_other_names(
    world: World, shelf: Path,
) -> None:
    backup(world.ledger, shelf / "b.db", tables="ledger", check=nothing_wrong)
    shutil.copy(shelf / "b.db", shelf / "c.db")
    restore(shelf / "c.db", shelf / "one.db", tables="ledger", check=nothing_wrong)
    restore(shelf / "c.db", shelf / "two.db", tables="ledger", check=nothing_wrong)
    assert (shelf / "one.db").stat().st_size == (shelf / "two.db").stat().st_size
