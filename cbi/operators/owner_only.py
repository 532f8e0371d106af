"""Files that only their owner may read: the keyring and the file of a login.

On POSIX systems the mode says who may read (0600). On Windows it says nothing there: the access
list is asked for as SDDL text, and a right given to everybody, to all users or to guests refuses
the file. The check sees a file that lies open; it can't see who is an administrator.
"""

import contextlib
import os
import re
import shlex
import stat
import sys
from pathlib import Path

MODE = stat.S_IRUSR | stat.S_IWUSR
OTHERS = stat.S_IRWXG | stat.S_IRWXO
WIDE = {"WD", "BU", "AU", "AN", "BG", "IU", "NU", "DU", "S-1-1-0", "S-1-5-11", "S-1-5-32-545"}
"""SDDL names of groups that anybody may be in: everyone, users, signed in, guests, and the like."""

_ALLOWS = re.compile(r"\((?:A|XA);[^;)]*;[^;)]*;[^;)]*;[^;)]*;([^;)]+)")


def lies_open(path: Path) -> bool:
    """Whether others than its owner may read or change this file."""
    if sys.platform == "win32":
        return list_is_wide(_access_list(path))
    return bool(path.stat().st_mode & OTHERS)


def how_to_close(path: Path) -> str:
    """The command that makes this file its owner's alone, ready to type."""
    if sys.platform == "win32":
        return f'icacls "{path}" /inheritance:r /grant:r "%USERNAME%:F"'
    return f"chmod 600 {shlex.quote(str(path))}"


def list_is_wide(sddl: str) -> bool:
    """Whether an access list (SDDL) gives a group that anybody may be in any right."""
    return any(trustee in WIDE for trustee in _ALLOWS.findall(sddl))


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, whole or not at all, for its owner alone.

    Raises:
        FileExistsError: there is a file of this name, and it stays as it is.
        OSError: it cannot be written here.
    """
    _make_folder(path.parent)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE))  # the name is ours now
    try:
        write_over(path, content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_over(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone, in place of what was there.

    Raises:
        OSError: it cannot be written here.
    """
    _make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as file:
            _close_to_others(beside)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _keep_name(path.parent)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(error.errno, "a file stands where the folder should be") from error


def _keep_name(folder: Path) -> None:
    """Make the new name itself last through a power cut, where the system can."""
    if sys.platform == "win32":
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some shares can't sync a folder; the file is whole
            os.fsync(place)
    finally:
        os.close(place)


def _close_to_others(path: Path) -> None:
    if sys.platform == "win32":
        user = "\\".join(os.environ[part] for part in ("USERDOMAIN", "USERNAME"))
        _icacls(str(path), "/inheritance:r", "/grant:r", f"{user}:F")


def _access_list(path: Path) -> str:
    """Windows: the file's access list as SDDL, which no language of the system translates."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "list"
        _icacls(str(path), "/save", str(saved))
        return saved.read_text("utf-16-le")


def _icacls(*words: str) -> None:
    """Windows' own program for access lists; its failure is an OSError like any other file's."""
    import subprocess

    try:
        subprocess.run(["icacls", *words], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise OSError(error.returncode, "icacls failed", words[0]) from error
