"""Reading and writing, as two types of transaction over either engine's own driver.

Statements are SQL text with `:name` places; values are always bound. A reader cannot write and a
writer is one command's one transaction: commit happens in this package and nowhere else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from cbi.storage.faults import translated
from cbi.storage.following import Following, Target, Written, note

Engine = Literal["sqlite", "postgresql"]
Record = dict[str, Any]
SLICE = 2_000
"""Rows that `each` holds at a time."""

PLACE = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
"""Where a statement's text has a value."""


@cache
def driver_text(sql: str, engine: Engine) -> str:
    """The statement as the engine's driver wants its places written."""
    if engine == "sqlite":
        return sql
    return PLACE.sub(r"%(\1)s", sql.replace("%", "%%"))


class ReadTransaction:
    """A consistent view of one database. Values come back as dictionaries by column."""

    def __init__(self, connection: Any, engine: Engine) -> None:
        self.connection = connection
        self.engine = engine

    def rows(self, sql: str, **values: object) -> list[Record]:
        """All rows of a query."""
        with translated():
            cursor = self.connection.execute(driver_text(sql, self.engine), values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def each(self, sql: str, **values: object) -> Iterator[Record]:
        """The rows of a query one by one, for what is too long to hold at once."""
        cursor = self._streaming(sql, values)
        names = [column[0] for column in cursor.description]
        for found in _slices(cursor):
            for row in found:
                yield dict(zip(names, row, strict=True))

    def tuples(self, sql: str, **values: object) -> Iterator[tuple[Any, ...]]:
        """The same as tuples in the order of the query's columns, where a million rows count."""
        for found in _slices(self._streaming(sql, values)):
            yield from found

    def _streaming(self, sql: str, values: Mapping[str, object]) -> Any:
        """A cursor that leaves the rows where they are until they are fetched."""
        with translated():
            named = {} if self.engine == "sqlite" else {"name": f"each_{id(values):x}"}
            cursor = self.connection.cursor(**named)
            cursor.execute(driver_text(sql, self.engine), values)
            return cursor

    def row(self, sql: str, **values: object) -> Record | None:
        """The first row of a query, or None."""
        found = self.rows(sql, **values)
        return found[0] if found else None

    def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row, or None."""
        with translated():
            cursor = self.connection.execute(driver_text(sql, self.engine), values)
            row = cursor.fetchone()
            return row[0] if row else None


class WriteTransaction(ReadTransaction):
    """One command's transaction: everything in it is kept, or nothing is."""

    def __init__(
        self, connection: Any, engine: Engine, following: Following | None = None
    ) -> None:
        super().__init__(connection, engine)
        self.following = following
        self._written: Written = {}

    def rows(self, sql: str, **values: object) -> list[Record]:
        """All rows of a query, or of a statement's RETURNING."""
        target = self._target(sql)
        if target is None:
            return super().rows(sql, **values)
        names, found = self._follow(target, sql, values)
        return [dict(zip(names, row, strict=True)) for row in found]

    def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row, or None."""
        target = self._target(sql)
        if target is None:
            return super().value(sql, **values)
        _, found = self._follow(target, sql, values)
        return found[0][0] if found else None

    def run(self, sql: str, **values: object) -> int:
        """Carry out one statement; returns how many rows it changed."""
        target = self._target(sql)
        if target is not None:
            return len(self._follow(target, sql, values)[1])
        with translated():
            cursor = self.connection.execute(driver_text(sql, self.engine), values)
            return int(cursor.rowcount)

    def insert(self, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Insert rows that share the first row's columns; returns how many."""
        listed = list(rows)
        if not listed:
            return 0
        columns = list(listed[0])
        places = ", ".join(f":{name}" for name in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        self._run_many(sql, listed)
        target = self._target(sql)
        if target is not None:
            self._note(target, listed)
        return len(listed)

    def run_many(self, sql: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Carry out one statement for many rows of values."""
        target = self._target(sql)
        if target is None:
            self._run_many(sql, rows)
        elif self.engine == "sqlite":
            for values in rows:
                self._follow(target, sql, values)
        else:
            self._follow_many(target, sql, rows)

    def tell(self) -> None:
        """Let who keeps the digests hear what was written so far; done before every commit."""
        if self.following is not None and self._written:
            written, self._written = self._written, {}
            self.following.tell(self, written)

    def _run_many(self, sql: str, rows: Sequence[Mapping[str, object]]) -> None:
        with translated():
            cursor = self.connection.cursor()
            cursor.executemany(driver_text(sql, self.engine), rows)

    def _target(self, sql: str) -> Target | None:
        return None if self.following is None else self.following.target(self, sql)

    def _follow(
        self, target: Target, sql: str, values: Mapping[str, object]
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Carry out a statement and note its rows; what it returns by itself."""
        with translated():
            text = driver_text(target.returning(sql), self.engine)
            cursor = self.connection.execute(text, values)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        self._note_found(target, found)
        width = len(target.shape.columns)
        return names[width:], [row[width:] for row in found]

    def _follow_many(
        self, target: Target, sql: str, rows: Sequence[Mapping[str, object]]
    ) -> None:
        with translated():
            cursor = self.connection.cursor()
            text = driver_text(target.returning(sql), self.engine)
            cursor.executemany(text, rows, returning=True)
            more = bool(rows)
            while more:
                self._note_found(target, cursor.fetchall())
                more = bool(cursor.nextset())

    def _note_found(self, target: Target, found: Sequence[tuple[Any, ...]]) -> None:
        columns = target.shape.columns
        self._note(target, (dict(zip(columns, row, strict=False)) for row in found))

    def _note(self, target: Target, rows: Iterable[Mapping[str, Any]]) -> None:
        if self.following is not None:
            note(self.following, self._written, target, rows)


def _slices(cursor: Any) -> Iterator[list[tuple[Any, ...]]]:
    try:
        while True:
            with translated():
                found = cursor.fetchmany(SLICE)
            if not found:
                return
            yield found
    finally:
        cursor.close()
