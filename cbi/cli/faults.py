"""The file of our own faults: when, which version, engine and command, and where in the code.

What a person typed and what stood in the data stays out: of an error its kind and place alone.
"""

import os
import platform
import sys
import traceback
from pathlib import Path

from cbi import __version__
from cbi.app import fault_file, is_postgres
from cbi.base.clock import at, system_clock


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


def _chain(error: BaseException) -> list[BaseException]:
    """An error after those that led to it, whose words stay out: they may hold what was typed."""
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) and before not in found:
        found.append(before)
    return found[::-1]
