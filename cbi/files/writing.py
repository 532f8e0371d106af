"""Writing files for people: whole under their name, or not at all; and CSV that is only text.

A file is written beside its place and moved there when it is complete and on the disk, so that
nobody ever opens half of one and a full disk leaves the old one as it was.
"""

import csv
import errno
import glob
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from cbi.base import BadFile
from cbi.files.protected import refuse_protected

_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n]")
_OPEN_MODE = 0o640


@contextmanager
def atomic_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A binary file to write; at the end of the block it stands under `path`, whole.

    An existing file is replaced, but never through a link, and never a ledger, a vault, a keyring
    or a kept checkpoint. With `private` only its owner may read it; otherwise its group at most.
    After any exception nothing is left behind and what stood there before still does.

    Raises:
        BadFile: no such folder, a folder or a device in its place, a link, a file of ours, no room,
            no right to write.
    """
    place = place_for(path)
    start = f".{place.name[:40]}."
    _sweep(place.parent, start)
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=start, suffix=".part")
    except OSError as refusal:
        raise _refused(path, refusal) from refusal
    beside = Path(name)
    with suppress(OSError):  # a share that knows no locks sweeps nothing away either
        _hold(handle)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            beside.chmod(_OPEN_MODE & ~_umask())
        beside.replace(place)
        _sync_folder(place.parent)
    except OSError as refusal:
        if refusal.filename not in (None, name, str(place)):
            raise  # another file's, opened by who writes this one
        raise _refused(path, refusal) from refusal
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def write_csv(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]], *, private: bool = False
) -> int:
    """Rows as CSV that spreadsheet programs open rightly: UTF-8 with its mark, commas, CRLF.

    Text that a spreadsheet would calculate (`=`, `+`, `-`, `@` at its start) gets a tab before it:
    the program then shows it as text, and whoever strips white space reads it as it was. Numbers
    stay numbers; None is empty. Returns how many rows were written.

    Raises:
        BadFile: as for `atomic_file`.
    """
    count = 0
    with atomic_file(path, private=private) as file:
        words = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(words, lineterminator="\r\n")
        writer.writerow([_csv_cell(heading) for heading in headings])
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            count += 1
        words.flush()
        words.detach()
    return count


def _csv_cell(value: object) -> object:
    if isinstance(value, str):
        return f"\t{value}" if _FORMULA.match(value) else value.replace("\0", "")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def place_for(path: Path) -> Path:
    """Where a file will stand, after looking at what is there.

    Raises:
        BadFile: as for `atomic_file`.
    """
    refuse_protected(path)
    try:
        place = path.resolve()
        if place.is_dir():
            raise BadFile("files.is-folder", file=str(path))
        if not place.parent.is_dir():
            raise BadFile("files.no-folder", folder=str(path.parent))
        if place.exists() and not place.is_file():
            raise BadFile("files.not-a-file", file=str(path))
        if not os.access(place.parent, os.W_OK):
            raise BadFile("files.cannot-write", file=str(path), reason=os.strerror(errno.EACCES))
    except (OSError, RuntimeError, ValueError) as refusal:
        raise _refused(path, refusal) from refusal
    return place


def _sweep(folder: Path, start: str) -> None:
    """Take away what runs that were killed have left of a file: there may be names in it. Who is
    still writing holds theirs."""
    for left in folder.glob(f"{glob.escape(start)}*.part"):
        with suppress(OSError):
            if os.name == "posix":
                with left.open("rb") as file:
                    _hold(file.fileno())
                    left.unlink()
            else:
                left.unlink()  # refused while somebody has it open


def _hold(handle: int) -> None:
    """Keep a file that is being written from being swept away.

    Raises:
        OSError: another process holds it.
    """
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refused(path: Path, refusal: Exception) -> BadFile:
    reason = getattr(refusal, "strerror", None) or str(refusal)
    return BadFile("files.cannot-write", file=str(path), reason=reason)


def _umask() -> int:
    """The process's mask; it can only be read by setting it, which two threads must not do."""
    status = Path("/proc/self/status")
    with suppress(OSError, ValueError, StopIteration):
        lines = status.read_text("ascii", "replace").splitlines()
        return int(next(line for line in lines if line.startswith("Umask:")).split()[1], 8)
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where folders can be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares cannot
            os.fsync(handle)
    finally:
        os.close(handle)
