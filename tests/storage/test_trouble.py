"""What goes wrong under a ledger: each trouble is one line that says what, where and what to do."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from cbi.base.errors import CbiError, Unusable, UsageError
from cbi.messages import text
from cbi.storage import sqlite as sqlite_module
from cbi.storage.database import Database
from cbi.storage.faults import RetryTransaction
from cbi.storage.lock import WriterLock
from cbi.storage.migrate import check_version, upgrade
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.scrub import emptied_log
from cbi.storage.shares import refuse_network_share, share_by_mounts, share_of
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.postgres import fresh_url
from tests.rows import all_rows
from tests.there import as_postgres, as_sqlite

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
RECEIPT = "INSERT INTO receipt (store, number, used_minor) VALUES ('s', :number, 1)"
NOBODY = 65534


class OneNumber(NamedTuple):
    """A receipt's number."""

    number: str


def one_line(error: CbiError) -> str:
    """The refusal as a user reads it: all its places filled, in both languages."""
    for language in ("en", "ru"):
        words = text(error.code, language, **error.facts)
        assert "{" not in words
        assert words != error.code
        assert "\n" not in words
    return text(error.code, "en", **error.facts)


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(CbiError, match=code.replace(".", r"\."))


@contextlib.contextmanager
def only_reading(folder: Path) -> Iterator[None]:
    """The folder and its files can be read and not written, for root too (as nobody, meanwhile)."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in files:
        path.chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        for path in files:
            path.chmod(0o600)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may look into (pytest's own is closed to others)."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="cbi-open-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def ledger_file(open_folder: Path) -> Path:
    path = open_folder / "ledger.db"
    ledger = SqliteDatabase(path, create=True)
    upgrade(ledger)
    ledger.close()
    return path


def count(database: sqlite_module.SqliteDatabase | PostgresDatabase | Database) -> int:
    with database.read() as tx:
        return int(tx.value("SELECT count(*) FROM receipt"))


def test_a_read_only_ledger_is_read_and_not_written(ledger_file: Path) -> None:
    with only_reading(ledger_file.parent):
        ledger = SqliteDatabase(ledger_file)
        assert count(ledger) == 0
        with refused("storage.read-only") as caught:
            ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
        ledger.close()
    assert str(ledger_file) in one_line(caught.value)
    ledger = SqliteDatabase(ledger_file)
    assert count(ledger) == 0
    ledger.close()


def test_a_read_only_ledger_in_use_is_read_with_what_its_log_holds(ledger_file: Path) -> None:
    writer = SqliteDatabase(ledger_file)
    writer.transact(lambda tx: tx.run(RECEIPT, number="1"))
    with only_reading(ledger_file.parent):
        ledger = SqliteDatabase(ledger_file)
        assert count(ledger) == 1
        ledger.close()
    writer.close()


def test_a_ledger_that_may_not_be_read_says_so(ledger_file: Path) -> None:
    ledger_file.chmod(0)
    with only_nobody(), refused("storage.cannot-open") as caught:
        count(SqliteDatabase(ledger_file))
    assert str(ledger_file) in one_line(caught.value)


@contextlib.contextmanager
def only_nobody() -> Iterator[None]:
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_ledger_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.db", tmp_path / "none" / "ledger.db", tmp_path / "f" / "l.db"):
        (tmp_path / "f").write_text("a file, not a folder")
        with refused("storage.missing") as caught:
            count(SqliteDatabase(path))
        assert str(path) in one_line(caught.value)
        (tmp_path / "f").unlink()


def test_a_new_ledger_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with refused("storage.cannot-open") as caught:
        count(SqliteDatabase(tmp_path / "none" / "ledger.db", create=True))
    assert "none" in one_line(caught.value)


@pytest.mark.parametrize("content", [b"", b"name;amount\r\n1;2\r\n" * 100, b"\0" * 8192])
def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    ledger = SqliteDatabase(path)
    with refused("storage.not-a-ledger") as caught, ledger.read() as tx:
        check_version(tx)
    assert str(path) in one_line(caught.value)
    ledger.close()


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with refused("storage.") as caught:
        count(SqliteDatabase(tmp_path))
    assert caught.value.code in ("storage.cannot-open", "storage.not-a-ledger")


@pytest.mark.parametrize(("version", "code"), [("0000", "storage.older"), ("9", "storage.newer")])
def test_another_step_than_ours_is_refused(world: World, version: str, code: str) -> None:
    if isinstance(world.ledger, PostgresDatabase):
        with psycopg.connect(world.ledger.url, autocommit=True) as owner:
            owner.execute("UPDATE alembic_version SET version_num = %s", (version,))
    else:
        world.ledger.transact(lambda tx: tx.run(
            "UPDATE alembic_version SET version_num = :version", version=version
        ))
    with refused(code) as caught, world.ledger.read() as tx:
        check_version(tx)
    assert version in one_line(caught.value)
    if code == "storage.newer":
        with refused(code):
            upgrade(world.ledger)


@on_sqlite
def test_a_ledger_held_by_another_program_is_refused_after_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_MS", 50)
    ledger = SqliteDatabase(as_sqlite(world.ledger).path)
    # The same library as ours: a system's locks do not hold between two within one process.
    holder = sqlite_module.sqlite3.connect(str(as_sqlite(world.ledger).path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with refused("storage.busy") as caught:
        ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
    assert str(as_sqlite(world.ledger).path) in one_line(caught.value)
    assert count(ledger) == 0
    holder.execute("ROLLBACK")
    ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
    assert count(ledger) == 1
    holder.close()
    ledger.close()


@on_sqlite
def test_a_reader_does_not_stop_a_writer_nor_a_writer_a_reader(world: World) -> None:
    other = SqliteDatabase(as_sqlite(world.ledger).path)
    with world.ledger.read() as reading:
        assert reading.value("SELECT count(*) FROM receipt") == 0
        other.transact(lambda tx: tx.run(RECEIPT, number="1"))
        assert reading.value("SELECT count(*) FROM receipt") == 0
    with other.write() as writing:
        writing.run(RECEIPT, number="2")
        assert count(world.ledger) == 1
    assert count(world.ledger) == 2
    other.close()


@on_sqlite
def test_a_full_file_keeps_nothing_of_the_transaction(world: World) -> None:
    """SQLite's own answer to a disk without room: the same one it gives at a page limit."""
    world.ledger.connection().execute("PRAGMA max_page_count = 1")
    with refused("storage.disk-full") as caught:
        world.ledger.transact(lambda tx: tx.insert("receipt", [
            {"store": "s" * 2000, "number": str(number), "used_minor": 1} for number in range(900)
        ]))
    assert str(as_sqlite(world.ledger).path) in one_line(caught.value)
    world.ledger.connection().execute("PRAGMA max_page_count = 1000000")
    assert count(world.ledger) == 0
    world.ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
    assert count(world.ledger) == 1


