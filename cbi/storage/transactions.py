"""Reading and writing, as two types of transaction over either engine's own driver.

A statement is SQLModel's, or SQL text with `:name` places where that reads better or must be lean;
values are always bound, rows are always typed. A reader cannot write and a writer is one command's
one transaction: commit happens in this package and nowhere else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import groupby, islice, starmap
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, TypeVarTuple, overload

from cbi.storage.binding import ordered, positional
from cbi.storage.faults import translated
from cbi.storage.following import Following, NotedRows, Target, Writing, Written, note
from cbi.storage.row_classes import as_stored, check_fields
from cbi.storage.sessions import connection_on, session_on, through_views

if TYPE_CHECKING:
    from sqlalchemy import Delete, Update
    from sqlalchemy import Select as WideSelect
    from sqlmodel import SQLModel
    from sqlmodel.sql.expression import Select, SelectOfScalar

Engine = Literal["sqlite", "postgresql"]
Row = TypeVar("Row")
Values = TypeVarTuple("Values")
Query: TypeAlias = "str | WideSelect[*tuple[Any, ...]]"
SLICE = 2_000
"""Rows that are held at a time where they are read one by one."""

PLACE = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
"""Where a statement's text has a value."""


@cache
def driver_text(sql: str, engine: Engine) -> str:
    """The statement as the engine's driver wants its places written."""
    if engine == "sqlite":
        return sql
    return PLACE.sub(r"%(\1)s", sql.replace("%", "%%"))


