"""What a database's own tools wrote out comes back and passes `check`, or says what it lacks.

The tools are `pg_dump` with `psql`, SQLite's `.dump` and `VACUUM INTO`.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from cbi.base.errors import Unusable
from cbi.ledger.invariants import check_ledger
from cbi.storage.database import Database
from cbi.storage.migrate import Tables
from cbi.storage.postgres import DUTIES, PostgresDatabase, duty_role
from cbi.storage.roles import give_rights
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.standing import fallen_rules
from tests.conftest import World
from tests.lived import live
from tests.postgres import discard, fresh_url
from tests.there import as_postgres, as_sqlite


def wrong(database: Database) -> list[str]:
    """The rules that do not hold, each with the first that breaks it."""
    with database.read_to_check("ledger") as tx:
        return [
            f"{one.name}: {one.wrong[0].describe()}" for one in check_ledger(tx) if one.wrong
        ]


def dumped(source: Path, place: Path) -> None:
    """As `sqlite3 ledger.db .dump | sqlite3 copy.db` does."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(place)) as copy:
        copy.executescript("\n".join(there.iterdump()))


def vacuumed(source: Path, place: Path) -> None:
    """As `sqlite3 ledger.db "VACUUM INTO 'copy.db'"` does."""
    with closing(sqlite3.connect(source)) as there:
        there.execute("VACUUM INTO ?", (str(place),))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("written_out", [dumped, vacuumed])
def test_what_sqlite_writes_out_comes_back_whole(
    world: World, tmp_path: Path, written_out: object,
) -> None:
    live(world)
    assert callable(written_out)
    written_out(as_sqlite(world.ledger).path, tmp_path / "copy.db")
    copy = SqliteDatabase(tmp_path / "copy.db")
    assert wrong(copy) == wrong(world.ledger) == []
    copy.close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_dump_that_was_cut_is_seen(world: World, tmp_path: Path) -> None:
    live(world)
    with closing(sqlite3.connect(as_sqlite(world.ledger).path)) as there:
        lines = list(there.iterdump())
    cut = [line for line in lines if "TRIGGER" not in line]
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        copy.executescript("\n".join(cut))
    again = SqliteDatabase(tmp_path / "copy.db")
    assert [one.partition(":")[0] for one in wrong(again)] == ["rules-stand"]
    again.close()


@pytest.fixture(params=["ledger", "vault"])
def tables(request: pytest.FixtureRequest) -> Tables:
    """Each of the two databases."""
    return "ledger" if request.param == "ledger" else "vault"


@pytest.fixture
def brought_back(world: World, postgres_url: str, tables: Tables) -> Iterator[PostgresDatabase]:
    """The lived-in database, dumped and played into a new one, whose roles are not there."""
    live(world)
    source = as_postgres(world.ledger if tables == "ledger" else world.vault)
    with psycopg.connect(postgres_url) as connection:
        asked = "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
        programs = Path(str(connection.execute(asked).fetchall()[0][0]))
    url = fresh_url(postgres_url, tables, "template0")
    environment = {**os.environ, "PGOPTIONS": "--client-min-messages=warning"}
    text = subprocess.run(
        [programs / "pg_dump", "--no-owner", "--no-privileges", "-d", source.url],
        check=True, capture_output=True, env=environment,
    ).stdout
    subprocess.run(
        [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url], input=text, check=True,
        capture_output=True, env=environment,
    )
    copy = PostgresDatabase(url)
    yield copy
    discard(copy)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_pg_dump_lacks_its_roles_and_says_so_and_is_whole_once_they_are_given(
    brought_back: PostgresDatabase, tables: Tables,
) -> None:
    with pytest.raises(Unusable) as caught, brought_back.read():
        pass
    assert caught.value.code == "storage.no-roles"
    assert caught.value.facts["roles"] == ", ".join(
        duty_role(brought_back.name, duty) for duty in DUTIES
    )
    owner = PostgresDatabase(brought_back.url, as_owner=True)
    give_rights(owner, tables)
    owner.close()
    with brought_back.read_to_check(tables) as tx:
        assert fallen_rules(tx, tables) == []
    assert tables == "vault" or wrong(brought_back) == []
