"""The writers' lock: a file beside the ledger that one writer at a time holds.

The operating system queues writers fairly and wakes the next at once; SQLite's own busy handler
polls and starves them. The lock is only about order: BEGIN IMMEDIATE still guards the data.
"""

import errno
import os
import sys
from pathlib import Path

from cbi.base.errors import Unusable
from cbi.storage.faults import said

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class WriterLock:
    """A blocking lock between processes, on a file of its own, held within a `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def __enter__(self) -> None:
        _lock(self._open())

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


if sys.platform == "win32":

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

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
