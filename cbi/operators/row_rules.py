"""What `check` finds of rows: one changed, planted or taken out, and lines that nobody may say.

Each table's rows are held against what was last said of their keys (`digests`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from cbi.operators.digests import (
    DEEDS_OF_A_TILL,
    EXEMPT,
    FREE,
    GENESIS,
    SAID_ONCE,
    TILL,
    KeyPart,
    chained_rows,
    lines_about,
    said_of,
    vouched,
)
from cbi.operators.rows import StoredHead
from cbi.storage.following import GONE, Shape, row_digest, shapes
from cbi.storage.transactions import ReadTransaction

ROWS_HELD = 500_000
"""Rows of a table whose digests are held at a time while they are compared: some 110 MB."""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row, or a line about rows, that is not as it was said to be; `what` is a key of words."""

    where: str
    what: str


def broken_chain(tx: ReadTransaction) -> Iterator[WrongRow]:
    """What is wrong in the lines themselves: one altered, missing or added, or another head."""
    head, count = GENESIS, 0
    for line in lines_about(tx):
        count += 1
        head = chained_rows(head, line)
        if line.seq != count or head != line.hash:
            yield WrongRow(f"row_digest {count}", "check.rows-line-changed")
            return
    stored = tx.read(StoredHead, "SELECT * FROM row_digest_head")
    if stored != ([StoredHead(1, count, head)] if stored or count else []):
        yield WrongRow("row_digest_head", "check.rows-head-differs")


def wrong_rows(tx: ReadTransaction) -> Iterator[WrongRow]:
    """Every row that was changed, planted or taken out, of every table that is followed."""
    yield from broken_chain(tx)
    tables = {name: shape for name, shape in shapes(tx).items() if name not in EXEMPT}
    said_of_them = {place for (place,) in tx.tuples("SELECT DISTINCT place FROM row_digest")}
    for place in sorted(said_of_them - tables.keys()):
        yield WrongRow(place, "check.rows-table-missing")
    for table in sorted(tables.keys() & (said_of_them | _with_rows(tx, tables))):
        yield from wrong_in(tx, table, tables[table])


def _with_rows(tx: ReadTransaction, tables: Iterable[str]) -> set[str]:
    """Which of these tables are not empty: most of a young ledger's are, and one question tells."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables
    )
    return {table for (table,) in tx.tuples(asked)} if asked else set()


def unvouched(tx: ReadTransaction, keys: Mapping[str, bytes]) -> Iterator[WrongRow]:
    """Lines that no key vouches for, or a key that may not: said by who had the database alone."""
    for line in lines_about(tx):
        if not vouched(line, keys):
            yield WrongRow(f"row_digest {line.seq}", "check.rows-unvouched")
    yield from _deeds_of_no_till(tx)


def _deeds_of_no_till(tx: ReadTransaction) -> Iterator[WrongRow]:
    """Lines of the log for which a till vouches, of something that no till does."""
    by_tills: set[str] = set()
    for line in lines_about(tx, "log"):
        if line.vouched_by.startswith(TILL):
            with suppress(ValueError, TypeError):  # a line in no shape of ours breaks the chain
                by_tills.update(json.loads(line.keys))
    deeds = ", ".join(f"'{deed}'" for deed in sorted(DEEDS_OF_A_TILL))
    if by_tills:
        for (seq,) in tx.tuples(f"SELECT seq FROM log WHERE action NOT IN ({deeds}) ORDER BY seq"):
            if str(seq) in by_tills:
                yield WrongRow(f"log {seq}", "check.deed-of-no-till")


def wrong_in(tx: ReadTransaction, table: str, shape: Shape) -> Iterator[WrongRow]:
    """Every row of one table that was changed, planted or taken out; a long table part by part."""
    told = tx.value(
        "SELECT coalesce(sum(length(digests)), 0) FROM row_digest WHERE place = :place",
        place=table,
    )
    words = int(told) // len(GONE)
    parts = 1 + words // ROWS_HELD
    for number in range(parts):
        said = said_of(tx, table, part=(part := KeyPart(number, parts)))
        words -= len(said)
        yield from _wrong_in_part(tx, table, shape, part, said)
    if words and table in SAID_ONCE:
        yield WrongRow(table, "check.rows-said-again")


def _wrong_in_part(
    tx: ReadTransaction, table: str, shape: Shape, part: KeyPart, said: dict[str, bytes]
) -> Iterator[WrongRow]:
    free = FREE.get(table, frozenset())
    rows = tx.tuples(f"SELECT {', '.join(shape.columns)} FROM {table}")
    for key, values in shape.keyed(rows):
        if not part.holds(key):
            continue
        known = said.pop(key, None)
        if known is None:
            yield WrongRow(f"{table} {key}", "check.row-planted")
        elif known != row_digest(dict(zip(shape.columns, values, strict=True)), free):
            yield WrongRow(f"{table} {key}", "check.row-changed")
    for key in said:
        yield WrongRow(f"{table} {key}", "check.row-missing")