class ReadTransaction:
    """A consistent view of one database.

    `all`, `first` and `stream` take a `select(…)` of SQLModel's, up to four columns wide. `read`,
    `read_one` and `read_each` take the class of their rows, a named tuple or a dataclass, and SQL
    text or a `select(…)` of any width, whose columns are the fields in their order.
    """

    def __init__(self, connection: Any, engine: Engine, views: str = "") -> None:
        self.connection = connection
        self.engine = engine
        self.views = views

    def seen_through(self, views: Mapping[str, str]) -> "ReadTransaction":
        """The same view of the database, in which these tables hold what a query of theirs gives;
        `{main}` stands before a table that is meant itself."""
        main = "main." if self.engine == "sqlite" else "public."
        return ReadTransaction(self.connection, self.engine, ", ".join(
            f"{name} AS ({query.format(main=main)})" for name, query in views.items()
        ))

    @overload
    def all(self, statement: "SelectOfScalar[Row]") -> list[Row]: ...
    @overload
    def all(self, statement: "Select[*Values]") -> list[tuple[*Values]]: ...
    def all(self, statement: Any) -> list[Any]:
        """All rows of a `select(…)`: the thing itself where one was selected, else tuples."""
        with session_on(self) as session:
            return list(session.exec(statement).all())

    @overload
    def first(self, statement: "SelectOfScalar[Row]") -> Row | None: ...
    @overload
    def first(self, statement: "Select[*Values]") -> tuple[*Values] | None: ...
    def first(self, statement: Any) -> Any:
        """The first row of a `select(…)`, or None."""
        with session_on(self) as session:
            return session.exec(statement.limit(1)).first()

    @overload
    def stream(self, statement: "SelectOfScalar[Row]") -> Iterator[Row]: ...
    @overload
    def stream(self, statement: "Select[*Values]") -> Iterator[tuple[*Values]]: ...
    def stream(self, statement: Any) -> Iterator[Any]:
        """The rows of a `select(…)` one by one, for what is too long to hold at once."""
        with session_on(self) as session, closing(
            session.exec(statement, execution_options={"yield_per": SLICE})
        ) as rows:
            yield from rows

    def read(self, kind: type[Row], query: "Query", **values: object) -> list[Row]:
        """All rows of a query, each as this class.

        Raises:
            TypeError: the query's columns are not the fields of the class, in their order.
        """
        if not isinstance(query, str):
            return list(self.read_each(kind, query))
        with translated():
            cursor = self.connection.execute(self._text(query), values)
            check_fields(kind, (column[0] for column in cursor.description))
            return list(starmap(kind, cursor.fetchall()))

    def read_one(self, kind: type[Row], query: "Query", **values: object) -> Row | None:
        """The first row of a query as this class, or None."""
        found = self.read(kind, query, **values)
        return found[0] if found else None

    def read_each(self, kind: type[Row], query: "Query", **values: object) -> Iterator[Row]:
        """The rows of a query one by one, for what is too long to hold at once."""
        if isinstance(query, str):
            cursor = self._streaming(query, values)
            check_fields(kind, (column[0] for column in cursor.description))
            for found in _slices(cursor):
                yield from starmap(kind, found)
        else:
            with session_on(self) as session, closing(
                session.execute(query, execution_options={"yield_per": SLICE})
            ) as rows:
                check_fields(kind, rows.keys())
                yield from starmap(kind, rows)

    def tuples(self, sql: str, **values: object) -> Iterator[tuple[Any, ...]]:
        """The same as tuples in the order of the query's columns, where a million rows count."""
        for found in _slices(self._streaming(sql, values)):
            yield from found

    def _streaming(self, sql: str, values: Mapping[str, object]) -> Any:
        """A cursor that leaves the rows where they are until they are fetched."""
        with translated():
            named = {} if self.engine == "sqlite" else {"name": f"each_{id(values):x}"}
            cursor = self.connection.cursor(**named)
            cursor.execute(self._text(sql), values)
            return cursor

    def _text(self, sql: str) -> str:
        """A statement as it is given to the driver."""
        return through_views(driver_text(sql, self.engine), self.views)

    def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row, or None."""
        with translated():
            cursor = self.connection.execute(self._text(sql), values)
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

    def read(self, kind: type[Row], query: "Query", **values: object) -> list[Row]:
        """All rows of a query, or of a statement's RETURNING, each as this class.

        Raises:
            TypeError: the columns are not the fields of the class, in their order.
        """
        target = self._target(query) if isinstance(query, str) else None
        if target is None or not isinstance(query, str):
            return super().read(kind, query, **values)
        names, found = self._follow(target, query, values)
        check_fields(kind, names)
        return list(starmap(kind, found))

    def add(self, *rows: "SQLModel") -> None:
        """Insert rows of one table or several, in their order."""
        for table, of_one in groupby(rows, key=lambda row: str(row.__tablename__)):
            self.insert(table, [as_stored(row.model_dump()) for row in of_one])

    def change(self, statement: "Update", values: "Mapping[Any, object]") -> int:
        """Carry out an `update(…).where(…)` that sets these columns; how many rows it changed.

        Columns are the table class's own (`{Round.valid_until: day}`), so that a misspelt one is
        found before it runs.
        """
        sets = frozenset(str(column.key) for column in values)
        return self._written_by(statement.values(dict(values)), sets)

    def remove(self, statement: "Delete") -> int:
        """Carry out a `delete(…).where(…)`; how many rows are gone."""
        return self._written_by(statement, frozenset(), deletes=True)

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
        """Insert rows that share the first row's columns, holding so many at a time; how many.

        Nor is more held of what they say: on SQLite, where nobody else writes meanwhile. On a
        server others would wait for the digests' head from the first slice on.
        """
        count, waiting = 0, iter(rows)
        while listed := list(islice(waiting, SLICE)):
            self._insert(table, listed)
            count += len(listed)
            if len(listed) == SLICE and self.engine == "sqlite":
                self.tell()
        return count

    def insert_noted(self, table: str, noted: NotedRows) -> None:
        """Insert rows of which it was found out before what is said of them."""
        for start in range(0, len(noted.rows), SLICE):
            self._put(table, noted.rows[start : start + SLICE])
        if self.following is not None and noted.digests:
            self._written.setdefault(table, {}).update(noted.digests)

    def _insert(self, table: str, listed: Sequence[Mapping[str, object]]) -> None:
        target = self._target(self._put(table, listed))
        if target is not None:
            self._note(target, listed)

    def _put(self, table: str, listed: Sequence[Mapping[str, object]]) -> str:
        """Insert rows of which nothing is noted; the statement that did."""
        columns = list(listed[0])
        values: Iterable[Any] = listed
        places = ", ".join(f":{name}" for name in columns)
        if self.engine == "sqlite":
            columns, values = positional(columns, listed)
            places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        self._run_many(sql, values)
        return sql

    def fill(
        self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Insert many rows in the order of these columns, but for those whose key is there already;
        for a table that nobody follows."""
        place, values = ("?", ordered(rows)) if self.engine == "sqlite" else ("%s", rows)
        sql = (
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" VALUES ({', '.join([place] * len(columns))}) ON CONFLICT DO NOTHING"
        )
        with translated():
            self.connection.cursor().executemany(sql, values)

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

    def _run_many(self, sql: str, rows: Iterable[Any]) -> None:
        with translated():
            cursor = self.connection.cursor()
            cursor.executemany(driver_text(sql, self.engine), rows)

    def _written_by(
        self, statement: "Update | Delete", sets: frozenset[str], deletes: bool = False
    ) -> int:
        """Carry out a statement, with its rows noted where its table is followed."""
        table: Any = statement.table
        target = None if self.following is None else self.following.target_of(
            self, Writing(table.name, table.name, deletes, sets)
        )
        with connection_on(self) as connection:
            if target is None:
                return int(connection.execute(statement).rowcount)
            found = connection.execute(statement.returning(*table.columns)).mappings().all()
        self._note(target, [as_stored(dict(row)) for row in found])
        return len(found)

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
        # Nobody reads on: that the database was closed meanwhile, or its server is gone, is heard
        # by whoever asks it next.
        with suppress(Exception):
            cursor.close()