WRITE_UNTIL_FULL = """
import resource, signal, sys
from pathlib import Path
from cbi.base.errors import CbiError
from cbi.storage.sqlite import SqliteDatabase
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
ledger = SqliteDatabase(Path(sys.argv[1]))
INSERT = "INSERT INTO receipt (store, number, used_minor) VALUES ('a', 'b', 1)"
ledger.transact(lambda tx: tx.run(INSERT))
size = Path(sys.argv[1] + "-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, size + 20_000))
try:
    ledger.transact(lambda tx: tx.insert("receipt", [
        {"store": "s" * 2000, "number": str(n), "used_minor": 1} for n in range(900)]))
except CbiError as error:
    print(error.code)
with ledger.read() as tx:
    print(tx.value("SELECT count(*) FROM receipt"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on a process's files")
def test_a_disk_that_takes_no_more_keeps_nothing_of_the_transaction(ledger_file: Path) -> None:
    """The process's own limit on file sizes stands in for the disk: writing fails in the system."""
    done = subprocess.run(
        [sys.executable, "-c", WRITE_UNTIL_FULL, str(ledger_file)], capture_output=True, text=True,
        check=True, cwd=Path(__file__).parents[2],
    )
    code, left = done.stdout.split()
    assert code in ("storage.disk-full", "storage.disk-error")
    assert left == "1"
    ledger = SqliteDatabase(ledger_file)
    assert count(ledger) == 1
    ledger.close()


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="needs Linux's mounts")
def test_a_small_disk_that_is_full_is_refused_and_loses_nothing(tmp_path: Path) -> None:
    """Where we may mount one: a real file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True,
        check=False,
    )
    if mounted.returncode:
        return  # the two tests above stand for it
    try:
        fill_and_look(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill_and_look(disk: Path) -> None:
    ledger = SqliteDatabase(disk / "ledger.db", create=True)
    upgrade(ledger)
    kept = 0
    with refused("storage.disk-full") as caught:
        for number in range(10_000):
            ledger.transact(methodcaller(
                "run",
                "INSERT INTO receipt (store, number, used_minor) VALUES (:store, :number, 1)",
                store="s" * 3000, number=str(number),
            ))
            kept += 1
    assert "disk" in one_line(caught.value)
    assert kept > 10
    assert count(ledger) == kept
    ledger.close()
    again = SqliteDatabase(disk / "ledger.db")
    assert count(again) == kept
    again.close()


@on_sqlite
def test_a_damaged_page_is_met_with_one_line(world: World) -> None:
    world.ledger.transact(lambda tx: tx.insert("receipt", [
        {"store": "s" * 200, "number": str(number), "used_minor": 1} for number in range(900)
    ]))
    root = world.ledger.connection().execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'receipt'"
    ).fetchone()[0]
    world.ledger.close()
    with as_sqlite(world.ledger).path.open("r+b") as file:
        file.seek(4096 * (root - 1))
        file.write(b"\xa5" * 4096)
    with refused("storage.damaged") as caught:
        count(world.ledger)
    assert "cbi restore" in one_line(caught.value)


def test_the_log_is_folded_in_and_emptied(world: World) -> None:
    world.vault.transact(lambda tx: all_rows(tx, "SELECT 1"))
    assert emptied_log(world.vault)


MOUNTS = r"""
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:26 / /mnt/office rw - cifs //server/office rw
29 27 0:27 / /mnt/a\040b rw shared:1 - nfs4 server:/x rw
30 28 0:28 / /mnt/office/local rw - xfs /dev/vdb rw
31 27 0:29 / /mnt/phone rw - fuse.sshfs user@host: rw
32 27 0:30 / /mnt/disk rw - fuseblk /dev/sdb1 rw
""".strip()


@pytest.mark.parametrize(
    ("path", "share"),
    [
        ("/home/me/ledger.db", None),
        ("/mnt/office/ledger.db", "cifs"),
        ("/mnt/office2/ledger.db", None),
        ("/mnt/office/local/ledger.db", None),
        ("/mnt/a b/c/ledger.db", "nfs4"),
        ("/mnt/phone/ledger.db", "fuse.sshfs"),
        ("/mnt/disk/ledger.db", None),
    ],
)
def test_the_mount_nearest_to_a_path_says_what_it_stands_on(path: str, share: str | None) -> None:
    assert share_by_mounts(Path(path), MOUNTS) == share


def test_a_ledger_on_a_network_share_is_refused_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cbi.storage.shares.share_of", lambda path: "nfs4")
    with refused("storage.network-share") as caught:
        count(SqliteDatabase(tmp_path / "ledger.db", create=True))
    assert not (tmp_path / "ledger.db").exists()
    assert "postgresql://" in one_line(caught.value)


def test_this_machines_own_disk_is_no_share(tmp_path: Path) -> None:
    assert share_of(tmp_path) is None
    refuse_network_share(tmp_path)


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@h/db", "postgresql://me@h/db?password=secret"]
)
def test_a_password_does_not_belong_in_a_url(url: str) -> None:
    with pytest.raises(UsageError, match=r"storage\.password-in-url") as caught:
        PostgresDatabase(url)
    assert "secret" not in one_line(caught.value)


def test_a_server_that_is_not_there_is_one_line() -> None:
    with refused("storage.server-away") as caught:
        count(PostgresDatabase("postgresql://nobody@127.0.0.1:1/none"))
    assert "127.0.0.1" in one_line(caught.value)


def test_a_database_that_nobody_founded_is_one_line(postgres_url: str) -> None:
    with refused("storage.missing"):
        count(PostgresDatabase(fresh_url(postgres_url, "bare")))


@on_postgres
def test_a_server_that_goes_away_in_the_middle_keeps_nothing_and_is_found_again(
    world: World,
) -> None:
    with refused("storage.server-away") as caught, world.ledger.write() as tx:
        tx.run(RECEIPT, number="1")
        own = tx.value("SELECT pg_backend_pid()")
        with psycopg.connect(as_postgres(world.ledger).url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (own,))
        tx.run(RECEIPT, number="2")
    assert "asked" in one_line(caught.value) or "ask" in one_line(caught.value)
    assert count(world.ledger) == 0
    world.ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
    assert count(world.ledger) == 1


def test_a_transaction_is_run_again_when_the_engine_asks_and_given_up_at_last(world: World) -> None:
    runs = []

    def work(tx: WriteTransaction, times: int) -> int:
        runs.append(tx.run(RECEIPT, number="1"))
        if len(runs) < times:
            raise RetryTransaction("40001")
        return len(runs)

    assert world.ledger.transact(lambda tx: work(tx, 3)) == 3
    assert count(world.ledger) == 1
    with refused("storage.busy"):
        world.ledger.transact(work_again)


def work_again(tx: WriteTransaction) -> None:
    raise RetryTransaction("40001")


def test_anything_raised_undoes_the_whole_transaction(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.ledger.write() as tx:
        tx.run(RECEIPT, number="1")
        raise ZeroDivisionError
    with pytest.raises(KeyboardInterrupt), world.ledger.write() as tx:
        tx.run(RECEIPT, number="1")
        raise KeyboardInterrupt
    assert count(world.ledger) == 0


def test_a_mistake_of_ours_is_not_called_a_server_away(world: World) -> None:
    with pytest.raises(Exception) as caught, world.ledger.read() as tx:
        all_rows(tx, "SELECT :missing")
    assert not isinstance(caught.value, Unusable)


def test_rows_come_one_by_one_or_all_at_once(world: World) -> None:
    world.ledger.transact(lambda tx: tx.insert("receipt", [
        {"store": "s", "number": f"{number:05}", "used_minor": 1} for number in range(4_500)
    ]))
    query = "SELECT number FROM receipt WHERE store = :store ORDER BY number"
    with world.ledger.read() as tx:
        assert list(tx.read_each(OneNumber, query, store="s")) == tx.read(
            OneNumber, query, store="s"
        )
        half = tx.read_each(OneNumber, query, store="s")
        assert next(half).number == "00000"
        del half
        assert tx.value("SELECT count(*) FROM receipt") == 4_500


def test_the_writers_lock_keeps_two_apart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db.lock"
    first, second = WriterLock(path), WriterLock(path)
    with first:
        tried = subprocess.run(
            [sys.executable, "-c", "import fcntl,sys; fcntl.flock(open(sys.argv[1]), "
             "fcntl.LOCK_EX | fcntl.LOCK_NB)", str(path)], capture_output=True, check=False,
        )
        assert tried.returncode != 0
    with second:
        pass
    first.close()
    second.close()
