"""All rows of a database, from one engine into the other: the tables are the same on both."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from cbi.storage.faults import translated
from cbi.storage.transactions import ReadTransaction, Record, WriteTransaction

CHUNK = 5_000
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    "postgresql": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}


def table_names(tx: ReadTransaction) -> list[str]:
    """Every table but the one that holds the schema's step."""
    names = {row["name"] for row in tx.rows(_TABLES[tx.engine])}
    return sorted(name for name in names - {"alembic_version"} if not name.startswith("sqlite_"))


def is_empty(tx: ReadTransaction) -> bool:
    """Whether no table holds a row."""
    return all(tx.value(f"SELECT 1 FROM {name} LIMIT 1") is None for name in table_names(tx))


def same_rows(one: ReadTransaction, other: ReadTransaction) -> bool:
    """Whether both hold the same rows, in whatever order."""
    return table_names(one) == table_names(other) and all(
        _sum_of(one, table) == _sum_of(other, table) for table in table_names(one)
    )


def _sum_of(tx: ReadTransaction, table: str) -> int:
    """The sum of the rows' hashes, which tells no order."""
    rows = (repr(sorted(row.items())) for row in tx.each(f"SELECT * FROM {table}"))
    return sum(int.from_bytes(sha256(row.encode()).digest()) for row in rows)


def copy_rows(source: ReadTransaction, target: WriteTransaction) -> None:
    """Copy every row of every table; the target's are empty. One of the two is SQLite."""
    for table in table_names(source):
        key = _key(source if source.engine == "sqlite" else target, table)
        rows = source.each(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")
        if target.engine == "sqlite":
            while part := list(islice(rows, CHUNK)):
                target.insert(table, part)
        else:
            _copy_in(target, table, rows)


def _key(tx: ReadTransaction, table: str) -> Sequence[str]:
    """The columns of a SQLite table's primary key, in order."""
    columns = [row for row in tx.rows(f"PRAGMA table_info({table})") if row["pk"]]
    return [row["name"] for row in sorted(columns, key=lambda row: int(row["pk"]))]


def _copy_in(target: WriteTransaction, table: str, rows: Iterator[Record]) -> None:
    first: dict[str, Any] | None = next(rows, None)
    if first is None:
        return
    columns = ", ".join(first)
    into = f"COPY {table} ({columns}) FROM STDIN"
    with translated(), target.connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write_row(tuple(first.values()))
        for row in rows:
            copy.write_row(tuple(row.values()))
