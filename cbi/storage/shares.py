"""Network shares are no place for a ledger: locks do not hold there, and files get damaged.

What kind of file system a path stands on is asked of the operating system: on Linux its own table
of mounts, on Windows the kind of drive, elsewhere the list of partitions.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

from cbi.base.errors import Unusable

SHARES = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "webdav",
    "davfs", "fuse.davfs", "fuse.sshfs", "fuse.smbnetfs", "fuse.rclone", "fuse.s3fs",
    "fuse.gcsfuse", "fuse.google-drive-ocamlfuse", "fuse.curlftpfs", "ceph", "fuse.ceph",
    "glusterfs", "fuse.glusterfs", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2",
})
MOUNTS = Path("/proc/self/mountinfo")
DRIVE_REMOTE = 4
"""What Windows' GetDriveTypeW calls a network drive."""

_ESCAPED = re.compile(r"\\([0-7]{3})")


def refuse_network_share(path: Path) -> None:
    """Raises Unusable if this path stands on a network share."""
    found = share_of(path)
    if found is not None:
        raise Unusable("storage.network-share", path=str(path), share=found)


def share_of(path: Path) -> str | None:
    """The kind of network share that a path stands on, or None where it is a local disk."""
    if sys.platform == "win32":
        return _share_on_windows(path)
    if MOUNTS.exists():
        return share_by_mounts(path, MOUNTS.read_text("utf-8", "surrogateescape"))
    return _share_by_partitions(path)


def share_by_mounts(path: Path, mounts: str) -> str | None:
    """The same, by the text of Linux's `mountinfo` (proc_pid_mountinfo(5)).

    The last mount whose point is the path or above it holds the path.
    """
    where = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.splitlines():
        known, _, more = line.partition(" - ")
        point = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), known.split(" ")[4])
        if len(point) >= len(best) and _is_under(where, point):
            best, kind = point, more.partition(" ")[0]
    return kind if kind in SHARES else None


def _is_under(where: str, point: str) -> bool:
    return where == point or where.startswith(point.rstrip("/") + "/")


def _share_by_partitions(path: Path) -> str | None:
    import psutil

    where = os.path.realpath(path)
    partitions: list[Any] = psutil.disk_partitions(all=True)  # type: ignore[no-untyped-call]
    points = [part for part in partitions if _is_under(where, part.mountpoint)]
    kind = max(points, key=lambda part: len(part.mountpoint)).fstype if points else ""
    return kind if kind in SHARES else None


def _share_on_windows(path: Path) -> str | None:
    import ctypes

    where = str(path.absolute())
    if where.startswith(("\\\\", "//")) and not where.startswith("\\\\?\\"):
        return "UNC"
    kind = ctypes.windll.kernel32.GetDriveTypeW(Path(where).anchor)  # type: ignore[attr-defined]
    return "network drive" if kind == DRIVE_REMOTE else None
