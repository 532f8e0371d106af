"""A screen of a given size: a pseudo-terminal as standard output or error, and what it got."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.cells import cell_len

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Shown:
    """What a screen got."""

    raw: str = ""
    got: list[bytes] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Its lines without colours."""
        return STYLE.sub("", self.raw).replace("\r\n", "\n").rstrip("\n").split("\n")

    @property
    def widest(self) -> int:
        """The columns that its longest line takes."""
        return max(map(cell_len, self.lines))


@contextmanager
def screen(columns: int, rows: int, *, stream: str = "stdout") -> Iterator[Shown]:
    """Let a stream of this process be a terminal of this size, for the block."""
    import pty
    import termios

    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (rows, columns))
    shown = Shown()
    reader = threading.Thread(target=_read, args=(master, shown.got))
    reader.start()
    before = getattr(sys, stream)
    kept = {name: os.environ.pop(name, None) for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    term = os.environ.get("TERM")
    os.environ["TERM"] = "xterm-256color"
    try:
        with open(slave, "w", encoding="utf-8", closefd=True) as drawn:
            setattr(sys, stream, drawn)
            yield shown
    finally:
        setattr(sys, stream, before)
        os.environ.update({name: value for name, value in kept.items() if value is not None})
        os.environ.pop("TERM") if term is None else os.environ.update(TERM=term)
        reader.join(timeout=10)
        os.close(master)
        shown.raw = b"".join(shown.got).decode("utf-8")


def _read(master: int, got: list[bytes]) -> None:
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            return
        if not part:
            return
        got.append(part)
