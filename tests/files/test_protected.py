"""No output replaces a database, a keyring or a kept checkpoint, whatever it is called."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cbi.base import BadFile
from cbi.base.ids import system_entropy
from cbi.files import Column, Sheet, atomic_file, write_csv, write_workbook
from cbi.operators.keyring import make_keyring, write_keyring

CHECKPOINT = "cbi/0123\n4721\nCsUwZzPDzcaMgmJlBmvQ0g==\n\n\u2014 cbi/0123 dGVzdA==\n"


def a_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE voucher (serial TEXT)")
    connection.commit()
    connection.close()


def a_log_of_a_database(path: Path) -> None:
    whole = sqlite3.connect(path.with_name("whole.db"))
    whole.execute("PRAGMA journal_mode = WAL")
    whole.execute("CREATE TABLE voucher (serial TEXT)")
    path.write_bytes(path.with_name("whole.db-wal").read_bytes())
    whole.close()


KEPT: dict[str, Callable[[Path], object]] = {
    "database": a_database,
    "database-log": a_log_of_a_database,
    "keyring": lambda path: write_keyring(make_keyring(b"l" * 16, system_entropy), path),
    "checkpoint": lambda path: path.write_text(CHECKPOINT, "utf-8"),
    "beside": lambda path: path.write_bytes(b""),
}
WRITERS: dict[str, Callable[[Path], object]] = {
    "plain": lambda path: atomic_file(path).__enter__(),
    "csv": lambda path: write_csv(path, ["a"], [["b"]]),
    "workbook": lambda path: write_workbook(path, [Sheet("s", (Column("a"),), [["b"]])]),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", KEPT)
def test_what_is_ours_stays(tmp_path: Path, kind: str, writer: str) -> None:
    path = tmp_path / ("ledger.db.lock" if kind == "beside" else "innocent.xlsx")
    KEPT[kind](path)
    before = path.read_bytes()
    with pytest.raises(BadFile) as refused:
        WRITERS[writer](path)
    assert refused.value.code == f"files.is-{kind.partition('-')[0]}"
    assert path.read_bytes() == before


def test_another_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("cbi/ is a word here\n1\n2\n", "utf-8")
    write_csv(path, ["a"], [["b"]])
    assert path.read_bytes().endswith(b"a\r\nb\r\n")
