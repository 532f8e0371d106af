"""A database's schema as text: from the models, and from the catalogue of a real database.

The first migration was written from `create_statements`; ever since, the migrated schema and the
models are compared by `catalogue`, which reads what the engine itself says it holds: tables,
columns, CHECKs, keys, indexes, triggers and functions.
"""

from sqlalchemy import Dialect, Index, MetaData, Table, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from cbi.storage.appendonly import postgres_triggers, sqlite_triggers
from cbi.storage.transactions import Engine, ReadTransaction

DIALECTS: dict[Engine, Dialect] = {
    "sqlite": make_url("sqlite://").get_dialect()(),
    "postgresql": make_url("postgresql+psycopg://").get_dialect()(),
}


def create_statements(metadata: MetaData, engine: Engine) -> list[str]:
    """Every statement that builds this schema on an engine, in order."""
    dialect = DIALECTS[engine]
    statements = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [_index(index, dialect) for index in indexes]
        if only_grows(table):
            make = sqlite_triggers if engine == "sqlite" else postgres_triggers
            statements += make(table)
        if engine == "postgresql":
            statements += table.info.get("postgresql_triggers", [])
    unique = dict.fromkeys(" ".join(text.split()) for text in statements)
    return [_laid_out(text) for text in unique]


def only_grows(table: Table) -> bool:
    """Whether the application may only add to this table."""
    return bool(table.info.get("append_only"))


def catalogue(tx: ReadTransaction) -> dict[str, str]:
    """What the engine's own catalogue holds, by object, white space folded."""
    query = _SQLITE_CATALOGUE if tx.engine == "sqlite" else _POSTGRES_CATALOGUE
    return {
        f"{kind} {name}": " ".join(str(text).split())
        for kind, name, text in tx.tuples(query)
        if "alembic_version" not in name
    }


def _index(index: Index, dialect: Dialect) -> str:
    """The statement of an index, with the rows that it is of (`info["where"]`): the engines' own
    option would load both engines' dialects at every start."""
    where = index.info.get("where")
    made = str(CreateIndex(index).compile(dialect=dialect))
    return f"{made} WHERE {where}" if where else made


def _laid_out(text: str) -> str:
    return text.replace(", CONSTRAINT", ",\n    CONSTRAINT").replace(", PRIMARY", ",\n    PRIMARY")


_SQLITE_CATALOGUE = """
SELECT type AS kind, name, sql AS text FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name
"""

_POSTGRES_CATALOGUE = """
SELECT 'column' AS kind, table_name || '.' || column_name AS name,
       data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' '
       || ordinal_position AS text
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
