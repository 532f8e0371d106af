"""A hot standby of the tests' PostgreSQL server, made as an administrator makes one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.polling import polled
from tests.pooler import free_port, give_to

REPLAYED_S = 60


@contextmanager
def standby(server_url: str) -> Iterator[dict[str, str]]:
    """A second server that follows the first and can be read: its folder of sockets and port."""
    with psycopg.connect(server_url) as connection:
        programs, data = (
            str(connection.execute(asked).fetchall()[0][0]) for asked in (
                "SELECT setting FROM pg_config WHERE name = 'BINDIR'", "SHOW data_directory",
            )
        )
    owner = Path(data).owner()
    folder, port = Path(tempfile.mkdtemp(prefix="cbi-standby-", dir=Path(data).parent)), free_port()
    give_to(folder, owner)
    known = {name: value for name, value in conninfo_to_dict(server_url).items() if value}
    source = make_conninfo("", **known | {"dbname": ""})
    _as(owner, f"{programs}/pg_basebackup", "-D", folder / "data", "-R", "-c", "fast",
        "-d", source)
    control = (f"{programs}/pg_ctl", "-D", folder / "data")
    settings = f"-k {folder} -h '' -p {port} -c hot_standby_feedback=on"
    _as(owner, *control, "-l", folder / "log", "-o", settings, "-w", "start")
    try:
        yield {"host": str(folder), "port": str(port)}
    finally:
        _as(owner, *control, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def caught_up(server_url: str, there: dict[str, str], database: str) -> None:
    """Wait, in the server's own words, until the standby has replayed all that was written."""
    with psycopg.connect(server_url, autocommit=True) as first, psycopg.connect(
        make_conninfo(server_url, **there, dbname=database), autocommit=True,
    ) as second:
        written = first.execute("SELECT pg_current_wal_insert_lsn()::text").fetchall()[0][0]
        polled(lambda: second.execute(
            "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (written,)
        ).fetchall()[0][0], REPLAYED_S, "the standby does not catch up")


def _as(owner: str, *words: object) -> None:
    with tempfile.TemporaryFile() as said:  # a server that was started would hold a pipe open
        done = subprocess.run(
            [str(word) for word in words], check=False, stdout=said, stderr=said, cwd="/",
            stdin=subprocess.DEVNULL, user=owner if os.geteuid() == 0 else None,
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode("utf-8", "replace")
