"""The file of our own faults: when, which version, engine and command, and where in the code.

What a person typed and what stood in the data stays out: of an error its kind and place alone.
"""

import os
import platform
import re
import sys
import traceback
from pathlib import Path

from cbi import __version__
from cbi.base.clock import at, system_clock
from cbi.context import fault_file, is_postgres

LAST, TAIL_BYTES = 10, 200_000
_HEAD = re.compile(
    r"--- [\dT:Z-]+ cbi [\w.+-]+ (?:sqlite|postgresql) python [\w.+]+ \w+ command [a-z-]+")
_PLACE = re.compile(r'  File "([^"]+)", line (\d+), in ([\w<>.]+)')
_KIND = re.compile(r"[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+")


def keep(error: BaseException, ledger: str, command: str) -> Path | None:
    """Add a fault to the user's file; where it is, or None where nothing can be written."""
    engine = "postgresql" if is_postgres(ledger) else "sqlite"
    path = fault_file()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as kept:
            kept.write(
                f"--- {at(system_clock()):%Y-%m-%dT%H:%M:%SZ} cbi {__version__} {engine} "
                f"python {platform.python_version()} {sys.platform} command {command}\n"
            )
            for one in _chain(error):
                kept.writelines(traceback.format_tb(one.__traceback__))
                kept.write(f"{type(one).__module__}.{type(one).__qualname__}\n")
    except OSError:
        return None
    return path


def last(count: int = LAST) -> list[list[str]]:
    """The last faults, each its lines: when and what ran, where in the code, what kind of error.

    Of the file only lines of these forms are given on, without the folders of this machine.
    """
    try:
        with fault_file().open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            kept = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    found: list[list[str]] = []
    for line in kept.splitlines():
        if _HEAD.fullmatch(line):
            found.append([line])
        elif found and (place := _PLACE.match(line)):
            found[-1].append(f"{_known_part(place[1])}:{place[2]} {place[3]}")
        elif found and _KIND.fullmatch(line):
            found[-1].append(line)
    return found[-count:]


def _known_part(path: str) -> str:
    """A source file from its package on; the folders above it are this machine's own."""
    parts = path.replace("\\", "/").split("/")
    for top in ("site-packages", "cbi"):
        if top in parts:
            at_package = len(parts) - parts[::-1].index(top) - (top == "cbi")
            return "/".join(parts[at_package:])
    return parts[-1]


def _chain(error: BaseException) -> list[BaseException]:
    """An error after those that led to it, whose words stay out: they may hold what was typed."""
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) and before not in found:
        found.append(before)
    return found[::-1]
