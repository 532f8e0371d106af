"""The server that is measured: what `cbi serve` imports and nothing of the tests, which would count
as its memory.
"""

import socket
import sys
from pathlib import Path

import uvicorn

from cbi.base.clock import system_clock
from cbi.context import LedgerContext, StoragePaths
from cbi.web.app import KEEP_ALIVE_SECONDS, Serving, application
from cbi.web.limits import Limit
from cbi.web.patience import PatientProtocol
from cbi.web.till import Till


def serve(folder: Path, ledger: str, listening: int, behind_us: int, kind: str) -> None:
    """A server over a ledger whose keyring stands in a folder, at a socket that listens already."""
    context = LedgerContext(
        StoragePaths(ledger=ledger, vault=str(folder / "vault.db"),
                     keyring=folder / "keyring.json"),
        clock=lambda: system_clock() - behind_us,
    )
    till = _till(kind)(context)
    app = application(till, Serving(), limit=Limit(10**9, 10**9))
    uvicorn.Server(uvicorn.Config(
        app, loop="asyncio", http=PatientProtocol, ws="none", lifespan="off",
        log_config=None, access_log=False, server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )).run(sockets=[socket.socket(fileno=listening)])
    till.close()


def _till(kind: str) -> type[Till]:
    if kind == "together":
        return Till
    from tests.benchmarks.served_locking import LockingTill

    return LockingTill


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
