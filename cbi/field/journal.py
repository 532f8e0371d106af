"""A laptop's own record of what it did: a line an event, written through to the disk at once.

A line that a power cut tore in two was told to nobody: it is cut off before the next one is
written. Every event stays here for good, so that all can be sent again.
"""

import json
import os
from pathlib import Path

from cbi.base.errors import Unusable
from cbi.field.events import BEGIN, LaptopEvent, Owner, digest_of, event_of
from cbi.operators import owner_only


class EventJournal:
    """The events of a laptop, in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        content = path.read_bytes() if path.exists() else b""
        self._whole = content.rfind(b"\n") + 1
        try:
            self.events = [event_of(json.loads(line)) for line in
                           content[: self._whole].splitlines()]
        except (ValueError, KeyError, TypeError) as error:
            raise Unusable("field.journal-damaged", file=str(path)) from error
        if [one.seq for one in self.events] != list(range(1, len(self.events) + 1)):
            raise Unusable("field.journal-damaged", file=str(path))

    def is_stale(self) -> bool:
        """Whether another terminal wrote since this was read."""
        return self._whole != (self.path.stat().st_size if self.path.exists() else 0)

    def head_at(self, owner: Owner, seq: int) -> bytes | None:
        """The digest of this event; None where there is none of this number."""
        if seq > len(self.events):
            return None
        return digest_of(owner, self.events[seq - 1]) if seq else BEGIN

    def after(self, seq: int) -> list[LaptopEvent]:
        """The events after this one."""
        return self.events[seq:]

    def append(self, event: LaptopEvent) -> None:
        """Keep one more event, on the disk before it is told to anybody.

        Raises:
            Unusable: it cannot be written.
        """
        line = json.dumps(event.told()).encode() + b"\n"
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, owner_only.MODE)
            with open(handle, "r+b") as file:
                file.truncate(self._whole)
                file.seek(self._whole)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unusable(
                "field.laptop-unwritable", folder=str(self.path.parent), detail=error.strerror
            ) from error
        self._whole += len(line)
        self.events.append(event)
