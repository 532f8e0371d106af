"""All rows of a database, from one engine into the other: the tables are the same on both."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from cbi.storage.faults import translated
from cbi.storage.following import shapes
from cbi.storage.transactions import ReadTransaction, WriteTransaction

CHUNK = 1_000
"""Rows held at a time; the longest are slices of documents."""
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    "postgresql": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}


def table_names(tx: ReadTransaction) -> list[str]:
    """Every table but the one that holds the schema's step."""
    names = {name for (name,) in tx.tuples(_TABLES[tx.engine])}
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
    columns = sorted(shapes(tx, table)[table].columns)
    rows = tx.tuples(f"SELECT {', '.join(columns)} FROM {table}")
    return sum(int.from_bytes(sha256(repr(row).encode()).digest()) for row in rows)


def copy_rows(source: ReadTransaction, target: WriteTransaction) -> None:
    """Copy every row of every table; the target's are empty. One of the two is SQLite."""
    for table in table_names(source):
        shape = shapes(source, table)[table]
        columns = ", ".join(shape.columns)
        rows = source.tuples(f"SELECT {columns} FROM {table} ORDER BY {', '.join(shape.key)}")
        if target.engine == "sqlite":
            while part := list(islice(rows, CHUNK)):
                target.insert(table, [dict(zip(shape.columns, row, strict=True)) for row in part])
        else:
            _copy_in(target, f"COPY {table} ({columns}) FROM STDIN", rows)


def _copy_in(target: WriteTransaction, into: str, rows: Iterator[tuple[Any, ...]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    with translated(), target.connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in chain([first], rows):
            copy.write_row(row)
