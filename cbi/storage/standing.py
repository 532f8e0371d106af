"""Whether a database still stands as its migrations built it: every CHECK, key and trigger.

Rules in the database are the last line of defence, so one that was dropped must show. SQLite keeps
the text of each object: it is compared with the text in a database built anew in memory. PostgreSQL
words things in its own way, by release: there each constraint and trigger is looked for by name.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from cbi.storage.faults import translated
from cbi.storage.migrate import NEXT, Tables
from cbi.storage.transactions import Reading

DAMAGES_SHOWN = 20
CATALOGUE = """
SELECT type || ' ' || name AS object, sql FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' ORDER BY name
"""

_NAMED = re.compile(
    r"\bCREATE TABLE (\w+) |\bCONSTRAINT (\w+) |\bCREATE TRIGGER (\w+) .* ON (\w+) "
)
_BODY = re.compile(r"\$\$(.*)\$\$", re.S)


def damage(tx: Reading) -> list[str]:
    """What the engine itself finds wrong in its file; PostgreSQL looks after its own."""
    if tx.engine == "postgresql":
        return []
    found = tx.rows(f"PRAGMA integrity_check({DAMAGES_SHOWN})")
    return [words for row in found for words in row.values() if words != "ok"]


def fallen_rules(tx: Reading, tables: Tables) -> list[str]:
    """The tables, CHECKs, keys and triggers that are missing, altered or out of force."""
    if tx.engine == "postgresql":
        return sorted(_fallen_on_postgres(tx, tables))
    there = {row["object"]: _folded(row["sql"]) for row in tx.rows(CATALOGUE)}
    built = _built_in_memory(tables)
    return sorted(name for name in there.keys() | built if there.get(name) != built.get(name))


def steps(tables: Tables, engine: str) -> Iterator[str]:
    """The statements of every migration step, in order."""
    folder = files("cbi.storage") / "migrations" / tables
    for source in sorted(folder.iterdir(), key=lambda file: file.name):
        if source.name.endswith(f".{engine}.sql"):
            yield from source.read_text("utf-8").split(NEXT)


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


def _fallen_on_postgres(tx: Reading, tables: Tables) -> Iterator[str]:
    there = {row["name"] for row in tx.rows(
        "SELECT conrelid::regclass || '.' || conname AS name FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND convalidated "
        "UNION ALL SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )}
    bodies = {row["prosrc"] for row in tx.rows(
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )}
    table = ""
    for statement in steps(tables, "postgresql"):
        for made, constraint, trigger, on in _NAMED.findall(statement):
            table = made or table
            name = f"{on}.{trigger}" if trigger else f"{table}.{constraint}"
            if not made and name not in there:
                yield name
        body = _BODY.search(statement)
        if body is not None and body[1] not in bodies:
            yield "function refuse_change"


def _folded(text: str) -> str:
    return " ".join(text.split())
