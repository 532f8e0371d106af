"""The schema: frozen steps, models and real databases say the same, and nothing can be undone."""

import sqlite3
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData, Table, UniqueConstraint

from cbi.base.errors import CbiError
from cbi.context import ledger_metadata, vault_metadata
from cbi.storage.appendonly import append_only
from cbi.storage.database import Database
from cbi.storage.duties import rights
from cbi.storage.faults import ConstraintViolation
from cbi.storage.migrate import NEXT, SCHEMA_HEAD, Tables, rights_of, steps, upgrade, version_of
from cbi.storage.postgres import PostgresDatabase, duty_role
from cbi.storage.roles import give_rights
from cbi.storage.schema import catalogue, create_statements, only_grows
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.standing import fallen_rules
from cbi.storage.transactions import Engine
from tests.conftest import World
from tests.postgres import discard, fresh_url
from tests.there import as_postgres

ROOT = Path(__file__).parents[2] / "cbi" / "storage" / "migrations"
LINES: tuple[Tables, ...] = ("ledger", "vault")
ENGINES = ("sqlite", "postgresql")
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def metadata_of(tables: Tables) -> MetaData:
    return ledger_metadata() if tables == "ledger" else vault_metadata()


def growing() -> list[tuple[Tables, str]]:
    """Every append-only table of both lines."""
    return [
        (tables, table.name) for tables in LINES
        for table in metadata_of(tables).sorted_tables if only_grows(table)
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tables", LINES)
def test_the_first_step_is_what_the_models_say(tables: Tables, engine: Engine) -> None:
    frozen = (ROOT / tables / f"0001.{engine}.sql").read_text("utf-8")
    made = NEXT.join(create_statements(metadata_of(tables), engine)) + "\n"
    assert frozen == made, "type: python -m tests.freeze_schema"


@pytest.mark.parametrize("tables", LINES)
def test_the_newest_step_is_the_one_the_program_asks_for(tables: Tables) -> None:
    for engine in ENGINES:
        numbers = [path.name.split(".")[0] for path in (ROOT / tables).glob(f"*.{engine}.sql")]
        assert max(numbers) == SCHEMA_HEAD[tables]


@pytest.mark.parametrize("tables", LINES)
def test_a_migrated_sqlite_database_is_what_the_models_say(tables: Tables, tmp_path: Path) -> None:
    migrated = SqliteDatabase(tmp_path / "migrated.db", create=True)
    assert upgrade(migrated, tables) == (None, SCHEMA_HEAD[tables])
    modelled = SqliteDatabase(tmp_path / "modelled.db", create=True)
    with modelled.write() as tx:
        for statement in create_statements(metadata_of(tables), "sqlite"):
            tx.run(statement)
    with migrated.read() as ours, modelled.read() as theirs:
        assert catalogue(ours) == catalogue(theirs)
        assert version_of(ours) == SCHEMA_HEAD[tables]
        assert version_of(theirs) is None
    migrated.close()
    modelled.close()


@pytest.mark.parametrize("tables", LINES)
def test_a_migrated_postgres_database_is_what_the_models_say(
    tables: Tables, postgres_url: str,
) -> None:
    migrated = PostgresDatabase(fresh_url(postgres_url, "migrated"), as_owner=True)
    assert upgrade(migrated, tables) == (None, SCHEMA_HEAD[tables])
    modelled = PostgresDatabase(fresh_url(postgres_url, "modelled"), as_owner=True)
    with modelled.write() as tx:
        for statement in create_statements(metadata_of(tables), "postgresql"):
            tx.run(statement)
    with migrated.read() as ours, modelled.read() as theirs:
        assert catalogue(ours) == catalogue(theirs)
        assert len([name for name in catalogue(ours) if name.startswith("constraint")]) > 5
    discard(migrated, modelled)


def test_upgrading_twice_changes_nothing(world: World) -> None:
    if world.ledger.engine == "sqlite":
        with world.ledger.read() as tx:
            before = catalogue(tx)
        assert upgrade(world.ledger) == (SCHEMA_HEAD["ledger"], SCHEMA_HEAD["ledger"])
    else:
        owner = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
        with owner.read() as tx:
            before = catalogue(tx)
        assert upgrade(owner) == (SCHEMA_HEAD["ledger"], SCHEMA_HEAD["ledger"])
        owner.close()
    with world.ledger.read() as tx:
        assert catalogue(tx) == before


def test_a_whole_database_has_no_fallen_rule(world: World) -> None:
    both: list[tuple[Database, Tables]] = [(world.ledger, "ledger"), (world.vault, "vault")]
    for database, tables in both:
        with database.read() as tx:
            assert fallen_rules(tx, tables) == []


@on_sqlite
@pytest.mark.parametrize(
    ("drop", "fallen"),
    [
        ("DROP TRIGGER entry_no_delete", "trigger entry_no_delete"),
        ("DROP INDEX guess_at", "index guess_at"),
        ("DROP TABLE guess", "table guess"),
        ("CREATE TRIGGER more AFTER INSERT ON receipt BEGIN SELECT 1; END", "trigger more"),
    ],
)
def test_a_rule_that_was_dropped_from_sqlite_shows(world: World, drop: str, fallen: str) -> None:
    with world.ledger.write() as tx:
        tx.run(drop)
    with world.ledger.read() as tx:
        assert fallen in fallen_rules(tx, "ledger")


@on_sqlite
def test_a_check_taken_out_of_sqlites_own_text_shows(world: World) -> None:
    with world.ledger.write() as tx:
        tx.run("PRAGMA writable_schema = ON")
        tx.run("UPDATE sqlite_schema SET sql = replace(sql, 'spent_minor >= 0', '1 = 1') "
               "WHERE name = 'voucher'")
    with world.ledger.read() as tx:
        assert fallen_rules(tx, "ledger") == ["table voucher"]


@on_postgres
@pytest.mark.parametrize(
    ("change", "fallen"),
    [
        ("DROP TRIGGER entry_no_change ON entry", "entry.entry_no_change"),
        ("ALTER TABLE entry DISABLE TRIGGER entry_no_truncate", "entry.entry_no_truncate"),
        ("ALTER TABLE voucher DROP CONSTRAINT voucher_within_face", "voucher.voucher_within_face"),
        ("ALTER TABLE entry DROP CONSTRAINT entry_request", "entry.entry_request"),
        ("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
         "'BEGIN RETURN NULL; END'", "function refuse_change"),
        ("ALTER TABLE voucher DROP CONSTRAINT voucher_spent, "
         "ADD CONSTRAINT voucher_spent CHECK (true)", "voucher.voucher_spent"),
        ("CREATE OR REPLACE FUNCTION voucher_follows() RETURNS trigger LANGUAGE plpgsql AS "
         "'BEGIN RETURN NULL; END'", "function voucher_follows"),
        ("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
         "CREATE OR REPLACE TRIGGER voucher_follows AFTER UPDATE ON voucher FOR EACH ROW "
         "EXECUTE FUNCTION nothing()", "voucher.voucher_follows"),
        ("CREATE TRIGGER more AFTER INSERT ON receipt FOR EACH ROW "
         "EXECUTE FUNCTION refuse_change()", "receipt.more"),
        ("ALTER TABLE store ALTER COLUMN retailer DROP NOT NULL", "store.retailer"),
        ("ALTER TABLE store ALTER COLUMN retailer SET DEFAULT 'magnum'", "store.retailer"),
        ("DROP INDEX guess_at", "index guess_at"),
        ("CREATE RULE more AS ON INSERT TO guess DO INSTEAD NOTHING", "table guess"),
        ("ALTER TABLE guess SET UNLOGGED", "table guess"),
        ("GRANT UPDATE ON retailer TO PUBLIC", "right UPDATE on retailer of PUBLIC"),
        ("GRANT UPDATE (face_minor) ON voucher TO PUBLIC",
         "right UPDATE on voucher.face_minor of PUBLIC"),
    ],
)
def test_a_rule_that_was_dropped_from_postgres_shows(
    world: World, change: str, fallen: str,
) -> None:
    owner = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
    with owner.write() as tx:
        tx.run(change)
    owner.close()
    with world.ledger.read() as tx:
        assert fallen in fallen_rules(tx, "ledger")


@on_postgres
def test_another_schema_in_front_of_ours_shows(world: World) -> None:
    owner = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
    with owner.write() as tx:
        tx.run("CREATE SCHEMA shadow; GRANT USAGE ON SCHEMA shadow TO PUBLIC")
        tx.run(f'ALTER DATABASE "{owner.name}" SET search_path = shadow, public')
    owner.close()
    fresh = world.again()
    with fresh.read() as tx:
        assert fallen_rules(tx, "ledger") == ["search_path"]
    fresh.close()


def test_every_step_names_what_it_builds() -> None:
    for tables in LINES:
        for engine in ENGINES:
            assert all(text.startswith("CREATE ") for text in steps(tables, engine))


def test_a_table_with_a_rowid_cannot_be_called_append_only() -> None:
    with pytest.raises(TypeError):
        append_only(Table("loose", MetaData()))


# What follows is tried on every append-only table there is, by a stranger with default settings.


def sample_row(table: Table, number: int) -> dict[str, object]:
    """A row that fits the table's types; CHECKs are off while it is put in."""
    values: dict[str, object] = {}
    for column in table.columns:
        kind = column.type.python_type
        values[column.name] = (
            number if kind in (int, bool) else str(number) if kind is str else bytes([number]) * 32
        )
    return values


def unique_keys(table: Table) -> list[list[str]]:
    keys = [[column.name for column in table.primary_key]]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys.append([column.name for column in constraint.columns])
    return keys + [[c.name for c in index.columns] for index in table.indexes if index.unique]


@pytest.fixture(scope="module")
def stranger_sqlite(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[Tables, sqlite3.Connection]]:
    """Both lines' databases with one row in each append-only table, and a stranger's connections.

    The stranger uses Python's own SQLite with default settings: no recursive triggers.
    """
    connections = {}
    folder = tmp_path_factory.mktemp("stranger")
    for tables in LINES:
        path = folder / f"{tables}.db"
        database = SqliteDatabase(path, create=True)
        upgrade(database, tables)
        database.close()
        connections[tables] = sqlite3.connect(path, isolation_level=None)
        connections[tables].execute("PRAGMA ignore_check_constraints = ON")
        for table in metadata_of(tables).sorted_tables:
            if only_grows(table):
                put(connections[tables], table, sample_row(table, 1))
        connections[tables].execute("PRAGMA ignore_check_constraints = OFF")
    yield connections
    for connection in connections.values():
        connection.close()


def put(
    connection: sqlite3.Connection, table: Table, row: dict[str, object], how: str = "INSERT",
) -> None:
    places = ", ".join("?" * len(row))
    connection.execute(
        f"{how} INTO {table.name} ({', '.join(row)}) VALUES ({places})", list(row.values())
    )


def content(connection: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM {name}").fetchall()


@pytest.mark.parametrize(("tables", "name"), growing())
def test_a_stranger_cannot_change_what_only_grows_on_sqlite(
    stranger_sqlite: dict[Tables, sqlite3.Connection], tables: Tables, name: str,
) -> None:
    connection, table = stranger_sqlite[tables], metadata_of(tables).tables[name]
    connection.execute("PRAGMA ignore_check_constraints = ON")
    before = content(connection, name)
    assert len(before) == 1
    some = next(iter(table.columns)).name
    attempts = [f"UPDATE {name} SET {some} = {some}", f"DELETE FROM {name}",
                f"UPDATE OR REPLACE {name} SET {some} = {some}"]
    for attempt in attempts:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(attempt)
    for key in unique_keys(table):
        row = sample_row(table, 2) | {column: sample_row(table, 1)[column] for column in key}
        for how in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"):
            with pytest.raises(sqlite3.IntegrityError, match="has this row already"):
                put(connection, table, row, how)
    with pytest.raises(sqlite3.OperationalError, match="rowid"):
        connection.execute(f"INSERT OR REPLACE INTO {name} (rowid) VALUES (1)")
    upsert = sample_row(table, 1)
    with pytest.raises(sqlite3.IntegrityError, match="has this row already"):
        connection.execute(
            f"INSERT INTO {name} ({', '.join(upsert)}) VALUES ({', '.join('?' * len(upsert))}) "
            f"ON CONFLICT DO UPDATE SET {some} = excluded.{some}", list(upsert.values()),
        )
    assert content(connection, name) == before


@pytest.fixture(scope="module")
def stranger_postgres(postgres_url: str) -> Iterator[dict[Tables, Any]]:
    """The same on PostgreSQL; the stranger is the owner itself, who may do everything else."""
    owners = {}
    for tables in LINES:
        owner = PostgresDatabase(fresh_url(postgres_url, f"stranger_{tables}"), as_owner=True)
        upgrade(owner, tables)
        owner.close()
        connection = owner.another_connection()
        for table in metadata_of(tables).sorted_tables:
            if only_grows(table):
                for constraint in table.constraints:
                    if type(constraint).__name__ == "CheckConstraint":
                        connection.execute(
                            f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint.name}"
                        )
                row = sample_row(table, 1)
                connection.execute(
                    f"INSERT INTO {table.name} ({', '.join(row)}) "
                    f"VALUES ({', '.join(['%s'] * len(row))})", list(row.values()),
                )
        owners[tables] = connection
    yield owners
    for connection in owners.values():
        connection.close()


@pytest.mark.parametrize(("tables", "name"), growing())
def test_a_stranger_cannot_change_what_only_grows_on_postgres(
    stranger_postgres: dict[Tables, Any], tables: Tables, name: str,
) -> None:
    connection, table = stranger_postgres[tables], metadata_of(tables).tables[name]
    before = content(connection, name)
    assert len(before) == 1
    some = next(iter(table.columns)).name
    for attempt in (f"UPDATE {name} SET {some} = {some}", f"DELETE FROM {name}",
                    f"TRUNCATE {name}", f"TRUNCATE {name} CASCADE"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            connection.execute(attempt)
    for key in unique_keys(table):
        row = sample_row(table, 2) | {column: sample_row(table, 1)[column] for column in key}
        places = ", ".join(["%s"] * len(row))
        insert = f"INSERT INTO {name} ({', '.join(row)}) VALUES ({places})"
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(insert, list(row.values()))
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            connection.execute(
                f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {some} = excluded.{some}",
                list(row.values()),
            )
    assert content(connection, name) == before


@pytest.mark.parametrize("attempt", ["UPDATE leaf SET data = data", "DELETE FROM leaf"])
def test_the_application_may_not_change_what_only_grows(world: World, attempt: str) -> None:
    """On PostgreSQL its role has no right to; on SQLite the trigger answers."""
    sealed = {"position": 0, "kind": "entry", "object": b"1", "data": b"2"}
    world.ledger.transact(lambda tx: tx.insert("leaf", [sealed]))
    with pytest.raises(CbiError) as refused:
        world.ledger.transact(lambda tx: tx.run(attempt))
    expected = {"postgresql": "storage.no-right", "sqlite": "storage.refused"}
    assert refused.value.code == expected[world.ledger.engine]


@on_postgres
def test_the_application_may_change_only_the_columns_named(world: World) -> None:
    for attempt in ("UPDATE voucher SET face_minor = 1", "DELETE FROM voucher",
                    "UPDATE programme SET code = 'x'", "TRUNCATE voucher"):
        with pytest.raises(Exception, match=r"storage\.no-right"):
            world.ledger.transact(methodcaller("run", attempt))
    assert world.ledger.transact(lambda tx: tx.run("UPDATE voucher SET spent_minor = 0")) == 0


def test_a_refused_row_names_its_rule(world: World) -> None:
    with pytest.raises(ConstraintViolation) as refused:
        world.ledger.transact(lambda tx: tx.run(
            "INSERT INTO receipt (store, number, total_minor, used_minor) VALUES ('s', 'r', 1, 2)"
        ))
    assert "receipt_within_total" in refused.value.rule


def test_integers_are_64_bits_wide_and_no_wider(world: World) -> None:
    def insert(amount: int) -> int:
        return world.ledger.transact(lambda tx: tx.run(
            "INSERT INTO receipt (store, number, used_minor) VALUES ('s', :n, :amount)",
            n=str(amount), amount=amount,
        ))

    assert insert(2**63 - 1) == 1
    with pytest.raises(ConstraintViolation):
        insert(2**63)


@on_postgres
def test_rights_given_and_taken_on_postgres_show_and_upgrade_mends_them(world: World) -> None:
    till = duty_role(as_postgres(world.ledger).name, "till")
    owner = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
    with owner.write() as tx:
        tx.run(f'GRANT INSERT ON operator_role TO "{till}"')
        tx.run(f'GRANT SELECT ON city TO "{till}" WITH GRANT OPTION')
        tx.run(f'REVOKE INSERT ON entry FROM "{till}"')
    with owner.read() as tx:
        assert fallen_rules(tx, "ledger") == [
            f"right INSERT on entry of {till}", f"right INSERT on operator_role of {till}",
            f"right SELECT on city of {till}",
        ]
    give_rights(owner, "ledger")
    with owner.read() as tx:
        assert fallen_rules(tx, "ledger") == []
    with owner.write() as tx:
        tx.run(f'ALTER ROLE "{till}" BYPASSRLS')
    with owner.read() as tx:
        assert fallen_rules(tx, "ledger") == [f"role {till}"]
    with owner.write() as tx:
        tx.run(f'ALTER ROLE "{till}" NOBYPASSRLS')
    owner.close()


def test_the_rights_kept_beside_the_steps_are_what_the_models_declare() -> None:
    for tables in LINES:
        assert rights_of(tables) == rights(metadata_of(tables))
