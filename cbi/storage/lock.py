"""The writers' lock: a file beside the ledger that one writer at a time holds.

The operating system queues writers fairly and wakes the next at once; SQLite's own busy handler
polls and starves them. The lock is only about order: BEGIN IMMEDIATE still guards the data.
"""

import errno
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from cbi.base.errors import Unusable
from cbi.base.logs import Log
from cbi.storage.faults import said

logger = Log(__name__)

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


WAIT_S = 2.0
"""After so long a wait, whoever waits is told who holds the lock."""
_HOLDER_AT, _HOLDER_BYTES = 1, 64
"""Where a holder's name stands in the file, behind the byte that Windows locks."""


class WriterLock:
    """A blocking lock between processes, on a file of its own, held within a `with`."""

    doing: ClassVar[str] = ""
    """What this process does, in a word, for whoever waits for it."""
    waits: ClassVar[Callable[[str], None] | None] = None
    """Told who holds the lock when the wait is long."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def __enter__(self) -> None:
        handle = self._open()
        if not _try_lock(handle):
            start = time.monotonic()
            with _HoldersWatch(self):
                _lock(handle)
            logger.debug("waited %.0f ms for the writers' lock", (time.monotonic() - start) * 1000)
        self._sign(handle)

    def _sign(self, handle: int) -> None:
        """Leave this process's name, unless it stands there already: a till pays for one look."""
        name = f"{os.getpid()} {self.doing}".encode()[:_HOLDER_BYTES].ljust(_HOLDER_BYTES)
        with suppress(OSError):  # a full disk keeps nobody from writing what fits
            if _read_at(handle) != name:
                os.lseek(handle, _HOLDER_AT, os.SEEK_SET)
                os.write(handle, name)

    def free(self) -> bool:
        """Whether nobody holds it; not asked by who holds it."""
        handle = self._open()
        free = _try_lock(handle)
        if free:
            _unlock(handle)
        return free

    def holder(self) -> str:
        """Who holds the lock or held it last: the process's number and what it does."""
        try:
            with self.path.open("rb") as file:
                return _read_at(file.fileno()).decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def __exit__(self, *_: object) -> None:
        _unlock(self._open())

    def close(self) -> None:
        """Let go of the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _open(self) -> int:
        if self._handle is None:
            try:
                self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise Unusable("storage.read-only", detail=said(error)) from error
        return self._handle


class _HoldersWatch:
    """Tells of a wait that grows long. One thread looks after all waits of a process, and ends when
    nobody waits: a busy till starts none for each of its waits."""

    _guard: ClassVar[threading.Lock] = threading.Lock()
    _waits: ClassVar[dict["_HoldersWatch", float]] = {}
    _looks: ClassVar[bool] = False

    def __init__(self, lock: WriterLock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        with _HoldersWatch._guard:
            _HoldersWatch._waits[self] = time.monotonic()
            if not _HoldersWatch._looks:
                _HoldersWatch._looks = True
                threading.Thread(target=_HoldersWatch._look, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        with _HoldersWatch._guard:
            _HoldersWatch._waits.pop(self, None)

    @staticmethod
    def _look() -> None:
        while True:
            time.sleep(WAIT_S / 4)
            with _HoldersWatch._guard:
                long = [one for one, since in _HoldersWatch._waits.items()
                        if time.monotonic() - since >= WAIT_S]
                for one in long:
                    del _HoldersWatch._waits[one]
                if not (long or _HoldersWatch._waits):
                    _HoldersWatch._looks = False
                    return
            for one in long:
                if WriterLock.waits is not None:
                    WriterLock.waits(one._lock.holder())


if sys.platform == "win32":

    def _read_at(handle: int) -> bytes:
        os.lseek(handle, _HOLDER_AT, os.SEEK_SET)
        return os.read(handle, _HOLDER_BYTES)

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            except OSError as error:
                if error.errno != errno.EDEADLK:
                    raise
                continue  # LK_LOCK gives up after ten seconds; the next turn waits on
            return

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:

    def _read_at(handle: int) -> bytes:
        return os.pread(handle, _HOLDER_BYTES, _HOLDER_AT)

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
