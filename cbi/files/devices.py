"""A printer to write to as its device: never a file, which would be written over or grow."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from cbi.base import BadFile


def open_device(path: Path) -> BinaryIO:
    """A device opened for writing; nothing is made where nothing is.

    Raises:
        BadFile: a file or a folder stands there.
        OSError: nothing does, or it cannot be opened.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        mode = 0  # a printer that Windows shares is seen by nobody but who opens it
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        raise BadFile("files.not-a-device", file=str(path))
    return os.fdopen(os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0)), "wb")
