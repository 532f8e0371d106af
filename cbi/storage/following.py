"""Which rows a transaction wrote, and a digest of what each now holds.

Every statement of a write transaction names its table; the rows it inserted, changed or deleted are
learnt from the rows given or from `RETURNING`, on both engines, so that no room does anything for
its tables to be followed. Just before the commit whoever keeps the digests is told. Tables that
have stronger rules of their own, the till's among them, are left alone and cost nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from cbi.base.canonical import JsonValue, canonical_json

if TYPE_CHECKING:
    from cbi.storage.transactions import ReadTransaction, WriteTransaction

GONE = bytes(32)
"""Stands for a row that was deleted."""

Values: TypeAlias = tuple[Any, ...]

_BEGINS = re.compile(
    r"\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)(?:\s+AS\s+(\w+))?", re.IGNORECASE
)
_SET = re.compile(r"\bSET\b(.*?)(?:\bWHERE\b|\bRETURNING\b|\Z)", re.IGNORECASE | re.DOTALL)
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)
_SETTING = re.compile(r"(\w+)\s*=")
_COLUMNS = {
    "sqlite": "SELECT s.name AS place, c.name AS name, c.pk AS part FROM sqlite_schema s "
    "JOIN pragma_table_info(s.name) c WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%' "
    "ORDER BY s.name, c.cid",
    "postgresql": "SELECT t.relname AS place, a.attname AS name, "
    "coalesce(array_position(i.indkey::smallint[], a.attnum), -1) + 1 AS part "
    "FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary "
    "WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace "
    "ORDER BY t.relname, a.attnum",
}
_OF_ONE = {
    "sqlite": "SELECT :table AS place, name, pk AS part FROM pragma_table_info(:table) "
    "ORDER BY cid",
    "postgresql": _COLUMNS["postgresql"].replace("ORDER", "AND t.relname = :table ORDER"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns and those of its primary key, in order."""

    columns: tuple[str, ...]
    key: tuple[str, ...]

    def key_of(self, row: Mapping[str, Any]) -> str:
        """A row's key in one text."""
        return "/".join(_plain(row[name]) for name in self.key)

    def keyed(self, rows: Iterable[Values]) -> Iterator[tuple[str, Values]]:
        """Rows whose values stand in the order of the columns, each with the same text."""
        places = [self.columns.index(name) for name in self.key]
        for values in rows:
            yield "/".join([_plain(values[place]) for place in places]), values


@dataclass(frozen=True, slots=True)
class Writing:
    """What a statement writes to: `sets` are the columns that an UPDATE sets."""

    table: str
    name: str
    deletes: bool
    sets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """A statement whose rows are followed, and the shape of its table."""

    statement: Writing
    shape: Shape

    def returning(self, sql: str) -> str:
        """The statement, made to return the whole row before whatever it returned already."""
        columns = ", ".join(f"{self.statement.name}.{name}" for name in self.shape.columns)
        if _RETURNING.search(sql):
            return _RETURNING.sub(f"RETURNING {columns},", sql, count=1)
        return f"{sql.rstrip().rstrip(';')} RETURNING {columns}"


Written = dict[str, dict[str, bytes]]
"""By table and key, the digest of what the row now holds, or `GONE`."""


class NotedRows(NamedTuple):
    """Rows that will be inserted, and by key the digest of what each will hold."""

    rows: Sequence[Mapping[str, object]]
    digests: Mapping[str, bytes]


@dataclass(slots=True)
class Following:
    """Which tables of a database are followed, and who is told of what was written to them."""

    exempt: frozenset[str]
    """Tables that are not followed."""
    free: Mapping[str, frozenset[str]]
    """By table, the columns that a digest leaves out: counters and the like."""
    tell: "Callable[[WriteTransaction, Written], None]"
    shapes: dict[str, Shape | None] = field(default_factory=dict)

    def ready(self) -> None:
        """Told before a transaction begins: what a person must be asked is asked now, while nobody
        waits for the writers' lock.
        """

    def target(self, tx: "ReadTransaction", sql: str) -> "Target | None":
        """What to follow of a statement; None where there is nothing."""
        found = _statement(sql)
        return None if found is None else self.target_of(tx, found)

    def target_of(self, tx: "ReadTransaction", found: Writing) -> "Target | None":
        """The same of a statement whose table and columns are known."""
        if found.table in self.exempt:
            return None
        if found.table not in self.shapes:
            self.shapes[found.table] = shapes(tx, found.table).get(found.table)
        free, shape = self.free.get(found.table), self.shapes.get(found.table)
        if shape is None or (free and found.sets and found.sets <= free):
            return None
        return Target(found, shape)

    def digest(self, table: str, row: Mapping[str, Any]) -> bytes:
        """The digest of a row of this table."""
        return row_digest(row, self.free.get(table, frozenset()))


class _Column(NamedTuple):
    """A column of a table; `part` is its place in the primary key, 0 outside."""

    place: str
    name: str
    part: int


def shapes(tx: "ReadTransaction", table: str | None = None) -> dict[str, Shape]:
    """Every table's columns and key, or one's, as the engine has them."""
    asked = _COLUMNS if table is None else _OF_ONE
    columns: dict[str, list[str]] = {}
    keys: dict[str, list[tuple[int, str]]] = {}
    for row in tx.read(_Column, asked[tx.engine], table=table):
        columns.setdefault(row.place, []).append(row.name)
        if row.part:
            keys.setdefault(row.place, []).append((row.part, row.name))
    return {
        place: Shape(tuple(names), tuple(name for _, name in sorted(keys.get(place, []))))
        for place, names in columns.items()
    }


def row_digest(row: Mapping[str, Any], free: frozenset[str]) -> bytes:
    """SHA-256 of the row's canonical JSON: what is null is left out, bytes stand in hexadecimal."""
    told: dict[str, JsonValue] = {
        name: value if isinstance(value, _AS_IT_IS) else _plain(value)
        for name, value in row.items() if value is not None and name not in free
    }
    return sha256(canonical_json(told)).digest()


def slices(written: Mapping[str, bytes], size: int) -> Iterator[Sequence[tuple[str, bytes]]]:
    """What was written to one table, by key, a slice at a time."""
    ordered = sorted(written.items())
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def note(
    following: Following, written: Written, target: Target, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Remember what these rows hold now."""
    table, deletes = target.statement.table, target.statement.deletes
    kept = written.setdefault(table, {})
    for row in rows:
        key = target.shape.key_of(row)
        kept[key] = GONE if deletes else following.digest(table, row)


def noted(
    following: Following | None, tx: "ReadTransaction", table: str,
    rows: Sequence[Mapping[str, object]],
) -> NotedRows:
    """Rows made ready for `WriteTransaction.insert_noted` while nobody waits for the writers' lock.

    `following` is that of the ledger which they will be inserted into.
    """
    written: Written = {}
    target = None if following is None else following.target_of(
        tx, Writing(table, table, False, frozenset())
    )
    if following is not None and target is not None:
        note(following, written, target, rows)
    return NotedRows(rows, written.get(table, {}))


@cache
def _statement(sql: str) -> Writing | None:
    found = _BEGINS.match(sql)
    if found is None:
        return None
    kind, table, alias = found.groups()
    settings = _SET.search(sql) if kind.upper() == "UPDATE" else None
    return Writing(
        table, alias or table, kind.upper().startswith("DELETE"),
        frozenset(_SETTING.findall(settings[1])) if settings else frozenset(),
    )


_AS_IT_IS, _BYTES = (str, int), (bytes, bytearray, memoryview)
"""Tuples: asked of every value of every row, a union takes twice as long."""


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, _BYTES) else str(value)
