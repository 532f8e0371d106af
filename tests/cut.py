"""A ledger that goes away at a COMMIT: before the engine had it, or after, without its answer.

On PostgreSQL a proxy stands before the server and cuts the line; on SQLite the driver's connection
says what it says of a disk that failed.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cbi.storage import sqlite
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase


@dataclass
class Cut:
    """Where the line is cut: at which COMMIT, after the engine had it or before, and for how long.

    Nothing is let through afterwards where `for_good` is set.
    """

    kept: bool
    at: int = 1
    for_good: bool = False
    seen: int = 0

    def now(self) -> bool:
        """Whether this COMMIT is the one."""
        self.seen += 1
        return self.seen == self.at

    @property
    def closed(self) -> bool:
        """Whether nobody gets through any more."""
        return self.for_good and self.seen >= self.at


class FailingConnection:
    """A driver's connection whose COMMIT ends in an error, with or without having been done."""

    def __init__(self, real: Any, cut: Cut, error: BaseException) -> None:
        self._real, self._cut, self._error = real, cut, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, statement: str, *values: Any) -> Any:
        """As the driver does, but for COMMIT."""
        if self._cut.closed:
            raise self._error
        if statement == "COMMIT" and self._cut.now():
            self._real.execute("COMMIT" if self._cut.kept else "ROLLBACK")
            raise self._error
        return self._real.execute(statement, *values)


@contextlib.contextmanager
def cut_at_commit(ledger: Database, cut: Cut) -> Iterator[Database]:
    """The same ledger, opened anew over a line that is cut."""
    if isinstance(ledger, SqliteDatabase):
        made: Database = SqliteDatabase(ledger.path)
        failing(made, cut, sqlite.sqlite3.OperationalError("disk I/O error"))
        proxy: contextlib.AbstractContextManager[int] = contextlib.nullcontext(0)
    else:
        assert isinstance(ledger, PostgresDatabase)
        proxy = _proxy(ledger.url, cut)
    with proxy as port:
        if port:
            user = urlsplit(ledger.place).username or "postgres"
            name = urlsplit(ledger.place).path
            made = PostgresDatabase(f"postgresql://{user}@127.0.0.1:{port}{name}?sslmode=disable")
        made.following = ledger.following
        try:
            yield made
        finally:
            made.close()


def failing(ledger: Any, cut: Cut, error: BaseException) -> None:
    """Let an opened ledger's COMMIT fail in the driver."""
    ledger._connection = FailingConnection(ledger.connection(), cut, error)


@contextlib.contextmanager
def _proxy(url: str, cut: Cut) -> Iterator[int]:
    """A port of this machine that leads to the server until the line is cut."""
    folder = parse_qs(urlsplit(url).query)["host"][0]
    listener = socket.create_server(("127.0.0.1", 0))
    threads = [threading.Thread(target=_listen, args=(listener, folder, cut), daemon=True)]
    threads[0].start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        threads[0].join()


def _listen(listener: socket.socket, folder: str, cut: Cut) -> None:
    lines: list[threading.Thread] = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            break
        if cut.closed:
            client.close()
            continue
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.5432")
        line = _Line(client, server, cut)
        lines += [threading.Thread(target=run, daemon=True) for run in (line.ask, line.answer)]
        for thread in lines[-2:]:
            thread.start()
    for thread in lines:
        thread.join()


_COMMITS = (b"COMMIT", b"redeem_vouchers(")
"""What ends a transaction: the call of the till's function is one of its own."""
_DONE = (b"COMMIT\0", b"SELECT 1\0")


class _Line:
    """One client's line to the server."""

    def __init__(self, client: socket.socket, server: socket.socket, cut: Cut) -> None:
        self._client, self._server, self._cut = client, server, cut
        self._last = threading.Event()

    def ask(self) -> None:
        """What the client says, up to the COMMIT that is cut."""
        for said in _heard(self._client):
            if any(word in said for word in _COMMITS) and self._cut.now():
                if not self._cut.kept:
                    break
                self._last.set()
            self._server.sendall(said)
        if not self._last.is_set():
            self._hang_up()

    def answer(self) -> None:
        """What the server says, up to the word that the COMMIT was done."""
        for said in _heard(self._server):
            if self._last.is_set() and any(word in said for word in _DONE):
                break
            with contextlib.suppress(OSError):
                self._client.sendall(said)
        self._hang_up()

    def _hang_up(self) -> None:
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _heard(end: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            said = end.recv(65536)
        except OSError:
            return
        if not said:
            return
        yield said
