"""How long a client may take to say what it wants, and how a server ends."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn import Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with an end to waiting for a request's head."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client is there."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """A client has gone."""
        self._waited()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first bytes of a request."""
        self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The whole head is there."""
        self._waited()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._waited()
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _waited(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self.transport.close()


class PatientServer(Server):
    """uvicorn's server, which ends as one who is done, and not as one who was killed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While it serves, Ctrl-C and a request to end let it finish what was begun."""
        before = {one: signal.signal(one, self.handle_exit)
                  for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
