"""A certificate that is renewed while the till runs: who connects is shown the one that stands in
the files by then, and nothing is stopped for it.
"""

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

Say = Callable[..., None]
"""Tells whoever watches the server a text, by its key and facts."""
Factory = Callable[[Any, Callable[[], ssl.SSLContext]], ssl.SSLContext]
"""What uvicorn asks for the side of TLS that is the server's; the second makes one of the files."""


def renewed(chain: Path | None, key: Path | None, say: Say) -> Factory | None:
    """The server's side of TLS, of these files as they are at each connection; without them, none.
    """
    if chain is None or key is None:
        return None
    return lambda _, load: _Renewal(chain, key, load, say).first


class _Renewal:
    """One certificate after another out of the same two files."""

    def __init__(
        self, chain: Path, key: Path, load: Callable[[], ssl.SSLContext], say: Say
    ) -> None:
        self._chain, self._key, self._load, self._say = chain, key, load, say
        self._stamp = self._stamped()
        self.first = self._shown = load()
        self.first.sni_callback = self._show  # called for a client that names nobody, too
        self._tell()

    def _show(self, line: ssl.SSLObject, _name: str | None, _first: ssl.SSLContext) -> None:
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            self._take()
        line.context = self._shown

    def _take(self) -> None:
        """The files' certificate; while only one of the two is written, the one before stays."""
        try:
            self._shown = self._load()
        except (OSError, ValueError) as error:
            self._say("help-serve.certificate-stays", file=str(self._chain), detail=str(error))
        else:
            self._tell()

    def _tell(self) -> None:
        self._say("help-serve.certificate", until=_until(self._chain).date().isoformat())

    def _stamped(self) -> tuple[tuple[int, int, int], ...]:
        """What is another once either file is written anew, or its name leads to another file."""
        with suppress(OSError):
            found = (self._chain.stat(), self._key.stat())
            return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)
        return ()


def _until(chain: Path) -> datetime:
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(chain.read_bytes()).not_valid_after_utc
