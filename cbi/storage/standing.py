"""Whether a database still stands as its migrations built it: every CHECK, key and trigger.

Rules in the database are the last line of defence, so one that was dropped or watered down must
show. SQLite keeps the text of each object: it is compared with the text in a database built anew in
memory. PostgreSQL's own words are compared in `standing_postgres`, and its rights with them.
"""

from functools import cache
from typing import Any

from cbi.storage.faults import translated
from cbi.storage.migrate import Tables, steps
from cbi.storage.standing_postgres import fallen_on_postgres
from cbi.storage.transactions import ReadTransaction

DAMAGES_SHOWN = 20
CATALOGUE = """
SELECT type || ' ' || name AS object, sql FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' ORDER BY name
"""


def damage(tx: ReadTransaction, *, quickly: bool = False) -> list[str]:
    """What the engine itself finds wrong in its file; PostgreSQL looks after its own.

    Quickly, it looks at every page and row, but not whether each index holds what its table does.
    """
    if tx.engine == "postgresql":
        return []
    found = tx.tuples(f"PRAGMA {'quick' if quickly else 'integrity'}_check({DAMAGES_SHOWN})")
    return [words for row in found for words in row if words != "ok"]


def fallen_rules(tx: ReadTransaction, tables: Tables) -> list[str]:
    """The tables, CHECKs, keys, triggers and rights that are missing, altered or out of force."""
    if tx.engine == "postgresql":
        return sorted(set(fallen_on_postgres(tx, tables)))
    there = {name: _folded(sql) for name, sql in tx.tuples(CATALOGUE)}
    built = _built_in_memory(tables)
    return sorted(name for name in there.keys() | built if there.get(name) != built.get(name))


@cache
def _built_in_memory(tables: Tables) -> dict[str, str]:
    from cbi.storage.sqlite import sqlite3

    memory: Any = sqlite3.connect(":memory:")
    try:
        with translated():
            for statement in steps(tables, "sqlite"):
                memory.execute(statement)
            return {name: _folded(sql) for name, sql in memory.execute(CATALOGUE)}
    finally:
        memory.close()


def _folded(text: str) -> str:
    return " ".join(text.split())
