"""Files that are made beside their places and stand there together, whole, or not at all.

Each is made in a folder of its own beside its place and then linked there. Killed at any instant,
the folders stay; `sweep` finds them, and takes back what stands half placed, or lets it stand where
all of it does. A folder whose maker still works is left alone.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cbi.base.beside import belongs_to_a_database
from cbi.base.errors import Conflict, Unusable
from cbi.storage.faults import said
from cbi.storage.lock import WriterLock

PREFIX = ".cbi-making-"
_LOCK, _TOGETHER, _PLACED, _RENAMED = "making.lock", "together.json", "placed.json", "renamed"
"""The lock of who makes; the list of all its places, while it is open whether they stand and once
they do; and that a file was moved to its place where it could not be linked."""


@dataclass(frozen=True, slots=True)
class Making:
    """Files in the making: where to make each, in the order of their places."""

    targets: tuple[Path, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Where to make them."""
        return tuple(_made(target) for target in self.targets)

    def place(self) -> None:
        """Let all of them stand at their places, the first one first.

        Raises:
            Conflict: something stands there meanwhile; none of them is placed then.
            Unusable: the disk is full, or takes nothing.
        """
        for target in self.targets:
            with _told_of(target):
                _place(_made(target), target)


@contextmanager
def making(*targets: Path) -> Iterator[Making]:
    """A making of files for these places; what is not placed at the end of the block is no more.

    Raises:
        Conflict: something stands at one of the places, or its name is kept for a database's parts.
        Unusable: nothing can be made there.
    """
    places = tuple(target.absolute() for target in targets)
    for target, place in zip(targets, places, strict=True):
        sweep(place.parent)
        if belongs_to_a_database(place):
            raise Conflict("storage.is-beside", path=str(target))
        if os.path.lexists(place):
            raise Conflict("storage.exists", path=str(target))
    made = Making(places)
    begun: list[Path] = []
    with ExitStack() as locks:
        try:
            for place in places:
                _begin(place, locks)
                begun.append(place)
            for place in places:
                with _told_of(place):
                    _list_places(place, places)
            yield made
        except Unusable as error:
            _name_the_place(error, made, targets)
            raise
        finally:
            locks.close()
            _settle(begun)


def sweep(parent: Path) -> None:
    """Look in a folder for what a killed making left, and leave all of it placed or none of it."""
    with suppress(OSError):
        for folder in sorted(parent.glob(f"{PREFIX}*")):
            lock = WriterLock(folder / _LOCK)
            try:
                if not lock.free():
                    continue
            except Unusable:  # another's, or gone meanwhile
                continue
            finally:
                lock.close()
            _settle(_targets_of(folder), placed=(folder / _PLACED).exists())


@contextmanager
def _told_of(place: Path) -> Iterator[None]:
    """Turn what the operating system refuses at a place into a refusal that names it."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "storage.disk-full" if full else "storage.cannot-open"
        raise Unusable(code, detail=said(error), place=str(place)) from error


def _begin(place: Path, locks: ExitStack) -> None:
    folder = _folder(place)
    with _told_of(place):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError as error:
            raise Conflict("storage.being-made", path=str(place)) from error
    lock = WriterLock(folder / _LOCK)
    locks.callback(lock.close)
    locks.enter_context(lock)


def _place(made: Path, target: Path) -> None:
    _sync(made)
    try:
        os.link(made, target)
    except FileExistsError as error:
        raise Conflict("storage.exists", path=str(target)) from error
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise Conflict("storage.exists", path=str(target)) from None
        (made.parent / _RENAMED).touch()
        made.rename(target)
    _sync_folder(target.parent)


def _settle(targets: Sequence[Path], *, placed: bool = False) -> None:
    """Leave all placed, or none, and no folder. Killed itself, it is done again by the next.

    No folder goes before all of them say that everything was placed: each may be found alone.
    """
    ours = [target for target in targets if _is_ours(target)]
    if placed or len(ours) == len(targets):
        for target in targets:
            with suppress(FileNotFoundError):
                _together(target).replace(_folder(target) / _PLACED)
    else:
        for target in ours:
            target.unlink()
        for target in targets:
            _together(target).unlink(missing_ok=True)
    for target in targets:
        shutil.rmtree(_folder(target), ignore_errors=True)


def _is_ours(target: Path) -> bool:
    """Whether what stands at a place was put there by the making whose folder stands beside it."""
    if not target.exists():
        return False
    made = _made(target)
    return made.samefile(target) if made.exists() else (made.parent / _RENAMED).exists()


def _targets_of(folder: Path) -> list[Path]:
    """The places of the making that a folder belongs to."""
    own = folder.parent / folder.name.removeprefix(PREFIX)
    told: list[str] = []
    for name in (_TOGETHER, _PLACED):
        with suppress(OSError, ValueError):
            told = told or json.loads((folder / name).read_text("utf-8"))
    return [Path(one) for one in told] or _nothing_placed(own)


def _nothing_placed(own: Path) -> list[Path]:
    """Without a list nothing was placed yet, or everything was: the folder alone goes."""
    shutil.rmtree(_folder(own), ignore_errors=True)
    return []


def _folder(target: Path) -> Path:
    return target.with_name(PREFIX + target.name)


def _made(target: Path) -> Path:
    return _folder(target) / target.name


def _together(target: Path) -> Path:
    return _folder(target) / _TOGETHER


def _list_places(place: Path, places: Sequence[Path]) -> None:
    """Keep with a file in the making which files stand together, through a power cut too."""
    _together(place).write_text(json.dumps([str(one) for one in places]), "utf-8")
    _sync(_together(place))
    _sync_folder(_folder(place))


def _name_the_place(error: Unusable, made: Making, targets: Sequence[Path]) -> None:
    for file, target in zip(made.files, targets, strict=True):
        if str(file.parent) in str(error.facts.get("place", "")):
            error.facts["place"] = str(target)


def _sync(path: Path) -> None:
    """Make sure that a file is on the disk before anyone is told so."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
