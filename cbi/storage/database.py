"""One database, of either engine, behind one face: read, write, write again if asked to.

`Database` is what rooms are handed. Which engine stands behind it matters only to the modules that
hold an engine's own SQL.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from cbi.base.clock import Clock
from cbi.base.errors import Unusable
from cbi.storage.faults import is_full
from cbi.storage.following import Following
from cbi.storage.retrying import retried
from cbi.storage.transactions import Engine, ReadTransaction, WriteTransaction

if TYPE_CHECKING:
    from cbi.storage.migrate import Tables

Result = TypeVar("Result")


class Database(ABC):
    """A ledger's or vault's database."""

    engine: Engine
    place: str
    """Where it is, as a user knows it: a path, or a URL without a password."""
    in_its_place = False
    """Whether it is read in a ledger's place: what would write is done at the ledger itself."""

    gives_way_s = 0.0
    """How long a long work stays away between two of its slices, in seconds."""

    def __init__(self) -> None:
        self.following: Following | None = None
        """Who is told which rows each transaction wrote; None where nobody asks."""
        self.remembered: dict[str, Any] = {}
        """What a room may keep about this database that never changes (a store's retailer)."""

    def add_place(self, error: Unusable) -> None:
        """Let a refusal say where."""
        error.facts.setdefault("place", self.place)
        if error.code == "storage.read-only" and self.in_its_place:
            error.code = "storage.opened-to-read"
        if error.code == "storage.disk-error" and self.engine == "sqlite" and is_full(self.place):
            error.code = "storage.disk-full"  # SQLite tells a full disk as a failed one at times

    def clock(self, machine: Clock) -> Clock:
        """The clock that rules here: this machine's, where no server has one."""
        return machine

    def newest_change(self) -> int | None:
        """The instant of the newest change that a standby has, in microseconds UTC; None for who
        is no standby, or has had none yet."""
        return None

    @abstractmethod
    def read(self) -> AbstractContextManager[ReadTransaction]:
        """A consistent view; blocks nobody."""

    def read_to_check(self, tables: "Tables") -> AbstractContextManager[ReadTransaction]:
        """The same for who compares the database with what its steps make."""
        return self.read()

    @abstractmethod
    def write(self) -> AbstractContextManager[WriteTransaction]:
        """One transaction: committed at the end of the block, undone by any exception."""

    @abstractmethod
    def connection(self) -> Any:
        """The driver's own connection, for modules that hold an engine's SQL."""

    @abstractmethod
    def another_connection(self) -> Any:
        """A fresh connection set up the same way, for who needs one of their own."""

    @abstractmethod
    def close(self) -> None:
        """Let go of connection and lock."""

    def transact(self, work: Callable[[WriteTransaction], Result]) -> Result:
        """Run `work` in a write transaction, again when the engine asks for it.

        Raises:
            Unusable: the engine asked eight times in a row.
        """
        if self.following is not None:
            self.following.ready()
        return retried(lambda: self._done(work))

    def give_way(self) -> None:
        """Stay away for a moment between two slices of a long work: others wait to write.

        A waiting process has to be woken before it can take a file's lock. Who asks again at once
        gets it first each time, and no lock of the operating system is handed over in turn.
        """
        if self.gives_way_s:
            # no lock tells who waits for it: long enough for them to wake and take it
            time.sleep(self.gives_way_s)

    def _done(self, work: Callable[[WriteTransaction], Result]) -> Result:
        with self.write() as tx:
            return work(tx)
