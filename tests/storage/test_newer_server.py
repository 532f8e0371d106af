"""A ledger and its vault move from an older PostgreSQL to a newer one, by the server's own tools.

The older one is Debian's, the newer one the tests' own.
"""

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from cbi.ledger.vouchers import changes
from cbi.storage.migrate import Tables
from cbi.storage.postgres import PostgresDatabase, database_name
from cbi.storage.standing import fallen_rules
from tests.conftest import build, new_world
from tests.lived import live
from tests.pooler import debian_server
from tests.postgres import discard
from tests.storage.test_dumps import wrong
from tests.there import as_postgres
from tests.vouchers import in_hand


def version(url: str) -> int:
    """The server's version, as `150018`."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version


def program_of(url: str, name: str) -> Path:
    """A program of the server's own version."""
    with psycopg.connect(url) as connection:
        asked = "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
        return Path(str(connection.execute(asked).fetchall()[0][0])) / name


def moved(old: str, new: str) -> str:
    """A database with its roles, written out by the newer version's tools and played in there; its
    URL on the newer server."""
    name = database_name(old)
    quiet = {**os.environ, "PGOPTIONS": "--client-min-messages=warning"}

    def said(*words: object, read: bytes = b"") -> bytes:
        return subprocess.run(
            [str(word) for word in words], check=True, capture_output=True, env=quiet, input=read,
        ).stdout

    roles = said(program_of(new, "pg_dumpall"), "--roles-only", "-d", old)
    text = said(program_of(new, "pg_dump"), "--create", "-d", old)
    psql = program_of(new, "psql")
    said(psql, "-q", "-d", new, read=roles)  # `postgres` is there already, and that is told
    said(psql, "-q", "-v", "ON_ERROR_STOP=1", "-d", new, read=text)
    return urlunsplit(urlsplit(new)._replace(path=f"/{name}"))


@pytest.mark.long
def test_a_ledger_is_whole_on_a_newer_server_and_goes_on_there(
    postgres_url: str, tmp_path: Path
) -> None:
    with debian_server() as (older_url, _):
        assert version(older_url) < version(postgres_url)
        world = new_world("postgresql", tmp_path, older_url)
        build(world)
        live(world)
        paper, = in_hand(world, [1_000_000], start=40)
        old = [as_postgres(one).url for one in (world.ledger, world.vault)]
        urls = [moved(one, postgres_url) for one in old]
        discard(world.ledger, world.vault)
    ledger, vault = (PostgresDatabase(url) for url in urls)
    tables: list[tuple[PostgresDatabase, Tables]] = [(ledger, "ledger"), (vault, "vault")]
    for database, kind in tables:
        with database.read_to_check(kind) as tx:
            assert fallen_rules(tx, kind) == []
    ledger.following = world.ledger.following
    world.ledger, world.vault = ledger, vault
    assert wrong(ledger) == []
    changes.block(world.session("field1"), paper.serial, "lost on the way")
    assert wrong(ledger) == []
    discard(ledger, vault)
