"""A server that was lost, brought back from its base backup and log up to a moment.

`check` and a checkpoint that was kept elsewhere say what of it is there, and what is not.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cbi.audit.proofs import check_against
from cbi.ledger.invariants import check_ledger
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import World, build, new_world
from tests.pooler import free_port, give_to
from tests.vouchers import LONG_AGO, in_hand

FACE, STORE = 1_500_000, "magnum-almaty-1"


class Server:
    """A PostgreSQL server whose log is archived, with the programs of the tests' server."""

    def __init__(self, programs: Path, owner: str, folder: Path) -> None:
        self.programs, self.owner, self.folder, self.port = programs, owner, folder, free_port()
        (folder / "archive").mkdir()
        give_to(folder, owner)

    @property
    def url(self) -> str:
        """Its address, by its socket."""
        return f"postgresql://postgres@/postgres?host={self.folder}&port={self.port}"

    def make(self) -> None:
        """A new one, that archives each part of its log."""
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-E", "UTF8",
                 "--auth=trust")
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"archive_mode = on\narchive_command = 'cp %p {self.folder}/archive/%f'\n"
                f"restore_command = 'cp {self.folder}/archive/%f %p'\n"
                f"unix_socket_directories = '{self.folder}'\nlisten_addresses = ''\n"
                f"port = {self.port}\n"
            )

    def start(self) -> None:
        """Start it and wait until it may be asked."""
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "start")

    def stop(self, how: str) -> None:
        """Stop it."""
        self.run("pg_ctl", "-D", self.folder / "data", "-m", how, "-w", "stop")

    def run(self, name: str, *words: object) -> None:
        """One of PostgreSQL's programs, as who owns the server."""
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(word) for word in (self.programs / name, *words)], check=False, cwd="/",
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                user=self.owner if os.geteuid() == 0 else None,
            )
            said.seek(0)
            assert done.returncode == 0, said.read().decode("utf-8", "replace")


@contextmanager
def server_like(server_url: str) -> Iterator[Server]:
    """A server of one's own, with the programs of another."""
    with psycopg.connect(server_url) as connection:
        programs, data = (
            Path(str(connection.execute(asked).fetchall()[0][0])) for asked in (
                "SELECT setting FROM pg_config WHERE name = 'BINDIR'", "SHOW data_directory",
            )
        )
    folder = Path(tempfile.mkdtemp(prefix="cbi-archived-"))
    made = Server(programs, data.owner(), folder)
    made.make()
    made.start()
    try:
        yield made
    finally:
        made.stop("immediate")
        shutil.rmtree(folder)


def spend(world: World, code: str, receipt: str) -> None:
    told = redeem(world.session("cashier1"), Redeem(code, 1_000, STORE, receipt))
    assert told.answer == "ok"


def wrong(ledger: Database, note: str = "") -> list[str]:
    with ledger.read_to_check("ledger") as tx:
        found = check_ledger(tx)
        if note:
            found.append(check_against(tx, note, None))
        return [f"{one.name}: {one.wrong[0].describe()}" for one in found if one.wrong]


@pytest.mark.long
def test_a_server_brought_back_to_a_moment_is_whole_and_says_what_came_later(
    postgres_url: str, tmp_path: Path,
) -> None:
    with server_like(postgres_url) as server:
        world = new_world("postgresql", tmp_path, server.url)
        build(world)
        papers = in_hand(world, [FACE] * 4, handed_at=LONG_AGO)
        server.run("pg_basebackup", "-D", server.folder / "base", "-c", "fast", "-d", server.url)
        spend(world, papers[0].code, "R1")
        kept = seal(world.session("finance1"), "daily").checkpoint
        with psycopg.connect(server.url, autocommit=True) as owner:
            moment = str(owner.execute("SELECT clock_timestamp()::text").fetchall()[0][0])
        spend(world, papers[1].code, "R2")
        later = seal(world.session("finance1"), "daily").checkpoint
        with psycopg.connect(server.url, autocommit=True) as owner:
            owner.execute("SELECT pg_switch_wal()")
        world.ledger.close()
        world.vault.close()
        server.stop("fast")
        shutil.rmtree(server.folder / "data")
        (server.folder / "base").rename(server.folder / "data")
        with (server.folder / "data" / "postgresql.auto.conf").open("a") as file:
            file.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
        (server.folder / "data" / "recovery.signal").touch()
        give_to(server.folder / "data", server.owner)
        server.start()
        _promoted(server)
        assert isinstance(world.ledger, PostgresDatabase)
        again = PostgresDatabase(world.ledger.url)
        with again.read() as tx:
            assert [line for (line,) in tx.tuples("SELECT receipt FROM entry "
                                                  "WHERE kind = 'redeem'")] == ["R1"]
        assert wrong(again, kept) == []
        assert [one.partition(":")[0] for one in wrong(again, later)] == ["older-copy"]
        again.close()


def _promoted(server: Server) -> None:
    """Wait, in the server's own words, until it takes writes again."""
    with psycopg.connect(server.url, autocommit=True) as owner:
        while owner.execute("SELECT pg_is_in_recovery()").fetchall()[0][0]:
            owner.execute("SELECT pg_sleep(0.1)")
